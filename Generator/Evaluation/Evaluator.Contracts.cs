using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>Methods by the shapes that they declare.</content>
internal sealed partial class Evaluator
{
    /// <summary>
    /// What a helper method gives by its own <c>[Shape]</c>. Its names are its own: each stands for the size that arrives. Null where it
    /// declares no result, or another input than arrives.
    /// </summary>
    private AbstractValue? Promised(Expression.Call call, AbstractValue? receiver,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> given, Frame frame)
    {
        if (Contract(call) is not { Outputs: { Count: > 0 } outputs } signature)
        {
            return null;
        }

        var arguments = Inputs(call, receiver, given);
        var unified = new Unification(Names(signature), walk.Facts);
        if (!unified.Unify([.. Pairs(signature, arguments).Select(static p => (p.Needs, p.Gets.Shape))]))
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
        var results = outputs.Select(o => unified.Of(o))
            .Select(shape => (AbstractValue)new AbstractValue.Tensor(shape, trail.Then(call.Method, place, false, shape).Anyhow)).ToArray();
        foreach (var list in values.Where(v => v is not AbstractValue.Tensor))
        {
            Change(list, AbstractValue.Anything);
        }

        var result = results is [var only] ? only : new AbstractValue.Items(results, IsTuple: true);
        return walk.Operate(call.Method, values, result, Aliasing.Unknown, Dim.Unknown);
    }

    /// <summary>Says that a method is declared for other tensors than those that arrive. Null where that is not certain.</summary>
    private AbstractValue? Refused(Expression.Call call, AbstractValue? receiver,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame)
    {
        if (Contract(call) is not { } signature || Pairs(signature, Inputs(call, receiver, arguments)) is not { Length: > 0 } pairs
            || pairs.Any(static p => p.Gets.IsAfterError))
        {
            return null;
        }

        var names = Names(signature);
        var unified = new Unification(names, walk.Facts);
        if (unified.Unify([.. pairs.Select(static p => (p.Needs, p.Gets.Shape))]))
        {
            return null;
        }

        // The one that does not fit by itself, or else the last of those that do not fit together.
        var wrong = pairs.Where(p => !new Unification(names, walk.Facts).Unify([(p.Needs, p.Gets.Shape)]))
            .DefaultIfEmpty(pairs[^1]).First();
        var at = (wrong.Parameter == call.Extended ? call.Receiver
            : call.Arguments.FirstOrDefault(a => a.Parameter == wrong.Parameter)?.Value)?.At ?? call.At;
        var name = call.Method.Split('(')[0].Split('.').Last();
        walk.Fail(new(FindingKind.NestedMismatch, Anchor.InBody(frame.Method, at), name, "method",
            string.Join(", ", pairs.Select(p => unified.Describe(p.Needs))), string.Join(", ", pairs.Select(p => p.Gets.Shape.ToString())),
            wrong.Gets.Provenance.ToString()) { Also = Way([wrong.Gets]) });
        return AbstractValue.Lost with { IsAfterError = true };
    }

    /// <summary>What a declaration is about: in an extension block the receiver comes first.</summary>
    private static IReadOnlyList<KeyValuePair<string, AbstractValue>> Inputs(Expression.Call call, AbstractValue? receiver,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments) =>
        call.Extended is { } name && receiver is not null ? [new(name, receiver), .. arguments] : arguments;

    private static ShapeSignature? Contract(Expression.Call call) =>
        call.Contract is { } contract ? ShapeParser.ParseSignature(contract.Text).Signature : null;

    private static string[] Names(ShapeSignature signature) => [.. signature.Inputs.Concat(signature.Outputs ?? [])
        .SelectMany(static s => s.Dims.SelectMany(static d => d.Names).Concat(s.Variadic is { } lead and not "..." ? [lead] : []))
        .Distinct()];

    private static (string Parameter, Shape Needs, AbstractValue.Tensor Gets)[] Pairs(ShapeSignature signature,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments) =>
        [.. signature.Inputs.Zip(arguments, static (needs, given) => (given.Key, needs, given.Value as AbstractValue.Tensor))
            .Where(static p => p.Item3 is not null).Select(static p => (p.Key, p.needs, p.Item3!))];
}
