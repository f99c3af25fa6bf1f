using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>What a variable is after any number of turns of a loop, if each turn does to it what the first one did.</summary>
internal sealed class LoopGrowth
{
    private const int MostItems = 1024;
    private readonly Func<Dim, AbstractValue> after;
    private readonly bool isJoined;
    private bool isLoose;

    private LoopGrowth(string name, Func<Dim, AbstractValue> after, bool isJoined)
    {
        Name = name;
        this.after = after;
        this.isJoined = isJoined;
    }

    public string Name { get; }

    /// <summary>Each turn leaves its tensors in the same shapes.</summary>
    public bool IsConstant { get; private init; }

    /// <param name="name">The variable.</param>
    /// <param name="start">Before the first turn.</param>
    /// <param name="first">After it.</param>
    /// <param name="isLoose">The numbers in what each turn adds to a list may be others.</param>
    public static LoopGrowth Of(string name, AbstractValue start, AbstractValue first, bool isLoose = false) =>
        Step(start, isLoose ? Loose(start, first) : first) is { } step
        ? new(name, step, isJoined: false) { isLoose = isLoose, IsConstant = Evaluator.IsSame(start, first)
            || (start is AbstractValue.Size && first is AbstractValue.Size) }
        : new(name, _ => Evaluator.Join(start, first), isJoined: true) { IsConstant = Evaluator.IsSame(start, first) };

    /// <summary>What the variables get: a list that two of them hold is one list still.</summary>
    public static IEnumerable<(string Name, AbstractValue Value)> Values(IEnumerable<LoopGrowth> growth,
        IReadOnlyDictionary<string, AbstractValue> start, IReadOnlyDictionary<string, AbstractValue> first,
        Func<LoopGrowth, AbstractValue> value)
    {
        var lists = new List<(AbstractValue Start, AbstractValue First, AbstractValue Now)>();
        foreach (var variable in growth)
        {
            var (before, after) = (start[variable.Name], first[variable.Name]);
            var now = after is AbstractValue.Items { IsTuple: false } or AbstractValue.Growing or AbstractValue.Filled
                or AbstractValue.Many
                ? lists.FirstOrDefault(l => ReferenceEquals(l.Start, before) && ReferenceEquals(l.First, after)).Now : null;
            if (now is null)
            {
                lists.Add((before, after, now = value(variable)));
            }

            yield return (variable.Name, now);
        }
    }

    public AbstractValue After(Dim turns) => after(turns);

    /// <summary>Whether the variable is, after that many turns, what was expected.</summary>
    public bool Agrees(Dim turns, AbstractValue now, Facts facts) => isJoined
        ? Evaluator.IsSame(Evaluator.Join(after(turns), now), after(turns))
        : Agree(after(turns), isLoose && now is AbstractValue.Growing growing
            ? growing with { Tail = growing.Tail.Select(Blurred).ToArray() } : now, facts);

    private static AbstractValue Loose(AbstractValue start, AbstractValue first) =>
        (start, first) is (AbstractValue.Items { IsTuple: false } a, AbstractValue.Items { IsTuple: false } b)
            && b.Values.Count > a.Values.Count
            ? b with { Values = [.. b.Values.Take(a.Values.Count), .. b.Values.Skip(a.Values.Count).Select(Blurred)] } : first;

    /// <summary>An equal value that is another object: what changes one of them does not change the other.</summary>
    private static AbstractValue Copy(AbstractValue value) => value switch
    {
        AbstractValue.Tensor tensor => tensor with { },
        AbstractValue.Items items => items with { Values = items.Values.Select(Copy).ToArray() },
        _ => value,
    };

    private static AbstractValue Blurred(AbstractValue value) => value switch
    {
        AbstractValue.Size => new AbstractValue.Size(Dim.Unknown),
        AbstractValue.Number => new AbstractValue.Number(null),
        AbstractValue.Text => new AbstractValue.Text(null),
        AbstractValue.Items items => items with { Values = items.Values.Select(Blurred).ToArray() },
        _ => value,
    };

