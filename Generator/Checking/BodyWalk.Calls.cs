using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Operations;
using Gen.Shapes;

namespace Gen.Checking;

/// <content>Calls of layers, operations, methods of the class, lambdas.</content>
internal sealed partial class BodyWalk
{
    private Abstract Call(Node.Call call, Frame frame)
    {
        var receiver = call.Receiver is null ? null : Evaluate(call.Receiver, frame);
        var arguments = call.Arguments.Select(a => new KeyValuePair<string, Abstract>(a.Parameter, Evaluate(a.Value, frame))).ToArray();
        switch (call.Owner)
        {
            case Owner.Module when call.Method is "call" or "forward":
                return receiver is Abstract.Module layer
                    ? Apply(layer, call.Arguments.Zip(arguments, (a, v) => (a.IsDefault, v.Value)).Where(a => !a.IsDefault).Select(a => a.Value).ToArray(), frame, call.At)
                    : Unfollowed(call, arguments.Select(a => a.Value), frame);
            case Owner.Module:
                return Abstract.Anything;
            case Owner.Class:
                return Follow(call, arguments, frame);
            case Owner.Local:
                return (receiver ?? frame.Find(call.Method)) is Abstract.Function function
                    ? Invoke(function, arguments.Select(a => a.Value).ToArray())
                    : Unfollowed(call, arguments.Select(a => a.Value), frame);
            case Owner.Index:
                return Index(call.Method, arguments);
            case Owner.Math:
                return Mathematics(call.Method, arguments.Select(a => a.Value).ToArray());
            case Owner.Tensor or Owner.Torch or Owner.Functional:
                return Operation(call.Owner == Owner.Functional, call.Method, receiver is null ? arguments : [new("self", receiver), .. arguments], frame, call.At);
            case Owner.Collection:
                return Collection(call, receiver, arguments, frame);
            default:
                return Unfollowed(call, receiver is null ? arguments.Select(a => a.Value) : arguments.Select(a => a.Value).Prepend(receiver), frame);
        }
    }

    /// <summary>Something with tensors that is not known: what comes of it is not known either, and that is said.</summary>
    private Abstract Unfollowed(Node.Call call, IEnumerable<Abstract> values, Frame frame)
    {
        if (values.SelectMany(v => v.AsItems ?? [v]).OfType<Abstract.Tensor>().FirstOrDefault(t => !t.Shape.IsUnknownRank) is { } tensor)
        {
            walk.Lose(Anchor.InBody(frame.Method, call.At), tensor.Shape, $"'{call.Written}' has no shape contract; add [return: Shape(\"...\")]");
            walk.Count(false, Dim.Unknown, call.Method);
        }

        return Abstract.Lost;
    }

    /// <summary>A layer, or the layers of a <c>Sequential</c> one after the other.</summary>
    private Abstract Apply(Abstract.Module target, IReadOnlyList<Abstract> inputs, Frame frame, int at)
    {
        var place = Anchor.InBody(frame.Method, at);
        if (target.Layer.Factory == "Sequential")
        {
            var current = inputs.Count > 0 ? inputs[0] : Abstract.Lost;
            if (ItemsOf(target) is { } items)
            {
                foreach (var item in items)
                {
                    current = Apply((Abstract.Module)item, [current, .. inputs.Skip(1)], frame, at);
                }

                return current;
            }

            if (Repeated(target) is { } repeated)
            {
                var turn = new Frame(frame.Method, null);
                turn.Declare("x", current);
                Unknown(turn, repeated.Count, () =>
                {
                    turn.Assign("x", Apply((Abstract.Module)repeated.Item, [turn.Find("x")!], frame, at));
                    return Flow.Next;
                }, []);
                return turn.Find("x")!;
            }
        }

        return walk.Apply(new Operation(target.Layer, target.Path, target.Field, place, IsRepeated: false), inputs);
    }

