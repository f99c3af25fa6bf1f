using System.Collections.Immutable;
using Gen.Checks;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>Reports what the walk finds in every class with layers, while the user types: the generator need not have run.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || !ProjectReadings.MayBeAnnotated(type, context.Compilation)
            || ModuleReader.ReadForMessages(type, context.Compilation, context.CancellationToken) is not { } module)
        {
            return;
        }

        var places = new Places(type, context.Compilation, context.CancellationToken);
        foreach (var finding in ModuleChecker.Check(module).Findings.Where(
            f => !places.IsSaidThere(f) && !CompilerErrors.AreBehind(f, type, context.Compilation, context.CancellationToken)))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.Of(finding.Kind),
                places.Of(finding.Place),
                UnmovedTensorAnalyzer.SeverityOf(finding.Kind, context.Compilation, context.CancellationToken),
                places.AlsoOf(finding),
                Hints.Of(finding),
                Messages.Of(finding)));
        }
    }
}
