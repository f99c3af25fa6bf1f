using Gen.Model;
using Gen.Rules;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Lists, arrays and LINQ over them.</content>
internal sealed partial class Evaluator
{
    /// <summary>An array of so many places is followed place by place in a module.</summary>
    private const int MostPlaces = 64;

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

        AbstractValue? Given(string parameter) => arguments.FirstOrDefault(a => a.Key == parameter).Value is { } value
            and not AbstractValue.Null
            ? value : null;
    }

    /// <summary>Lists, arrays and LINQ over them.</summary>
    private AbstractValue Collection(Expression.Call call, AbstractValue? receiver,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame)
    {
        var values = (receiver is null ? arguments.Select(a => a.Value) : arguments.Select(a => a.Value).Prepend(receiver)).ToArray();
        var items = values.Length > 0 ? ItemsOf(values[0]) : null;
        if (receiver is AbstractValue.Object { Type: Dictionary } dictionary)
        {
            return Ask(dictionary, call.Method, arguments.Select(a => a.Value).ToArray());
        }

        foreach (var value in values)
        {
            Enumerate(value, call.Method is "First" or "FirstOrDefault" or "ElementAt" or "Take" or "TakeWhile" or "Skip" or "SkipWhile"
                or "Any" or "All" or "Contains" or "Count");
        }

        if (items is null && values.Length > 0 && OfRepeated(call, values, frame) is { } repeatedly)
        {
            return repeatedly;
        }

        switch (call.Method)
        {
            case "Sum" or "Max" or "Min" when items is not null && values.Length == 1 && OfSizes(call.Method, items) is { } figure:
                return figure;
            case BodyModel.Anonymous:
                return new AbstractValue.Object(objects++, BodyModel.Anonymous);
            case BodyModel.Copy:
                return receiver is AbstractValue.Object record ? Copy(record) : AbstractValue.Anything;
            case BodyModel.Map:
                return new AbstractValue.Object(objects++, Dictionary);
            case BodyModel.Array when !isOrdinary && values is [{ AsSize.Constant: { } length and >= 0 and <= MostPlaces }]:
                return new AbstractValue.Items([.. Enumerable.Repeat(AbstractValue.Anything, (int)length)]);
            case BodyModel.Array when isOrdinary && call.Types.Count > 0 && values is [var places]:
                return new AbstractValue.Filled(AbstractValue.Anything, Dim.Zero, places.AsSize);
            case BodyModel.Array:
                return values.AsEnumerable().Reverse().Aggregate(AbstractValue.Anything,
                    static (item, size) => new AbstractValue.Many(item, size.AsSize));
            case "Append" when items is not null && values.Length == 2:
                return new AbstractValue.Items([.. items, values[1]]);
            case "Add" when receiver is AbstractValue.Items or AbstractValue.Growing && values.Length == 2:
                Put(receiver, values[1]);
                return AbstractValue.Anything;
            case "AddRange" when items is not null && receiver is AbstractValue.Items && ItemsOf(values[1]) is { } added:
                walk.Trace.Keep(values[1]);
                Change(receiver, new AbstractValue.Items([.. items, .. added]));
                return AbstractValue.Anything;
            case "Insert" when items is not null && receiver is AbstractValue.Items && values is [_, var place, var inserted]
                && place.AsSize.Constant is { } before && before >= 0 && before <= items.Count:
                walk.Trace.Keep(inserted);
                Change(receiver, new AbstractValue.Items([.. items.Take((int)before), inserted, .. items.Skip((int)before)]));
                return AbstractValue.Anything;
            case "RemoveAt" when items is not null && receiver is AbstractValue.Items && values is [_, var place]
                && place.AsSize.Constant is { } removed && removed >= 0 && removed < items.Count:
                Change(receiver, new AbstractValue.Items([.. items.Where((_, i) => i != removed)]));
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
            case "Skip" or "SkipLast" or "Take" or "TakeLast" when items is not null && values[1].AsSize.Constant is { } number:
                return new AbstractValue.Items(Part(call.Method, items, (int)Math.Max(Math.Min(number, items.Count), 0)));
            case "Prepend" when items is not null && values.Length == 2:
                return new AbstractValue.Items([values[1], .. items]);
            case "Where" or "TakeWhile" or "SkipWhile" when items is not null && values is [_, AbstractValue.Function chosen]:
                var holds = items.Select((item, i) => Invoke(chosen, [item, new AbstractValue.Size(Dim.Of(i))], call, frame, out _))
                    .Select(v => v is AbstractValue.Boolean { Truth: Truth.Known { Value: var isSo } } ? isSo : (bool?)null).ToArray();
                return holds.Contains(null) ? AbstractValue.Anything : new AbstractValue.Items(Chosen(call.Method, items, holds));
            case "First" or "ElementAt" when items is { Count: > 0 } && values.Length == (call.Method == "First" ? 1 : 2):
                return values.Length == 1 ? items[0]
                    : values[1].AsSize.Constant is { } nth && nth >= 0 && nth < items.Count ? items[(int)nth] : AbstractValue.Anything;
            case "Last" when items is { Count: > 0 } && values.Length == 1:
                return items[items.Count - 1];
            case "Count" or "Length" when items is not null && values.Length == 1:
                return new AbstractValue.Size(Dim.Of(items.Count));
            case "Concat" when items is not null && ItemsOf(values[1]) is { } others:
                return new AbstractValue.Items([.. items, .. others]);
            case "Select" when items is not null && values[1] is AbstractValue.Function select:
                return new AbstractValue.Items(items.Select((item, i) => Invoke(select, [item, new AbstractValue.Size(Dim.Of(i))], call,
                    frame, out _)).ToArray()) { IsLazy = IsLazy(values) };
            case "Select" when Repeated(values[0]) is { } repeated && values[1] is AbstractValue.Function each:
                return walk.Under(Any(repeated.Count, $"{frame.Method}:each of {call.At}"),
                    () => Select(index => Invoke(each, [repeated.Item(index), new AbstractValue.Size(index)], call, frame, out _),
                        repeated.Count));
            case "Select" when isOrdinary && values is [AbstractValue.Unknown
                or AbstractValue.Tensor { Shape.IsUnknownRank: true }, AbstractValue.Function of]:
                return walk.Under(Any(Dim.Unknown, $"{frame.Method}:each of {call.At}"), () => Select(index =>
                    Invoke(of, [AbstractValue.Anything, new AbstractValue.Size(index)], call, frame, out _), Dim.Unknown));
            case "Aggregate" when items is not null && values is [_, var seed, AbstractValue.Function fold, ..]:
                var folded = items.Aggregate(seed, (a, b) => Invoke(fold, [a, b], call, frame, out _));
                return values.Length == 3 ? folded : values[3] is AbstractValue.Function last ? Invoke(last, [folded], call, frame, out _)
                    : AbstractValue.Anything;
            case "Aggregate" when items is { Count: > 0 } && values is [_, AbstractValue.Function fold]:
                return items.Skip(1).Aggregate(items[0], (a, b) => Invoke(fold, [a, b], call, frame, out _));
            case "Range" when values is [var start, var count]:
                return count.AsSize.Constant is { } known and >= 0 and <= MostTurns
                    ? new AbstractValue.Items(Enumerable.Range(0, (int)known)
                        .Select(i => (AbstractValue)new AbstractValue.Size(start.AsSize + Dim.Of(i)))
                        .ToArray())
                    : start.AsSize.IsUnknown ? new AbstractValue.Many(new AbstractValue.Size(Dim.Unknown), count.AsSize)
                    : new AbstractValue.Each(index => new AbstractValue.Size(start.AsSize + index), count.AsSize);
            case "Zip" when items is not null && values.Length < 4 && ItemsOf(values[1]) is { } seconds:
                return new AbstractValue.Items(items.Zip(seconds, (a, b) => values.Length == 2 ? new AbstractValue.Items([a, b])
                    : values[2] is AbstractValue.Function both ? Invoke(both, [a, b], call, frame, out _) : AbstractValue.Anything)
                    .ToArray()) { IsLazy = IsLazy(values) };
            case "Contains" or "Any" or "All":
                Hand(values, call.Method);
                return new AbstractValue.Boolean(Truth.Unknown);
            default:
                Hand(values, call.Method);

                // It may change the list.
                if (receiver is not null)
                {
                    Change(receiver, AbstractValue.Anything);
                }

                return AbstractValue.Anything;
        }
    }

    private readonly List<AbstractValue> asked = [];

    private bool IsLazy(IEnumerable<AbstractValue> values) => !isOrdinary && values.OfType<AbstractValue.Function>().Any(Multiplies);

    /// <summary>The items of a lazy list are computed as far and as often as somebody asks for them; they are counted once.</summary>
    private void Enumerate(AbstractValue list, bool isPart)
    {
        if (list is not AbstractValue.Items { IsLazy: true })
        {
            return;
        }

        if (isPart || asked.Any(a => ReferenceEquals(a, list)))
        {
            walk.CannotCount("how often the items of a list are computed is not known at compile time");
        }

        asked.Add(list);
    }

    private static AbstractValue[] Part(string method, IReadOnlyList<AbstractValue> items, int number) => method switch
    {
        "Skip" => [.. items.Skip(number)],
        "SkipLast" => [.. items.Take(items.Count - number)],
        "TakeLast" => [.. items.Skip(items.Count - number)],
        _ => [.. items.Take(number)],
    };

    private static AbstractValue[] Chosen(string method, IReadOnlyList<AbstractValue> items, bool?[] holds)
    {
        var first = Array.IndexOf(holds, false) is var at and >= 0 ? at : items.Count;
        return method switch
        {
            "TakeWhile" => [.. items.Take(first)],
            "SkipWhile" => [.. items.Skip(first)],
            _ => [.. items.Where((_, i) => holds[i] is true)],
        };
    }

    /// <summary>What is made of an item costs as much as there are items.</summary>
    private AbstractValue Each(Func<Dim, AbstractValue> make, Dim index, Dim count)
    {
        var (turns, first) = (walk.Turns, walk.Trace.Count);
        var before = (Conventional: walk.MultiplyAdds, Torchinfo: walk.TorchinfoMultiplyAdds);
        walk.Turns = Dim.One;
        var made = make(index);
        walk.Turns = turns;
        var one = (Conventional: walk.MultiplyAdds - before.Conventional, Torchinfo: walk.TorchinfoMultiplyAdds - before.Torchinfo);
        if (one.Conventional.Constant != 0)
        {
            walk.Spend(before, (one.Conventional * turns * count, one.Torchinfo * turns * count));
            if (one.Conventional.Names.Contains(index.AsName!))
            {
                walk.CannotCount("the items of a list differ, and their number is not known at compile time");
            }
            else if (count.IsUnknown)
            {
                walk.CannotCount("how many items a list has is not known at compile time");
            }
        }

        walk.Trace.Blur(first, walk.Trace.Count);
        return made;
    }

    /// <summary>What is made of the items: a tensor that is alike for all, or what is no tensor.</summary>
    private AbstractValue Select(Func<Dim, AbstractValue> make, Dim count)
    {
        var index = walk.NextIndex();
        walk.Know(new Fact(index, Relation.AtLeast, Dim.Zero));

        // There is such an item, while it is looked at.
        var before = walk.Facts;
        walk.Know(new Fact(count, Relation.More, index));
        var made = Each(make, index, count);
        walk.Forget(before);
        return made is AbstractValue.Tensor tensor && tensor.Shape.Dims.All(d => !d.Names.Contains(index.AsName!))
            ? new AbstractValue.Many(tensor, count)
            : made is AbstractValue.Items { Values: var parts }
            && parts.All(p => p is AbstractValue.Size or AbstractValue.Module or AbstractValue.Boolean)
            ? new AbstractValue.Each(make, count)
            : AbstractValue.Anything;
    }
}