    private Abstract Follow(Node.Call call, IReadOnlyList<KeyValuePair<string, Abstract>> arguments, Frame frame)
    {
        if (body.Find(call.Method) is not { Body: { } statements } method || calls >= DeepestCall)
        {
            return Unfollowed(call, arguments.Select(a => a.Value), frame);
        }

        var inner = new Frame(method.Key, null);
        foreach (var parameter in method.Parameters)
        {
            var given = arguments.FirstOrDefault(a => a.Key == parameter.Parameter);
            inner.Declare(parameter.Parameter, given.Value ?? Evaluate(parameter.Value, inner));
        }

        return Enter(statements, inner);
    }

    private Abstract Invoke(Abstract.Function function, IReadOnlyList<Abstract> arguments)
    {
        if (calls >= DeepestCall)
        {
            return Abstract.Anything;
        }

        var inner = new Frame(function.Closure.Method, function.Closure);
        for (var i = 0; i < function.Parameters.Count; i++)
        {
            inner.Declare(function.Parameters[i], i < arguments.Count ? arguments[i] : Abstract.Anything);
        }

        return Enter(function.Body, inner);
    }

    private Abstract Enter(Statement statements, Frame frame)
    {
        var before = result;
        calls++;
        result = Abstract.Anything;
        Execute(statements, frame);
        var value = result;
        calls--;
        result = before;
        return value;
    }

    private static Abstract Index(string method, IReadOnlyList<KeyValuePair<string, Abstract>> arguments)
    {
        return method switch
        {
            "Ellipsis" or "None" or "Null" => new Abstract.Index(method),
            "Colon" => new Abstract.Slice(null, null, null),
            "Single" or "Tensor" when arguments.Count > 0 => arguments[0].Value,
            "Slice" => arguments switch
            {
                [{ Value: Abstract.Slice slice }] => slice,
                [{ Value: Abstract.Items { Values: [var start, var stop] } }] => new Abstract.Slice(start, stop, null),
                _ => new Abstract.Slice(Given("start"), Given("stop"), Given("step")),
            },
            _ => Abstract.Anything,
        };

        Abstract? Given(string parameter) => arguments.FirstOrDefault(a => a.Key == parameter).Value is { } value and not Abstract.Null ? value : null;
    }

    /// <summary>Lists, arrays and LINQ over them.</summary>
    private Abstract Collection(Node.Call call, Abstract? receiver, IReadOnlyList<KeyValuePair<string, Abstract>> arguments, Frame frame)
    {
        var values = (receiver is null ? arguments.Select(a => a.Value) : arguments.Select(a => a.Value).Prepend(receiver)).ToArray();
        var items = values.Length > 0 ? ItemsOf(values[0]) : null;
        switch (call.Method)
        {
            case "Add" or "Append" when items is not null && values.Length == 2:
                var longer = new Abstract.Items([.. items, values[1]]);
                if (call.Method == "Add" && call.Receiver is Node.Local list)
                {
                    frame.Assign(list.Name, longer);
                }

                return longer;
            case "ToArray" or "ToList" or "AsEnumerable" or "AsReadOnly" or "Cast" when values.Length == 1:
                return items is null ? values[0] : new Abstract.Items(items);
            case "Reverse" when items is not null && call.Receiver is null:
                return new Abstract.Items(items.Reverse().ToArray());
            case "Skip" when items is not null && values[1].AsSize.Constant is { } number:
                return new Abstract.Items(items.Skip((int)Math.Min(number, int.MaxValue)).ToArray());
            case "Take" when items is not null && values[1].AsSize.Constant is { } number:
                return new Abstract.Items(items.Take((int)Math.Min(number, int.MaxValue)).ToArray());
            case "First" when items is { Count: > 0 } && values.Length == 1:
                return items[0];
            case "Last" when items is { Count: > 0 } && values.Length == 1:
                return items[items.Count - 1];
            case "Count" or "Length" when items is not null && values.Length == 1:
                return new Abstract.Size(Dim.Of(items.Count));
            case "Concat" when items is not null && ItemsOf(values[1]) is { } others:
                return new Abstract.Items([.. items, .. others]);
            case "Select" when items is not null && values[1] is Abstract.Function select:
                return new Abstract.Items(items.Select((item, i) => Invoke(select, [item, new Abstract.Size(Dim.Of(i))])).ToArray());
            case "Aggregate" when items is not null && values is [_, var seed, Abstract.Function fold]:
                return items.Aggregate(seed, (a, b) => Invoke(fold, [a, b]));
            case "Range" when values is [var start, var count]:
                return count.AsSize.Constant is { } known and >= 0 and <= MostTurns
                    ? new Abstract.Items(Enumerable.Range(0, (int)known).Select(i => (Abstract)new Abstract.Size(start.AsSize + Dim.Of(i))).ToArray())
                    : new Abstract.Many(new Abstract.Size(Dim.Unknown), count.AsSize);
            case "Zip" when items is not null && ItemsOf(values[1]) is { } seconds:
                return new Abstract.Items(items.Zip(seconds, (a, b) => (Abstract)new Abstract.Items([a, b])).ToArray());
            case "Contains" or "Any" or "All":
                return new Abstract.Boolean(Truth.Unknown);
            default:
                return Abstract.Anything;
        }
    }

