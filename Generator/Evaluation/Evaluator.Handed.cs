using Gen.Model;

namespace Gen.Evaluation;

/// <content>Objects that leave the evaluator of a module, or come into it, with what their members hold at that moment.</content>
internal sealed partial class Evaluator
{
    private const int DeepestObject = 8;

    /// <summary>The value for other code than this module's. What two places of it share, each could change for the other: nothing is said
    /// of that.</summary>
    private AbstractValue Given(AbstractValue value)
    {
        var times = new Dictionary<int, int>();
        Count(value, times, 0);
        return times.Count == 0 ? value : Given(value, times, 0);
    }

    private void Count(AbstractValue value, Dictionary<int, int> times, int depth)
    {
        switch (value)
        {
            case AbstractValue.Object made:
                times[made.Id] = (times.TryGetValue(made.Id, out var before) ? before : 0) + 1;
                if (times[made.Id] == 1 && depth < DeepestObject)
                {
                    foreach (var (_, held) in PartsIn(made))
                    {
                        Count(held, times, depth + 1);
                    }
                }

                break;
            case AbstractValue.Items items:
                foreach (var item in items.Values)
                {
                    Count(item, times, depth);
                }

                break;
        }
    }

    private AbstractValue Given(AbstractValue value, Dictionary<int, int> times, int depth) => value switch
    {
        AbstractValue.Object made when times.TryGetValue(made.Id, out var count) && count == 1 && depth < DeepestObject =>
            new AbstractValue.Handed(made.Type, [.. PartsIn(made)
                .Where(m => !escaped.Contains(made.Id) || stable.Contains(Member(made, m.Name)))
                .Select(m => new AbstractValue.HandedMember(m.Name, Given(m.Value, times, depth + 1),
                    stable.Contains(Member(made, m.Name))))],
                positional.TryGetValue(made.Type, out var names) ? names : default),
        AbstractValue.Object => AbstractValue.Anything,

        // Of what is in an object, other code knows no functions and layers of this module.
        AbstractValue.Function or AbstractValue.Module when depth > 0 => AbstractValue.Anything,
        AbstractValue.Items items => items with { Values = [.. items.Values.Select(v => Given(v, times, depth))] },
        _ => value,
    };

    /// <summary>The members of an object; what a record was given for a property is that property.</summary>
    private IEnumerable<(string Name, AbstractValue Value)> PartsIn(AbstractValue.Object made) => MembersIn(made).Where(m =>
        !m.Name.StartsWith("(", StringComparison.Ordinal) || !ReferenceEquals(heap.Find(Member(made, m.Name.Trim('(', ')'))), m.Value));

    /// <summary>What other code gives, as this evaluator holds it.</summary>
    private AbstractValue Held(AbstractValue value)
    {
        switch (value)
        {
            case AbstractValue.Handed given:
                var made = new AbstractValue.Object(objects++, given.Type);
                foreach (var member in given.Members)
                {
                    heap.Declare(Member(made, member.Name), Held(member.Value));
                    if (member.IsStable)
                    {
                        stable.Add(Member(made, member.Name));
                    }
                }

                foreach (var name in given.Positional.Where(n => heap.Find(Member(made, $"({n})")) is null))
                {
                    heap.Declare(Member(made, $"({name})"), heap.Find(Member(made, name)) ?? AbstractValue.Anything);
                    stable.Add(Member(made, $"({name})"));
                }

                if (given.Positional.Count > 0)
                {
                    positional[given.Type] = given.Positional;
                }

                return made;
            case AbstractValue.Items { Values: var values } items
                when values.Any(static v => v is AbstractValue.Handed or AbstractValue.Items):
                var held = values.Select(Held).ToArray();
                return held.Zip(values, ReferenceEquals).All(static s => s) ? items : items with { Values = held };
            default:
                return value;
        }
    }

    /// <summary>Another object that holds the same.</summary>
    private AbstractValue.Object Copy(AbstractValue.Object record)
    {
        var copy = new AbstractValue.Object(objects++, record.Type);
        foreach (var (name, value) in MembersIn(record))
        {
            heap.Declare(Member(copy, name), value);
            if (stable.Contains(Member(record, name)))
            {
                stable.Add(Member(copy, name));
            }
        }

        return copy;
    }

    /// <summary>The object that a readonly field of the module holds: what its constructor has set, and no other code can.</summary>
    private AbstractValue? HeldBy(string field)
    {
        if (isInherited || body.Find(BodyModel.Held(field)) is not { Body: { } statements } method)
        {
            return null;
        }

        var name = $"§.{field}";
        if (heap.Find(name) is { } known)
        {
            return known;
        }

        // It was made when the module was: nothing of that belongs to the call.
        heap.Declare(name, AbstractValue.Anything);
        var (account, wasPaused) = (walk.Save(), walk.Trace.IsPaused);
        walk.Trace.IsPaused = true;
        var value = Lasting(Given(Enter(statements, new Frame(method.Key, heap))), 0);
        walk.Trace.IsPaused = wasPaused;
        walk.Restore(account);
        value = Held(value);
        heap.Declare(name, value);
        Escape(value);
        return value;

        AbstractValue Lasting(AbstractValue made, int depth) => made switch
        {
            AbstractValue.Handed handed when depth < DeepestObject => handed with
            {
                Members = [.. handed.Members.Where(static m => m.IsStable)
                    .Select(m => m with { Value = Lasting(m.Value, depth + 1) })],
            },
            AbstractValue.Tensor { Shape: var shape, Type: var type } => new AbstractValue.Tensor(shape,
                Provenance.Start(field, shape), type),
            AbstractValue.Size or AbstractValue.Boolean or AbstractValue.Number or AbstractValue.Text or AbstractValue.Enumeration
                or AbstractValue.Null => made,
            _ => AbstractValue.Anything,
        };
    }

    /// <summary>What is put where other code sees it.</summary>
    private void Escape(AbstractValue value)
    {
        switch (value)
        {
            case AbstractValue.Object made:
                ForgetObject(made);
                break;
            case AbstractValue.Items items:
                foreach (var item in items.Values)
                {
                    Escape(item);
                }

                break;
        }
    }
}
