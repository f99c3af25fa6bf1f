using Gen.Graph;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Items of tensors, shapes, lists and containers.</content>
internal sealed partial class Evaluator
{
    private AbstractValue? Optional(Expression? part, Frame frame) => part is null ? null : Evaluate(part, frame);

    private AbstractValue Element(Expression.Element element, Frame frame)
    {
        var receiver = Evaluate(element.Receiver, frame);
        var indices = element.Indices.Select(i => Evaluate(i, frame)).ToArray();
        if (receiver is AbstractValue.Tensor)
        {
            var items = indices.Select(i => i switch
            {
                AbstractValue.Index { Kind: var kind } => new Value.Text(kind),
                AbstractValue.Slice slice => new Value.List(EquatableArray.Of(Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step))),
                AbstractValue.FromEnd { Value: var back } => new Value.Integer(-back.AsSize),
                AbstractValue.Size { Dim.IsUnknown: true } or AbstractValue.Offset { Base: AbstractValue.Size } =>
                    new Value.Opaque(Indexing.Number),
                _ => i.ToValue(),
            }).Select(v => v is Value.Integer { Dim.IsUnknown: true } ? new Value.Opaque("") : v);
            var rule = OperationRules.Find(false, "[]")!;
            KeyValuePair<string, Value>[] given =
                [new("self", receiver.ToValue()), new("indices", new Value.List(items.ToEquatableArray()))];
            var part = Apply(rule, "[]", given, [receiver], frame, element.At, out _);
            return walk.Operate("[]", [receiver, .. indices], part,
                Aliasing.OfElement(indices.Any(i => i is AbstractValue.Tensor or AbstractValue.Items)), Dim.Zero,
                new OperationCall(rule, "[]", given, walk.Facts));
        }

        // What a loader calls a tensor is no index.
        if (receiver is AbstractValue.Batches batch)
        {
            return AbstractValue.Lost with { Device = batch.Device };
        }

        if (receiver is AbstractValue.Object { Type: Dictionary } dictionary && indices is [var key])
        {
            return Entry(dictionary, key);
        }

        if (receiver is AbstractValue.Dataset { Item: var row })
        {
            return row;
        }

