using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Calls of layers, operations, methods of the class, lambdas.</content>
internal sealed partial class Evaluator
{
    private AbstractValue Call(Expression.Call call, Frame frame)
    {
        var value = CallAlone(call, frame, out var inner);

        // What a method sets is as it left it, or not known.
        foreach (var argument in call.Arguments.Where(a => a.IsSet))
        {
            Assign(argument.Value, inner?.Find(argument.Parameter)
                ?? (Evaluate(argument.Value, frame) is AbstractValue.Tensor ? AbstractValue.Lost : AbstractValue.Anything), frame);
        }

        return value;
    }

    private AbstractValue CallAlone(Expression.Call call, Frame frame, out Frame? inner)
    {
        inner = null;
        var receiver = call.Receiver is null ? null : Evaluate(call.Receiver, frame);
        var arguments = call.Arguments.Select(a => new KeyValuePair<string, AbstractValue>(a.Parameter, Evaluate(a.Value, frame))).ToArray();
        switch (call.Owner)
        {
            case Owner.Module when call.Method is "call" or "forward":
                return receiver is AbstractValue.Module layer
                    ? Whole(layer, arguments.Take(call.Arguments.Count - call.Arguments.Reverse().TakeWhile(a => a.IsDefault).Count())
                        .Select(a => a.Value).ToArray(), frame, call.At)
                    : Unfollowed(call, arguments.Select(a => a.Value), frame);
            case Owner.Module:
                return AbstractValue.Anything;
            case Owner.Class:
                return Follow(call, arguments, frame, out inner);
            case Owner.Local:
                return (receiver ?? frame.Find(call.Method)) is AbstractValue.Function function
                    ? Invoke(function, arguments.Select(a => a.Value).ToArray(), out inner)
                    : Unfollowed(call, arguments.Select(a => a.Value), frame);
            case Owner.Plain:
                return AbstractValue.Anything;
            case Owner.Index:
                return Index(call.Method, arguments);
            case Owner.Math:
                return Mathematics(call.Method, arguments.Select(a => a.Value).ToArray());
            case Owner.Tensor or Owner.Torch or Owner.Functional:
                return Operation(call.Owner == Owner.Functional, call.Method,
                    receiver is null ? arguments : [new("self", receiver), .. arguments], frame, call.At);
            case Owner.Collection:
                return Collection(call, receiver, arguments, frame);
            default:
                return Promised(call, arguments, frame) ?? Unfollowed(call,
                    receiver is null ? arguments.Select(a => a.Value) : arguments.Select(a => a.Value).Prepend(receiver), frame);
        }
    }

    /// <summary>Something with tensors that is not known: what comes of it is not known either, and that is said.</summary>
    private AbstractValue Unfollowed(Expression.Call call, IEnumerable<AbstractValue> values, Frame frame)
    {
        AbstractValue given = AbstractValue.Lost;
        values = values.ToArray();
        walk.Advice.Use(new AbstractValue.Items([.. values]));
        AbstractValue.Tensor[] tensors = [.. values.SelectMany(v => v.AsItems ?? [v]).OfType<AbstractValue.Tensor>()];
        if (tensors.FirstOrDefault(t => !t.Shape.IsUnknownRank) is { } tensor)
        {
            walk.Count(false, Dim.Unknown, call.Method);
            var why = !call.IsOwn ? $"there is no rule for '{call.Written}'"
                : call.Contract is null ? $"'{call.Written}' has no shape contract; add [return: Shape(\"...\")]"
                : $"'{call.Written}' is not declared for {tensor.Shape}";
            walk.Lose(Anchor.InBody(frame.Method, call.At), tensor.Shape, why);
            given = walk.Operate(call.Method, values, AbstractValue.Lost, Aliasing.New, Dim.Unknown);
        }
        else if (tensors.Length > 0)
        {
            walk.CountNothing(call.Method);
        }

        // What is not known may change the lists that it is given.
        foreach (var list in values.Where(v => v is not AbstractValue.Tensor).ToArray())
        {
            Change(list, AbstractValue.Anything);
        }

        return given;
    }

