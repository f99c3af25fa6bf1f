using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>What is set: locals, members, items.</content>
internal sealed partial class Evaluator
{
    private void Assign(Expression target, AbstractValue value, Frame frame)
    {
        switch (target)
        {
            case Expression.Local { Name: "_" }:
                break;
            case Expression.Local local:
                frame.Assign(local.Name, value);
                break;
            case Expression.Field field:
                Assign(field, value, frame);
                break;
            case Expression.Member or Expression.Read:
                Escape(value);
                break;
            case Expression.Element element:
                SetItem(element.Receiver, Evaluate(element.Receiver, frame), element.Indices.Select(i => Evaluate(i, frame)).ToArray(),
                    value, frame);
                break;
            case Expression.Call { Arguments: var places } when isOrdinary:
                foreach (var place in places.Select(a => Evaluate(a.Value, frame)).Where(static v => v is AbstractValue.Items).ToArray())
                {
                    Change(place, AbstractValue.Anything);
                }

                break;
            case Expression.List list:
                var items = value.AsItems ?? PartsOf(value);
                for (var i = 0; i < list.Items.Count; i++)
                {
                    var part = items is not null && i < items.Count ? items[i] : AbstractValue.Anything;
                    Assign(list.Items[i], part, frame);
                    walk.Record?.Saw(frame.Method, list.Items[i].At, part);
                }

                break;
        }
    }

    private void SetItem(Expression holder, AbstractValue held, IReadOnlyList<AbstractValue> indices, AbstractValue value, Frame frame)
    {
        switch (held, indices)
        {
            case (AbstractValue.Object { Type: Dictionary } dictionary, [var key]):
                SetEntry(dictionary, key, value);
                break;
            case (AbstractValue.Items items, [var index]):
                var at = index is AbstractValue.FromEnd { Value: var back } ? items.Values.Count - back.AsSize.Constant
                    : index.AsSize.Constant;
                var changed = items with { Values = items.Values.Select((v, i) => at is null ? AbstractValue.Anything : i == at ? value : v)
                    .ToArray() };
                if (!items.IsTuple)
                {
                    walk.Trace.Keep(value);
                    Change(items, changed);
                }
                else if (holder is Expression.Local named)
                {
                    frame.Assign(named.Name, changed);
                }

                break;
            case (AbstractValue.Many many, [var index]):
                walk.Trace.Keep(value);
                Swap(many, Filled(many.Item, Dim.Zero, many.Count, index, value) ?? Places(many.Item, many.Count, many.Count, index, value)
                    ?? WithOther(many));
                break;
            case (AbstractValue.Filled filled, [var index]):
                walk.Trace.Keep(value);
                Swap(filled, Filled(filled.Item, filled.Count, filled.Length, index, value)
                    ?? Places(filled.Item, filled.Count, filled.Length, index, value)
                    ?? WithOther(new AbstractValue.Many(filled.Item, filled.Length)));
                break;
            case (AbstractValue.Many rows, [_, _, ..]):
                // What is set in a rectangular array leaves its lengths as they are.
                Swap(rows, WithOther(rows));
                break;
            case (AbstractValue.Many or AbstractValue.Filled or AbstractValue.Growing or AbstractValue.Each, _):
                Swap(held, AbstractValue.Anything);
                break;
            case (AbstractValue.Module container, _) when isOrdinary:
                Replace(container, AbstractValue.Anything);
                break;
        }
    }

    /// <summary>An array whose places are set from the first on, each to a tensor of the same shape; null where it is not set so.</summary>
    private AbstractValue? Filled(AbstractValue item, Dim filled, Dim length, AbstractValue index, AbstractValue value) =>
        value is AbstractValue.Tensor { Shape.IsUnknownRank: false } && (filled.Equals(Dim.Zero) || IsSame(item, value))
            && !index.AsSize.IsUnknown && (isOrdinary || !length.IsUnknown)
            && Comparison.Compare(index.AsSize, filled, walk.Facts) == Verdict.Equal
            ? AbstractValue.Filled.Of(filled.Equals(Dim.Zero) ? value : Join(item, value), filled + Dim.One, length) : null;

    /// <summary>An array of tensors that is followed place by place in ordinary code, as its items are of several shapes; null where it is
    /// too long, or the place is not known.</summary>
    private AbstractValue? Places(AbstractValue item, Dim filled, Dim length, AbstractValue index, AbstractValue value) =>
        isOrdinary && value is AbstractValue.Tensor && item is AbstractValue.Tensor or AbstractValue.Unknown
            && filled.Constant is { } before && length.Constant is { } count and <= MostPlaces
            && index.AsSize.Constant is { } at && at >= 0 && at < count
            ? new AbstractValue.Items([.. Enumerable.Range(0, (int)count)
                .Select(i => i == at ? value : i < before ? item : AbstractValue.Anything)]) : null;

    /// <summary>A list that has other items from here on.</summary>
    private void Swap(AbstractValue old, AbstractValue now)
    {
        var lists = new List<(AbstractValue Before, AbstractValue Now)>();
        foreach (var frame in active.Append(heap))
        {
            frame.Replace(value => Changed(value, old, now, lists));
        }
    }
}
