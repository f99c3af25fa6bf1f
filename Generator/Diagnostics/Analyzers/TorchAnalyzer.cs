using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>What all analyzers have in common: they look at the user's own code, and only where TorchSharp is referred to.</summary>
public abstract class TorchAnalyzer : DiagnosticAnalyzer
{
    private protected TorchAnalyzer()
    {
    }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (TorchSymbols.In(start.Compilation) is { } torch)
            {
                Register(start, torch);
            }
        });
    }

    private protected abstract void Register(CompilationStartAnalysisContext start, TorchSymbols torch);
}