    /// <summary>A layer that a field holds is seen with what it is given and what it gives.</summary>
    private AbstractValue Whole(AbstractValue.Module target, IReadOnlyList<AbstractValue> inputs, Frame frame, int at)
    {
        var output = Apply(target, inputs, frame, at);
        if (target.Path == target.Field)
        {
            walk.Record?.Applied(target.Field, inputs.Count > 0 ? LayerEvaluator.First(inputs[0]).Shape : Shape.UnknownRank,
                LayerEvaluator.First(output).Shape);
        }

        return output;
    }

    /// <summary>A layer, or the layers of a <c>Sequential</c> one after the other.</summary>
    private AbstractValue Apply(AbstractValue.Module target, IReadOnlyList<AbstractValue> inputs, Frame frame, int at, bool isItem = false)
    {
        var place = Anchor.InBody(frame.Method, at);
        if (target.Layer.Factory == "Sequential")
        {
            if (ItemsOf(target) is { } items)
            {
                return walk.Group(target.Layer, target.Path, inputs, given =>
                    items.Aggregate(given.Count > 0 ? given[0] : AbstractValue.Lost,
                        (current, item) => Apply((AbstractValue.Module)item, [current, .. given.Skip(1)], frame, at, isItem: true)));
            }

            if (Repeated(target) is { } repeated)
            {
                return walk.Group(target.Layer, target.Path, inputs, given =>
                {
                    var turn = new Frame(frame.Method, null);
                    turn.Declare("x", given.Count > 0 ? given[0] : AbstractValue.Lost);
                    Open(turn, LoopVariables.None, new(peeled => repeated.Count - Dim.Of(peeled), target.Path), index =>
                    {
                        turn.Assign("x", Apply((AbstractValue.Module)repeated.Item(index), [turn.Find("x")!], frame, at));
                        return Flow.Next;
                    }, []);
                    return turn.Find("x")!;
                });
            }
        }

        return walk.Apply(new LayerUse(target.Layer, target.Path, target.Field, place, IsRepeated: false) { IsItem = isItem }, inputs);
    }

    private AbstractValue Follow(Expression.Call call, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame, out Frame? inner)
    {
        inner = null;
        var isRecursive = active.Any(f => f.Method == call.Method);
        if (body.Find(call.Method) is not { Body: { } statements } method || calls >= DeepestCall
            || (isRecursive && call.Contract is not null))
        {
            return Promised(call, arguments, frame) ?? Unfollowed(call, arguments.Select(a => a.Value), frame);
        }

        inner = new Frame(method.Key, null);
        foreach (var parameter in method.Parameters)
        {
            var given = arguments.FirstOrDefault(a => a.Key == parameter.Parameter);
            inner.Declare(parameter.Parameter, given.Value ?? Evaluate(parameter.Value, inner));
        }

        return Enter(statements, inner);
    }

    private AbstractValue Invoke(AbstractValue.Function function, IReadOnlyList<AbstractValue> arguments) => Invoke(function, arguments, out _);

    private AbstractValue Invoke(AbstractValue.Function function, IReadOnlyList<AbstractValue> arguments, out Frame? inner)
    {
        inner = null;
        if (calls >= DeepestCall)
        {
            return AbstractValue.Anything;
        }

        inner = new Frame(function.Closure.Method, function.Closure);
        for (var i = 0; i < function.Parameters.Count; i++)
        {
            inner.Declare(function.Parameters[i], i < arguments.Count ? arguments[i] : AbstractValue.Anything);
        }

        return Enter(function.Body, inner);
    }

    private AbstractValue Enter(Statement statements, Frame frame)
    {
        var before = result;
        var (tape, first) = (walk.Trace, walk.Trace.Values);
        calls++;
        active.Add(frame);
        result = AbstractValue.Anything;
        Within(Flow.Return, () => Execute(statements, frame));
        var value = result;
        tape.Leave(first, value);
        active.RemoveAt(active.Count - 1);
        calls--;
        result = before;
        return value;
    }

