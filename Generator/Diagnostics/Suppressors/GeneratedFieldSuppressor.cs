using System.Collections.Immutable;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>Silences what the compiler and the editor say of fields that generated code fills and reads, and of sizes that only shapes
/// name.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GeneratedFieldSuppressor : DiagnosticSuppressor
{
    private const string Filled = "The generated part of the class builds this layer.";
    private const string Moved = "The generated part of the class builds this member or moves it to another device.";
    private const string Read = "The generated part of the class reads this member.";

    private static readonly ImmutableDictionary<string, SuppressionDescriptor> ByDiagnostic = new[]
    {
        new SuppressionDescriptor("GENS001", "CS0649", Filled),
        new SuppressionDescriptor("GENS002", "CS8618", Filled),
        new SuppressionDescriptor("GENS003", "CS0169", Filled),
        new SuppressionDescriptor("GENS004", "IDE0044", Moved),
        new SuppressionDescriptor("GENS005", "IDE0051", Read),
        new SuppressionDescriptor("GENS006", "CS9113", "A shape of the class names this size."),
        new SuppressionDescriptor("GENS007", "CS0414", Read),
        new SuppressionDescriptor("GENS008", "CS8602", Filled),
        new SuppressionDescriptor("GENS009", "CS8604", Filled),
    }.ToImmutableDictionary(s => s.SuppressedDiagnosticId);

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
        ByDiagnostic.Values.OrderBy(s => s.Id, StringComparer.Ordinal).ToImmutableArray();

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
            if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration
                && context.GetSemanticModel(tree).GetDeclaredSymbol(declaration, context.CancellationToken) is { } type
                && ModuleReader.ReadForMessages(type, context.Compilation, context.CancellationToken) is { Type.IsPartial: true } module
                && Concerns(diagnostic, node, module))
            {
                context.ReportSuppression(Suppression.Create(suppression, diagnostic));
            }
        }
    }

    private static bool Concerns(Diagnostic diagnostic, SyntaxNode node, ModuleModel module)
    {
        var field = node.FirstAncestorOrSelf<VariableDeclaratorSyntax>()?.Identifier.ValueText;
        switch (diagnostic.Id)
        {
            case "CS9113":
                return node.FirstAncestorOrSelf<ParameterSyntax>() is { Parent.Parent: TypeDeclarationSyntax,
                    Identifier.ValueText: var size } && Names(module)
                        .Any(n => n == size || n.StartsWith(size + ".", StringComparison.Ordinal));
            case "CS8618" when field is null:
                // At a constructor, the message tells the field.
                var message = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
                return module.Layers.Any(l => message.Contains($"'{l.Name}'") && IsFilled(l.Name, module));
            case "CS8602" or "CS8604":
                // A constructor uses a layer that is built by then.
                return node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not null && Named(node) is { } used
                    && IsFilled(used, module) && !module.Layers.First(l => l.Name == used).IsOptional;
            case "IDE0051" when node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method:
                return method.Identifier.ValueText == "Forward" && module.Forward.Kind == ForwardKind.Method;
            case "IDE0044":
                return field is not null && (IsFilled(field, module) || module.States.Any(s => s.Name == field));
            case "IDE0051" or "CS0414":
                return module.Layers.Any(l => l.Name == field) || module.States.Any(s => s.Name == field);
            default:
                return field is not null && IsFilled(field, module);
        }
    }

    private static string? Named(SyntaxNode node) => node switch
    {
        ArgumentSyntax argument => Named(argument.Expression),
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>The generated constructor builds it: its attribute says how, and nothing is wrong with that.</summary>
    private static bool IsFilled(string field, ModuleModel module) =>
        module.Layers.FirstOrDefault(l => l.Name == field) is { Origin: LayerOrigin.Attribute } layer
            && (layer.NotUnderstood is null || layer.Callee is not null) && !module.Findings.Any(f => f.At.Name == field);

    /// <summary>The names in the shapes of the class and in the facts about them.</summary>
    private static IEnumerable<string> Names(ModuleModel module)
    {
        if (module.Signature is not { } told || ShapeParser.ParseSignature(told.Text).Signature is not { } signature)
        {
            return [];
        }

        var facts = told.Where is { Length: > 0 } where ? ShapeParser.ParseFacts(where).Facts : null;
        return signature.Inputs.Concat(signature.Outputs ?? []).SelectMany(s => s.Dims).SelectMany(d => d.Names)
            .Concat(facts?.All.SelectMany(f => f.Left.Names.Concat(f.Right.Names)) ?? []);
    }
}
