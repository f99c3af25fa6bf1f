using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>
/// Modelling advice that follows from how a tensor came about: what reaches a loss that applies softmax or sigmoid itself, and linear
/// layers with nothing between them. What is not known is not spoken of.
/// </summary>
internal sealed class Advice
{
    private readonly Dictionary<Provenance, int> uses = [];
    private readonly List<(Finding Finding, Anchor Where, IReadOnlyList<Provenance> Between)> candidates = [];
    private readonly HashSet<Anchor> passed = [];

    /// <summary>What holds on every one of the ways through a body that comes to the place in question.</summary>
    public static IEnumerable<Finding> Of(IReadOnlyList<Advice> ways) => ways
        .SelectMany(w => w.Given())
        .GroupBy(g => (g.Finding.Kind, g.Finding.At))
        .Where(g => ways.All(w => !w.passed.Contains(g.First().Where) || w.Given().Any(o => (o.Finding.Kind, o.Finding.At) == g.Key)))
        .Select(g => g.First().Finding);

    /// <summary>Linear layers are one only if nothing else is done with what lies between them.</summary>
    private IEnumerable<(Finding Finding, Anchor Where)> Given() =>
        candidates.Where(c => c.Between.All(t => uses.TryGetValue(t, out var times) && times == 1)).Select(c => (c.Finding, c.Where));

    /// <summary>A tensor is used, by something that is not looked at.</summary>
    public void Use(AbstractValue value)
    {
        Use(value, 2);
    }

    private void Use(AbstractValue value, int depth)
    {
        if (value is AbstractValue.Tensor { Provenance: var trail })
        {
            uses[trail] = (uses.TryGetValue(trail, out var times) ? times : 0) + 1;
        }
        else if (value is AbstractValue.Items items && depth > 0)
        {
            foreach (var item in items.Values)
            {
                Use(item, depth - 1);
            }
        }
    }

    /// <summary>A layer is applied.</summary>
    public void Apply(LayerUse operation, IReadOnlyList<AbstractValue> inputs)
    {
        foreach (var input in inputs)
        {
            Use(input);
        }

        if (inputs.Count == 0 || LayerRules.Find(operation.Layer.Factory) is not { } rule)
        {
            return;
        }

        Loss(rule, rule.Factory, operation.At, inputs[0]);
        if (DropsSamples(rule, inputs[0]) is { } shape && new LayerArguments(operation.Layer.Arguments).Number("p") != 0)
        {
            passed.Add(operation.At);
            var at = operation.At.Kind == AnchorKind.Body ? operation.At : Place(operation);
            candidates.Add((new Finding(FindingKind.SamplesDropped, at, Described(operation), shape.ToString()), operation.At, []));
        }

        if (rule.IsLinearMap)
        {
            Linear(operation, LayerEvaluator.First(inputs[0]).Provenance);
        }
    }

    /// <summary>GEN4010: <c>functional.dropout2d</c> on three dimensions.</summary>
    public void Drop(OperationRule rule, string function, Anchor at, AbstractValue input, AbstractValue? p, AbstractValue? training)
    {
        if (DropsSamples(rule, input) is { } shape && p is not AbstractValue.Number { Value: 0 }
            && !Truth.False.Equals((training as AbstractValue.Boolean)?.Truth))
        {
            passed.Add(at);
            candidates.Add((new Finding(FindingKind.SamplesDropped, at, $"'{function}'", shape.ToString()), at, []));
        }
    }

    private static Shape? DropsSamples(OperatorRule rule, AbstractValue input) =>
        input is AbstractValue.Tensor { Shape: { Rank: { } rank } shape, IsAfterError: false } && rank == rule.DropsSamplesAt ? shape
            : null;

    /// <summary>GEN5001, GEN5002 and GEN5005: a loss that takes logits gets something else.</summary>
    public void Loss(OperatorRule rule, string loss, Anchor at, AbstractValue prediction)
    {
        if (prediction is not AbstractValue.Tensor || rule.Applies == Role.Other)
        {
            return;
        }

        passed.Add(at);
        foreach (var (step, type, _) in Back(LayerEvaluator.First(prediction).Provenance, null, null))
        {
            if (step.Maker is not { } maker || (!maker.KeepsNumbers && maker.Role != Role.Dropout && !IsActivation(maker)))
            {
                return;
            }

            if (maker.KeepsNumbers || IsOff(step))
            {
                continue;
            }

            var kind = maker.Role == rule.Applies
                ? maker.Role == Role.Softmax ? FindingKind.SoftmaxBeforeLoss : FindingKind.SigmoidBeforeLoss
                : maker.Role == Role.Dropout ? FindingKind.DropoutBeforeLoss : FindingKind.ActivationBeforeLoss;
            candidates.Add((new Finding(kind, Made(step, type), new[] { Name(step), Described(step, type), loss }.ToEquatableArray(),
                EquatableArray.Of(at)), at, []));
            if (kind != FindingKind.DropoutBeforeLoss)
            {
                return;
            }
        }
    }

    private static bool IsActivation(OperatorRule rule) => rule.Role is Role.Activation or Role.Softmax or Role.Sigmoid;