    private static AbstractValue Index(string method, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments)
    {
        return method switch
        {
            "Ellipsis" or "None" or "Null" => new AbstractValue.Index(method),
            "Colon" => new AbstractValue.Slice(null, null, null),
            "Bool" => new AbstractValue.Index(arguments is [{ Value: AbstractValue.Boolean { Truth: Truth.Known { Value: var isTaken } } }]
                ? isTaken ? "True" : "False" : "Bool"),
            "Single" or "Tensor" when arguments.Count > 0 => arguments[0].Value,
            "Slice" => arguments switch
            {
                [{ Value: AbstractValue.Slice slice }] => slice,
                [{ Value: AbstractValue.Items { Values: [var start, var stop] } }] => new AbstractValue.Slice(start, stop, null),
                _ => new AbstractValue.Slice(Given("start"), Given("stop"), Given("step")),
            },
            _ => AbstractValue.Anything,
        };

        AbstractValue? Given(string parameter) => arguments.FirstOrDefault(a => a.Key == parameter).Value is { } value and not AbstractValue.Null
            ? value : null;
    }

    /// <summary>Lists, arrays and LINQ over them.</summary>
    private AbstractValue Collection(Expression.Call call, AbstractValue? receiver, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame)
    {
        var values = (receiver is null ? arguments.Select(a => a.Value) : arguments.Select(a => a.Value).Prepend(receiver)).ToArray();
        var items = values.Length > 0 ? ItemsOf(values[0]) : null;
        switch (call.Method)
        {
            case "Append" when items is not null && values.Length == 2:
                return new AbstractValue.Items([.. items, values[1]]);
            case "Add" when items is not null && receiver is AbstractValue.Items && values.Length == 2:
                Change(receiver, new AbstractValue.Items([.. items, values[1]]));
                return AbstractValue.Anything;
            case "Add" when values is [AbstractValue.Growing filled, var item]:
                Change(filled, filled with { Tail = [.. filled.Tail, item] });
                return AbstractValue.Anything;
            case "AddRange" when items is not null && receiver is AbstractValue.Items && ItemsOf(values[1]) is { } added:
                Change(receiver, new AbstractValue.Items([.. items, .. added]));
                return AbstractValue.Anything;
            case "Insert" when items is not null && receiver is AbstractValue.Items && values is [_, var place, var inserted]
                && place.AsSize.Constant is { } before && before >= 0 && before <= items.Count:
                Change(receiver, new AbstractValue.Items([.. items.Take((int)before), inserted, .. items.Skip((int)before)]));
                return AbstractValue.Anything;
            case "Clear" when receiver is AbstractValue.Items or AbstractValue.Growing && values.Length == 1:
                Change(receiver, new AbstractValue.Items([]));
                return AbstractValue.Anything;
            case "Reverse" when values is [AbstractValue.Growing turned] && receiver is not null:
                Change(turned, new AbstractValue.Growing(turned.Tail.Reverse().ToArray(), turned.Added.Reverse().ToArray(), turned.Count,
                    turned.Start.Reverse().ToArray()));
                return AbstractValue.Anything;
            case "Reverse" when receiver is AbstractValue.Items && values.Length == 1:
                Change(receiver, new AbstractValue.Items(items!.Reverse().ToArray()));
                return AbstractValue.Anything;
            case "ToArray" or "ToList" or "AsEnumerable" or "AsReadOnly" or "Cast" when values.Length == 1:
                return items is null ? values[0] : new AbstractValue.Items(items);
            case "Reverse" when items is not null && call.Receiver is null:
                return new AbstractValue.Items(items.Reverse().ToArray());
            case "Skip" when items is not null && values[1].AsSize.Constant is { } number:
                return new AbstractValue.Items(items.Skip((int)Math.Min(number, int.MaxValue)).ToArray());
            case "Take" when items is not null && values[1].AsSize.Constant is { } number:
                return new AbstractValue.Items(items.Take((int)Math.Min(number, int.MaxValue)).ToArray());
            case "First" when items is { Count: > 0 } && values.Length == 1:
                return items[0];
            case "Last" when items is { Count: > 0 } && values.Length == 1:
                return items[items.Count - 1];
            case "Count" or "Length" when items is not null && values.Length == 1:
                return new AbstractValue.Size(Dim.Of(items.Count));
            case "Concat" when items is not null && ItemsOf(values[1]) is { } others:
                return new AbstractValue.Items([.. items, .. others]);
            case "Select" when items is not null && values[1] is AbstractValue.Function select:
                return new AbstractValue.Items(items.Select((item, i) => Invoke(select, [item, new AbstractValue.Size(Dim.Of(i))])).ToArray());
            case "Select" when Repeated(values[0]) is { } repeated && values[1] is AbstractValue.Function each:
                return walk.Under(Any(repeated.Count, $"{frame.Method}:each of {call.At}"),
                    () => Select(index => Invoke(each, [repeated.Item(index), new AbstractValue.Size(index)]), repeated.Count));
            case "Aggregate" when items is not null && values is [_, var seed, AbstractValue.Function fold]:
                return items.Aggregate(seed, (a, b) => Invoke(fold, [a, b]));
            case "Range" when values is [var start, var count]:
                return count.AsSize.Constant is { } known and >= 0 and <= MostTurns
                    ? new AbstractValue.Items(Enumerable.Range(0, (int)known).Select(i => (AbstractValue)new AbstractValue.Size(start.AsSize + Dim.Of(i)))
                        .ToArray())
                    : new AbstractValue.Many(new AbstractValue.Size(Dim.Unknown), count.AsSize);
            case "Zip" when items is not null && ItemsOf(values[1]) is { } seconds:
                return new AbstractValue.Items(items.Zip(seconds, (a, b) => (AbstractValue)new AbstractValue.Items([a, b])).ToArray());
            case "Contains" or "Any" or "All":
                return new AbstractValue.Boolean(Truth.Unknown);
            default:
                // It may change the list.
                if (receiver is not null)
                {
                    Change(receiver, AbstractValue.Anything);
                }

                return AbstractValue.Anything;
        }
    }

