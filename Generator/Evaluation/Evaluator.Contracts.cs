using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Helper methods whose code is not followed, by the shapes that they declare.</content>
internal sealed partial class Evaluator
{
    /// <summary>
    /// What a helper method gives by its own <c>[Shape]</c>. Its names are its own: each stands for the size that arrives. Null where it
    /// declares no result, or another input than arrives.
    /// </summary>
    private AbstractValue? Promised(Expression.Call call, IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame)
    {
        if (call.Contract is not { } contract
            || ShapeParser.ParseSignature(contract.Text).Signature is not { Outputs: { Count: > 0 } outputs } signature)
        {
            return null;
        }

        var names =
            signature.Inputs.Concat(outputs)
                .SelectMany(s => s.Dims.SelectMany(d => d.Names).Concat(s.Variadic is { } lead and not "..." ? [lead] : [])).Distinct()
                .ToArray();
        var unified = new Unification(names, walk.Facts);
        if (!unified.Unify(signature.Inputs.Zip(arguments, static (needs, given) => (needs, given.Value))
            .Where(p => p.Value is AbstractValue.Tensor).Select(p => (p.needs, ((AbstractValue.Tensor)p.Value).Shape)).ToArray()))
        {
            return null;
        }

        // No guard of Gen's looks at what such a method gives: the result of the module is looked at instead.
        walk.Trust();
        walk.CannotCount($"what '{call.Written}' multiplies is not known");
        walk.Count(true, Dim.Zero, call.Method);
        var (values, place) = (arguments.Select(a => a.Value).ToArray(), Anchor.InBody(frame.Method, call.At));
        walk.Advice.Use(new AbstractValue.Items(values));
        var trail = values.OfType<AbstractValue.Tensor>().FirstOrDefault()?.Provenance ?? AbstractValue.Lost.Provenance;
        var given = outputs.Select(o => unified.Of(o))
            .Select(shape => (AbstractValue)new AbstractValue.Tensor(shape, trail.Then(call.Method, place, false, shape).Anyhow)).ToArray();
        foreach (var list in values.Where(v => v is not AbstractValue.Tensor))
        {
            Change(list, AbstractValue.Anything);
        }

        var result = given is [var only] ? only : new AbstractValue.Items(given, IsTuple: true);
        return walk.Operate(call.Method, values, result, Aliasing.Unknown, Dim.Unknown);
    }
}