        if (indices is [var index])
        {
            if (receiver is AbstractValue.Sizes { Shape: var shape })
            {
                var size = index is AbstractValue.FromEnd { Value: var back }
                    ? back.AsSize.Constant is { } n and > 0 && n <= shape.Dims.Count ? shape[(int)-n] : Dim.Unknown
                    : index.AsSize.Constant is { } m and >= 0 and < 1000 ? shape.HasVariadic ? Dim.Unknown : shape[(int)m] : Dim.Unknown;
                if (index is AbstractValue.Slice slice && shape.Rank is not null)
                {
                    return Part(new AbstractValue.Sizes(shape).AsItems!, slice);
                }

                if (shape.Rank is { } rank && OutOf(rank, index) is { } beyond)
                {
                    walk.Fail(new(FindingKind.OperationRank, Anchor.InBody(frame.Method, element.At), "shape", shape.ToString(), beyond));
                }

                return new AbstractValue.Size(size);
            }

            if (index is AbstractValue.Text { Characters: { } name } && receiver is AbstractValue.Module { Layer: var modules } held
                && Chain.Items(modules)?.FirstOrDefault(i => i.Key == name) is { Layer: { } found })
            {
                return new AbstractValue.Module(found with { Name = $"{held.Path}.{name}" }, $"{held.Path}.{name}", held.Field)
                {
                    Device = held.Device,
                };
            }

            if (ItemsOf(receiver) is { } list)
            {
                if (OutOf(list.Count, index) is { } missing)
                {
                    walk.Fail(new(FindingKind.OperationArguments, Anchor.InBody(frame.Method, element.At), "[]",
                        $"there is no item {missing} among {Text(list.Count)}"));
                    return AbstractValue.Anything;
                }

                // A list of another way may be shorter.
                walk.Pass(Anchor.InBody(frame.Method, element.At));
                var at = index is AbstractValue.FromEnd { Value: var last } ? list.Count - last.AsSize.Constant : index.AsSize.Constant;
                return index is AbstractValue.Slice part ? Part(list, part) : at is >= 0 && at < list.Count ? list[(int)at]
                    : list.Count > 0 && list.All(i => IsSame(i, list[0])) && list[0] is not AbstractValue.Module ? list[0]
                    : list.Count > 0 && isOrdinary && at is null ? list.Aggregate(One) : AbstractValue.Anything;
            }

            if (receiver is AbstractValue.Module container && PartsOf(container) is { Count: > 1 } parts)
            {
                var (ahead, behind) = (parts.TakeWhile(static p => p.IsOne).Count(),
                    parts.Reverse().TakeWhile(static p => p.IsOne).Count());
                return index switch
                {
                    AbstractValue.FromEnd { Value.AsSize.Constant: { } n } when n >= 1 && n <= behind =>
                        parts[parts.Count - (int)n].At(Dim.Zero)[0],
                    AbstractValue.Size { Dim.Constant: { } n } when n >= 0 && n < ahead => parts[(int)n].At(Dim.Zero)[0],
                    _ => AbstractValue.Anything,
                };
            }

            if (receiver is AbstractValue.Growing growing)
            {
                return At(growing, index) ?? AbstractValue.Anything;
            }

            if (receiver is AbstractValue.Filled filled)
            {
                return index.AsSize is { IsUnknown: false } set && Comparison.AtLeast(set, Dim.Zero, walk.Facts) is true
                    && Comparison.AtLeast(filled.Count, set + Dim.One, walk.Facts) is true ? Again(filled.Item) : AbstractValue.Anything;
            }

            if (Repeated(receiver) is { } repeated && (index is AbstractValue.FromEnd { Value: var before } ? repeated.Count - before.AsSize
                : index.AsSize) is { IsUnknown: false } number)
            {
                // 0 <= index < count
                var place = Anchor.InBody(frame.Method, element.At);
                Fact[] needs = [new(number, Relation.AtLeast, Dim.Zero), new(repeated.Count, Relation.More, number)];
                if (needs.Any(n => Comparison.AtLeast(n.Left, n.Relation == Relation.More ? n.Right + Dim.One : n.Right,
                    walk.Facts) is false))
                {
                    walk.Fail(new(FindingKind.OperationArguments, place, "[]", $"there is no item {number} among {repeated.Count}"));
                    return AbstractValue.Anything;
                }

                walk.Assume(place, "indexing", Shape.Of(),
                    needs.Where(n => !n.Left.IsUnknown
                        && Comparison.AtLeast(n.Left, n.Relation == Relation.More ? n.Right + Dim.One : n.Right, walk.Facts) is null));
                return repeated.Item(number);
            }
        }

        return AbstractValue.Anything;