    /// <summary>What is made of the items: a tensor that is alike for all, or what is no tensor.</summary>
    private AbstractValue Select(Func<Dim, AbstractValue> make, Dim count)
    {
        var index = walk.NextIndex();
        walk.Know(new Fact(index, Relation.AtLeast, Dim.Zero));
        var made = make(index);
        return made is AbstractValue.Tensor tensor && tensor.Shape.Dims.All(d => !d.Names.Contains(index.AsName!))
            ? new AbstractValue.Many(tensor, count)
            : made is AbstractValue.Items { Values: var parts } && parts.All(p => p is AbstractValue.Size or AbstractValue.Module or AbstractValue.Boolean)
            ? new AbstractValue.Each(make, count)
            : AbstractValue.Anything;
    }

    private static AbstractValue Mathematics(string method, IReadOnlyList<AbstractValue> arguments) => (method, arguments) switch
    {
        ("Max", [AbstractValue.Size a, AbstractValue.Size b]) => new AbstractValue.Size(Dim.Max(a.Dim, b.Dim)),
        ("Min", [AbstractValue.Size a, AbstractValue.Size b]) => new AbstractValue.Size(Dim.Min(a.Dim, b.Dim)),
        ("Sqrt" or "Pow" or "Log" or "Exp" or "Cos" or "Sin", _) => new AbstractValue.Number(null),
        _ => AbstractValue.Anything,
    };

