namespace Gen.Shapes;

/// <summary>The least and the greatest value that an expression can have; null where there is no bound.</summary>
internal readonly struct Bounds(long? lower, long? upper)
{
    public long? Lower { get; } = lower;

    public long? Upper { get; } = upper;

    /// <summary>Every name is 1 or more, unless a fact says otherwise.</summary>
    public static Bounds Of(Dim dim, Facts facts)
    {
        if (dim.IsUnknown)
        {
            return default;
        }

        var sum = new Bounds(0, 0);
        foreach (var term in dim.Terms)
        {
            var product = new Bounds(term.Coefficient, term.Coefficient);
            foreach (var power in term.Atoms.GroupBy(a => a))
            {
                var one = OfAtom(power.Key, facts);
                var factor = one;
                for (var i = 1; i < power.Count(); i++)
                {
                    factor = factor.Times(one);
                }

                // An even power is never negative.
                product = product.Times(power.Count() % 2 == 0 && factor.Lower is null or < 0 ? new Bounds(0, factor.Upper) : factor);
            }

            sum = new Bounds(Add(sum.Lower, product.Lower), Add(sum.Upper, product.Upper));
        }

        return sum;
    }

    private static Bounds OfAtom(Atom atom, Facts facts)
    {
        if (atom.Kind == AtomKind.Name)
        {
            return facts.BoundsOf(atom.Name);
        }

        var (left, right) = (Of(atom.Left!, facts), Of(atom.Right!, facts));
        switch (atom.Kind)
        {
            case AtomKind.Min:
                return new(left.Lower is { } a && right.Lower is { } b ? Math.Min(a, b) : null, Least(left.Upper, right.Upper));
            case AtomKind.Max:
                return new(Greatest(left.Lower, right.Lower), left.Upper is { } c && right.Upper is { } d ? Math.Max(c, d) : null);
            case AtomKind.Mod when right.Lower >= 1:
                return new(0, Least(right.Upper - 1, left.Lower >= 0 ? left.Upper : null));
            case AtomKind.FloorDiv when right.Lower >= 1:
                // The quotient is nearest to 0 with the largest divisor, farthest with the smallest.
                return new(
                    left.Lower is not { } low ? null : low >= 0 ? (right.Upper is { } r ? low / r : 0) : Dim.Floor(low, right.Lower.Value),
                    left.Upper is not { } high ? null : high >= 0 ? high / right.Lower.Value : (right.Upper is { } s ? Dim.Floor(high, s) : -1));
            default:
                return default;
        }
    }

    private Bounds Times(Bounds other)
    {
        if (Lower >= 0 && other.Lower >= 0)
        {
            return new(Multiply(Lower, other.Lower) ?? 0, Multiply(Upper, other.Upper));
        }

        if (Upper <= 0 && other.Lower >= 0)
        {
            return new(Multiply(Lower, other.Upper), Multiply(Upper, other.Lower) ?? 0);
        }

        if (Lower is not { } a || Upper is not { } b || other.Lower is not { } c || other.Upper is not { } d)
        {
            return default;
        }

        var products = new[] { Multiply(a, c), Multiply(a, d), Multiply(b, c), Multiply(b, d) };
        return products.Contains(null) ? default : new(products.Min(), products.Max());
    }

    private static long? Add(long? a, long? b) => a is { } x && b is { } y && Dim.TryAdd(x, y, out var sum) ? sum : null;

    private static long? Multiply(long? a, long? b) => a == 0 || b == 0 ? 0 : a is { } x && b is { } y && Dim.TryMultiply(x, y, out var product) ? product : null;

    private static long? Least(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    private static long? Greatest(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
}
