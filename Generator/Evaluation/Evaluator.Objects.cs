using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>
/// Ordinary code that calls other code of the project: methods with what they are given, objects with what their members hold. Members are
/// variables of a frame that stands around all others, so that loops and forks treat them as they treat locals.
/// </content>
internal sealed partial class Evaluator
{
    /// <summary>After so many steps of a method no more calls are followed: what it does itself is looked at to the end.</summary>
    private const int MostSteps = 4_000;
    private readonly Frame heap = new("", null);
    private readonly HashSet<int> escaped = [];
    private readonly HashSet<string> stable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EquatableArray<string>> positional = new(StringComparer.Ordinal);
    private int objects;

    /// <summary>A method that is followed ends in an exception: the statement that calls it does.</summary>
    private bool isThrown;

    private static string Member(AbstractValue.Object made, string name) => $"{MembersOf(made)}{name}";

    private static string MembersOf(AbstractValue.Object made) => $"§{made.Id}.";

    /// <summary>What a record is taken apart into.</summary>
    private AbstractValue[]? PartsOf(AbstractValue value) =>
        value is AbstractValue.Object made && positional.TryGetValue(made.Type, out var names) && names.Count > 0
            ? names.Select(n => heap.Find(Member(made, n)) ?? AbstractValue.Anything).ToArray() : null;

    /// <summary>The code that runs for what it is called on; null where that is not certain.</summary>
    private string? TargetOf(Expression.Call call, AbstractValue? receiver) => call.Targets switch
    {
        { Count: 0 } => call.Method,
        { Count: 1 } only => only[0].Key,
        var several when receiver is AbstractValue.Object made => several.FirstOrDefault(t => t.Type == made.Type).Key,
        _ => null,
    };

    /// <summary>A call of code of the project by ordinary code.</summary>
    private AbstractValue FollowOrdinary(Expression.Call call, AbstractValue? receiver,
        IReadOnlyList<KeyValuePair<string, AbstractValue>> arguments, Frame frame, out Frame? inner)
    {
        inner = null;
        var made = call.New is { } type ? new AbstractValue.Object(objects++, type) : null;
        var self = made ?? (call.Receiver is null ? frame.Find(BodyModel.This) : receiver);
        if (TargetOf(call, self) is not { } key || body.Find(key) is not { Body: { } statements } method || calls >= DeepestCall
            || (isOrdinary && walk.Cache.Budget.Steps > MostSteps) || active.Any(f => f.Method == key))
        {
            return Unfollowed(call, arguments.Select(a => a.Value).Append(self ?? AbstractValue.Anything), frame);
        }

        inner = new Frame(method.Key, heap, Through(call, frame));
        if (self is not null)
        {
            inner.Declare(BodyModel.This, self);
        }

        // In a module, what is wrong in another class is wrong with what it is given here.
        var isOutermost = walk.Via is null && (isOrdinary ? frame.Method == body.Entry : Anchor.IsOfOther(key));
        var hidden = isOutermost && isOrdinary && walk.Cache.Hidden is { } some && some.Call == call.At ? some.Parameter : null;
        foreach (var parameter in method.Parameters)
        {
            var given = parameter.Parameter == hidden ? AbstractValue.Anything
                : arguments.FirstOrDefault(a => a.Key == parameter.Parameter).Value ?? Evaluate(parameter.Value, inner);
            inner.Declare(parameter.Parameter, given is AbstractValue.Unknown
                ? method.Modules.FirstOrDefault(m => m.Parameter == parameter.Parameter).Module is { } module
                    ? AbstractValue.Of(new Value.Module(module)) : new AbstractValue.Unknown()
                : given);
        }

        if (isOutermost)
        {
            walk.Via = new(Anchor.InBody(frame.Method, call.At), key, !isOrdinary ? default
                : call.Arguments.Where(a => !a.IsDefault).Select(a => (a.Parameter, a.Value.At)).ToEquatableArray());
        }

        if (self is AbstractValue.Object whole)
        {
            stable.UnionWith(method.ReadOnly.Select(name => Member(whole, name)));
        }

        if (made is not null)
        {
            positional[made.Type] = method.Positional;
        }

        var (outer, items) = (yields, method.IsIterator ? new List<AbstractValue>() : null);
        yields = items;
        var value = Enter(statements, inner);
        yields = outer;
        if (isOutermost)
        {
            walk.Via = null;
        }

        return made is not null ? made
            : items is not null ? new AbstractValue.Many(items.Count == 0 ? AbstractValue.Anything
                : Settled(items.Aggregate(One)), Dim.Unknown)
            : value is AbstractValue.Unknown && call.Gives is { } gives ? AbstractValue.Of(new Value.Module(gives)) : value;
    }

    private List<AbstractValue>? yields;

