namespace Gen.Shapes;

/// <summary>The common shape of two tensors in an elementwise operation.</summary>
/// <param name="Shape">The result; null where two dimensions are proved not to fit.</param>
/// <param name="Conflict">The dimension, counted from the end, and the two sizes that do not fit.</param>
/// <param name="Conditions">Sizes that must be equal, or one of them 1, and are not proved so.</param>
internal sealed record Broadcast(Shape? Shape, (int FromEnd, Dim Left, Dim Right)? Conflict, IReadOnlyList<(Dim Left, Dim Right)> Conditions);

internal static class Broadcasting
{
    /// <summary>Aligned at the right; a literal 1 stretches, equal stays; two sizes conflict only if they are proved different and neither can be 1.</summary>
    public static Broadcast Of(Shape left, Shape right, Facts facts)
    {
        if (left.HasVariadic || right.HasVariadic)
        {
            return new(left.Equals(right) && !left.IsUnknownRank ? left : Shape.UnknownRank, null, []);
        }

        var dims = new List<Dim>();
        var conditions = new List<(Dim, Dim)>();
        for (var i = 1; i <= Math.Max(left.Dims.Count, right.Dims.Count); i++)
        {
            if (i > left.Dims.Count || i > right.Dims.Count)
            {
                dims.Insert(0, i > left.Dims.Count ? right[-i] : left[-i]);
                continue;
            }

            var (a, b) = (left[-i], right[-i]);
            if (a.Constant == 1 || b.Constant == 1)
            {
                dims.Insert(0, a.Constant == 1 ? b : a);
                continue;
            }

            switch (a.IsUnknown || b.IsUnknown ? Verdict.Unknown : Comparison.Compare(a, b, facts))
            {
                case Verdict.Equal:
                    dims.Insert(0, a);
                    break;
                case Verdict.Different when !CanBeOne(a, facts) && !CanBeOne(b, facts):
                    return new(null, (i, a, b), []);
                default:
                    if (!a.IsUnknown && !b.IsUnknown)
                    {
                        conditions.Add((a, b));
                    }

                    // Where one of them cannot be 1, the result has its size.
                    dims.Insert(0, !a.IsUnknown && !CanBeOne(a, facts) ? a : !b.IsUnknown && !CanBeOne(b, facts) ? b : Dim.Unknown);
                    break;
            }
        }

        return new(Shape.Of([.. dims]), null, conditions);
    }

    private static bool CanBeOne(Dim dim, Facts facts) => Comparison.Compare(dim, Dim.One, facts) != Verdict.Different;
}
