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

    private LoweredOperand OfLocalFunction(InvocationExpressionSyntax call, IMethodSymbol function)
    {
        var used = new Dictionary<string, ISymbol>(StringComparer.Ordinal);
        if (!Uses(function, used, []) || used.Keys.Any(n => scopes.Contains(n) || layers.Any(l => l.Name == n))
            || transparent(function.OriginalDefinition) is not { } helper || Types.Of(function.ReturnType) is not { } result)
        {
            return Unknown();
        }

        var arguments = call.ArgumentList.Arguments;
        var parts = Sequence([.. arguments.Select(a => (Prefix(a), a.Expression))]);
        var captured = used.Keys.Where(n => locals.TryGetValue(n, out var holds) && holds is not Holds.Nothing).ToArray();
        if (captured.Any(n => locals[n] is null))
        {
            return Unknown();
        }

        var text = string.Join(", ", parts.Select((p, i) => Prefix(arguments[i]) + p.Text));
        return new LoweredOperand($"{CSharpText.Of(call.Expression)}({text})", result,
            [.. parts.SelectMany(static p => p.Names), .. captured])
        {
            IsComputed = result is Holds.Tensor or Holds.Array,
            Same = helper.GivesNew ? [] : [.. parts.SelectMany(static p => p.Same), .. captured],
            IsHeld = helper.GivesHeld || parts.Any(static p => p.IsHeld && p.Holds != Holds.Nothing),
        };
    }

    /// <summary>What a local function, and those that it calls, reads of the method around it. False where it sets something of
    /// it.</summary>
    private bool Uses(IMethodSymbol function, Dictionary<string, ISymbol> used, HashSet<ISymbol> seen)
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

        foreach (var symbol in flow.ReadInside.Where(IsOutside))
        {
            used[symbol.Name] = symbol;
        }

        return body.DescendantNodesAndSelf().OfType<SimpleNameSyntax>()
            .Select(n => semantics.GetSymbolInfo(n, cancellation).Symbol).OfType<IMethodSymbol>()
            .Where(static m => m.MethodKind == MethodKind.LocalFunction).All(m => Uses(m.OriginalDefinition, used, seen));

        bool IsOutside(ISymbol symbol) => symbol is ILocalSymbol or IParameterSymbol { IsThis: false }
            && !symbol.DeclaringSyntaxReferences.Any(r => syntax.Span.Contains(r.Span));
    }
}