    private static Abstract Mathematics(string method, IReadOnlyList<Abstract> arguments) => (method, arguments) switch
    {
        ("Max", [Abstract.Size a, Abstract.Size b]) => new Abstract.Size(Dim.Max(a.Dim, b.Dim)),
        ("Min", [Abstract.Size a, Abstract.Size b]) => new Abstract.Size(Dim.Min(a.Dim, b.Dim)),
        ("Sqrt" or "Pow" or "Log" or "Exp" or "Cos" or "Sin", _) => new Abstract.Number(null),
        _ => Abstract.Anything,
    };

    /// <summary>An operation on tensors, by its rule.</summary>
    private Abstract Operation(bool isFunctional, string name, IReadOnlyList<KeyValuePair<string, Abstract>> arguments, Frame frame, int at)
    {
        var self = arguments.Count > 0 ? arguments[0].Value : Abstract.Anything;
        switch (name, self)
        {
            case ("dim", Abstract.Tensor tensor):
                return tensor.Shape.Rank is { } rank ? new Abstract.Size(Dim.Of(rank)) : Abstract.Anything;
            case ("numel", Abstract.Tensor tensor):
                return new Abstract.Size(tensor.Shape.Elements);
            case ("size", Abstract.Tensor tensor) when arguments.Count == 1:
                return new Abstract.Sizes(tensor.Shape);
            case ("size", Abstract.Tensor { Shape: { Rank: { } count } shape }) when arguments[1].Value.AsSize.Constant is { } dim && (dim < -count || dim >= count):
                walk.Fail(new(FindingKind.OperationRank, Anchor.InBody(frame.Method, at), "size", shape.ToString(), Text(dim)));
                return Abstract.Anything;
            case ("size", Abstract.Tensor tensor):
                return new Abstract.Size(arguments[1].Value.AsSize.Constant is { } index and > -1000 and < 1000 ? tensor.Shape[(int)index] : Dim.Unknown);
            case ("NewDisposeScope" or "no_grad" or "inference_mode" or "enable_grad" or "item" or "ToScalar" or "ToSingle" or "ToDouble" or "Dispose" or "backward" or "is_floating_point" or "is_complex" or "is_contiguous", _):
                return Abstract.Anything;
        }

        if (OperationRules.Find(isFunctional, name) is not { } rule)
        {
            if (arguments.SelectMany(a => a.Value.AsItems ?? [a.Value]).OfType<Abstract.Tensor>().FirstOrDefault(t => !t.Shape.IsUnknownRank) is { } known)
            {
                walk.Lose(Anchor.InBody(frame.Method, at), known.Shape, $"there is no rule for '{name}'");
                walk.Count(false, Dim.Unknown, name);
            }

            return Abstract.Lost;
        }

        return Apply(rule, name, arguments.Select(a => new KeyValuePair<string, Value>(a.Key, a.Value.ToValue())).ToArray(), arguments.Select(a => a.Value).ToArray(), frame, at);
    }