        static Value Bound(AbstractValue? bound) => bound switch
        {
            null or AbstractValue.Null => new Value.Null(),
            AbstractValue.FromEnd { Value: var back } => back.AsSize.Constant == 0 ? new Value.Null() : new Value.Integer(-back.AsSize),
            _ => bound.AsSize is { IsUnknown: false } size ? new Value.Integer(size) : new Value.Opaque(""),
        };
    }

    /// <summary>An index that C# refuses, as written; null where it is in order or not known.</summary>
    private static string? OutOf(int count, AbstractValue index) => index switch
    {
        AbstractValue.FromEnd { Value.AsSize.Constant: { } back } when back < 1 || back > count => $"^{Text(back)}",
        AbstractValue.Size { Dim.Constant: { } at } when at < 0 || at >= count => Text(at),
        _ => null,
    };

    private static AbstractValue Part(IReadOnlyList<AbstractValue> list, AbstractValue.Slice slice)
    {
        var (start, stop) = (At(slice.Start, 0), At(slice.Stop, list.Count));
        return start is { } from && stop is { } to && from >= 0 && to <= list.Count && from <= to
            ? new AbstractValue.Items(list.Skip((int)from).Take((int)(to - from)).ToArray())
            : AbstractValue.Anything;

        long? At(AbstractValue? bound, long otherwise) => bound switch
        {
            null => otherwise,
            AbstractValue.FromEnd { Value: var back } => list.Count - back.AsSize.Constant,
            _ => bound.AsSize.Constant,
        };
    }

    /// <summary>The items of a list, a shape, a container of modules; null where they are not known one by one.</summary>
    private static IReadOnlyList<AbstractValue>? ItemsOf(AbstractValue value)
    {
        if (value is AbstractValue.Module { Layer: { Factory: "Sequential" or "ModuleList" or "ModuleDict" } layer } container)
        {
            return Chain.Items(
                layer)?.Select(i => (AbstractValue)new AbstractValue.Module(i.Layer with { Name = $"{container.Path}.{i.Key}" },
                    $"{container.Path}.{i.Key}", container.Field) { Device = container.Device }).ToArray();
        }

        return value.AsItems;
    }

    /// <summary>The parts of a container of modules; null where they are not known.</summary>
    private static IReadOnlyList<LayersOfPart>? PartsOf(AbstractValue.Module container)
    {
        if (Chain.Parts(container.Layer) is not { } parts)
        {
            return null;
        }

        var (found, first) = (new List<LayersOfPart>(), Dim.Zero);
        for (var place = 0; place < parts.Count; place++)
        {
            var (part, start, end) = (parts[place], first, parts.Count - place);
            var keys = part.Layers.Select((_, i) => $"{container.Path}.{Key(part, start + Dim.Of(i), end)}").ToArray();
            found.Add(new(part, keys[0], index => part.Layers.Select((layer, i) =>
                new AbstractValue.Module(layer.At(index) with { Name = keys[i] }, keys[i], container.Field) { Device = container.Device })
                .ToArray()));
            first += part.Modules;
        }

        return found;

        // What depends on the turn, or on sizes, is computed when the turns are told apart.
        static string Key(ContainerPart part, Dim at, int end)
        {
            if (part.IsOne)
            {
                return at.Constant is not null ? at.ToString() : at.IsUnknown ? $"^{Text(end)}" : $"{{{at}}}";
            }

            var turn = part.Layers.Count == 1 ? TraceLoop.TurnOfKey : $"{Text(part.Layers.Count)}*{TraceLoop.TurnOfKey}";
            return at.IsUnknown ? $"{TraceLoop.Turn}^{Text(end)}"
                : !at.Equals(Dim.Zero) ? $"{{{turn}+{at}}}"
                : part.Layers.Count == 1 ? TraceLoop.Turn : $"{{{turn}}}";
        }
    }

    /// <summary>Layers that stand in a container one after the other, as often as their count says.</summary>
    /// <param name="Part">They.</param>
    /// <param name="Key">What tells them from others.</param>
    /// <param name="At">The layers of a turn.</param>
    private sealed record LayersOfPart(ContainerPart Part, string Key, Func<Dim, IReadOnlyList<AbstractValue.Module>> At)
    {
        public Dim Count => Part.Count;

        public bool IsOne => Part.IsOne;
    }

    /// <summary>Items of a number that is not known at compile time, by their index.</summary>
    private static (Func<Dim, AbstractValue> Item, Dim Count)? Repeated(AbstractValue value) => value switch
    {
        AbstractValue.Many many => (_ => many.Item, many.Count),
        AbstractValue.Each each => (each.Item, each.Count),
        AbstractValue.Growing { Start.Count: 0, Added: [var item], Tail.Count: 0 } growing => (_ => Again(item), growing.Count),
        AbstractValue.Module { Layer: var layer } container when Chain.Repeated(layer) is { } repeated =>
            (index => new AbstractValue.Module(repeated.At(index) with { Name = $"{container.Path}.*" }, $"{container.Path}.*",
                container.Field) { Device = container.Device },
                repeated.Count),
        _ => null,
    };
}
