using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>Whether what a variable of type <c>Tensor</c> gets is surely no <c>Parameter</c>, which TorchSharp would register as
/// one.</summary>
internal sealed class TensorOrigin(Compilation compilation, CancellationToken cancellation)
{
    private const int Deepest = 6;

    public bool IsPlain(ExpressionSyntax? value) => IsPlain(value, 0);

    private bool IsPlain(ExpressionSyntax? value, int depth)
    {
        if (value is null || depth > Deepest)
        {
            return false;
        }

        var semantics = compilation.GetSemanticModel(value.SyntaxTree);
        if (semantics.GetTypeInfo(value, cancellation).Type is { Name: "Parameter", ContainingAssembly.Name: "TorchSharp" })
        {
            return false;
        }

        switch (value)
        {
            case ParenthesizedExpressionSyntax inner:
                return IsPlain(inner.Expression, depth + 1);
            case CastExpressionSyntax cast:
                return IsPlain(cast.Expression, depth + 1);
            case PostfixUnaryExpressionSyntax suppressed:
                return IsPlain(suppressed.Operand, depth + 1);
            case ConditionalExpressionSyntax choice:
                return IsPlain(choice.WhenTrue, depth + 1) && IsPlain(choice.WhenFalse, depth + 1);
            case BinaryExpressionSyntax { OperatorToken.ValueText: "??" } coalesced:
                return IsPlain(coalesced.Left, depth + 1) && IsPlain(coalesced.Right, depth + 1);
            case AssignmentExpressionSyntax assignment:
                return IsPlain(assignment.Right, depth + 1);
            case SwitchExpressionSyntax choice:
                return choice.Arms.All(a => IsPlain(a.Expression, depth + 1));
            case BinaryExpressionSyntax or PrefixUnaryExpressionSyntax:
                return true;
            case ElementAccessExpressionSyntax:
                return semantics.GetSymbolInfo(value, cancellation).Symbol is IPropertySymbol { ContainingAssembly.Name: "TorchSharp" };
            case LiteralExpressionSyntax or DefaultExpressionSyntax:
                return MemberWrite.IsNullLiteral(value);
        }

        return semantics.GetSymbolInfo(value, cancellation).Symbol switch
        {
            IMethodSymbol method when !method.Locations.Any(l => l.IsInSource) => true,
            IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method =>
                Results(method) is { } results && results.All(r => IsPlain(r, depth + 1)),
            ILocalSymbol local => Values(local, value) is { } values && values.All(v => IsPlain(v, depth + 1)),
            _ => false,
        };
    }

    private IReadOnlyList<ExpressionSyntax>? Results(IMethodSymbol method)
    {
        var body = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
        var arrow = body switch
        {
            MethodDeclarationSyntax declared => declared.ExpressionBody,
            LocalFunctionStatementSyntax local => local.ExpressionBody,
            _ => null,
        };
        return arrow is not null ? [arrow.Expression]
            : body?.DescendantNodes(n => n == body || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                .OfType<ReturnStatementSyntax>().Select(r => r.Expression).OfType<ExpressionSyntax>().ToArray() is { Length: > 0 } returned
                ? returned : null;
    }

    /// <summary>All that a local gets; null where that is not written out.</summary>
    private static IReadOnlyList<ExpressionSyntax?>? Values(ILocalSymbol local, ExpressionSyntax use)
    {
        if (local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax variable
            || use.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
        {
            return null;
        }

        var values = new List<ExpressionSyntax?>();
        if (variable.Initializer is { } initializer)
        {
            values.Add(initializer.Value);
        }

        foreach (var name in member.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == local.Name))
        {
            switch (name.Parent)
            {
                case AssignmentExpressionSyntax assignment when assignment.Left == name:
                    values.Add(assignment.Right);
                    break;
                case ArgumentSyntax { RefKindKeyword.RawKind: not 0 }
                    or ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax } }:
                    return null;
            }
        }

        return values;
    }
}
