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
            case Expression.Element { Receiver: var entries, Indices: [var key] }
                when Evaluate(entries, frame) is AbstractValue.Object { Type: Dictionary } dictionary:
                SetEntry(dictionary, Evaluate(key, frame), value);
                break;
            case Expression.Element { Receiver: var holder, Indices: [var place] } when Evaluate(holder, frame) is AbstractValue.Items held:
                var at = Evaluate(place, frame) is AbstractValue.FromEnd { Value: var back } ? held.Values.Count - back.AsSize.Constant
                    : Evaluate(place, frame).AsSize.Constant;
                var changed = held with { Values = held.Values.Select((v, i) => at is null ? AbstractValue.Anything : i == at ? value : v)
                    .ToArray() };
                if (!held.IsTuple)
                {
                    walk.Trace.Keep(value);
                    Change(held, changed);
                }
                else if (holder is Expression.Local named)
                {
                    frame.Assign(named.Name, changed);
                }

                break;
            case Expression.Element { Receiver: var holder } when Evaluate(holder, frame) is AbstractValue.Growing growing:
                Change(growing, AbstractValue.Anything);
                break;
            case Expression.Element { Receiver: var holder } when isOrdinary
                && Evaluate(holder, frame) is AbstractValue.Module container:
                Replace(container, AbstractValue.Anything);
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
                    Assign(list.Items[i], items is not null && i < items.Count ? items[i] : AbstractValue.Anything, frame);
                }

                break;
        }
    }
}
