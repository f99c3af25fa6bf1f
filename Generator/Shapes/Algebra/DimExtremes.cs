namespace Gen.Shapes;

/// <content>Minimum and maximum.</content>
internal sealed partial class Dim
{
    public static Dim Min(Dim left, Dim right) => Extreme(AtomKind.Min, left, right, Facts.Nothing);

    public static Dim Max(Dim left, Dim right) => Extreme(AtomKind.Max, left, right, Facts.Nothing);

    /// <summary>Where this is the smaller of a size and another: the other.</summary>
    public Dim? SmallerOf(Dim size) => terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Min, Left: { } left, Right: { } right }] }]
        ? left.Equals(size) ? right : right.Equals(size) ? left : null : null;

    /// <summary>Where this is a size or else 0, if that is more: the size.</summary>
    public Dim? OrNothing => terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Max, Left: { } left, Right: { } right }] }]
        ? left.Constant == 0 ? right : right.Constant == 0 ? left : null : null;

    /// <summary>One of the two where the bounds tell which; else both, in a fixed order.</summary>
    private static Dim Extreme(AtomKind kind, Dim left, Dim right, Facts facts)
    {
        if (left.IsUnknown || right.IsUnknown)
        {
            return Unknown;
        }

        var difference = Bounds.Of(left - right, facts);
        if (left.Equals(right) || difference.Lower >= 0)
        {
            return kind == AtomKind.Max ? left : right;
        }

        if (difference.Upper <= 0)
        {
            return kind == AtomKind.Max ? right : left;
        }

        return string.CompareOrdinal(left.ToString(), right.ToString()) <= 0 ? OfLimited(kind, left, right) : OfLimited(kind, right, left);
    }
}
