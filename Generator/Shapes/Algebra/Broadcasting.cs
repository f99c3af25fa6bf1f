namespace Gen.Shapes;

/// <summary>The common shape of two tensors in an elementwise operation.</summary>
/// <param name="Result">Null where two dimensions are proved not to fit.</param>
/// <param name="Conflict">The two sizes that are proved not to fit.</param>
/// <param name="Conditions">What is not proved and must hold.</param>
/// <param name="Needs">What some of these conditions come to.</param>
internal sealed record Broadcast(Shape? Result, BroadcastPair? Conflict, IReadOnlyList<BroadcastPair> Conditions,
    IReadOnlyList<Fact> Needs);

/// <summary>Two sizes at the same place, which must be equal, or one of them 1.</summary>
/// <param name="FromEnd">The dimension, counted from the end: the last is 1.</param>
/// <param name="Left">The left operand's size.</param>
/// <param name="Right">The right operand's size.</param>
internal sealed record BroadcastPair(int FromEnd, Dim Left, Dim Right)
{
    /// <summary>The condition, in the author's names.</summary>
    public override string ToString() => $"{Left} == {Right} or one of them is 1";
}

internal static class Broadcasting
{
    /// <summary>
    /// Aligned at the right. A literal 1 stretches, equal stays; two sizes conflict only if they are proved different and neither can
    /// be 1. What may be stretched or not is an unknown size, and a condition.
    /// </summary>
    public static Broadcast Broadcast(Shape left, Shape right, Facts facts)
    {
        var dims = new List<Dim>();
        var (conditions, needs) = (new List<BroadcastPair>(), new List<Fact>());
        for (var i = Math.Max(left.Dims.Count, right.Dims.Count); i >= 1; i--)
        {
            if (i > left.Dims.Count || i > right.Dims.Count)
            {
                var (alone, other) = i > left.Dims.Count ? (right[-i], left) : (left[-i], right);

                // Beside a dimension that is perhaps there, a 1 may be stretched.
                dims.Add(other.HasVariadic && CanBeOne(alone, facts) ? Dim.Unknown : alone);
                continue;
            }

            var pair = new BroadcastPair(i, left[-i], right[-i]);
            switch (Fit(pair, facts, out var size))
            {
                case false:
                    return new(null, pair, [], []);
                case null when !pair.Left.IsUnknown && !pair.Right.IsUnknown:
                    conditions.Add(pair);
                    if (MustBeOne(pair, facts) is { } one)
                    {
                        needs.Add(new(one, Relation.Equal, Dim.One));
                    }
                    else if ((Cut(pair.Left, pair.Right, facts) ?? Cut(pair.Right, pair.Left, facts)) is { } cut)
                    {
                        needs.Add(cut);
                        size = cut.Right;
                    }

                    break;
            }

            dims.Add(size);
        }

        return new(new Shape(Lead(left, right), dims), null, conditions, needs);
    }

    /// <summary>Whether two sizes fit, proved or refuted, and the size that comes of it.</summary>
    private static bool? Fit(BroadcastPair pair, Facts facts, out Dim size)
    {
        var (a, b) = (pair.Left, pair.Right);
        if (!a.IsUnknown && a.Equals(b))
        {
            size = a;
            return true;
        }

        var (isOneLeft, isOneRight) = (Comparison.Compare(a, Dim.One, facts), Comparison.Compare(b, Dim.One, facts));
        if (isOneLeft == Verdict.Equal || isOneRight == Verdict.Equal)
        {
            size = isOneLeft == Verdict.Equal ? b : a;
            return true;
        }

        // Where one of them cannot be 1, the result has its size.
        size = isOneLeft == Verdict.Different ? a : isOneRight == Verdict.Different ? b : Dim.Unknown;
        switch (Comparison.Compare(a, b, facts))
        {
            case Verdict.Equal:
                size = a;
                return true;
            case Verdict.Different when isOneLeft == Verdict.Different && isOneRight == Verdict.Different:
                return false;
            default:
                return null;
        }
    }

    /// <summary>Of two sizes that differ, the one beside a size that cannot be 1.</summary>
    private static Dim? MustBeOne(BroadcastPair pair, Facts facts) =>
        Comparison.Compare(pair.Left, pair.Right, facts) != Verdict.Different ? null
            : !CanBeOne(pair.Left, facts) ? pair.Right
            : !CanBeOne(pair.Right, facts) ? pair.Left : null;

    /// <summary>A slice of so many beside a size, <c>min(T, 16)</c> beside <c>T</c>: it must not be cut off.</summary>
    private static Fact? Cut(Dim slice, Dim size, Facts facts) =>
        slice.SmallerOf(size) is { } most && !CanBeOne(most, facts) ? new(most, Relation.AtLeast, size) : null;

    /// <summary>The leading dimensions of the result: one operand's name for them, where the other's reach no further.</summary>
    private static string? Lead(Shape left, Shape right)
    {
        if (!left.HasVariadic && !right.HasVariadic)
        {
            return null;
        }

        var keeps = left.HasVariadic && right.HasVariadic
            ? left.Variadic == right.Variadic && left.Dims.Count == right.Dims.Count
            : left.HasVariadic ? right.Dims.Count <= left.Dims.Count : left.Dims.Count <= right.Dims.Count;
        return keeps ? left.Variadic ?? right.Variadic : "...";
    }

    private static bool CanBeOne(Dim dim, Facts facts) => Comparison.Compare(dim, Dim.One, facts) != Verdict.Different;
}
