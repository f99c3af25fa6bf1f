using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Operations on tensors, by their rules.</content>
internal sealed partial class Evaluator
{
    /// <summary>A layer, or the layers of a <c>Sequential</c> one after the other.</summary>
    private AbstractValue Apply(AbstractValue.Module target, IReadOnlyList<AbstractValue> inputs, Frame frame, int at, bool isItem = false,
        bool isMethod = false)
    {
        var place = Place ?? Anchor.InBody(frame.Method, at);
        if (target.Layer.Factory == "Sequential")
        {
            if (ItemsOf(target) is { } items)
            {
                return walk.Group(target.Layer, target.Path, inputs, given =>
                    items.Aggregate(given.Count > 0 ? given[0] : AbstractValue.Lost,
                        (current, item) => Apply((AbstractValue.Module)item, [current, .. given.Skip(1)], frame, at, isItem: true)));
            }

            if (PartsOf(target) is { } parts)
            {
                return walk.Group(target.Layer, target.Path, inputs, given => Sequence(parts, given, frame, at));
            }
        }

        return Held(walk.Apply(new LayerUse(target.Layer, target.Path, target.Field, place, IsRepeated: false)
        {
            IsItem = isItem,
            IsMethod = isMethod,
            Device = target.Device is { IsChosen: true } && MovesUnderCondition ? null : target.Device,
            MayChoose = !MovesUnderCondition,
        }, [.. inputs.Select(Given)]));
    }

    /// <summary>A <c>Sequential</c> with layers that are there several times over.</summary>
    private AbstractValue Sequence(IReadOnlyList<LayersOfPart> parts, IReadOnlyList<AbstractValue> given, Frame frame, int at)
    {
        var turn = new Frame(frame.Method, null);
        turn.Declare("x", given.Count > 0 ? given[0] : AbstractValue.Lost);
        foreach (var part in parts)
        {
            if (part.IsOne)
            {
                Each(Dim.Zero);
            }
            else
            {
                Open(turn, LoopVariables.None, new(peeled => part.Count - Dim.Of(peeled), part.Key), Each, []);
            }

            Flow Each(Dim index)
            {
                foreach (var layer in part.At(index))
                {
                    turn.Assign("x", Apply(layer, [turn.Find("x")!, .. given.Skip(1)], frame, at, isItem: true));
                }

                return Flow.Next;
            }
        }

        return turn.Find("x")!;
    }

    /// <summary>A <c>Sequential</c> of a chain with layers that are there several times over.</summary>
    /// <param name="container">It.</param>
    /// <param name="input">What it is given.</param>
    public AbstractValue Sequence(AbstractValue.Module container, AbstractValue input) =>
        Apply(container, [input], new Frame(body.Entry, null), at: 0);

