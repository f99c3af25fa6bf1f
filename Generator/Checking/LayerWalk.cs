using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Carries a shape through the operations of a graph, rule by rule.</summary>
internal sealed class LayerWalk(Facts facts, IReadOnlyList<string> checkable, List<Finding> findings)
{
    private readonly List<CheckedLayer> rows = [];
    private readonly List<InferredSize> inferred = [];
    private readonly List<Fact> conditions = [];
    private readonly Trail trail = new();

    public IReadOnlyList<CheckedLayer> Rows => rows;

    public IReadOnlyList<InferredSize> Inferred => inferred;

    /// <summary>What could not be proved, to be checked when running.</summary>
    public IReadOnlyList<Fact> Conditions => conditions;

    public Shape Result { get; private set; } = Shape.UnknownRank;

    public Dim MultiplyAdds { get; private set; } = Dim.Zero;

    public string? WhyNoMultiplyAdds { get; private set; }

    /// <summary>A shape error was found; what comes after it is unknown and silent.</summary>
    public bool Failed { get; private set; }

    public int Operations { get; private set; }

    public int Proved { get; private set; }

    /// <summary>The operation at which the shape was lost, and why.</summary>
    public (Operation Operation, string Reason)? Lost { get; private set; }

    public Trail Trail => trail;

    public void Run(ModuleGraph graph, Shape input)
    {
        var shape = input;
        trail.Start(input);
        foreach (var operation in graph.Operations)
        {
            Operations++;
            shape = Apply(operation, shape);
        }

        Result = shape;
    }

