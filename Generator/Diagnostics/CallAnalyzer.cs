using System.Collections.Immutable;
using Gen.Checking;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <summary>
/// Follows tensors of known shape through the ordinary code of a project, into models and losses. Where a value cannot be followed,
/// nothing is said.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CallAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (TorchSymbols.In(start.Compilation) is { } torch)
            {
                start.RegisterOperationBlockAction(block => Analyze(block, torch));
            }
        });
    }

    private static void Analyze(OperationBlockAnalysisContext context, TorchSymbols torch)
    {
        // Modules are walked by the analyzer of modules, with the shapes that they declare.
        if (context.OwningSymbol is not IMethodSymbol { ContainingType: { } type } method || torch.IsModule(type) || UserDeclarations.FirstAnnotated(type) is not null
            || context.OperationBlocks.FirstOrDefault(b => b is IBlockOperation) is not IBlockOperation body || !Calls(body, torch))
        {
            return;
        }

        var declaration = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken) ?? body.Syntax;
        if (ModuleReader.ReadOrdinary(type, declaration, context.OperationBlocks, context.Compilation, context.CancellationToken) is not { } module)
        {
            return;
        }

        var findings = new List<Finding>();
        ModuleWalk.Run(module, new Declaration(null, Facts.None, []), Facts.None, [], findings, depth: 0, [], new Walked());
        if (findings.Any(f => f.Kind.IsError()) && CompilerErrors.AreIn(type, context.Compilation, context.CancellationToken))
        {
            return;
        }

        foreach (var finding in findings.Where(f => f.At.Kind == AnchorKind.Body && f.Kind is not FindingKind.ShapeUnknown && (f.Kind.IsError() || f.Kind == FindingKind.SilentBroadcast)))
        {
            if (declaration.DescendantNodesAndSelf().ElementAtOrDefault(finding.At.Index) is { } node)
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(finding.Kind), node.GetLocation(), Messages.Of(finding)));
            }
        }
    }

    /// <summary>Most methods have nothing to do with tensors.</summary>
    private static bool Calls(IOperation body, TorchSymbols torch) =>
        body.Descendants().OfType<IInvocationOperation>().Any(c => torch.IsModule(c.TargetMethod.ContainingType) || c.TargetMethod.ContainingAssembly?.Name == "TorchSharp" || (c.Instance?.Type is { } receiver && torch.IsModule(receiver)) || c.Type?.TypeKind == TypeKind.Error);
}
