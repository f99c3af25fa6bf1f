using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Walks a module once for each way that its conditions leave open, and puts together what the walks found.</summary>
internal sealed record ModuleEvaluation
{
    private const int MostWays = 64;
    private const int FewestForks = 2;

    /// <summary>Why nothing is counted where the body is not at hand.</summary>
    public const string NotRead = "the body of its forward cannot be read";

    private const string TooManyWays = "the body has more branches than are followed";

    public required AbstractValue Result { get; init; }

    public required EquatableArray<CheckedLayer> Rows { get; init; }

    public required EquatableArray<InferredSize> Inferred { get; init; }

    /// <summary>What must hold where some code runs, and is not proved.</summary>
    public required IReadOnlyList<Requirements> Requirements { get; init; }

    public required Dim MultiplyAdds { get; init; }

    public required Dim TorchinfoMultiplyAdds { get; init; }

    public required string? WhyNoMultiplyAdds { get; init; }

    public required bool Failed { get; init; }

    public required int Operations { get; init; }

    public required int Proved { get; init; }

    public required (Anchor At, string Reason, Fact? Needs)? Lost { get; init; }

    /// <summary>Where evaluation stopped, since the budget was spent; null where it came to the end.</summary>
    public Anchor? Stopped { get; private init; }

    /// <summary>The declared result is not proved on every way.</summary>
    public required bool IsResultOpen { get; init; }

    /// <summary>What it runs, way by way.</summary>
    public required Graph.Trace Trace { get; init; }

