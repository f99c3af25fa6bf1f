using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Applies layers to shapes, rule by rule, and keeps the account: findings, conditions, rows, costs.</summary>
internal sealed class LayerWalk(Facts facts, IReadOnlyList<string> checkable, List<Finding> findings, Decisions decisions, Walked walked, int depth = 0, List<InferredSize>? sizes = null)
{
    private readonly List<CheckedLayer> rows = [];
    private readonly List<InferredSize> inferred = sizes ?? [];
    private readonly HashSet<Anchor> passed = [];
    private readonly List<Fact> conditions = [];
    private readonly HashSet<string> applied = new(StringComparer.Ordinal);

    public Facts Facts { get; private set; } = facts;

    public IReadOnlyList<CheckedLayer> Rows => rows;

    public IReadOnlyList<InferredSize> Inferred => inferred;

    /// <summary>What could not be proved, to be checked when running.</summary>
    public IReadOnlyList<Fact> Conditions => conditions;

    public List<Finding> Findings => findings;

    /// <summary>Something was in order here.</summary>
    public void Pass(Anchor at) => passed.Add(at);

    public bool Passed(Anchor at) => passed.Contains(at);

    public Walked Walked => walked;

    /// <summary>How deep in other modules this walk is.</summary>
    public int Depth => depth;

    public Abstract Result { get; set; } = Abstract.Lost;

    public Dim MultiplyAdds { get; private set; } = Dim.Zero;

    public Dim TorchinfoMultiplyAdds { get; private set; } = Dim.Zero;

    public string? WhyNoMultiplyAdds { get; private set; }

    /// <summary>A shape error was found; what comes after it is unknown and silent.</summary>
    public bool Failed { get; private set; }

    public int Operations { get; private set; }

    public int Proved { get; private set; }

    /// <summary>The operation at which the shape was lost, and why.</summary>
    public (Anchor At, string Reason)? Lost { get; private set; }

    /// <summary>How often what is walked now runs: the number of turns of the loops around it.</summary>
    public Dim Turns { get; set; } = Dim.One;

    public void Run(ModuleGraph graph, Shape input)
    {
        var current = new Abstract.Tensor(input, Trail.Start("input", input));
        foreach (var operation in graph.Operations)
        {
            current = First(Apply(operation, [current]));
        }

        Result = current;
    }

    /// <summary>The layers of a module whose body cannot be read: their arguments are checked, their shapes are not.</summary>
    public void ListLayers(ModuleModel module)
    {
        foreach (var operation in ChainGraph.Of(module with { Chain = null }).Operations.Where(o => !applied.Contains(o.Path)))
        {
            Arguments(operation);
            if (module.Body is null)
            {
                Infer(operation, Shape.UnknownRank, "the size arrives in a forward whose body cannot be read");
            }

            rows.Add(new(operation.Path, Complete(operation.Layer).Written, Shape.UnknownRank, Shape.UnknownRank, LayerCounts.Parameters(Complete(operation.Layer), walked).Count, Dim.Unknown, Dim.Unknown, false));
        }
    }