    /// <summary>One item for several that an iterator gives: objects by what their members have in common.</summary>
    private AbstractValue One(AbstractValue a, AbstractValue b)
    {
        switch (a, b)
        {
            case (AbstractValue.Object x, AbstractValue.Object y) when x.Id != y.Id && x.Type == y.Type:
                var one = new AbstractValue.Object(objects++, x.Type);
                foreach (var (key, value) in heap.Variables.Where(m => m.Key.StartsWith(MembersOf(x), StringComparison.Ordinal))
                    .Select(m => (m.Key, m.Value)).ToArray())
                {
                    var name = key.Substring(MembersOf(x).Length);
                    heap.Declare(Member(one, name), heap.Find(Member(y, name)) is { } other ? Join(value, other) : AbstractValue.Anything);
                }

                return one;
            case (AbstractValue.Items x, AbstractValue.Items y) when x.Values.Count == y.Values.Count:
                return x with { Values = x.Values.Zip(y.Values, One).ToArray() };
            default:
                return Join(a, b);
        }
    }

    /// <summary>Sizes that are those of one turn of a loop are not known outside of it.</summary>
    private static AbstractValue Settled(AbstractValue value) => value switch
    {
        AbstractValue.Tensor tensor => tensor with { Shape = new Shape(tensor.Shape.Variadic, [.. tensor.Shape.Dims.Select(d =>
            d.Names.Any(static n => n.StartsWith(LayerEvaluator.Turn, StringComparison.Ordinal)) ? Dim.Unknown : d)]) },
        AbstractValue.Items items => items with { Values = items.Values.Select(Settled).ToArray() },
        AbstractValue.Size { Dim: var size } when size.Names.Any(static n => n.StartsWith(LayerEvaluator.Turn, StringComparison.Ordinal)) =>
            new AbstractValue.Size(Dim.Unknown),
        _ => value,
    };

    private AbstractValue Evaluate(Expression.Field field, Frame frame)
    {
        var receiver = field.Receiver is null ? frame.Find(BodyModel.This) : Evaluate(field.Receiver, frame);
        if (field.Getter is { } getter)
        {
            var got = FollowOrdinary(new Expression.Call(field.At, Owner.Class, getter, field.Receiver, default, field.Name)
            {
                Targets = EquatableArray.Of(("", getter)),
            }, receiver, [], frame, out _);
            return got is AbstractValue.Unknown ? Otherwise() : got;
        }

        return receiver is AbstractValue.Object made && heap.Find(Member(made, field.Name)) is { } held and not AbstractValue.Unknown
            ? held : Otherwise();

        // What a size is called is one number in the object that the method is called on, and another in another object.
        AbstractValue Otherwise() =>
            field.Otherwise is Expression.Constant { Value.IsOfObject: true } && frame.Find(BodyModel.This) is not null
                ? AbstractValue.Anything
            : field.Otherwise is Expression.Read read && receiver is not null ? Read(read, receiver, frame)
            : Evaluate(field.Otherwise, frame);
    }

    private void Assign(Expression.Field field, AbstractValue value, Frame frame)
    {
        if ((field.Receiver is null ? frame.Find(BodyModel.This) : Evaluate(field.Receiver, frame)) is AbstractValue.Object made)
        {
            if (field.Getter is null)
            {
                heap.Declare(Member(made, field.Name), value);
            }
            else
            {
                ForgetObject(made);
            }

            return;
        }

        // It may be any object that has such a member, and what is put there is out of sight.
        foreach (var name in heap.Variables.Keys.Where(k => k.EndsWith($".{field.Name}", StringComparison.Ordinal)).ToArray() ?? [])
        {
            heap.Declare(name, AbstractValue.Anything);
        }

        if (value is AbstractValue.Object given)
        {
            escaped.Add(given.Id);
        }
    }

    /// <summary>Code that is not followed may change what it gets, and what it or another got before.</summary>
    private void ForgetObject(AbstractValue.Object made)
    {
        if (!escaped.Add(made.Id))
        {
            return;
        }

        foreach (var member in heap.Variables.Where(m => m.Key.StartsWith(MembersOf(made), StringComparison.Ordinal)).ToArray())
        {
            Forget([member.Value]);
            if (member.Value is AbstractValue.Items or AbstractValue.Growing or AbstractValue.Filled)
            {
                Change(member.Value, AbstractValue.Anything);
            }
        }
    }

    private void ForgetEscaped()
    {
        if (escaped.Count == 0)
        {
            return;
        }

        foreach (var name in heap.Variables.Keys.Where(k => !stable.Contains(k) && IsEscaped(k)).ToArray())
        {
            heap.Declare(name, AbstractValue.Anything);
        }

        bool IsEscaped(string name) => int.TryParse(name.Substring(1, name.IndexOf('.') - 1), out var id) && escaped.Contains(id);
    }
}
