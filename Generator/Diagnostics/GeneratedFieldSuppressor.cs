using System.Collections.Immutable;
using Gen.Model;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>Silences what the compiler and the editor say of fields that generated code fills and reads, and of sizes that only shapes name.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GeneratedFieldSuppressor : DiagnosticSuppressor
{
    private const string Filled = "The generated part of the class builds this layer.";
    private const string Read = "The generated part of the class reads this layer.";

    private static readonly ImmutableDictionary<string, SuppressionDescriptor> ByDiagnostic = new[]
    {
        new SuppressionDescriptor("GENS001", "CS0649", Filled),
        new SuppressionDescriptor("GENS002", "CS8618", Filled),
        new SuppressionDescriptor("GENS003", "CS0169", Read),
        new SuppressionDescriptor("GENS004", "IDE0044", Filled),
        new SuppressionDescriptor("GENS005", "IDE0051", Read),
        new SuppressionDescriptor("GENS006", "CS9113", "A shape of the class names this size."),
        new SuppressionDescriptor("GENS007", "CS0414", Read),
        new SuppressionDescriptor("GENS008", "CS8602", Filled),
        new SuppressionDescriptor("GENS009", "CS8604", Filled),
    }.ToImmutableDictionary(s => s.SuppressedDiagnosticId);

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = ByDiagnostic.Values.OrderBy(s => s.Id, StringComparer.Ordinal).ToImmutableArray();

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree || !ByDiagnostic.TryGetValue(diagnostic.Id, out var suppression))
            {
                continue;
            }

            var node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            var semantics = context.GetSemanticModel(tree);
            var concerns = diagnostic.Id switch
            {
                "CS9113" => IsNamedByShape(node, semantics, context.CancellationToken),
                "CS8618" => IsConstructorOfLayers(diagnostic, node, semantics, context.CancellationToken),
                "CS8602" or "CS8604" => IsBuiltBefore(node, semantics, context.CancellationToken),
                _ => node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { } field && semantics.GetDeclaredSymbol(field, context.CancellationToken) is { } symbol && Annotations.IsAnnotated(symbol),
            };
            if (concerns)
            {
                context.ReportSuppression(Suppression.Create(suppression, diagnostic));
            }
        }
    }

    /// <summary>The warning stands at the field, or at the constructor and then tells the field in its message.</summary>
    private static bool IsConstructorOfLayers(Diagnostic diagnostic, SyntaxNode node, SemanticModel semantics, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { } declarator && semantics.GetDeclaredSymbol(declarator, cancellation) is { } field)
        {
            return Annotations.IsAnnotated(field);
        }

        var message = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        return node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            && semantics.GetDeclaredSymbol(type, cancellation) is { } symbol
            && symbol.GetMembers().OfType<IFieldSymbol>().Any(f => message.Contains($"'{f.Name}'") && f.Has(Annotations.Layer) && ModuleBuilds(symbol, f));
    }

    /// <summary>A constructor uses a layer that is built by then: it has no initializer, and no constructor assigns it.</summary>
    private static bool IsBuiltBefore(SyntaxNode node, SemanticModel semantics, CancellationToken cancellation) =>
        node is ExpressionSyntax or ArgumentSyntax
        && semantics.GetSymbolInfo(node is ArgumentSyntax argument ? argument.Expression : node, cancellation).Symbol is IFieldSymbol { NullableAnnotation: NullableAnnotation.NotAnnotated } field
        && field.Has(Annotations.Layer)
        && node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not null
        && !UserDeclarations.Of(field.ContainingType, cancellation).SelectMany(d => d.Members.OfType<ConstructorDeclarationSyntax>()).SelectMany(c => c.DescendantNodes().OfType<AssignmentExpressionSyntax>())
            .Any(a => a.Left is IdentifierNameSyntax name && name.Identifier.ValueText == field.Name
                || a.Left is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member && member.Name.Identifier.ValueText == field.Name);

    /// <summary>A layer without an initializer and without an assignment is built by generated code.</summary>
    private static bool ModuleBuilds(INamedTypeSymbol type, IFieldSymbol field) =>
        UserDeclarations.FirstAnnotated(type) is not null && !field.IsStatic;

    private static bool IsNamedByShape(SyntaxNode node, SemanticModel semantics, CancellationToken cancellation) =>
        node.FirstAncestorOrSelf<ParameterSyntax>() is { Parent.Parent: TypeDeclarationSyntax type } parameter
        && semantics.GetDeclaredSymbol(type, cancellation) is { } symbol
        && new[] { symbol.Find(Annotations.Shape), symbol.GetMembers("Forward").FirstOrDefault()?.Find(Annotations.Shape) }
            .Any(s => s is { ConstructorArguments: [{ Value: string text }, ..] }
                && Shapes.ShapeParser.ParseSignature(text).Signature is { } signature
                && signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(i => i.Dims).SelectMany(d => d.Names).Contains(parameter.Identifier.ValueText));
}