    private static Func<Dim, AbstractValue>? Step(AbstractValue start, AbstractValue first)
    {
        switch (start, first)
        {
            case (AbstractValue.Tensor a, AbstractValue.Tensor b) when a.Type == b.Type && a.Shape.Rank == b.Shape.Rank
                && a.Shape.HasVariadic == b.Shape.HasVariadic && a.Shape.Dims.Count == b.Shape.Dims.Count:
                var last = Device.Join(a.Device, b.Device) is var device && Equals(device, b.Device) ? b : b with { Device = device };
                var steps = a.Shape.Dims.Zip(b.Shape.Dims, (x, y) => x.IsUnknown && y.IsUnknown ? Dim.Zero : y - x).ToArray();
                return a.Shape.Variadic != b.Shape.Variadic ? null
                    : steps.All(s => s.Equals(Dim.Zero)) ? _ => last
                    : steps.Any(s => s.IsUnknown) ? null
                    : turns => last with { Shape = new Shape(a.Shape.Variadic, [.. a.Shape.Dims.Zip(steps, (x, s) => x + turns * s)]) };
            case (AbstractValue.Size a, AbstractValue.Size b) when !(b.Dim - a.Dim).IsUnknown:
                return turns => new AbstractValue.Size(a.Dim + turns * (b.Dim - a.Dim));
            case (AbstractValue.Items a, AbstractValue.Items b) when b.Values.Count >= a.Values.Count:
                var parts = a.Values.Zip(b.Values, Step).ToArray();
                var added = b.Values.Skip(a.Values.Count).ToArray();
                return parts.Any(p => p is null) ? null
                    : added.Length == 0 ? turns => a with { Values = parts.Select(p => p!(turns)).ToArray() }
                    : a.Values.Zip(b.Values, Evaluator.IsSame).All(s => s) ? turns => turns.Constant is > 0 and <= MostItems
                        ? new AbstractValue.Items([.. a.Values,
                            .. Enumerable.Repeat(added, (int)turns.Constant).SelectMany(s => s.Select(Copy))])
                        : new AbstractValue.Growing(a.Values, added, turns, [])
                    : null;
            case (AbstractValue.Growing a, AbstractValue.Growing b) when AreAlike(a.Start, b.Start) && AreAlike(a.Added, b.Added)
                && AreAlike(a.Tail, b.Tail) && b.Count - a.Count is { IsUnknown: false } more:
                return turns => a with { Count = a.Count + turns * more };
            case (AbstractValue.Many a, AbstractValue.Filled b) when a.Count.Equals(b.Length):
                return turns => turns.Equals(Dim.Zero) ? a : AbstractValue.Filled.Of(b.Item, turns * b.Count, b.Length);
            case (AbstractValue.Filled a, AbstractValue.Filled b) when a.Length.Equals(b.Length) && Evaluator.IsSame(a.Item, b.Item):
                return turns => AbstractValue.Filled.Of(b.Item, a.Count + turns * (b.Count - a.Count), b.Length);
            case (AbstractValue.Module a, AbstractValue.Module b):
                return a.Path == b.Path && Equals(a.Device, b.Device) ? _ => b : null;
            case (AbstractValue.Tensor, _) or (_, AbstractValue.Tensor) or (AbstractValue.Growing, _) or (_, AbstractValue.Growing):
                return null;
            default:
                return !Evaluator.IsSame(start, first) ? null : ReferenceEquals(start, first) ? _ => first : _ => first switch
                {
                    // One unknown value is not another.
                    AbstractValue.Unknown => AbstractValue.Anything,
                    AbstractValue.Size { Dim.IsUnknown: true } => new AbstractValue.Size(Dim.Unknown),
                    _ => first,
                };
        }
    }

    private static bool AreAlike(IReadOnlyList<AbstractValue> a, IReadOnlyList<AbstractValue> b) => ReferenceEquals(a, b)
        || (a.Count == b.Count && a.Zip(b, (x, y) => Agree(x, y, Facts.None)).All(static e => e));

    private static bool Agree(AbstractValue expected, AbstractValue now, Facts facts) => (expected, now) switch
    {
        (AbstractValue.Tensor a, AbstractValue.Tensor b) => a.Type == b.Type && a.Shape.Rank == b.Shape.Rank
            && a.Shape.Variadic == b.Shape.Variadic
            && a.Shape.Dims.Count == b.Shape.Dims.Count
            && a.Shape.Dims.Zip(b.Shape.Dims, (x, y) => AreEqual(x, y, facts)).All(e => e),
        (AbstractValue.Size a, AbstractValue.Size b) => AreEqual(a.Dim, b.Dim, facts),
        (AbstractValue.Items a, AbstractValue.Items b) => a.Values.Count == b.Values.Count
            && a.Values.Zip(b.Values, (x, y) => Agree(x, y, facts)).All(e => e),
        (AbstractValue.Filled a, AbstractValue.Filled b) => AreEqual(a.Count, b.Count, facts) && a.Length.Equals(b.Length)
            && Agree(a.Item, b.Item, facts),
        (AbstractValue.Growing a, AbstractValue.Growing b) when AreEqual(a.Count, b.Count, facts) => a.Start.Count == b.Start.Count
            && AreAlike(a.Added, b.Added) && AreAlike(a.Tail, b.Tail),
        (AbstractValue.Growing a, AbstractValue.Growing b) => a.Tail.Count == 0 && b.Tail.Count == b.Added.Count
            && AreEqual(a.Count, b.Count + Dim.One, facts)
            && a.Added.Zip(b.Tail, (x, y) => Agree(x, y, facts)).All(e => e),
        (AbstractValue.Module a, AbstractValue.Module b) => a.Path == b.Path && Equals(a.Device, b.Device),
        _ => Evaluator.IsSame(expected, now),
    };

    private static bool AreEqual(Dim a, Dim b, Facts facts) =>
        (a.IsUnknown && b.IsUnknown) || Comparison.Compare(a, b, facts) == Verdict.Equal;
}
