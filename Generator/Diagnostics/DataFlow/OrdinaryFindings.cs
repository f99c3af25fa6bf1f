using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <summary>What the walk through a method found.</summary>
internal sealed record OrdinaryWalk(OrdinaryCode? Code, IReadOnlyList<Finding> Findings, ShapeRecord Record);

/// <summary>What is found in code that is no module's, with all that it calls. A method that others call is asked once what is wrong in it
/// whatever it is given.</summary>
internal static class OrdinaryFindings
{
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<string, HashSet<(FindingKind, Anchor)>>> Known = new();

    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<SyntaxNode, StrongBox<OrdinaryWalk?>>> Walked = new();

    /// <summary>The code of a method with what the walk through it found; the code is null where there is nothing to follow. Several
    /// analyzers ask for the same method.</summary>
    public static OrdinaryWalk In(IMethodSymbol method, SyntaxNode declaration, Compilation compilation, CancellationToken cancellation)
    {
        // Analyzers run at the same time: who comes second waits.
        var walk = Walked.GetValue(compilation, static _ => new()).GetOrAdd(declaration, static _ => new());
        lock (walk)
        {
            return walk.Value ??= Walk(method, declaration, compilation, cancellation);
        }
    }

    private static OrdinaryWalk Walk(IMethodSymbol method, SyntaxNode declaration, Compilation compilation, CancellationToken cancellation)
    {
        IOperation?[] blocks = compilation.ModelOf(declaration.SyntaxTree).OperationOf(declaration, cancellation) switch
        {
            IMethodBodyOperation body => [body.BlockBody ?? body.ExpressionBody],
            IConstructorBodyOperation body => [body.Initializer, body.BlockBody ?? body.ExpressionBody],
            IBlockOperation block => [block],
            _ => [],
        };
        var code = blocks.Any(static b => b is IBlockOperation)
            ? ModuleReader.ReadOrdinary(method, declaration, [.. blocks.OfType<IOperation>()], compilation, cancellation) : null;
        var record = new ShapeRecord(ofPlaces: false);
        return new(code, code is null ? [] : Of(code, record: record), record);
    }

    public static IReadOnlyList<Finding> Of(OrdinaryCode code, (int Call, string Parameter)? hidden = null, ShapeRecord? record = null,
        Budget? budget = null)
    {
        var findings = new List<Finding>();
        ModuleEvaluation.Run(code.Module, new Declaration(null, Facts.None, []), Facts.None, [], findings, depth: 0, [],
            new EvaluationCache(budget ?? new Budget(Budget.MostOfCode)) { Hidden = hidden, IsForFindings = true },
            record);
        return findings;
    }

    /// <summary>Where it is said: for what fails in a method that is called, the argument without which it would not, the last if there are
    /// several; else the call.</summary>
    public static Anchor PlaceOf(Finding finding, OrdinaryCode code)
    {
        if (finding.Via is not { } call)
        {
            return finding.At;
        }

        foreach (var (parameter, at) in call.Arguments.Reverse())
        {
            if (!Of(code, (call.At.Index, parameter)).Any(finding.IsAlso))
            {
                return call.At with { Index = at };
            }
        }

        return call.At;
    }

    /// <summary>The method that is called fails there whatever it is given, which is said of it.</summary>
    public static bool IsOfCalled(Finding finding, OrdinaryCode code, Compilation compilation, CancellationToken cancellation) =>
        finding.Via is { Method: var key } && code.Methods.TryGetValue(key, out var method)
            && Known.GetValue(compilation, static _ => new(StringComparer.Ordinal))
                .GetOrAdd(key, _ => Alone(key, method, code.Places[key], compilation, cancellation)).Contains((finding.Kind, finding.At));

    private static HashSet<(FindingKind, Anchor)> Alone(string key, IMethodSymbol method, SyntaxNode declaration, Compilation compilation,
        CancellationToken cancellation) =>
        [.. In(method, declaration, compilation, cancellation).Findings.Select(f => (f.Kind,
            f.At is { Name: BodyReader.Ordinary, Kind: AnchorKind.Body or AnchorKind.Item } ? f.At with { Name = key } : f.At))];
}