    /// <summary>The layer with the sizes that were inferred for it in place of -1.</summary>
    public LayerModel Complete(LayerModel layer)
    {
        var holes = inferred.Where(i => i.Layer == layer.Name && layer.Origin == LayerOrigin.Attribute).ToArray();
        return holes.Length == 0 ? layer : layer with
        {
            Arguments = layer.Arguments.Select(a => holes.FirstOrDefault(h => h.Parameter == a.Parameter) is { } hole
                ? a with { Value = new Value.Integer(Dim.Of(hole.Size)), Written = hole.Size.ToString(System.Globalization.CultureInfo.InvariantCulture) }
                : a).ToEquatableArray(),
            Written = Construction.Rewrite(layer, holes[0].Parameter, holes[0].Size.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>What a layer gives for its inputs: a tensor, or a tuple of tensors.</summary>
    public Abstract Apply(Operation operation, IReadOnlyList<Abstract> inputs)
    {
        var layer = operation.Layer;
        if (layer.Condition is { } condition)
        {
            if (decisions.Decide(condition, condition.ToString(), Facts) is { } holds)
            {
                Assume(holds ? condition : !condition);
                return holds ? Apply(operation with { Layer = layer with { Condition = null, Otherwise = null } }, inputs)
                    : layer.Otherwise is { } otherwise ? Apply(operation with { Layer = otherwise with { Name = layer.Name } }, inputs)
                    : inputs.Count > 0 ? inputs[0] : Abstract.Lost;
            }
        }

        operation = operation with { IsRepeated = operation.IsRepeated || !applied.Add(operation.Path) };
        var tensors = inputs.Select(First).ToArray();
        var first = tensors.Length == 0 ? Abstract.Lost : tensors[0];
        Operations++;
        if (layer.Nested is { } nested && layer.NotUnderstood is null)
        {
            return Enter(operation, nested, inputs, first);
        }

        if (layer.NotUnderstood is not null || LayerRules.Find(layer.Factory) is not { } rule)
        {
            Lose(operation.At, first.Shape, layer.WhyUnknown(operation.Path));
            return Row(operation, layer, first, Shape.UnknownRank, Dim.Unknown, Dim.Unknown);
        }

        if (!Arguments(operation) || !Infer(operation, first.Shape, null))
        {
            Failed = true;
            WhyNoMultiplyAdds ??= "";
            return Row(operation, layer, first, Shape.UnknownRank, Dim.Unknown, Dim.Unknown);
        }

        layer = Complete(layer);
        var call = new LayerCall(new LayerArguments(layer.Arguments), tensors.Select(t => t.Shape).ToArray(), Facts);
        var output = rule.Output(call).Simplify(Facts);
        var isLoss = Losses.IsLoss(rule.Factory) && tensors.Length >= 2;
        foreach (var issue in call.Issues.Take(isLoss ? 1 : int.MaxValue))
        {
            Report(isLoss
                ? Losses.Misfit(rule.Factory, operation.At, tensors[0].Shape, tensors[1].Shape, string.Join(" and ", issue.Particulars), first.Trail.Places())
                : Checking.Findings.Of(issue, operation, layer, rule, first.Trail));
        }

        if (isLoss && !call.Failed && Losses.Silent(rule.Factory, operation.At, tensors[0].Shape, tensors[1].Shape, Facts) is { } silent)
        {
            Report(silent);
        }

        if (call.Failed)
        {
            Failed = true;
            return Row(operation, layer, first, Shape.UnknownRank, Dim.Unknown, Dim.Unknown);
        }

        Pass(operation.At);
        var isChecked = Assume(operation.At, operation.Path, first.Shape, call.Conditions);
        var losesSize = output.Dims.Count(d => d.IsUnknown) > first.Shape.Dims.Count(d => d.IsUnknown);
        if (!call.IsIncomplete && !losesSize && isChecked)
        {
            Proved++;
        }
        else if (isChecked)
        {
            Lose(operation.At, first.Shape, $"a size of '{operation.Path}' ({layer.Written}) is not known when compiling");
        }

        var result = Row(operation, layer, first, output, rule.MultiplyAdds(call, output).Simplify(Facts), rule.TorchinfoMultiplyAdds(call, output).Simplify(Facts));
        var others = rule.Others(call);
        var isTuple = layer.Flow is LayerFlow.Recurrent or LayerFlow.Pair or LayerFlow.Triple || others.Count > 0 || rule.Factory is "LSTMCell" or "MultiheadAttention";
        return isTuple
            ? new Abstract.Items([result, .. Enumerable.Range(0, 2).Select(i => (Abstract)(i < others.Count ? result with { Shape = others[i] } : Abstract.Lost))])
            : result;
    }

    /// <summary>The tensor of a value, or of a tuple's first item.</summary>
    public static Abstract.Tensor First(Abstract value) => value switch
    {
        Abstract.Tensor tensor => tensor,
        Abstract.Items { Values: [Abstract.Tensor tensor, ..] } => tensor,
        _ => Abstract.Lost,
    };

    /// <summary>An operation that is no layer was walked.</summary>
    public void Count(bool isProved, Dim multiplyAdds, string what)
    {
        Operations++;
        Proved += isProved ? 1 : 0;
        if (multiplyAdds.IsUnknown)
        {
            WhyNoMultiplyAdds ??= $"the shape at '{what}' is not known";
        }

        MultiplyAdds += multiplyAdds * Turns;
    }

    public void CannotCount(string reason)
    {
        WhyNoMultiplyAdds ??= reason;
        MultiplyAdds = Dim.Unknown;
    }

    /// <summary>An error is said once, however many ways lead to it.</summary>
    public void Report(Finding finding)
    {
        if (!findings.Contains(finding))
        {
            findings.Add(finding);
        }
    }

    public void Fail(Finding finding)
    {
        Report(finding);
        Failed = true;
    }

    /// <summary>What holds from here on.</summary>
    public void Assume(Truth truth)
    {
        var more = truth.Facts.Where(f => !Facts.All.Contains(f)).ToArray();
        if (more.Length > 0)
        {
            Facts = Facts.And(more);
        }
    }

    /// <summary>GEN2001 for what is left to the run; what no guard can check is lost. True where nothing was lost.</summary>
    public bool Assume(Anchor at, string what, Shape input, IEnumerable<Fact> unproved)
    {
        var isKept = true;
        foreach (var fact in unproved.Where(f => !conditions.Contains(f)))
        {
            if (fact.Left.Names.Concat(fact.Right.Names).All(checkable.Contains))
            {
                conditions.Add(fact);
                Report(new(FindingKind.NotProved, at, what, fact.ToString()));
            }
            else
            {
                isKept = false;
                Lose(at, input, $"whether {fact} holds at '{what}' is not known when compiling");
            }
        }

        return isKept;
    }

    public void Lose(Anchor at, Shape input, string reason)
    {
        if (Lost is null && !Failed && !input.IsUnknownRank)
        {
            Lost = (at, reason);
        }
    }

    /// <summary>A module with a body or a chain of its own: by its declared shape, and by walking it with what arrives.</summary>
    private Abstract Enter(Operation operation, ModuleModel nested, IReadOnlyList<Abstract> inputs, Abstract.Tensor first)
    {
        var inner = NestedCall.Enter(operation.Layer, nested, inputs, Facts, walked, depth + 1);
        switch (inner)
        {
            case { Mismatch: { } needs }:
                Fail(new(FindingKind.NestedMismatch, operation.At, operation.Path, operation.Layer.TypeName, needs, inner.Gets!, first.Trail.ToString()));
                break;
            case { Error: { } error }:
                Fail(error with { At = operation.At, Also = first.Trail.Places(), Particulars = new[] { $"{operation.Path}.{error.Particulars[0]}" }.Concat(error.Particulars.Skip(1)).ToEquatableArray() });
                break;
            case { Reason: { } reason }:
                Pass(operation.At);
                Lose(operation.At, first.Shape, $"'{operation.Layer.Name}' ({operation.Layer.TypeName}) {reason}");
                break;
            default:
                Pass(operation.At);
                Proved += Assume(operation.At, operation.Path, first.Shape, inner.Conditions) ? 1 : 0;
                break;
        }

        var output = First(inner.Output);
        var row = Row(operation, operation.Layer, first, output.Shape, inner.MultiplyAdds, inner.TorchinfoMultiplyAdds);
        return inner.Output is Abstract.Tensor ? row with { Type = output.Type } : inner.Output;
    }

    private bool Arguments(Operation operation)
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
            Report(Checking.Findings.Of(issue, at, operation.Layer, rule, Abstract.Lost.Trail));
        }

        Assume(at.At, operation.Path, Shape.UnknownRank, call.Conditions);
        if (!call.Failed)
        {
            Pass(at.At);
        }

        return !call.Failed;
    }

    /// <summary>Puts the size that arrives in place of -1. False where there is a hole that cannot be filled.</summary>
    private bool Infer(Operation operation, Shape input, string? whyNot)
    {
        var layer = operation.Layer;
        if (LayerRules.Find(layer.Factory) is not { Infers: { } size } || layer.Arguments.FirstOrDefault(a => a.Parameter == size.Parameter) is not { } argument || !IsHole(argument))
        {
            return true;
        }

        var at = Anchor.Of(operation.Field, size.Parameter);
        if (layer.Origin != LayerOrigin.Attribute)
        {
            Report(new(FindingKind.HoleInInitializer, at, operation.Path, size.Parameter, layer.TypeName));
            return false;
        }

        Pass(at);
        if (inferred.Any(i => i.Layer == layer.Name))
        {
            return true;
        }

        var arrives = size.From(input);
        if (arrives.Constant is { } number)
        {
            inferred.Add(new(layer.Name, size.Parameter, number));
            return true;
        }

        passed.Remove(at);

        if (!Failed || !arrives.IsUnknown)
        {
            var reason = whyNot ?? (arrives.IsUnknown
                ? input.IsUnknownRank ? "the shape that arrives is not known" : $"{input} does not tell its {size.Meaning}"
                : $"the {size.Meaning} that arrive are {arrives}, which only a call knows");
            Report(new(FindingKind.CannotInfer, at, operation.Path, size.Parameter, reason));
        }

        return false;
    }

    private static bool IsHole(Argument argument) => argument.Value is Value.Integer { Dim.Constant: -1 };

    private Abstract.Tensor Row(Operation operation, LayerModel layer, Abstract.Tensor input, Shape output, Dim cost, Dim torchinfoCost)
    {
        if (cost.IsUnknown && WhyNoMultiplyAdds is null)
        {
            WhyNoMultiplyAdds = layer.NotUnderstood is null && (LayerRules.Find(layer.Factory) is not null || layer.Nested is not null)
                ? $"the shape at '{operation.Path}' is not known"
                : layer.WhyUnknown(operation.Path);
        }

        MultiplyAdds += cost * Turns;
        TorchinfoMultiplyAdds += torchinfoCost * Turns;
        rows.Add(new(operation.Path, layer.Written, input.Shape, output, LayerCounts.Parameters(layer, walked).Count, cost, torchinfoCost, operation.IsRepeated));
        return new(output, input.Trail.Then(operation.Path, operation.Field.Length > 0 ? Anchor.Member(operation.Field) : operation.At, layer.Factory == "Flatten", output));
    }
}