    /// <summary>An operation on tensors, by its rule.</summary>
    private AbstractValue Operation(bool isFunctional, string name, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame, int at)
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
                return new AbstractValue.Size(arguments[1].Value.AsSize.Constant is { } index and > -1000 and < 1000 ? tensor.Shape[(int)index]
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

            return walk.Operate(name, arguments.Select(a => a.Value), AbstractValue.Lost, Aliasing.New, Dim.Unknown);
        }

        walk.Advice.Loss(rule, name, Anchor.InBody(frame.Method, at), self);
        if (rule.DropsSamplesAt is not null)
        {
            walk.Advice.Drop(rule, $"functional.{name}", Anchor.InBody(frame.Method, at), self,
                arguments.FirstOrDefault(a => a.Key == "p").Value, arguments.FirstOrDefault(a => a.Key == "training").Value);
        }

        var values = arguments.Select(a => a.Value).ToArray();
        var output = Apply(rule, name, arguments.Select(a => new KeyValuePair<string, Value>(a.Key, a.Value.ToValue())).ToArray(), values,
            frame, at, out var cost);
        return TraceBuilder.Tensors(output).Any() ? walk.Operate(name, values, output, Aliasing.Of(rule, arguments, output), cost)
            : output;
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

        var call = new OperationCall(rule, name, arguments, walk.Facts);
        var output = rule.Output!(call);
        if (rule.IsInPlace && values.Count > 0 && values[0] is AbstractValue.Tensor changed
            && output is Value.Tensor { Shape: var now } && !now.Equals(changed.Shape))
        {
            Change(changed, changed with { Shape = now.Simplify(walk.Facts) });
        }

        cost = call.Failed ? Dim.Unknown : call.MultiplyAdds.Simplify(walk.Facts);
        var main = source.FirstOrDefault(t => !t.Shape.IsUnknownRank) ?? source.FirstOrDefault() ?? AbstractValue.Lost;
        if (call.Failed && rule.Role == Role.Loss && source.Length >= 2)
        {
            var why = string.Join("; ", call.Problems.Select(p => p.Particulars[p.Particulars.Length - 1])
                .Concat(call.Checks.Issues.Select(i => string.Join(" and ", i.Particulars))).Take(1));
            walk.Fail(Losses.Misfit(rule, name, place, source.Select(t => t.Shape), why, Way(source)));
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
            foreach (var finding in call.Problems.Select(p => new Finding(p.Kind, place, p.Particulars.ToEquatableArray(), default))
                .Concat(call.Checks.Issues.Select(i => Misfit(i, name, place))).Take(1))
            {
                walk.Fail(finding with { Also = Way(source) });
            }

            walk.Count(false, Dim.Unknown, name);
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
        return Result(rule, output, name, place, main, source, isLost: false);
    }

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

    private AbstractValue Result(OperationRule rule, Value value, string name, Anchor place, AbstractValue.Tensor main, IReadOnlyList<AbstractValue.Tensor> operands,
        bool isLost)
    {
        switch (value)
        {
            case Value.Tensor tensor:
                var shape = isLost ? Shape.UnknownRank : tensor.Shape.Simplify(walk.Facts);
                var step = main.Provenance.Then(name == "[]" ? "indexing" : name.Length <= 2 && !char.IsLetter(name[0]) ? $"'{name}'" : name,
                    place.In(walk.Within), rule.MergesDimensions, shape);
                return new AbstractValue.Tensor(shape, step with { Maker = rule,
                    IsColumnOnPurpose = Columns.IsOnPurpose(rule, shape, main, operands) }, tensor.Type) { IsAfterError = isLost };
            case Value.Repeat { Item: Value.Tensor item } repeat:
                return isLost ? AbstractValue.Anything : new AbstractValue.Many(Result(rule, item, name, place, main, operands, isLost), repeat.Count);
            case Value.List list:
                return isLost ? AbstractValue.Anything : new AbstractValue.Items(
                    list.Items.Select(i => Result(rule, i, name, place, main, operands, isLost)).ToArray());
            default:
                return isLost ? AbstractValue.Anything : AbstractValue.Of(value);
        }
    }
}