    /// <summary>An operation on tensors, by its rule.</summary>
    private AbstractValue Operation(bool isFunctional, string name, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments,
        Frame frame, int at)
    {
        var self = arguments.Count > 0 ? arguments[0].Value : AbstractValue.Anything;
        switch (name, self)
        {
            case ("dim", AbstractValue.Tensor tensor):
                return tensor.Shape.Rank is { } rank ? new AbstractValue.Size(Dim.Of(rank)) : AbstractValue.Anything;
            case ("Keep", AbstractValue.Tensor tensor):
                return walk.Keep(tensor);
            case ("numel", AbstractValue.Tensor tensor):
                return new AbstractValue.Size(tensor.Shape.Elements);
            case ("size", AbstractValue.Tensor tensor) when arguments.Count == 1:
                return new AbstractValue.Sizes(tensor.Shape);
            case ("size", AbstractValue.Tensor { Shape: { Rank: { } count } shape })
                when arguments[1].Value.AsSize.Constant is { } dim && (dim < -count || dim >= count):
                walk.Fail(new(FindingKind.OperationRank, Anchor.InBody(frame.Method, at), "size", shape.ToString(), Text(dim)));
                return AbstractValue.Anything;
            case ("size", AbstractValue.Tensor tensor):
                return new AbstractValue.Size(arguments[1].Value.AsSize.Constant is { } index and > -1000 and < 1000
                    ? tensor.Shape[(int)index]
                    : Dim.Unknown);
            case ("Dispose", _):
                walk.Free(self);
                return AbstractValue.Anything;
            case ("NewDisposeScope", _) when calls == 0 && !isInherited && module.Freeing is not null:
                // Where each tensor is freed after its last use, the scope has nothing left to do.
                return AbstractValue.Anything;
            case ("NewDisposeScope", _):
                walk.Operate(name, [], AbstractValue.Lost, Aliasing.New, Dim.Zero);
                return AbstractValue.Anything;
            case (_, AbstractValue.Tensor { IsAfterError: false } asked)
                when OperationRules.Find(isFunctional, name) is { GivesTensors: false, Output: { } question } asking:
                Ask(asking, question, name, asked, arguments.Count, Anchor.InBody(frame.Method, at));
                return AbstractValue.Anything;
            case (_, _) when OperationRules.Find(isFunctional, name) is { GivesTensors: false }:
                return AbstractValue.Anything;
        }

        // From a to a + T there are T numbers, whatever a is.
        if (name == "arange"
            && arguments.FirstOrDefault(a => a.Key == "start").Value is { } start and not AbstractValue.Size { Dim.IsUnknown: false }
            && arguments.FirstOrDefault(a => a.Key == "stop").Value is { } stop
            && AbstractValue.Difference(stop, start) is { IsUnknown: false } length)
        {
            arguments = arguments.Select(a => a.Key switch
            {
                "start" => new KeyValuePair<string, AbstractValue>(a.Key, new AbstractValue.Size(Dim.Zero)),
                "stop" => new(a.Key, new AbstractValue.Size(length)),
                _ => a,
            }).ToArray();
        }

        if (OperationRules.Find(isFunctional, name) is not { Output: not null } rule)
        {
            walk.Advice.Use(new AbstractValue.Items(arguments.Select(a => a.Value).ToArray()));
            AbstractValue.Tensor[] given = [.. arguments.SelectMany(a => a.Value.AsItems ?? [a.Value]).OfType<AbstractValue.Tensor>()];
            if (given.FirstOrDefault(t => !t.Shape.IsUnknownRank) is { } known)
            {
                walk.Lose(Anchor.InBody(frame.Method, at), known.Shape, $"there is no rule for '{name}'");
                walk.Count(false, Dim.Unknown, name);
            }
            else if (given.Length > 0)
            {
                walk.CountNothing(name);
            }

            return walk.Operate(name, arguments.Select(a => a.Value), AbstractValue.Lost, Aliasing.Unknown, Dim.Unknown);
        }

        walk.Advice.Loss(rule, name, Anchor.InBody(frame.Method, at), self);
        if (rule.DropsSamplesAt is not null)
        {
            walk.Advice.Drop(rule, $"functional.{name}", Anchor.InBody(frame.Method, at), self,
                arguments.FirstOrDefault(a => a.Key == "p").Value, arguments.FirstOrDefault(a => a.Key == "training").Value);
        }

        var values = arguments.Select(a => a.Value).ToArray();
        var operands = arguments.Select(a => new KeyValuePair<string, Value>(a.Key, a.Value.ToValue())).ToArray();
        var output = Apply(rule, name, operands, values, frame, at, out var cost);
        return TraceBuilder.Tensors(output).Any() ? walk.Operate(name, values, output, Aliasing.Of(rule, arguments, output), cost,
                new OperationCall(rule, name, operands, walk.Facts))
            : output is AbstractValue.Many { Item: AbstractValue.Tensor item } many && Aliasing.Of(rule, arguments, item) is var how
                ? many with { Item = item with { Produced = new(null, -1, how.Layout, how.Storage) } }
            : output;
    }

