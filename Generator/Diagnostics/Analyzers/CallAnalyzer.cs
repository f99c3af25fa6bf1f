using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <summary>
/// Follows tensors of known shape through the ordinary code of a project, into models and losses. Where a value cannot be followed,
/// nothing is said.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CallAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        var reported = new ConcurrentDictionary<(Location, string), bool>();
        start.RegisterOperationBlockAction(block => Analyze(block, torch, reported));
    }

    private static void Analyze(OperationBlockAnalysisContext context, TorchSymbols torch,
        ConcurrentDictionary<(Location Place, string Message), bool> reported)
    {
        // Statements without a class come as the whole body of a method.
        var blocks = context.OperationBlocks.Select(b => b is IMethodBodyOperation { BlockBody: { } statements } ? statements : b)
            .ToArray();

        // Modules are walked by the analyzer of modules, with the shapes that they declare.
        if (context.OwningSymbol is not IMethodSymbol { ContainingType: { } type } method || torch.IsModule(type)
            || UserDeclarations.FirstAnnotated(type) is not null
            || blocks.FirstOrDefault(b => b is IBlockOperation) is not IBlockOperation body || !Calls(body, torch))
        {
            return;
        }

        var declaration = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken) ?? body.Syntax;
        if (ModuleReader.ReadOrdinary(method, declaration, blocks, context.Compilation, context.CancellationToken) is not { } module)
        {
            return;
        }

        var findings = new List<Finding>();
        ModuleEvaluation.Run(module, new Declaration(null, Facts.None, []), Facts.None, [], findings, depth: 0, [], new EvaluationCache());
        foreach (var finding in findings.Where(f => f.Kind is not FindingKind.ShapeUnknown
            && ((f.Kind.IsError() && (f.At.Kind == AnchorKind.Body || f.At.Type is not null)) || f.Kind.IsAdvice()
                || f.Kind == FindingKind.SilentBroadcast)))
        {
            if (!CompilerErrors.AreBehind(finding, type, context.Compilation, context.CancellationToken)
                && Place(finding.At) is { IsInSource: true } place && (!IsCalled(finding.At)
                    || (finding.Kind.IsError() && !FailsAlone(finding, type, context)
                        && reported.TryAdd((place, Messages.Of(finding)), true))))
            {
                var also = finding.Also.Where(a => a != finding.At).Select(Place).OfType<Location>().Where(l => l.IsInSource);
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(finding.Kind), place, also, Hints.Of(finding),
                    Messages.Of(finding)));
            }
        }

        // What the method builds is in it; what it is given may be of another class.
        Location? Place(Anchor anchor) => anchor switch
        {
            _ when IsCalled(anchor) => new Places(type, context.Compilation, context.CancellationToken).Of(anchor),
            { Type: { } other } => Places.In(other, anchor with { Type = null }, context.Compilation, context.CancellationToken),
            { Kind: AnchorKind.Body or AnchorKind.Item } when declaration.DescendantNodesAndSelf()
                .ElementAtOrDefault(anchor.Index) is { } node => (ContainerSyntax.Find(node, anchor.Argument) ?? node).GetLocation(),
            _ => null,
        };
    }

    /// <summary>In a method of the class that the one which is looked at calls.</summary>
    private static bool IsCalled(Anchor anchor) =>
        anchor is { Type: null, Kind: AnchorKind.Body or AnchorKind.Item, Name: { Length: > 0 } } && anchor.Name != BodyReader.Ordinary;

    /// <summary>That method fails whatever it is given, which is said of it.</summary>
    private static bool FailsAlone(Finding finding, INamedTypeSymbol type, OperationBlockAnalysisContext context)
    {
        var method = type.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => BodyReader.Key(m) == finding.At.Name);
        if (method?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken) is not { } declaration
            || context.Compilation.ModelOf(declaration.SyntaxTree).OperationOf(declaration, context.CancellationToken)
                is not IMethodBodyOperation { BlockBody: var block, ExpressionBody: var expression }
            || (block ?? expression) is not { } body
            || ModuleReader.ReadOrdinary(method, declaration, [body], context.Compilation, context.CancellationToken) is not { } module)
        {
            return false;
        }

        var alone = new List<Finding>();
        ModuleEvaluation.Run(module, new Declaration(null, Facts.None, []), Facts.None, [], alone, depth: 0, [], new EvaluationCache());
        return alone.Any(f => f.Kind == finding.Kind && f.At == finding.At with { Name = BodyReader.Ordinary });
    }

    /// <summary>Most methods have nothing to do with tensors.</summary>
    private static bool Calls(IOperation body, TorchSymbols torch) =>
        body.Descendants().Any(o => o is IInvalidOperation { Syntax: Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax })
            || body.Descendants().OfType<IInvocationOperation>()
                .Any(c => torch.IsModule(c.TargetMethod.ContainingType) || c.TargetMethod.ContainingAssembly?.Name == "TorchSharp"
                    || (c.Instance?.Type is { } receiver && torch.IsModule(receiver)) || c.Type?.TypeKind == TypeKind.Error);
}
