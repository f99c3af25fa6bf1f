using Gen.Shapes;

namespace Gen.Checking;

/// <summary>What a variable is after any number of turns of a loop, if each turn does to it what the first one did.</summary>
internal sealed class Growth
{
    private readonly Func<Dim, Abstract> after;
    private readonly bool isJoined;

    private Growth(string name, Func<Dim, Abstract> after, bool isJoined)
    {
        Name = name;
        this.after = after;
        this.isJoined = isJoined;
    }

    public string Name { get; }

    /// <summary>Each turn leaves its tensors in the same shapes.</summary>
    public bool IsConstant { get; private init; }

    public static Growth Of(string name, Abstract start, Abstract first) => Step(start, first) is { } step
        ? new(name, step, isJoined: false) { IsConstant = BodyWalk.IsSame(start, first)
            || (start is Abstract.Size && first is Abstract.Size) }
        : new(name, _ => BodyWalk.Join(start, first), isJoined: true);

    public Abstract After(Dim turns) => after(turns);

    /// <summary>Whether the variable is, after that many turns, what was expected.</summary>
    public bool Agrees(Dim turns, Abstract now, Facts facts) => isJoined
        ? BodyWalk.IsSame(BodyWalk.Join(after(turns), now), after(turns))
        : Agree(after(turns), now, facts);

    private static Func<Dim, Abstract>? Step(Abstract start, Abstract first)
    {
        switch (start, first)
        {
            case (Abstract.Tensor a, Abstract.Tensor b) when a.Type == b.Type && a.Shape.Rank == b.Shape.Rank
                && a.Shape.HasVariadic == b.Shape.HasVariadic && a.Shape.Dims.Count == b.Shape.Dims.Count:
                var steps = a.Shape.Dims.Zip(b.Shape.Dims, (x, y) => x.IsUnknown && y.IsUnknown ? Dim.Zero : y - x).ToArray();
                return a.Shape.Variadic != b.Shape.Variadic ? null
                    : steps.All(s => s.Equals(Dim.Zero)) ? _ => b
                    : steps.Any(s => s.IsUnknown) ? null
                    : turns => b with { Shape = new Shape(a.Shape.Variadic, [.. a.Shape.Dims.Zip(steps, (x, s) => x + turns * s)]) };
            case (Abstract.Size a, Abstract.Size b) when !(b.Dim - a.Dim).IsUnknown:
                return turns => new Abstract.Size(a.Dim + turns * (b.Dim - a.Dim));
            case (Abstract.Items a, Abstract.Items b) when b.Values.Count >= a.Values.Count:
                var parts = a.Values.Zip(b.Values, Step).ToArray();
                var added = b.Values.Skip(a.Values.Count).ToArray();
                return parts.Any(p => p is null) ? null
                    : added.Length == 0 ? turns => a with { Values = parts.Select(p => p!(turns)).ToArray() }
                    : a.Values.Zip(b.Values, BodyWalk.IsSame).All(s => s) ? turns => new Abstract.Growing(a.Values, added, turns, [])
                    : null;
            case (Abstract.Module a, Abstract.Module b):
                return a.Path == b.Path ? _ => b : null;
            case (Abstract.Tensor, _) or (_, Abstract.Tensor) or (Abstract.Growing, _) or (_, Abstract.Growing):
                return null;
            default:
                return !BodyWalk.IsSame(start, first) ? null : ReferenceEquals(start, first) ? _ => first : _ => first switch
                {
                    // One unknown value is not another.
                    Abstract.Unknown => Abstract.Anything,
                    Abstract.Size { Dim.IsUnknown: true } => new Abstract.Size(Dim.Unknown),
                    _ => first,
                };
        }
    }

    private static bool Agree(Abstract expected, Abstract now, Facts facts) => (expected, now) switch
    {
        (Abstract.Tensor a, Abstract.Tensor b) => a.Type == b.Type && a.Shape.Rank == b.Shape.Rank && a.Shape.Variadic == b.Shape.Variadic
            && a.Shape.Dims.Count == b.Shape.Dims.Count
            && a.Shape.Dims.Zip(b.Shape.Dims, (x, y) => AreEqual(x, y, facts)).All(e => e),
        (Abstract.Size a, Abstract.Size b) => AreEqual(a.Dim, b.Dim, facts),
        (Abstract.Items a, Abstract.Items b) => a.Values.Count == b.Values.Count
            && a.Values.Zip(b.Values, (x, y) => Agree(x, y, facts)).All(e => e),
        (Abstract.Growing a, Abstract.Growing b) => a.Tail.Count == 0 && b.Tail.Count == b.Added.Count
            && AreEqual(a.Count, b.Count + Dim.One, facts)
            && a.Added.Zip(b.Tail, (x, y) => Agree(x, y, facts)).All(e => e),
        (Abstract.Module a, Abstract.Module b) => a.Path == b.Path,
        _ => BodyWalk.IsSame(expected, now),
    };

    private static bool AreEqual(Dim a, Dim b, Facts facts) =>
        (a.IsUnknown && b.IsUnknown) || Comparison.Compare(a, b, facts) == Verdict.Equal;
}