    /// <summary>What gives no tensor may refuse one.</summary>
    private void Ask(OperationRule rule, Func<OperationCall, Value> question, string name, AbstractValue.Tensor asked, int count, Anchor at)
    {
        var call = new OperationCall(rule, name, [.. Enumerable.Repeat(new KeyValuePair<string, Value>("self", asked.ToValue()), count)],
            walk.Facts);
        question(call);
        foreach (var problem in call.Problems)
        {
            walk.Fail(new(problem.Kind, at, problem.Particulars.ToEquatableArray(), Way([asked])));
        }
    }

    private AbstractValue Apply(OperationRule rule, string name, IReadOnlyList<KeyValuePair<string, Value>> arguments,
        IReadOnlyList<AbstractValue> values, Frame frame, int at, out Dim cost)
    {
        var place = Anchor.InBody(frame.Method, at);
        walk.Advice.Use(new AbstractValue.Items(values));
        cost = Dim.Unknown;
        var source = values.SelectMany(v => v.AsItems ?? [v]).OfType<AbstractValue.Tensor>().ToArray();
        if (source.FirstOrDefault(t => t.IsAfterError) is { } broken)
        {
            return broken with { Shape = Shape.UnknownRank };
        }

        if (walk.Record is { } record && rule.Types is { Source: TypeSource.Common }
            && source.FirstOrDefault(static t => t is { Type: ElementType.Float64, Shape.Rank: > 0 }) is { } wide
            && source.Any(static t => t.Type is ElementType.Float32 or ElementType.Module))
        {
            record.Widened(wide.Provenance);
        }

        var call = new OperationCall(rule, name, arguments, walk.Facts);
        var output = rule.Output!(call);
        if (rule.IsInPlace && values.Count > 0 && values[0] is AbstractValue.Tensor changed
            && output is Value.Tensor { Shape: var now } && !now.Equals(changed.Shape))
        {
            Change(changed, changed with { Shape = now.Simplify(walk.Facts) });
        }

        cost = call.Failed || walk.Cache.IsForFindings ? Dim.Unknown : call.MultiplyAdds.Simplify(walk.Facts);
        var main = source.FirstOrDefault(t => !t.Shape.IsUnknownRank) ?? source.FirstOrDefault() ?? AbstractValue.Lost;
        if (call.Failed && rule.Role == Role.Loss && source.Length >= 2 && !call.Problems.Any(static p => p.Kind.IsOfTypes()))
        {
            var why = string.Join("; ", call.Problems.Select(p => p.Particulars[p.Particulars.Length - 1])
                .Concat(call.Checks.Issues.Select(i => string.Join(" and ", i.Particulars))).Take(1));
            walk.Fail(Losses.Misfit(rule, name, place, source.Select(t => t.Shape), why, Way(source)) with
            {
                IsOfModuleType = call.Problems.Any(static p => p.IsOfModuleType),
            });
            return Result(rule, output, name, place, main, source, isLost: true);
        }

        if (!call.Failed)
        {
            walk.Pass(place);
        }

        if (!call.Failed && source.Length >= 2 && Losses.Silent(rule, name, place, source[0], source[1],
            (call["reduction"] as Value.Enumeration)?.Member, walk.Facts) is { } silent)
        {
            walk.Report(silent);
        }

        if (call.Failed)
        {
            foreach (var finding in call.Problems.Select(p => new Finding(p.Kind, place, p.Particulars.ToEquatableArray(), default)
            {
                IsOfModuleType = p.IsOfModuleType,
                Cast = p.Cast,
            })
                .Concat(call.Checks.Issues.Select(i => Misfit(i, name, place))).Take(1))
            {
                walk.Fail(finding with { Also = Way(source) });
            }

            walk.Count(false, Dim.Unknown, name);
            return Result(rule, output, name, place, main, source, isLost: true);
        }

        if (Refused(rule, name, output, source.FirstOrDefault(), place) is { } refused)
        {
            if (refused.Kind.IsError())
            {
                walk.Fail(refused);
                walk.Count(false, Dim.Unknown, name);
                return Result(rule, output, name, place, main, source, isLost: true);
            }

            walk.Report(refused);
        }

        var placement = Placement.Of(rule, name,
            [.. values.Select((v, i) => (i < arguments.Count && values.Count == arguments.Count ? arguments[i].Key : "self", v))], place);
        if (!Check(placement, name, place, source))
        {
            return Result(rule, output, name, place, main, source, isLost: true);
        }

        var isChecked = walk.Assume(place, name, main.Shape, call.Checks.Conditions);
        var isKnown = source.All(t => !t.Shape.IsUnknownRank) && !call.IsIncomplete && isChecked && IsKnown(output);

        // What is not known of what arrives was said where it came about, unless nobody asked before.
        if (!isKnown && source.All(t => !t.Shape.IsUnknownRank && (walk.Lost is null || !t.Shape.Dims.Any(d => d.IsUnknown))))
        {
            walk.Lose(place, Shape.Of(),
                $"what {(name == "[]" ? "indexing" : $"'{name}'")} gives depends on {call.Open ?? "more than is known at compile time"}");
        }

        walk.Count(isKnown, cost, name);
        return Located(Result(rule, output, name, place, main, source, isLost: false), placement);
    }