    public static ModuleEvaluation Run(
        ModuleModel module, Declaration declared, Facts facts, IReadOnlyList<AbstractValue> inputs, List<Finding> findings, int depth,
        IReadOnlyList<string> checkable, EvaluationCache walked, ShapeRecord? record = null, Device? home = null)
    {
        module = TiedWeights.Resolve(module);
        var decisions = new Oracle();
        var inferred = new List<InferredSize>();

        // What builds the layers: the constructor's own sizes, or those that the module in which this one stands gives to it.
        var given = module.Bound.Count > 0 ? [.. new Bindings(module.Bound).Names]
            : module.Constructor.Names.Where(p => p.IsInteger).Select(p => p.Name).ToArray();
        var buildsBefore = module.Bound.Count == 0 && module.Constructor.Kind == ConstructorKind.Explicit;
        var walks = new List<(LayerEvaluator Walk, Condition[] Way)>();
        var thrown = new List<IReadOnlyList<Condition>>();
        var isOpen = false;
        var ways = 0;
        var (before, isFirst, isMore) = (walked.Budget.Steps, true, false);
        for (var goesOn = true; goesOn; goesOn = Next())
        {
            var walk = new LayerEvaluator(facts, checkable, [], decisions, walked, depth, record, depth > 0 ? module.Type.MetadataName
                : null,
                inferred, given, buildsBefore)
            {
                Home = home,
            };
            if (module.Body is { } body)
            {
                var inner = new Evaluator(module, body, walk, decisions);
                record?.Begin();
                inner.Run(Given(walk));
                record?.End(PathCosts.Missing(module, inputs, decisions.Way), walk.Facts);
                if (!inner.Threw)
                {
                    var missing = PathCosts.Missing(module, inputs, decisions.Way);
                    foreach (var (value, at, path) in inner.Returned.Where(_ => declared.Results is not null))
                    {
                        walk.Scopes = path;
                        isOpen |= Evaluation.DeclaredResult.Check(declared.Results!, declared.Signature?.OutputTypes ?? [],
                            module.Forward.Tensors, value, at, walk, missing);
                    }

                    walk.Scopes = [];
                }
                else if (!walked.Budget.IsSpent && (walks.Count > 0 || ways + 1 < MostWays))
                {
                    // This way ends in an exception: it gives nothing.
                    thrown.Add(walk.Path);
                    continue;
                }
            }
            else if (ChainOf(module, walked) is { } chain)
            {
                var start = inputs.Count > 0 ? LayerEvaluator.First(inputs[0]) : AbstractValue.Lost;
                walk.Run(chain, (AbstractValue.Tensor)walk.Trace.Input(
                    new AbstractValue.Tensor(start.Shape, Provenance.Start("input", start.Shape), start.Type) { Device = start.Device,
                        Made = start.Made }, "input"));
                isOpen |= declared.Results is { } results && Evaluation.DeclaredResult.Check(results, declared.Signature?.OutputTypes ?? [],
                    module.Forward.Tensors, walk.Result, Anchor.Shape, walk);
            }

            else if (module.Forward.Kind is ForwardKind.None or ForwardKind.Own)
            {
                walk.CannotCount(NotRead);
            }

            walk.ListLayers(module);
            walks.Add((walk, decisions.Way.ToArray()));
        }

        if (walks.Count == 0)
        {
            walks.Add((new LayerEvaluator(facts, checkable, [], decisions, walked, depth), []));
            walks[0].Walk.ListLayers(module);
        }

        if (module.Body is not null)
        {
            foreach (var operation in Chain.Of(module with { Chain = null }).Where(
                o => !walks.Any(w => w.Walk.Applies(o.Path))))
            {
                walks.ForEach(w => w.Walk.NeverCalled(operation));
            }
        }

        // Where evaluation stopped, what is wrong on one way may be in order on another, which was not taken.
        var isStopped = walked.Budget.IsSpent;
        if (isStopped && (walks.Count > 1 || decisions.Forks > 0))
        {
            walks.ForEach(w => w.Walk.Findings.RemoveAll(f => f.Kind.IsError() || f.Kind == FindingKind.NotProved));
        }

        var conditional = Gather([.. walks.Select(w => w.Walk)], findings);
        isOpen |= declared.Results is not null && walks.Any(w => w.Walk.IsTrusting);
        isOpen |= conditional.Any(f => f.Kind is FindingKind.DeclaredResultDiffers or FindingKind.DeclaredResultCount);

        // What holds on the ways that were taken need not hold on the others.
        var isCut = isMore || decisions.IsCut || isStopped;
        findings.AddRange(Advice.Of(walks.Select(w => w.Walk.Advice).ToArray()));
        if (isCut)
        {
            record?.Forget();
        }

        var first = walks[0].Walk;
        if (isCut)
        {
            first.Lose(Anchor.Class, Shape.Of(), TooManyWays);
            first.CannotCount(TooManyWays);
            isOpen |= declared.Results is not null;
        }

        // A path that ends early has little to count.
        var counted = walks.FirstOrDefault(w => w.Walk is { Lost: not null, Operations: > 0 }).Walk ?? (first.Operations > 0 ? first
            : walks.OrderByDescending(w => w.Walk.Operations).First().Walk);
        var elsewhere = counted.Proved > 0 ? null : walks.Select(w => w.Walk).FirstOrDefault(w => w.Proved > 0);
        var (adds, torchinfo) = (Cost(static w => w.MultiplyAdds), Cost(static w => w.TorchinfoMultiplyAdds));
        return new ModuleEvaluation
        {
            Result = isCut ? AbstractValue.Lost : PathMerge.Of(walks.Select(w => (w.Walk.Result, w.Walk.Facts)).ToArray()),
            Rows = walks.Count == 1 && !isStopped ? first.Rows.ToEquatableArray() : walks
                .SelectMany(w => w.Walk.Rows.GroupBy(r => r.Path).Select(g => (Row: g.First(), w.Walk.Facts)))
                .GroupBy(r => r.Row.Path)
                .Select(g => isCut ? g.First().Row with { Input = Shape.UnknownRank, Output = Shape.UnknownRank, MultiplyAdds = Dim.Unknown,
                    TorchinfoMultiplyAdds = Dim.Unknown } : PathMerge.Of(g.ToArray()))
                .ToEquatableArray(),
            Inferred = inferred.ToEquatableArray(),
            Stopped = isStopped ? walks.Select(w => w.Walk.Stopped).FirstOrDefault(s => s is not null) ?? Anchor.Class : null,
            Requirements = isStopped && (walks.Count > 1 || decisions.Forks > 0) ? []
                : Evaluation.Requirements.Of(walks.SelectMany(w => w.Walk.Requirements), thrown),
            MultiplyAdds = adds,
            TorchinfoMultiplyAdds = torchinfo,
            WhyNoMultiplyAdds = walks.Select(w => w.Walk.WhyNoMultiplyAdds).FirstOrDefault(w => w is not null)
                ?? (walks.Select(w => w.Walk.Uncounted).FirstOrDefault(u => u is not null) is { } uncounted
                    ? $"what '{uncounted}' multiplies is not known"
                    : adds.IsUnknown && walks.Count > 1 ? "it depends on the way through the body" : null),
            Failed = walks.Any(w => w.Walk.Failed && !w.Walk.Findings.Any(conditional.Contains)),
            Operations = counted.Operations + (elsewhere?.Operations ?? 0),
            Proved = counted.Proved + (elsewhere?.Proved ?? 0),
            Lost = walks.Select(w => w.Walk.Lost).FirstOrDefault(l => l is not null)
                ?? (conditional.Count > 0 ? (conditional[0].At, "it fails in one branch of the body and not in another", null) : null),
            IsResultOpen = isOpen,
            Trace = walked.IsForFindings ? new Graph.Trace([]) : isStopped ? new Graph.Trace([first.Trace.Cut(FreeingOf(module))])
                : StateKeys.Of(module, first.Inferred, walks.Select(w => w.Walk.Trace.Finish(
                w.Way.Aggregate(Dim.One, static (product, branch) => product * branch.Indicator),
                FreeingOf(module),
                w.Walk.Result))),
        };

        Dim Cost(Func<LayerEvaluator, Dim> figure) => walked.IsForFindings ? Dim.Unknown
            : PathCosts.Of(module, inputs, [.. walks.Select(w => (figure(w.Walk), w.Way))]);

        bool Next()
        {
            // The longer a body, the fewer ways are walked one by one: the work stays in proportion to its length.
            if (isFirst && Forks(walked.Budget.Steps - before) is var forks && forks < decisions.Forks)
            {
                (decisions, isFirst) = (new Oracle(forks), false);
                walks.Clear();
                thrown.Clear();
                return true;
            }

            isFirst = false;
            return (isMore = decisions.Next()) && ++ways < MostWays && walked.Way();
        }

        AbstractValue[] Given(LayerEvaluator walk) =>
            inputs.Select((input, i) => walk.Trace.Input(input, i < module.Forward.Inputs.Count ? module.Forward.Inputs[i].Name : null))
                .ToArray();
    }

