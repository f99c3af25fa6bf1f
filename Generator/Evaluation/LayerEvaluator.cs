using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Applies layers to shapes, rule by rule, and keeps the account: findings, conditions, rows, costs.</summary>
internal sealed partial class LayerEvaluator(
    Facts facts, IReadOnlyList<string> checkable, List<Finding> findings, Oracle decisions, EvaluationCache walked, int depth = 0,
    ShapeRecord? record = null, string? within = null, List<InferredSize>? sizes = null,
    IReadOnlyCollection<string>? given = null, bool buildsBefore = false)
{
    private const int MostFacts = 128;
    private readonly List<CheckedLayer> rows = [];
    private readonly List<InferredSize> inferred = sizes ?? [];
    private readonly HashSet<Anchor> passed = [];
    private readonly List<Requirement> requirements = [];
    private readonly HashSet<string> applied = new(StringComparer.Ordinal);
    private int indices;

    public Facts Facts { get; private set; } = facts;

    public IReadOnlyList<CheckedLayer> Rows => rows;

    public IReadOnlyList<InferredSize> Inferred => inferred;

    /// <summary>What could not be proved, to be checked at run time.</summary>
    public IReadOnlyList<Requirement> Requirements => requirements;

    /// <summary>The branches that led to where the walk is.</summary>
    public IReadOnlyList<Condition> Path => [.. decisions.Path, .. Scopes];

    /// <summary>Those of them that were not decided: what is walked stands for more ways than this one.</summary>
    public IReadOnlyList<Condition> Scopes { get; set; } = [];

    public List<Finding> Findings => findings;

    /// <summary>The class that is walked, where it is not the one that is looked at.</summary>
    public string? Within => within;

    /// <summary>Where what is seen on the way is kept; null where nobody asks.</summary>
    public ShapeRecord? Record => record;

    public Advice Advice { get; } = new();

    /// <summary>Something was in order here.</summary>
    public void Pass(Anchor at) => passed.Add(at);

    public bool Passed(Anchor at) => passed.Contains(at);

    public EvaluationCache Cache => walked;

    /// <summary>On which device the parameters of the module are; null where that is not known.</summary>
    public Device? Home { get; init; }

    /// <summary>How deep in other modules this walk is.</summary>
    public int Depth => depth;

    public AbstractValue Result { get; set; } = AbstractValue.Lost;

    public Dim MultiplyAdds { get; private set; } = walked.IsForFindings ? Dim.Unknown : Dim.Zero;

    public Dim TorchinfoMultiplyAdds { get; private set; } = walked.IsForFindings ? Dim.Unknown : Dim.Zero;

    public string? WhyNoMultiplyAdds { get; private set; } = walked.IsForFindings ? "" : null;

    /// <summary>The first call whose cost is missing and of which nothing is said.</summary>
    public string? Uncounted { get; private set; }

    /// <summary>A shape error was found; what comes after it is unknown and silent.</summary>
    public bool Failed { get; set; }

    public int Operations { get; private set; }

    public int Proved { get; private set; }

    /// <summary>The operation at which the shape was lost, and why.</summary>
    public (Anchor At, string Reason, Fact? Needs)? Lost { get; private set; }

    /// <summary>What is known rests on the word of code that nothing checks.</summary>
    public bool IsTrusting { get; private set; }

    public void Trust() => IsTrusting = true;

    /// <summary>Where evaluation stopped; null where it came to the end.</summary>
    public Anchor? Stopped { get; private set; }

    /// <summary>How often what is walked now runs: the number of turns of the loops around it.</summary>
    public Dim Turns { get; set; } = Dim.One;

    /// <summary>What is applied to which values.</summary>
    public TraceBuilder Trace { get; private set; } = new() { IsPaused = walked.IsForFindings };

    /// <summary>A chain: each layer takes what the one before gave.</summary>
    public void Run(ModuleModel module, AbstractValue.Tensor input)
    {
        var (seen, step) = (new HashSet<string>(StringComparer.Ordinal), 0);
        record?.Saw(ValuePlace.Step(0), input);
        Result = Chain.Steps(module).Aggregate(input, (current, layer) =>
        {
            var next = Through(module, layer, layer.Name, layer.Name, !seen.Add(layer.Name), current);
            record?.Applied(layer.Name, current.Shape, next.Shape);
            record?.Saw(ValuePlace.Step(++step), next);
            return next;
        });
    }

    /// <summary>The layers of a module whose body cannot be read: their arguments are checked, their shapes are not.</summary>
    public void ListLayers(ModuleModel module)
    {
        foreach (var operation in Chain.Of(module with { Chain = null }).Where(o => !applied.Contains(o.Path)))
        {
            if (operation.Layer.Condition is { } condition)
            {
                // Where it is not built its arguments are given to nobody.
                _ = condition.Decide(Facts) is false || Under(new Condition(condition.ToString(), condition, true),
                    () => Arguments(operation));
            }
            else
            {
                Arguments(operation);
            }

            if (module.Body is null)
            {
                Infer(operation, Shape.UnknownRank, "the size arrives in a forward whose body cannot be read");
            }

            if (walked.IsForFindings)
            {
                continue;
            }

            var layer = inferred.Complete(operation.Layer);
            var row = new CheckedLayer(operation.Path, layer.Written, Shape.UnknownRank, Shape.UnknownRank,
                LayerCounts.Parameters(layer, walked).Count, Dim.Unknown, Dim.Unknown, false);
            rows.Add(row);

            // On the way on which an optional layer is not built there is none; of a list, the items are called.
            if (module.Layers.FirstOrDefault(l => l.Name == operation.Field) is not { Condition: not null }
                && !applied.Any(a => a.StartsWith(operation.Path + ".", StringComparison.Ordinal)))
            {
                Trace.Record(StepOf(StepKind.Unused, layer, row));
            }
        }
    }

    public bool Applies(string path) => applied.Contains(path);

    /// <summary>What a layer gives for its inputs: a tensor, or a tuple of tensors.</summary>
    public AbstractValue Apply(LayerUse operation, IReadOnlyList<AbstractValue> inputs)
    {
        var layer = operation.Layer;
        if (layer.Condition is { } condition)
        {
            if (decisions.Decide(condition, condition.ToString(), Facts,
                operation.Path == operation.Field ? Condition.TextOf(layer) : null) is { } holds)
            {
                Assume(holds ? condition : !condition);
                return holds ? Apply(operation with { Layer = layer with { Condition = null, Otherwise = null } }, inputs)
                    : layer.Otherwise is { } otherwise ? Apply(operation with { Layer = otherwise with { Name = layer.Name } }, inputs)
                    : inputs.Count > 0 ? inputs[0] : AbstractValue.Lost;
            }
        }

        if (!walked.Budget.Take())
        {
            Stop(operation.At);
            return AbstractValue.Lost;
        }

        operation = operation with { IsRepeated = operation.IsRepeated || !applied.Add(operation.Path) };
        (inner, sharing, hidden, saved, statistics, works, composite) = (null, null, [], null, Dim.Zero, (Dim.Zero, Dim.Zero), null);
        var output = Sequences(operation, layer, inputs) ?? Walk(operation, layer, inputs);
        return walked.IsForFindings ? TraceBuilder.Unrecorded(output, sharing)
            : Trace.Record(StepOf(inner is null ? StepKind.Layer : StepKind.Module, inferred.Complete(layer), rows[^1]) with
            {
                Inner = inner,
                Saves = SavedBy.Layer(Trace, saved, inputs),
                Statistics = statistics,
                Works = works,
                Composite = composite is null ? null : SavedBy.Composite(Trace, composite, composing!, inputs),
            }, inputs, output, sharing, hidden);
    }

    /// <summary>What a recurrent layer gives for packed sequences, which lie time first: such ones. Null for other inputs.</summary>
    private AbstractValue? Sequences(LayerUse operation, LayerModel layer, IReadOnlyList<AbstractValue> inputs)
    {
        if (inputs is not [AbstractValue.Tensor { Packed: { } steps } packed, ..] || layer.Nested is not null
            || layer.NotUnderstood is not null || LayerRules.Find(layer.Factory) is not { Role: Role.Recurrent })
        {
            return null;
        }

        CannotCount($"how long the sequences are that '{operation.Path}' gets is not known at compile time");
        layer = layer with
        {
            Arguments = layer.Arguments.Select(static a => a.Parameter == "batchFirst" ? a with { Value = new Value.Boolean(false) } : a)
                .ToEquatableArray(),
        };
        var given = Walk(operation with { Layer = layer, ArePacked = true }, layer,
            [packed with { Shape = steps, Packed = null }, .. inputs.Skip(1)]);
        return given is AbstractValue.Items { Values: [AbstractValue.Tensor first, ..] } items
            ? items with { Values = [first with { Shape = Shape.UnknownRank, Packed = first.Shape }, .. items.Values.Skip(1)] } : given;
    }

    private AbstractValue Walk(LayerUse operation, LayerModel layer, IReadOnlyList<AbstractValue> inputs)
    {
        var tensors = inputs.Select(First).ToArray();
        var first = tensors.Length == 0 ? AbstractValue.Lost : tensors[0];
        Operations++;
        Advice.Apply(operation, inputs);
        if (layer.Nested is { } nested && layer.NotUnderstood is null)
        {
            return Enter(operation, nested, inputs, first);
        }

        if (layer.NotUnderstood is not null || LayerRules.Find(layer.Factory) is not { } rule)
        {
            Lose(operation.At, first.Shape, layer.WhyUnknown(operation.Path));
            var unknown = Row(operation, layer, first, Shape.UnknownRank, Dim.Unknown, Dim.Unknown);
            return layer.Nested is { Contract: null } declared
                ? unknown with { Provenance = unknown.Provenance.Through(
                    walked.Trail(declared, depth + 1, () => NestedCall.Way(declared, depth + 1, walked)), declared) } : unknown;
        }

        if (!Arguments(operation) || !Infer(operation, first.Shape, null) || tensors.Any(t => t.IsAfterError))
        {
            Failed = true;
            WhyNoMultiplyAdds ??= "";
            return Broken(operation, layer, first);
        }

        layer = inferred.Complete(layer);
        var further = inputs.Skip(rule.Inputs).Select(i => i.ToValue()).ToArray();
        var call = new LayerCall(new LayerArguments(layer.Arguments), tensors.Take(rule.Inputs).Select(t => t.Shape).ToArray(), Facts,
            tensors.Select(t => t.Type).ToArray(), further);
        var output = rule.Output(call).Simplify(Facts);
        call.LooksAt(rule.Further);
        var isLoss = rule.Role == Role.Loss && tensors.Length >= 2;
        foreach (var issue in call.Issues.Take(isLoss ? 1 : int.MaxValue))
        {
            Report(isLoss
                ? Losses.Misfit(rule, rule.Factory, operation.At, tensors.Select(t => t.Shape), Evaluation.LayerFindings.Text(issue),
                    Way(operation, first.Provenance)) with { IsOfModuleType = issue.IsOfModuleType }
                : Evaluation.LayerFindings.Of(issue, operation, layer, rule, call,
                    first.Provenance) with { Also = Way(operation, first.Provenance) });
        }

        if (isLoss && !call.Failed && Losses.Silent(rule, rule.Factory, operation.At, tensors[0], tensors[1],
            call.Arguments.Member("reduction"),
            Facts) is { } silent)
        {
            Report(silent);
        }

        if (call.Failed)
        {
            Failed = true;
            return Broken(operation, layer, first);
        }

        Converted(LayerRule.WeightsOf(call.Arguments));
        var (type, problem) = rule.TypesOf(call.Arguments,
            [.. tensors.Take(rule.TypedInputs).Select(static t => new Value.Tensor(t.Shape, t.Type))]);
        if (problem is not null && !output.Dims.Any(static d => d.Constant == 0))
        {
            Fail(new(FindingKind.LayerElementType, operation.At, operation.Path, layer.Written, problem.Needs, problem.Gets, problem.Edit)
            {
                IsOfModuleType = problem.IsOfModule,
                Cast = problem.Cast,
                Also = Way(operation, first.Provenance),
            });
            return Broken(operation, layer, first);
        }

        var hasState = rule.State(call.Arguments).Any();
        var placement = Placement.Of(rule.Devices, [.. inputs.SelectMany(Evaluation.TraceBuilder.Tensors)],
            hasState ? operation.Device : null);
        if (placement is { Apart: { } apart } && (apart.Chosen.Length == 0 || operation.MayChoose))
        {
            Fail((apart.IsOfLayer
                ? new Finding(FindingKind.LayerDevicesApart, operation.At, operation.Path, layer.Written, apart.Second, apart.First,
                    apart.Chosen)
                : new Finding(FindingKind.DevicesApart, operation.At, rule.Factory, apart.First, apart.Second, apart.Chosen)) with
            {
                IsOfDefaultDevice = operation.Device is { IsDefault: true } || tensors.Any(static t => t.Device is { IsDefault: true }),
                Also = Way(operation, first.Provenance),
            });
            return Broken(operation, layer, first);
        }

        LeaveBehind(placement, $"'{operation.Path}' ({layer.Written})");
        if (!operation.ArePacked && rule.TakesSequenceFirst?.Invoke(call.Arguments) == true && BatchNames.AreFirst(first.Shape))
        {
            Report(new(FindingKind.BatchFirst, operation.At, operation.Path, layer.Written, first.Shape.ToString(),
                first.Shape.Dims[0].ToString(), rule.Role == Role.Recurrent ? "Build it with batchFirst: true."
                    : "Write transpose(0, 1) before it and after it."));
        }

        Pass(operation.At);
        var isChecked = Assume(operation.At, operation.Path, first.Shape, call.Conditions,
            fact => Evaluation.LayerFindings.RemedyOf(fact, rule, call, operation.Path));
        var losesSize = output.Dims.Count(d => d.IsUnknown) > first.Shape.Dims.Count(d => d.IsUnknown);
        if (!call.IsIncomplete && !losesSize && isChecked)
        {
            Proved++;
        }
        else if (isChecked)
        {
            var whose = first.Shape.IsUnknownRank || first.Shape.Dims.Any(d => d.IsUnknown) ? "what it gets" : "the layer";
            Lose(operation.At, first.Shape, $"at '{operation.Path}' ({layer.Written}), a size of {whose} is not known at compile time");
        }

        Place(rule, call, first, output);
        var (adds, torchinfo) = walked.IsForFindings || operation.ArePacked ? (Dim.Unknown, Dim.Unknown)
            : (rule.MultiplyAdds(call, output).Simplify(Facts), rule.TorchinfoMultiplyAdds(call, output).Simplify(Facts));
        var result = Row(operation, layer, first, output, adds, torchinfo) with
        {
            Type = type,
            Device = placement.Device,
            Made = placement.Made,
        };
        var others = rule.Others(call);
        var isTuple = layer.Flow is LayerFlow.Recurrent or LayerFlow.Pair or LayerFlow.Triple || others.Count > 0
            || rule.GivesTuple;
        return isTuple
            ? new AbstractValue.Items([result, .. Enumerable.Range(0, Math.Max(others.Count, layer.Flow == LayerFlow.Triple ? 2 : 1))
                .Select(i => (AbstractValue)(i < others.Count ? result with { Shape = others[i] } : AbstractValue.Lost))])
            : result;
    }

    /// <summary>GEN4012, in the class whose code made the tensor.</summary>
    public void LeaveBehind(Placement placement, string by)
    {
        if (placement.LeftBehind is { } made && depth == 0)
        {
            Report(new(FindingKind.LeftBehind, made.At, made.Name, by));
        }
    }

    /// <summary>The tensor of a value, or of a tuple's first item.</summary>
    public static AbstractValue.Tensor First(AbstractValue value) => value switch
    {
        AbstractValue.Tensor tensor => tensor,
        AbstractValue.Items { Values: [AbstractValue.Tensor tensor, ..] } => tensor,
        _ => AbstractValue.Lost,
    };

    /// <summary>How the name of a turn's number begins.</summary>
    public const string Turn = "#k";

    private bool Arguments(LayerUse operation)
    {
        if (operation.Layer.NotUnderstood is not null || LayerRules.Find(operation.Layer.Factory) is not { } rule || operation.IsRepeated)
        {
            return true;
        }

        // A size still to be inferred is no contradiction.
        var holes = operation.Layer.Arguments.Where(a => a.Parameter != rule.Infers?.Parameter || !IsHole(a));
        var call = new LayerCall(new LayerArguments(holes), Shape.UnknownRank, Facts);
        rule.Arguments(call);
        var at = operation.Field.Length > 0 ? operation with { At = Anchor.Member(operation.Field) } : operation;
        foreach (var issue in call.Issues)
        {
            Report(Evaluation.LayerFindings.Of(issue, at, operation.Layer, rule, call, AbstractValue.Lost.Provenance));
        }

        Assume(at.At, operation.Path, Shape.UnknownRank, call.Conditions);
        if (!call.Failed)
        {
            Pass(at.At);
        }

        return !call.Failed;
    }

    /// <summary>What comes of what failed is unknown, and nothing more is said of it.</summary>
    private AbstractValue.Tensor Broken(LayerUse operation, LayerModel layer, AbstractValue.Tensor input) =>
        Row(operation, layer, input, Shape.UnknownRank, Dim.Unknown, Dim.Unknown) with { IsAfterError = true };

    /// <summary>The way back: the layer's declaration, and the steps that led to what arrives, nearest first.</summary>
    private EquatableArray<Anchor> Way(LayerUse operation, Provenance trail) =>
        (operation.Field.Length > 0 && operation.At.Kind == AnchorKind.Body ? [Anchor.Member(operation.Field).In(within)]
            : Array.Empty<Anchor>()).Concat(trail.Places()).Distinct().ToEquatableArray();
}

/// <summary>The state of a walk at a moment.</summary>
internal sealed record Account(
    Facts Facts, Finding[] Findings, int Rows, int Inferred, int Requirements, HashSet<string> Applied, AbstractValue Result,
    Dim MultiplyAdds, Dim TorchinfoMultiplyAdds, string? WhyNoMultiplyAdds, bool Failed, int Operations, int Proved,
    (Anchor At, string Reason, Fact? Needs)? Lost, Dim Turns);