    private static AbstractValue Located(AbstractValue value, Placement placement) => value switch
    {
        AbstractValue.Tensor tensor => tensor with { Device = placement.Device, Made = placement.Made },
        AbstractValue.Items items => items with { Values = [.. items.Values.Select(v => Located(v, placement))] },
        AbstractValue.Many many => many with { Item = Located(many.Item, placement) },
        _ => value,
    };

    private static bool IsKnown(Value value) => value switch
    {
        Value.Tensor tensor => !tensor.Shape.IsUnknownRank,
        Value.List list => list.Items.All(IsKnown),
        _ => true,
    };

    private static Finding Misfit(Issue issue, string name, Anchor place) => issue.Kind == FindingKind.SizeBelowOne
        ? new(FindingKind.OperationSize, place, new[] { name }.Concat(issue.Particulars).ToEquatableArray(), default)
        : new(FindingKind.OperationArguments, place, new[] { name, string.Join(" and ", issue.Particulars) }.ToEquatableArray(), default);

    /// <summary>The steps that led to the operands, nearest first, one operand after the other.</summary>
    private static EquatableArray<Anchor> Way(IEnumerable<AbstractValue.Tensor> operands) =>
        operands.SelectMany(t => t.Provenance.Places()).Distinct().ToEquatableArray();

    private AbstractValue Result(OperationRule rule, Value value, string name, Anchor place, AbstractValue.Tensor main,
        IReadOnlyList<AbstractValue.Tensor> operands,
        bool isLost)
    {
        switch (value)
        {
            case Value.Tensor tensor:
                var shape = isLost ? Shape.UnknownRank : tensor.Shape.Simplify(walk.Facts);
                var step = main.Provenance.Then(name == "[]" ? "indexing" : name.Length <= 2 && !char.IsLetter(name[0]) ? $"'{name}'"
                    : name,
                    place.In(walk.Within), rule.MergesDimensions, shape);
                return new AbstractValue.Tensor(shape, step with { Maker = rule,
                    IsColumnOnPurpose = Columns.IsOnPurpose(rule, shape, main, operands) }, tensor.Type) { IsAfterError = isLost };
            case Value.Repeat { Item: Value.Tensor item } repeat:
                return isLost ? AbstractValue.Anything
                    : new AbstractValue.Many(Result(rule, item, name, place, main, operands, isLost), repeat.Count);
            case Value.List list:
                return isLost ? AbstractValue.Anything : new AbstractValue.Items(
                    list.Items.Select(i => Result(rule, i, name, place, main, operands, isLost)).ToArray());
            default:
                return isLost ? AbstractValue.Anything : AbstractValue.Of(value);
        }
    }
}
