using System.Collections.Immutable;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>Modelling advice for hand-written modules: their <c>forward</c> is read like that of a Gen module.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandWrittenModuleAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.DoubleSoftmax, Descriptors.DoubleSigmoid, Descriptors.LinearStack, Descriptors.NoLogits,
            Descriptors.NotRecomputed);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSymbolAction(symbol => Analyze(symbol, torch), SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context, TorchSymbols torch)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind == TypeKind.Class && UserDeclarations.FirstAnnotated(type) is null)
        {
            foreach (var symbol in type.GetMembers().Where(static m => m is IFieldSymbol).Prepend(type)
                .Where(static s => s.Has(Annotations.Recompute) && s.Locations.Length > 0))
            {
                var finding = new Finding(FindingKind.RecomputeWithoutEffect, Anchor.Class, symbol.Name, RecomputeReader.NoLayers);
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.NotRecomputed, symbol.Locations[0], Messages.Of(finding)));
            }
        }

        if (type.TypeKind != TypeKind.Class || !torch.IsModule(type)
            || ModuleReader.ReadHandWritten(type, context.Compilation, context.CancellationToken) is not { Body: not null } module
            || !AdviceSources.AreIn(module))
        {
            return;
        }

        var findings = new List<Finding>();
        var inputs =
            module.Forward.Inputs.Select(i => i.IsTensor
                ? new AbstractValue.Tensor(Shape.UnknownRank, Provenance.Start(i.Name, Shape.UnknownRank))
                : AbstractValue.Anything).ToArray();
        ModuleEvaluation.Run(module, new Declaration(null, Facts.None, []), Facts.None, inputs, findings, depth: 0, [],
            new EvaluationCache { IsForFindings = true });
        var places = new Places(type, context.Compilation, context.CancellationToken);
        foreach (var finding in findings.Where(f => f.Kind.IsAdvice()))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(finding.Kind), places.Of(finding.At), finding.Also.Select(places.Of),
                Hints.Of(finding), Messages.Of(finding)));
        }
    }
}
