using System.Collections.Immutable;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Gen.Rules.Layers;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>GEN5003 in a <c>Sequential</c>, wherever it is written: linear layers with nothing between them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LinearStackAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.LinearStack);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSyntaxNodeAction(Analyze, SyntaxKind.InvocationExpression);
    }

    private static void Analyze(SyntaxNodeAnalysisContext context)
    {
        // One that stands in another is looked at with it.
        var call = (InvocationExpressionSyntax)context.Node;
        if (!IsSequential(call) || call.Ancestors().OfType<InvocationExpressionSyntax>().Any(IsSequential)
            || context.SemanticModel.OperationOf(call, context.CancellationToken) is not { } operation
            || ModuleReader.ReadModule(operation, context.SemanticModel,
                context.CancellationToken) is not { Factory: "Sequential" } sequential)
        {
            return;
        }

        (LayerModel Layer, string Keys)? before = null;
        foreach (var (layer, keys) in Flat(sequential, ""))
        {
            switch (LayerRules.Find(layer.Condition is null ? layer.Factory : null))
            {
                case { IsLinearMap: true }:
                    if (before is { } first && Advice.AreOne(first.Layer, layer) && ContainerSyntax.Find(call, keys) is { } second
                        && ContainerSyntax.Find(call, first.Keys) is { } earlier)
                    {
                        var finding = new Finding(FindingKind.LinearAfterLinear, Anchor.Class, layer.Written, first.Layer.Written);
                        context.ReportDiagnostic(Diagnostic.Create(Descriptors.LinearStack, second.GetLocation(), [earlier.GetLocation()],
                            Hints.Of(finding), Messages.Of(finding)));
                    }

                    before = (layer, keys);
                    break;
                case { KeepsNumbers: true }:
                    break;
                default:
                    before = null;
                    break;
            }
        }
    }

    private static bool IsSequential(InvocationExpressionSyntax call) => call.Expression switch
    {
        IdentifierNameSyntax { Identifier.ValueText: "Sequential" } => true,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Sequential" } => true,
        _ => false,
    };

    /// <summary>The layers in the order in which they run; one that is not known stands for all that it may be.</summary>
    private static IEnumerable<(LayerModel Layer, string Keys)> Flat(LayerModel layer, string keys) =>
        layer.Factory == "Sequential" && layer.Condition is null && Chain.Items(layer) is { } items
        ? items.SelectMany(i => Flat(i.Layer, keys.Length == 0 ? i.Key : $"{keys}.{i.Key}"))
        : [(layer, keys)];
}
