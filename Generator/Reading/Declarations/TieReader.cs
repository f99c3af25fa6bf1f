using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary><c>head.weight = tokens.weight;</c> in a constructor: one parameter under two names.</summary>
internal static class TieReader
{
    /// <summary>The ties between layers of the class, and the first assignment to a layer's tensor that is none of them.</summary>
    public static (IReadOnlyList<Tie> Ties, string? NotUnderstood) Read(
        INamedTypeSymbol type, IReadOnlyList<TypeDeclarationSyntax> declarations, IReadOnlyCollection<string> layers, TorchSymbols torch,
        Compilation compilation, CancellationToken cancellation)
    {
        var always = ConstructorReader.Always(declarations).OfType<AssignmentExpressionSyntax>().ToArray();
        var pairs = always.Select(a => (Assignment: a, Left: Path(a.Left, layers), Right: Path(a.Right, layers)))
            .Where(p => p is { Left: [_, _], Right: not null }).ToArray();

        // Tied in a circle, or twice, it would be taken away twice.
        var lefts = pairs.Select(p => string.Join(".", p.Left!)).ToArray();
        var understood = pairs.Where((p, i) => lefts.Count(lefts[i].Equals) == 1 && !lefts.Contains(string.Join(".", p.Right!))).ToArray();
        var other = declarations.SelectMany(d => d.DescendantNodes().OfType<AssignmentExpressionSyntax>())
            .Where(a => !understood.Any(u => u.Assignment == a))
            .FirstOrDefault(a => SetsTensor(a, type, torch, compilation, cancellation));
        return (understood.Select(u => u.Right is [var source, var tensor] ? new Tie(u.Left![0], u.Left[1], source, tensor)
            : new Tie(u.Left![0], u.Left[1])).ToArray(), other?.ToString());
    }

    /// <summary>A tensor of a layer, or of one in it: <c>head.weight</c>, <c>this.head.weight</c>, <c>body.words.weight!</c>.</summary>
    private static IReadOnlyList<string>? Path(ExpressionSyntax expression, IReadOnlyCollection<string> layers) =>
        Names(expression) is { Count: > 1 } names && layers.Contains(names[0]) && (names[names.Count - 1] is "weight" or "bias") ? names
            : null;

    private static IReadOnlyList<string>? Names(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => [name.Identifier.ValueText],
        ThisExpressionSyntax => [],
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression, Operand: var operand } => Names(operand),
        MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } access when Names(access.Expression) is { } outer =>
            [.. outer, name.Identifier.ValueText],
        _ => null,
    };

    private static bool SetsTensor(AssignmentExpressionSyntax assignment, INamedTypeSymbol type, TorchSymbols torch,
        Compilation compilation, CancellationToken cancellation) =>
        (assignment.Left is MemberAccessExpressionSyntax || assignment.Parent is InitializerExpressionSyntax)
        && compilation.ModelOf(assignment.SyntaxTree)
            .GetSymbolInfo(assignment.Left, cancellation).Symbol is IPropertySymbol { Type: { Name: "Parameter" } tensor } property
        && tensor.BaseType is { } basis && torch.IsTensor(basis)
        && torch.IsModule(property.ContainingType)
        && !SymbolEqualityComparer.Default.Equals(property.ContainingType.OriginalDefinition, type.OriginalDefinition);
}
