using Gen.Model;
using Gen.Rules;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Distributions, what is drawn from them, and how probable it is.</content>
internal sealed partial class Evaluator
{
    private AbstractValue? Distribution(Expression.Call call, AbstractValue? receiver,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments)
    {
        if (receiver is AbstractValue.Distribution made)
        {
            return Drawn(made, call.Method, arguments.Select(a => a.Value).ToArray());
        }

        if (!call.Method.StartsWith(BodyModel.Distributions, StringComparison.Ordinal))
        {
            return null;
        }

        var name = call.Method[BodyModel.Distributions.Length..];
        var tensors = arguments.Select(a => a.Value).OfType<AbstractValue.Tensor>().ToArray();
        return !tensors.Any(static t => t.IsAfterError)
            && Distributions.Of(name, [.. tensors.Select(t => t.Shape)], walk.Facts) is var (sample, events)
            ? new AbstractValue.Distribution(name, sample, events, tensors) : null;
    }

    private AbstractValue Drawn(AbstractValue.Distribution made, string member, IReadOnlyList<AbstractValue> given)
    {
        var sizes = given.Count == 0 ? Shape.Of()
            : given is [AbstractValue.Tensor { Shape: var shape }] ? shape
            : given is [var list] && list.AsItems is { } items ? Shape.Of([.. items.Select(static i => i.AsSize)])
            : null;
        if (Distributions.Member(made.Name, member, made.Sample, made.Events, sizes, walk.Facts) is not { } known)
        {
            walk.Count(false, Dim.Zero, member);
            return AbstractValue.Lost;
        }

        walk.Count(true, Dim.Zero, member);
        AbstractValue[] from = [.. made.From, .. given.OfType<AbstractValue.Tensor>()];
        walk.Advice.Use(new AbstractValue.Items(from));

        // What it computes on the way is not known.
        walk.Operate("?", [], AbstractValue.Lost, Aliasing.Unknown, Dim.Zero);
        return walk.Operate(member, from, new AbstractValue.Tensor(known, Provenance.Start($"{made.Name}.{member}", known),
            Distributions.AreIndexes(made.Name, member) ? ElementType.Int64 : ElementType.Unknown), Aliasing.Unknown, Dim.Zero);
    }
}
