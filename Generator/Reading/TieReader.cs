using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary><c>head.weight = tokens.weight;</c> in a constructor: one parameter under two names.</summary>
internal static class TieReader
{
    /// <summary>The ties between layers of the class, and the first assignment to a layer's tensor that is none of them.</summary>
    public static (IReadOnlyList<Tie> Ties, string? NotUnderstood) Read(
        INamedTypeSymbol type, IReadOnlyList<TypeDeclarationSyntax> declarations, IReadOnlyCollection<string> layers, TorchSymbols torch, Compilation compilation, CancellationToken cancellation)
    {
        var always = ConstructorReader.Always(declarations).OfType<AssignmentExpressionSyntax>().ToArray();
        var pairs = always.Select(a => (Assignment: a, Left: Tensor(a.Left, layers), Right: Tensor(a.Right, layers))).Where(p => p is { Left: not null, Right: not null }).ToArray();

        // Tied in a circle, or twice, it would be taken away twice.
        var lefts = pairs.Select(p => p.Left!).ToArray();
        var understood = pairs.Where(p => lefts.Count(p.Left!.Equals) == 1 && !lefts.Contains(p.Right!)).ToArray();
        var other = declarations.SelectMany(d => d.DescendantNodes().OfType<AssignmentExpressionSyntax>())
            .Where(a => !understood.Any(u => u.Assignment == a))
            .FirstOrDefault(a => SetsTensor(a, type, torch, compilation, cancellation));
        return (understood.Select(u => u.Left!).ToArray(), other?.ToString());
    }

    /// <summary>A tensor of a layer: <c>head.weight</c>, <c>this.head.weight</c>, <c>words.weight!</c>.</summary>
    private static Tie? Tensor(ExpressionSyntax expression, IReadOnlyCollection<string> layers) => expression switch
    {
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression, Operand: var operand } => Tensor(operand, layers),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "weight" or "bias" } access
            when (access.Expression is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var member } ? member : access.Expression) is IdentifierNameSyntax layer
            && layers.Contains(layer.Identifier.ValueText) => new Tie(layer.Identifier.ValueText, access.Name.Identifier.ValueText),
        _ => null,
    };

    private static bool SetsTensor(AssignmentExpressionSyntax assignment, INamedTypeSymbol type, TorchSymbols torch, Compilation compilation, CancellationToken cancellation) =>
        (assignment.Left is MemberAccessExpressionSyntax || assignment.Parent is InitializerExpressionSyntax)
        && compilation.GetSemanticModel(assignment.SyntaxTree).GetSymbolInfo(assignment.Left, cancellation).Symbol is IPropertySymbol { Type: { Name: "Parameter" } tensor } property
        && tensor.BaseType is { } basis && torch.IsTensor(basis)
        && torch.IsModule(property.ContainingType)
        && !SymbolEqualityComparer.Default.Equals(property.ContainingType.OriginalDefinition, type.OriginalDefinition);
}