    /// <summary>The layers of a module whose <c>forward</c> is not a chain: their arguments are checked, their shapes are not.</summary>
    public void ListLayers(ModuleModel module)
    {
        foreach (var operation in ChainGraph.Of(module with { Chain = null }).Operations)
        {
            Arguments(operation);
            Infer(operation, Shape.UnknownRank, "the size arrives in a Forward method, whose body is not analysed");
            rows.Add(new(operation.Path, Complete(operation.Layer).Written, Shape.UnknownRank, Shape.UnknownRank, LayerCounts.Parameters(Complete(operation.Layer)).Count, Dim.Unknown, Dim.Unknown, false));
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

    private Shape Apply(Operation operation, Shape input)
    {
        var layer = operation.Layer;
        if (layer.Nested is { } nested && layer.NotUnderstood is null)
        {
            return Enter(operation, nested, input);
        }

        if (layer.NotUnderstood is not null || LayerRules.Find(layer.Factory) is not { } rule)
        {
            Lose(operation, input, layer.NotUnderstood is { } text
                ? $"how '{operation.Path}' is built is not understood: {text}"
                : $"there is no rule for '{operation.Path}' ({layer.TypeName})");
            return Row(operation, layer, input, Shape.UnknownRank, Dim.Unknown, Dim.Unknown);
        }

        if (!Arguments(operation) || !Infer(operation, input, null))
        {
            Failed = true;
            WhyNoMultiplyAdds ??= "";
            return Row(operation, layer, input, Shape.UnknownRank, Dim.Unknown, Dim.Unknown);
        }

        layer = Complete(layer);
        var call = new LayerCall(new LayerArguments(layer.Arguments), input, facts);
        var output = rule.Output(call).Simplify(facts);
        foreach (var issue in call.Issues)
        {
            findings.Add(Findings.Of(issue, operation, layer, rule, trail));
        }

        if (call.Failed)
        {
            Failed = true;
            output = Shape.UnknownRank;
        }
        else
        {
            var isChecked = Assume(operation, input, call.Conditions);
            var losesSize = output.Dims.Count(d => d.IsUnknown) > input.Dims.Count(d => d.IsUnknown);
            if (!call.IsIncomplete && !losesSize && isChecked)
            {
                Proved++;
            }
            else if (isChecked)
            {
                Lose(operation, input, $"a size of '{operation.Path}' ({layer.Written}) is not known when compiling");
            }
        }

        return call.Failed
            ? Row(operation, layer, input, output, Dim.Unknown, Dim.Unknown)
            : Row(operation, layer, input, output, rule.MultiplyAdds(call, output).Simplify(facts), rule.TorchinfoMultiplyAdds(call, output).Simplify(facts));
    }

    /// <summary>A module of Gen in the chain: by its declared shape, with its own names made those of the caller.</summary>
    private Shape Enter(Operation operation, ModuleModel nested, Shape input)
    {
        var inner = NestedCall.Enter(operation.Layer, nested, input, facts);
        switch (inner)
        {
            case { Mismatch: { } needs }:
                findings.Add(new(FindingKind.NestedMismatch, Anchor.Member(operation.Field), operation.Path, operation.Layer.TypeName, needs, input.ToString(), trail.ToString()));
                Failed = true;
                break;
            case { Reason: { } reason }:
                Lose(operation, input, reason);
                break;
            default:
                Proved += Assume(operation, input, inner.Conditions) ? 1 : 0;
                break;
        }

        return Row(operation, operation.Layer, input, inner.Output, inner.MultiplyAdds, inner.TorchinfoMultiplyAdds);
    }

    private bool Arguments(Operation operation)
    {
        if (operation.Layer.NotUnderstood is not null || LayerRules.Find(operation.Layer.Factory) is not { } rule || operation.IsRepeated)
        {
            return true;
        }

        // A size still to be inferred is no contradiction.
        var holes = operation.Layer.Arguments.Where(a => a.Parameter != rule.Infers?.Parameter || !IsHole(a));
        var call = new LayerCall(new LayerArguments(holes), Shape.UnknownRank, facts);
        rule.Arguments(call);
        findings.AddRange(call.Issues.Select(issue => Findings.Of(issue, operation, operation.Layer, rule, trail)));
        Assume(operation, Shape.UnknownRank, call.Conditions);
        return !call.Failed;
    }

    /// <summary>Puts the size that arrives in place of -1. False where there is a hole that cannot be filled.</summary>
    private bool Infer(Operation operation, Shape input, string? whyNot)
    {
        var layer = operation.Layer;
        if (LayerRules.Find(layer.Factory) is not { Infers: { } size } rule || layer.Arguments.FirstOrDefault(a => a.Parameter == size.Parameter) is not { } argument || !IsHole(argument))
        {
            return true;
        }

        var at = Anchor.Of(operation.Field, size.Parameter);
        if (layer.Origin != LayerOrigin.Attribute)
        {
            findings.Add(new(FindingKind.HoleInInitializer, at, operation.Path, size.Parameter, layer.TypeName));
            return false;
        }

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

        if (!Failed || !arrives.IsUnknown)
        {
            var reason = whyNot ?? (arrives.IsUnknown
                ? input.IsUnknownRank ? "the shape that arrives is not known" : $"{input} does not tell its {size.Meaning}"
                : $"the {size.Meaning} that arrive are {arrives}, which only a call knows");
            findings.Add(new(FindingKind.CannotInfer, at, operation.Path, size.Parameter, reason));
        }

        return false;
    }

    private static bool IsHole(Argument argument) => argument.Value is Value.Integer { Dim.Constant: -1 };

    /// <summary>GEN2001 for what is left to the run; what no guard can check is lost. True where nothing was lost.</summary>
    private bool Assume(Operation operation, Shape input, IEnumerable<Fact> unproved)
    {
        var isKept = true;
        foreach (var fact in unproved.Where(f => !conditions.Contains(f)))
        {
            if (fact.Left.Names.Concat(fact.Right.Names).All(checkable.Contains))
            {
                conditions.Add(fact);
                findings.Add(new(FindingKind.NotProved, Anchor.Member(operation.Field), operation.Path, fact.ToString()));
            }
            else
            {
                isKept = false;
                Lose(operation, input, $"whether {fact} holds at '{operation.Path}' is not known when compiling");
            }
        }

        return isKept;
    }

    private void Lose(Operation operation, Shape input, string reason)
    {
        if (Lost is null && !Failed && !input.IsUnknownRank)
        {
            Lost = (operation, reason);
        }
    }

    private Shape Row(Operation operation, LayerModel layer, Shape input, Shape output, Dim cost, Dim torchinfoCost)
    {
        if (cost.IsUnknown && WhyNoMultiplyAdds is null)
        {
            WhyNoMultiplyAdds = layer.NotUnderstood is null && (LayerRules.Find(layer.Factory) is not null || layer.Nested is not null)
                ? $"the shape at '{operation.Path}' is not known"
                : $"there is no rule for '{operation.Path}' ({layer.TypeName})";
        }

        MultiplyAdds += cost;
        trail.Add(operation, layer, input, output);
        rows.Add(new(operation.Path, layer.Written, input, output, LayerCounts.Parameters(layer).Count, cost, torchinfoCost, operation.IsRepeated));
        return output;
    }
}