    /// <summary>Where a layer is built: its field, its place in a <c>Sequential</c>, or its call.</summary>
    private static Anchor Place(LayerUse operation)
    {
        if (operation.Layer.Place is { } built)
        {
            return built;
        }

        return operation.Field.Length == 0 ? operation.At
            : operation.Path.StartsWith(operation.Field + ".", StringComparison.Ordinal)
            ? Anchor.Member(operation.Field).Within(operation.Path[(operation.Field.Length + 1)..])
            : Anchor.Member(operation.Field);
    }

    /// <summary>GEN5003: <c>W2(W1 x + b1) + b2</c> is one linear map.</summary>
    private void Linear(LayerUse second, Provenance input)
    {
        var between = new List<Provenance>();
        passed.Add(second.At);
        foreach (var (step, type, outer) in Back(input, null, null))
        {
            if (between.Count == 0 || !ReferenceEquals(between[between.Count - 1], outer))
            {
                between.Add(outer);
            }

            switch (step.Maker)
            {
                case LayerRule { IsLinearMap: true } when step.By is { } first && !IsSame(first, second) && !IsOfOneContainer(first, second)
                    && AreOne(first.Layer, second.Layer):
                    candidates.Add((new Finding(
                        FindingKind.LinearAfterLinear,
                        second.At.Kind == AnchorKind.Body ? second.At : Place(second),
                        new[] { Described(second), Described(first) + Of(type) }.ToEquatableArray(),
                        EquatableArray.Of(Made(step, type))), second.At, between));
                    return;
                case { KeepsNumbers: true }:
                    break;
                default:
                    return;
            }
        }
    }

    /// <summary>The steps that made a tensor, the last first, those inside a module where it made it. A step without a maker ends what is
    /// known.</summary>
    private static IEnumerable<(Provenance Step, string? Type, Provenance Outer)> Back(Provenance trail, string? type, Provenance? entry)
    {
        var step = trail;
        for (; step.Before is { } before && !ReferenceEquals(step, entry); step = before)
        {
            if (step.Inside is not { } inside)
            {
                yield return (step, type, step);
                continue;
            }

            foreach (var inner in Back(inside.Way, inside.Type, before))
            {
                yield return (inner.Step, inner.Type, step);
            }
        }

        // The input of a chain, or what the caller put in: the way goes on with what was before. Anything else is lost.
        if (entry is not null && !ReferenceEquals(step, entry) && step.Name != "input")
        {
            yield return (step, type, step);
        }
    }

    private static Anchor Made(Provenance step, string? type) =>
        (step.By is { } by ? Place(by) : step.Place ?? Anchor.Class) is var place && place.Type is null && type is not null
            ? place with { Type = type } : place;

    /// <summary>The layer's name, or the operation's.</summary>
    private static string Name(Provenance step) => step.By is { } by
        ? by.Field.Length > 0 || by.Layer.Place is null ? $"'{by.Path}'" : by.Layer.Written : step.Name;

    private static string Described(Provenance step, string? type) => (step.By is { } by ? Described(by) : step.Name) + Of(type);

    /// <summary>The layer as written, with its name where it has one.</summary>
    private static string Described(LayerUse operation) =>
        operation.Field.Length > 0 || operation.Layer.Place is null ? $"'{operation.Path}' ({operation.Layer.Written})"
            : operation.Layer.Written;

    private static string Of(string? type) => type is null ? "" : $" of {type[(type.LastIndexOfAny(['.', '+']) + 1)..]}";

    /// <summary>One layer again: a map that is iterated on purpose.</summary>
    private static bool IsSame(LayerUse first, LayerUse second) =>
        first.Path == second.Path && Equals(first.Layer.Place, second.Layer.Place);

    /// <summary><c>Dropout(0)</c> drops nothing.</summary>
    private static bool IsOff(Provenance step) => step is { By: { } by, Maker.Role: Role.Dropout }
        && new LayerArguments(by.Layer.Arguments).Number("p") == 0;

    /// <summary>The items of one <c>Sequential</c> are looked at where it is written.</summary>
    private static bool IsOfOneContainer(LayerUse first, LayerUse second) =>
        first.IsItem && second.IsItem && first.Path.Split('.')[0] == second.Path.Split('.')[0];

    /// <summary>Two linear layers that one can stand for.</summary>
    public static bool AreOne(LayerModel first, LayerModel second) => !IsFactorised(first, second) && Feeds(first, second);

    /// <summary>A narrow layer without a bias between two wide ones keeps the rank low on purpose.</summary>
    private static bool IsFactorised(LayerModel first, LayerModel second)
    {
        var (a, b) = (new LayerArguments(first.Arguments), new LayerArguments(second.Arguments));
        return a.Flag("hasBias") == false
            && IsLess(a["outputSize"], a["inputSize"]) && IsLess(a["outputSize"], b["outputSize"]);

        static bool IsLess(Dim left, Dim right) => Truth.Of(left, Relation.Less, right).Decide(Facts.None) != false;
    }

    /// <summary>What a reshape between them puts together is not the same as one layer.</summary>
    private static bool Feeds(LayerModel first, LayerModel second)
    {
        var (gives, takes) = (new LayerArguments(first.Arguments)["outputSize"], new LayerArguments(second.Arguments)["inputSize"]);
        return takes.Constant == -1 || gives.IsUnknown || takes.IsUnknown || gives.Equals(takes);
    }
}
