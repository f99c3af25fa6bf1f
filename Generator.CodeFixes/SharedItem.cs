using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>
/// A module that stands in one <c>Sequential</c> more than once. In a hand-written module the keys name it once, in a generated one
/// each time, as PyTorch does.
/// </summary>
internal sealed class SharedItem(TypeDeclarationSyntax declaration, TorchSymbols torch, SemanticModel semantics,
    CancellationToken cancellation)
{
    private static readonly HashSet<string> Filling =
        new(["Add", "append", "Append", "Insert", "insert", "add_module", "AddRange"], StringComparer.Ordinal);

    /// <summary>There may be one: what is not known to have no state is taken to have some.</summary>
    public bool Any()
    {
        var nodes = declaration.DescendantNodes(n => n == declaration || n is not TypeDeclarationSyntax).OfType<ExpressionSyntax>()
            .ToArray();
        var written = nodes.Where(n => n is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax && IsSequential(n)
            && LayerSyntax.Arguments(n) is not null);
        return written.Any(n => Repeats([n])) || nodes.OfType<InvocationExpressionSyntax>().Where(Fills)
            .GroupBy(n => semantics.GetSymbolInfo(((MemberAccessExpressionSyntax)n.Expression).Expression, cancellation).Symbol,
                SymbolEqualityComparer.Default)
            .Any(g => Repeats(g.Select(n => n.ArgumentList)));
    }

    private bool Repeats(IEnumerable<SyntaxNode> around)
    {
        var given = around.SelectMany(n => n.DescendantNodes().OfType<IdentifierNameSyntax>()).Where(IsGiven)
            .Select(n => (Name: n, Symbol: semantics.GetSymbolInfo(n, cancellation).Symbol!)).ToArray();
        return given.GroupBy(g => g.Symbol, SymbolEqualityComparer.Default).Any(g => g.Count() > 1 && !IsChoice(g.Select(n => n.Name)))
            || given.Any(g => IsRepeated(g.Name, g.Symbol));
    }

    /// <summary>One of two branches is taken.</summary>
    private static bool IsChoice(IEnumerable<IdentifierNameSyntax> names) =>
        names.ToArray() is [var first, var second] && first.Ancestors().OfType<ConditionalExpressionSyntax>()
            .Any(c => c.WhenTrue.Contains(first) && c.WhenFalse.Contains(second));

    /// <summary>A module itself, not what is called on it.</summary>
    private bool IsGiven(IdentifierNameSyntax name)
    {
        SyntaxNode node = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? own : name;
        return node.Parent is not (MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or ConditionalAccessExpressionSyntax
                or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression }
                or IsPatternExpressionSyntax or NameColonSyntax or InvocationExpressionSyntax)
            && semantics.GetSymbolInfo(name, cancellation).Symbol is IFieldSymbol or ILocalSymbol or IParameterSymbol or IPropertySymbol
            && semantics.GetTypeInfo(name, cancellation).Type is { } held && RegisteredMembers.IsModule(held, torch)
            && !RegisteredMembers.IsStateless(held);
    }

    /// <summary>In a loop or in a lambda, but declared outside of it.</summary>
    private static bool IsRepeated(SyntaxNode name, ISymbol symbol) => name.Ancestors().Any(a => a
        is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax
        or AnonymousFunctionExpressionSyntax
        && !symbol.Locations.Any(l => l.SourceTree == a.SyntaxTree && a.Span.Contains(l.SourceSpan)));

    private bool Fills(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name, Expression: var target }
        && Filling.Contains(name) && (IsSequential(target) || IsList(semantics.GetTypeInfo(target, cancellation).Type));

    private bool IsSequential(ExpressionSyntax value) =>
        semantics.GetTypeInfo(value, cancellation).Type is { Name: "Sequential", ContainingAssembly.Name: "TorchSharp" };

    /// <summary>A list of modules, that a <c>Sequential</c> may be made of.</summary>
    private bool IsList(ITypeSymbol? held) =>
        held is INamedTypeSymbol { Name: "List" or "IList" or "ICollection", TypeArguments: [var item] }
        && RegisteredMembers.IsModule(item, torch);
}
