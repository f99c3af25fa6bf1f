using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Freeing;

/// <summary><c>foreach (var block in blocks) x = block.call(x, mask);</c></summary>
/// <param name="Call">The call of an item.</param>
/// <param name="Value">What goes from item to item.</param>
internal sealed record RecomputedLoop(InvocationExpressionSyntax Call, IdentifierNameSyntax Value)
{
    private const int MostOthers = 3;

    /// <summary>Null for a loop that does anything else.</summary>
    public static RecomputedLoop? Of(ForEachStatementSyntax loop, SemanticModel semantics, TorchSymbols torch,
        CancellationToken cancellation)
    {
        var statement = loop.Statement is BlockSyntax { Statements: [var only] } ? only : loop.Statement;
        if (loop.AwaitKeyword.RawKind != 0 || statement is not ExpressionStatementSyntax
            {
                Expression: AssignmentExpressionSyntax
                {
                    RawKind: (int)SyntaxKind.SimpleAssignmentExpression,
                    Left: IdentifierNameSyntax value,
                    Right: InvocationExpressionSyntax
                    {
                        Expression: MemberAccessExpressionSyntax
                        {
                            Name.Identifier.ValueText: "call" or "forward",
                            Expression: IdentifierNameSyntax { Identifier.ValueText: var receiver },
                        },
                    } call,
                },
            }
            || receiver != loop.Identifier.ValueText
            || semantics.GetSymbolInfo(value, cancellation).Symbol is not (ILocalSymbol or IParameterSymbol)
            || semantics.GetTypeInfo(value, cancellation).Type is not { } type || !torch.IsTensor(type))
        {
            return null;
        }

        // Each of the others is the same for every item.
        var given = call.ArgumentList.Arguments.Select(a => a.Expression).ToArray();
        var others = given
            .Where(a => !(a is IdentifierNameSyntax name && name.Identifier.ValueText == value.Identifier.ValueText)).ToArray();
        return given.Length - others.Length == 1 && others.Length <= MostOthers
            && others.All(o => semantics.GetConstantValue(o, cancellation).HasValue
            || (o is IdentifierNameSyntax { Identifier.ValueText: var name } && name != receiver
                && semantics.GetSymbolInfo(o, cancellation).Symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol))
            ? new(call, value) : null;
    }
}
