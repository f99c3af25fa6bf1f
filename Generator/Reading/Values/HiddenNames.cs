using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Names that a piece of code sets and does not declare itself: a local of a method hides a parameter of the primary
/// constructor, and setting it sets nothing else.</summary>
internal sealed class HiddenNames
{
    private readonly Dictionary<SyntaxNode, HashSet<string>> declared = [];

    public static HashSet<string> Outside(SyntaxNode scope)
    {
        var names = new HiddenNames();
        return new(scope.DescendantNodes().SelectMany(Definitions.Targets).OfType<IdentifierNameSyntax>()
            .Where(n => !names.Hides(n, scope)).Select(static n => n.Identifier.ValueText), StringComparer.Ordinal);
    }

    private bool Hides(IdentifierNameSyntax name, SyntaxNode scope)
    {
        for (var node = name.Parent; node is not null && node != scope; node = node.Parent)
        {
            if (!declared.TryGetValue(node, out var own))
            {
                declared.Add(node, own = new(Declared(node), StringComparer.Ordinal));
            }

            if (own.Contains(name.Identifier.ValueText))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a node declares for all of the code in it; what may be declared for less is left out.</summary>
    private static IEnumerable<string> Declared(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => Names(method.ParameterList),
        LocalFunctionStatementSyntax function => Names(function.ParameterList),
        IndexerDeclarationSyntax indexer => Names(indexer.ParameterList),
        ParenthesizedLambdaExpressionSyntax lambda => Names(lambda.ParameterList),
        SimpleLambdaExpressionSyntax lambda => [lambda.Parameter.Identifier.ValueText],
        AnonymousMethodExpressionSyntax { ParameterList: { } parameters } => Names(parameters),
        ForStatementSyntax { Declaration: { } variables } => Names(variables),
        ForEachStatementSyntax loop => [loop.Identifier.ValueText],
        BlockSyntax block => block.Statements.SelectMany(static s => s switch
        {
            LocalDeclarationStatementSyntax local => Names(local.Declaration).Concat(Designated(local)),
            ExpressionStatementSyntax => Designated(s),
            _ => [],
        }),
        _ => [],
    };

    private static IEnumerable<string> Names(BaseParameterListSyntax parameters) =>
        parameters.Parameters.Select(static p => p.Identifier.ValueText);

    private static IEnumerable<string> Names(VariableDeclarationSyntax declaration) =>
        declaration.Variables.Select(static v => v.Identifier.ValueText);

    /// <summary><c>var (a, b) = ...</c>, <c>Take(out var a)</c>.</summary>
    private static IEnumerable<string> Designated(StatementSyntax statement) => statement
        .DescendantNodes(static n => n is not (AnonymousFunctionExpressionSyntax or SwitchExpressionArmSyntax or QueryExpressionSyntax))
        .OfType<SingleVariableDesignationSyntax>().Select(static d => d.Identifier.ValueText);
}