    /// <summary>The chain that runs: the module's own, or that of its base class; null where it has none.</summary>
    private static ModuleModel? ChainOf(ModuleModel module, EvaluationCache walked) => module switch
    {
        { Forward.Kind: ForwardKind.Chain } => module,
        { IsChainInherited: true } when module.Type.Base!.Built(new Bindings(module.Bound)) is { } basis
            && ChainOf(basis, walked) is { } chain =>
            chain with { Layers = chain.Layers.Select(ParameterCounts.Inferred(chain, walked).Complete).ToEquatableArray() },
        _ => null,
    };

    /// <summary>How many forks may be followed way by way where one way takes that many steps.</summary>
    private static int Forks(int steps)
    {
        var forks = Oracle.MostForks;
        while (forks > FewestForks && (long)steps << forks > Budget.Most / 4)
        {
            forks--;
        }

        return forks;
    }

    /// <summary>When the generated code, or the user's, frees what the layers gave.</summary>
    private static FreeingPolicy FreeingOf(ModuleModel module) => module.Forward.Kind switch
    {
        ForwardKind.Chain => FreeingPolicy.Next,
        ForwardKind.Method => module.Freeing is null ? FreeingPolicy.End : FreeingPolicy.LastUse,
        _ => FreeingPolicy.Never,
    };

    /// <summary>
    /// Puts the findings of all ways together. What fails on one way, and is in order on another, is no error: the program may never
    /// go that way. These are given back.
    /// </summary>
    private static List<Finding> Gather(IReadOnlyList<LayerEvaluator> walks, List<Finding> findings)
    {
        var conditional = new List<Finding>();
        foreach (var walk in walks)
        {
            foreach (var finding in walk.Findings.Where(f => !findings.Any(f.IsAlso)))
            {
                var isConditional = finding.Kind.IsError() && walks.Any(
                    w => w.Passed(finding.At) && !w.Findings.Any(f => f.At == finding.At && f.Kind.IsError()));
                (isConditional ? conditional : findings).Add(finding);
            }
        }

        // What fails in the first turn of a loop fails in those after it.
        findings.RemoveAll(f => f.Kind.IsError() && IsOfAnyTurn(f)
            && findings.Any(o => o.Kind == f.Kind && o.At == f.At && !IsOfAnyTurn(o)));
        return conditional;
    }

    private static bool IsOfAnyTurn(Finding finding) => finding.Particulars.Any(static p => p.Contains(LayerEvaluator.Turn));
}
