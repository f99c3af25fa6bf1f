using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <content>Local functions. They stand in the generated method as they are; what they use of it lives until they return.</content>
internal sealed partial class Lowering
{
    private void Declare(LocalFunctionStatementSyntax function)
    {
        if (recomputed is not null)
        {
            Give();
            return;
        }

        var name = function.Identifier.ValueText;
        if (method.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == name))
        {
            code.Add(function.Body is { } body
                ? new Instruction.Function(CSharpText.Of(function.WithBody(null)), [.. body.Statements.Select(CSharpText.Of)])
                : new Instruction.Function(CSharpText.Of(function), null));
        }
    }

    /// <summary>The tensors of the method around it that a local function may use; null where that is not known, or it uses what the
    /// generated method has not.</summary>
    private string[]? Captured(IMethodSymbol function)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        if (!Uses(function, used, []) || used.Any(n => scopes.Contains(n) || layers.Any(l => l.Name == n)))
        {
            return null;
        }

        var held = used.Where(n => locals.TryGetValue(n, out var holds) && holds is not Holds.Nothing).ToArray();
        return held.All(n => locals[n] is not null) ? held : null;
    }

    /// <summary>What a local function, and those that it calls, reads of the method around it. False where it sets something of
    /// it.</summary>
    private bool Uses(IMethodSymbol function, HashSet<string> used, HashSet<ISymbol> seen)
    {
        if (!seen.Add(function))
        {
            return true;
        }

        if (function.DeclaringSyntaxReferences is not [var only]
            || only.GetSyntax(cancellation) is not LocalFunctionStatementSyntax { SyntaxTree: var tree } syntax || tree != method.SyntaxTree
            || ((SyntaxNode?)syntax.Body ?? syntax.ExpressionBody?.Expression) is not { } body
            || semantics.AnalyzeDataFlow(body) is not { Succeeded: true } flow || flow.WrittenInside.Any(IsOutside))
        {
            return false;
        }

        used.UnionWith(flow.ReadInside.Where(IsOutside).Select(static s => s.Name));
        return body.DescendantNodesAndSelf().OfType<SimpleNameSyntax>()
            .Select(n => semantics.GetSymbolInfo(n, cancellation).Symbol).OfType<IMethodSymbol>()
            .Where(static m => m.MethodKind == MethodKind.LocalFunction).All(m => Uses(m.OriginalDefinition, used, seen));

        bool IsOutside(ISymbol symbol) => symbol is ILocalSymbol or IParameterSymbol { IsThis: false }
            && !symbol.DeclaringSyntaxReferences.Any(r => syntax.Span.Contains(r.Span));
    }
}
