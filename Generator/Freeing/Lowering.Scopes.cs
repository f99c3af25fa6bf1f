using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary>The user's own <c>using var scope = NewDisposeScope()</c>: what it frees at its end is freed before, after its last use; so it
/// is left out.</summary>
internal sealed partial class Lowering
{
    private readonly HashSet<string> scopes = new(StringComparer.Ordinal);
    private bool hasScope;

    /// <summary>A scope that is only told what to spare.</summary>
    private bool IsScope(VariableDeclarationSyntax declaration)
    {
        if (declaration.Variables is not [{ Initializer.Value: { } value } variable] || !IsScope(value))
        {
            return false;
        }

        var name = variable.Identifier.ValueText;
        scopes.Add(name);
        hasScope = method.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == name)
            .All(n => n.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } && Spared(call) is not null);
        return hasScope;
    }

    private bool IsScope(ExpressionSyntax value) => value is InvocationExpressionSyntax
        && semantics.GetSymbolInfo(value, cancellation).Symbol is IMethodSymbol { Name: "NewDisposeScope", ContainingType.Name: "torch" };

    /// <summary>The one tensor that a scope is told to spare: <c>scope.MoveToOuter(y)</c>, <c>y.MoveToOuterDisposeScope()</c>.</summary>
    private ExpressionSyntax? Spared(InvocationExpressionSyntax call) => call switch
    {
        { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: var scope },
            Name.Identifier.ValueText: "MoveToOuter" }, ArgumentList.Arguments: [{ NameColon: null, Expression: var spared }] }
            when scopes.Contains(scope) && IsTensor(spared) => spared,
        { Expression: MemberAccessExpressionSyntax { Expression: var spared, Name.Identifier.ValueText: "MoveToOuterDisposeScope" },
            ArgumentList.Arguments.Count: 0 } when hasScope && IsTensor(spared) => spared,
        _ => null,
    };

    private bool IsTensor(ExpressionSyntax value) => semantics.GetTypeInfo(value, cancellation).Type is { } type && torch.IsTensor(type);
}
