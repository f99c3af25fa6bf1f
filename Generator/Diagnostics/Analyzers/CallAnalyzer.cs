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
    private const int DeepestType = 4;

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
        if (context.OwningSymbol is not IMethodSymbol { ContainingType: { } type } method
            || (!method.IsStatic && (torch.IsModule(type) || UserDeclarations.FirstAnnotated(type) is not null))
            || blocks.FirstOrDefault(b => b is IBlockOperation) is not IBlockOperation body || !Calls(body, torch))
        {
            return;
        }

        method = method.PartialImplementationPart ?? method;
        var declaration = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken) ?? body.Syntax;
        if (OrdinaryFindings.In(method, declaration, context.Compilation, context.CancellationToken) is not
            { Code: { } code, Findings: var findings })
        {
            return;
        }

        foreach (var finding in findings.Where(IsSaid))
        {
            if (finding.Via is not null
                && OrdinaryFindings.IsOfCalled(finding, code, context.Compilation, context.CancellationToken))
            {
                continue;
            }

            var at = OrdinaryFindings.PlaceOf(finding, code);
            if (Place(at) is { IsInSource: true } place
                && !CompilerErrors.AreBehind(finding with { At = at }, type, context.Compilation, context.CancellationToken)
                && (finding.Via is null || reported.TryAdd((place, Messages.Of(finding)), true)))
            {
                var also = finding.Also.Prepend(finding.At).Where(a => a != at).Select(Place).OfType<Location>()
                    .Where(l => l.IsInSource).Distinct();
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(finding.Kind), place, also,
                    finding.Via is null ? Hints.Of(finding) : ImmutableDictionary<string, string?>.Empty, Messages.Of(finding)));
            }
        }

        // What the method builds is in it; what it is given may be of another class.
        Location? Place(Anchor anchor) => anchor switch
        {
            { Type: { } other } => Places.In(other, anchor with { Type = null }, context.Compilation, context.CancellationToken),
            { Kind: AnchorKind.Body or AnchorKind.Item } when (anchor.Name is { Length: > 0 } called
                ? code.Places.TryGetValue(called, out var elsewhere) ? elsewhere : null : declaration)?.DescendantNodesAndSelf()
                .ElementAtOrDefault(anchor.Index) is { } node => (ContainerSyntax.Find(node, anchor.Argument) ?? node).GetLocation(),
            _ => null,
        };
    }

    /// <summary>Of methods that are called, what is wrong is said where they are given it; advice is theirs.</summary>
    private static bool IsSaid(Finding finding) => finding.Kind is not FindingKind.ShapeUnknown
        && ((finding.Kind.IsError() && (finding.At.Kind == AnchorKind.Body || finding.At.Type is not null))
            || finding.Kind.IsBroadcast()
            || (finding.Kind.IsAdvice() && finding.Via is null
                && finding.At is not { Type: null, Kind: AnchorKind.Body or AnchorKind.Item, Name: { Length: > 0 } }));

    /// <summary>Most methods have nothing to do with tensors.</summary>
    private static bool Calls(IOperation body, TorchSymbols torch)
    {
        var known = new Dictionary<ITypeSymbol, bool>(SymbolEqualityComparer.Default);
        return body.Descendants().Any(o => o switch
        {
            IInvalidOperation { Syntax: Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax } => true,
            IInvocationOperation call => call.TargetMethod.ContainingAssembly?.Name == "TorchSharp" || call.Type?.TypeKind == TypeKind.Error
                || Holds(call.TargetMethod.ContainingType) || Holds(call.Type),
            _ => Holds(o.Type),
        });

        // Tensors and modules, and objects and collections of them.
        bool Holds(ITypeSymbol? type, int depth = 0)
        {
            if (type is null || depth > DeepestType)
            {
                return false;
            }

            if (!known.TryGetValue(type, out var holds))
            {
                known[type] = false;
                known[type] = holds = type switch
                {
                    IArrayTypeSymbol array => Holds(array.ElementType, depth + 1),
                    INamedTypeSymbol named => torch.IsTensor(named) || torch.IsModule(named)
                        || UserDeclarations.FirstAnnotated(named) is not null || named.TypeArguments.Any(t => Holds(t, depth + 1))
                        || (named.Locations.Any(static l => l.IsInSource) && named.GetMembers().Any(m => m is IFieldSymbol field
                            ? Holds(field.Type, depth + 1) : m is IPropertySymbol property && Holds(property.Type, depth + 1))),
                    _ => false,
                };
            }

            return holds;
        }
    }
}
