using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>What is put at one end of a list and taken from one again: stacks, queues, the skips of a U-Net. The last item of a stack is
/// the one on top.</content>
internal sealed partial class Evaluator
{
    private AbstractValue? Ends(Expression.Call call, AbstractValue? receiver, IReadOnlyList<AbstractValue> values, Frame frame,
        out Frame? inner)
    {
        inner = null;
        switch (call.Method)
        {
            case BodyModel.Sequence when values is [] or [AbstractValue.Size]:
                return new AbstractValue.Items([]);
            case BodyModel.Sequence:
                return ItemsOf(values[0]) is { } items ? new AbstractValue.Items([.. items])
                    : AsGrowing(values[0]) is { } many ? many with { } : AbstractValue.Anything;
            case "Push" or "Enqueue" or "AddLast" when receiver is AbstractValue.Items or AbstractValue.Growing && values.Count == 2:
                Put(receiver, values[1]);
                return AbstractValue.Anything;
            case "AddFirst" when receiver is AbstractValue.Items list && values.Count == 2:
                walk.Trace.Keep(values[1]);
                Change(list, list with { Values = [values[1], .. list.Values] });
                return AbstractValue.Anything;
            case "Peek" or "Pop" or "Dequeue" or "TryPeek" or "TryPop" or "TryDequeue" or "RemoveFirst" or "RemoveLast"
                when receiver is AbstractValue.Items or AbstractValue.Growing:
                var isFirst = call.Method is "RemoveFirst" || call.Method.EndsWith("Dequeue", StringComparison.Ordinal);
                var (item, rest) = AtEnd(receiver, isFirst);
                if (!call.Method.EndsWith("Peek", StringComparison.Ordinal))
                {
                    Change(receiver, rest);
                }

                if (call.Arguments.FirstOrDefault(static a => a.IsSet) is { } set)
                {
                    inner = new Frame(frame.Method, null);
                    inner.Declare(set.Parameter, item);
                    return new AbstractValue.Boolean(receiver is AbstractValue.Items known ? Truth.Of(known.Values.Count > 0)
                        : item is AbstractValue.Unknown ? Truth.Unknown : Truth.True);
                }

                return item;
            case "RemoveAt" when receiver is AbstractValue.Growing list && values is [_, AbstractValue.Size { Dim: var place }]:
                var (_, left) = place.Equals(Dim.Zero) ? AtEnd(list, isFirst: true)
                    : Comparison.Compare(place, list.Length - Dim.One, walk.Facts) == Verdict.Equal ? AtEnd(list, isFirst: false)
                    : (AbstractValue.Anything, AbstractValue.Anything);
                Change(list, left);
                return AbstractValue.Anything;
            default:
                return null;
        }
    }

    private void Put(AbstractValue list, AbstractValue item)
    {
        walk.Trace.Keep(item);
        Change(list, list switch
        {
            AbstractValue.Growing growing when growing.Tail.Count + 1 == growing.Added.Count
                && growing.Tail.Append(item).Zip(growing.Added, AreAlike).All(static a => a) =>
                growing with { Count = growing.Count + Dim.One, Tail = [] },
            AbstractValue.Growing growing => growing with { Tail = [.. growing.Tail, item] },
            _ => new AbstractValue.Items([.. ItemsOf(list)!, item]),
        });
    }

    private static bool AreAlike(AbstractValue a, AbstractValue b) => a is AbstractValue.Tensor x && b is AbstractValue.Tensor y
        && IsSame(x, y) && !x.Shape.IsUnknownRank && x.Type == y.Type && Equals(x.Device, y.Device);

    /// <summary>The first or the last item, and the list without it; unknown where there may be none.</summary>
    private (AbstractValue Item, AbstractValue Others) AtEnd(AbstractValue list, bool isFirst)
    {
        if (list is AbstractValue.Items { Values: { Count: > 0 } items })
        {
            return isFirst ? (items[0], new AbstractValue.Items([.. items.Skip(1)]))
                : (items[items.Count - 1], new AbstractValue.Items([.. items.Take(items.Count - 1)]));
        }

        if (list is not AbstractValue.Growing growing)
        {
            return (AbstractValue.Anything, AbstractValue.Anything);
        }

        var (near, far) = isFirst ? (growing.Start, growing.Tail) : (growing.Tail, growing.Start);
        if (near.Count > 0)
        {
            return isFirst ? (near[0], growing with { Start = [.. near.Skip(1)] })
                : (near[near.Count - 1], growing with { Tail = [.. near.Take(near.Count - 1)] });
        }

        var (item, added) = (growing.Added[isFirst ? 0 : growing.Added.Count - 1], growing.Added);
        return Comparison.AtLeast(growing.Count, Dim.One, walk.Facts) is not true
            ? far.Count == 0 && growing.Added.Count == 1 ? (Again(item), AbstractValue.Anything)
                : (AbstractValue.Anything, AbstractValue.Anything)
            : isFirst ? (Again(item), growing with { Count = growing.Count - Dim.One, Start = [.. added.Skip(1)] })
            : (Again(item), growing with { Count = growing.Count - Dim.One, Tail = [.. added.Take(added.Count - 1)] });
    }

    /// <summary>An equal tensor that is another one.</summary>
    private static AbstractValue Again(AbstractValue item) => item is AbstractValue.Tensor tensor ? tensor with { } : item;

    private static AbstractValue.Growing? AsGrowing(AbstractValue list) => list as AbstractValue.Growing
        ?? (list is AbstractValue.Many { Item: AbstractValue.Tensor item } many ? new AbstractValue.Growing([], [item], many.Count, [])
            : null);

    /// <summary>An item of a list that a loop filled; null where nothing tells which it is.</summary>
    private AbstractValue? At(AbstractValue.Growing list, AbstractValue index)
    {
        var all = list.Start.Concat(list.Added).Concat(list.Tail).ToArray();
        if (all.Length > 0 && all.All(i => AreAlike(i, all[0])) && index is AbstractValue.FromEnd or AbstractValue.Size)
        {
            return Again(all[0]);
        }

        return index switch
        {
            AbstractValue.FromEnd { Value.AsSize.Constant: { } back and > 0 } => back <= list.Tail.Count
                ? list.Tail[list.Tail.Count - (int)back] : back == list.Tail.Count + 1 ? AtEnd(list with { Tail = [] }, isFirst: false).Item
                : null,
            AbstractValue.Size { Dim.Constant: { } at and >= 0 } when at < list.Start.Count => list.Start[(int)at],
            AbstractValue.Size { Dim: { IsUnknown: false } size } when (list.Length - size).Constant is { } back and > 0
                && back <= list.Tail.Count => list.Tail[list.Tail.Count - (int)back],
            AbstractValue.Size { Dim: { IsUnknown: false } size } when (list.Length - size).Constant == list.Tail.Count + 1 =>
                AtEnd(list with { Tail = [] }, isFirst: false).Item,
            _ => null,
        };
    }
}
