using Gen.Graph;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <content>Helper methods whose code is not followed, by the shapes that they declare.</content>
internal sealed partial class BodyWalk
{
    /// <summary>
    /// What a helper method gives by its own <c>[Shape]</c>. Its names are its own: each stands for the size that arrives. Null where it
    /// declares no result, or another input than arrives.
    /// </summary>
    private Abstract? Promised(Node.Call call, IReadOnlyList<KeyValuePair<string, Abstract>> arguments, Frame frame)
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
            .Where(p => p.Value is Abstract.Tensor).Select(p => (p.needs, ((Abstract.Tensor)p.Value).Shape)).ToArray()))
        {
            return null;
        }

        // No guard of Gen's looks at what such a method gives: the result of the module is looked at instead.
        walk.Trust();
        walk.CannotCount($"what '{call.Written}' multiplies is not known");
        walk.Count(true, Dim.Zero, call.Method);
        var (values, place) = (arguments.Select(a => a.Value).ToArray(), Anchor.InBody(frame.Method, call.At));
        walk.Advice.Use(new Abstract.Items(values));
        var trail = values.OfType<Abstract.Tensor>().FirstOrDefault()?.Trail ?? Abstract.Lost.Trail;
        var given = outputs.Select(o => unified.Of(o))
            .Select(shape => (Abstract)new Abstract.Tensor(shape, trail.Then(call.Method, place, false, shape).Anyhow)).ToArray();
        foreach (var list in values.Where(v => v is not Abstract.Tensor))
        {
            Change(list, Abstract.Anything);
        }

        return walk.Operate(call.Method, values, given is [var only] ? only : new Abstract.Items(given, IsTuple: true), Sharing.New,
            Dim.Unknown);
    }
}