    private Abstract Apply(OperationRules.Rule rule, string name, IReadOnlyList<KeyValuePair<string, Value>> arguments, IReadOnlyList<Abstract> values, Frame frame, int at)
    {
        var place = Anchor.InBody(frame.Method, at);
        var call = new OperationCall(name, arguments, walk.Facts);
        var output = rule(call);
        var source = values.SelectMany(v => v.AsItems ?? [v]).OfType<Abstract.Tensor>().ToArray();
        var main = source.FirstOrDefault(t => !t.Shape.IsUnknownRank) ?? source.FirstOrDefault() ?? Abstract.Lost;
        if (call.Failed && Losses.IsLoss(name) && source.Length >= 2)
        {
            var why = string.Join("; ", call.Problems.Select(p => p.Particulars[p.Particulars.Length - 1]).Concat(call.Checks.Issues.Select(i => string.Join(" and ", i.Particulars))).Take(1));
            walk.Fail(Losses.Misfit(name, place, source[0].Shape, source[1].Shape, why, main.Trail.Places()));
            return Result(output, name, place, main, isLost: true);
        }

        if (!call.Failed)
        {
            walk.Pass(place);
        }

        if (!call.Failed && source.Length >= 2 && Losses.Silent(name, place, source[0].Shape, source[1].Shape, walk.Facts) is { } silent)
        {
            walk.Report(silent);
        }

        if (call.Failed)
        {
            foreach (var finding in call.Problems.Select(p => new Finding(p.Kind, place, p.Particulars.ToEquatableArray(), main.Trail.Places())).Concat(call.Checks.Issues.Select(i => Misfit(i, name, place, main))).Take(1))
            {
                walk.Fail(finding);
            }

            walk.Count(false, Dim.Unknown, name);
            return Result(output, name, place, main, isLost: true);
        }

        var isChecked = walk.Assume(place, name, main.Shape, call.Checks.Conditions);
        var isKnown = source.All(t => !t.Shape.IsUnknownRank) && !call.IsIncomplete && isChecked && IsKnown(output);
        if (!isKnown && source.All(t => !t.Shape.IsUnknownRank && !t.Shape.Dims.Any(d => d.IsUnknown)))
        {
            walk.Lose(place, Shape.Of(), $"what '{name}' gives depends on more than is known when compiling");
        }

        walk.Count(isKnown, call.MultiplyAdds.Simplify(walk.Facts), name);
        return Result(output, name, place, main, isLost: false);
    }

    private static bool IsKnown(Value value) => value switch
    {
        Value.Tensor tensor => !tensor.Shape.IsUnknownRank,
        Value.List list => list.Items.All(IsKnown),
        _ => true,
    };

    private static Finding Misfit(Issue issue, string name, Anchor place, Abstract.Tensor main) => issue.Kind == FindingKind.SizeBelowOne
        ? new(FindingKind.OperationSize, place, new[] { name }.Concat(issue.Particulars).ToEquatableArray(), main.Trail.Places())
        : new(FindingKind.OperationArguments, place, new[] { name, string.Join(" and ", issue.Particulars) }.ToEquatableArray(), main.Trail.Places());

    private Abstract Result(Value value, string name, Anchor place, Abstract.Tensor main, bool isLost)
    {
        switch (value)
        {
            case Value.Tensor tensor:
                var shape = isLost ? Shape.UnknownRank : tensor.Shape.Simplify(walk.Facts);
                return new Abstract.Tensor(shape, main.Trail.Then(name.Length <= 2 && !char.IsLetter(name[0]) ? $"'{name}'" : name, place, name is "flatten" or "view" or "reshape", shape), tensor.Type);
            case Value.List list:
                return isLost ? Abstract.Anything : new Abstract.Items(list.Items.Select(i => Result(i, name, place, main, isLost)).ToArray());
            default:
                return isLost ? Abstract.Anything : Abstract.Of(value);
        }
    }
}
