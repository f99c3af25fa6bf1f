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
            for (int i = 0, power; i < term.Atoms.Count; i += power)
            {
                var one = OfAtom(term.Atoms[i], facts);
                var factor = one;
                for (power = 1; i + power < term.Atoms.Count && term.Atoms[i + power].Equals(term.Atoms[i]); power++)
                {
                    factor = factor.Times(one);
                }

                // An even power is never negative.
                product = product.Times(power % 2 == 0 && factor.Lower is null or < 0 ? new Bounds(0, factor.Upper) : factor);
            }

            sum = new Bounds(Add(sum.Lower, product.Lower), Add(sum.Upper, product.Upper));
        }

        return sum;
    }

    /// <summary>The bounds of a floor division; none where the divisor may be negative.</summary>
    public static Bounds Quotient(Bounds dividend, Bounds divisor)
    {
        if (divisor.Lower is not { } least)
        {
            return default;
        }

        // A divisor of 0 has no quotient. The quotient is nearest to 0 with the largest divisor, farthest with the smallest.
        least = Math.Max(least, 1);
        return divisor.Lower < 0 || divisor.Upper < 1 ? default : new(
            dividend.Lower is not { } low ? null : low < 0 ? Dim.Floor(low, least) : divisor.Upper is { } most ? low / most : 0,
            dividend.Upper is not { } high ? null : high >= 0 ? high / least : divisor.Upper is { } top ? Dim.Floor(high, top) : -1);
    }

    public static Bounds OfAtom(Atom atom, Facts facts)
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
            case AtomKind.Mod when right.Lower >= 0:
                // 0 <= p % q < q, and p % q <= p for p >= 0.
                return new(0, Least(right.Upper - 1, left.Lower >= 0 ? left.Upper : null));
            case AtomKind.FloorDiv:
                return Quotient(left, right);
            default:
                return default;
        }
    }

    /// <summary>The bounds of an expression, by both ways to find them.</summary>
    public static Bounds Best(Dim dim, Facts facts)
    {
        var termwise = Of(dim, facts);
        return dim.IsUnknown || (termwise.Lower is not null && termwise.Upper is not null) ? termwise : termwise.And(FromLeast(dim, facts));
    }

    /// <summary>
    /// The bounds of an expression, with each name and operation written as its least value and what it is more: where H and W are
    /// 1 or more, <c>H*W - H</c> is <c>(1+h)*(1+w) - (1+h) = w + h*w</c>, which is never negative.
    /// </summary>
    private static Bounds FromLeast(Dim dim, Facts facts)
    {
        var raised = dim.Rebuild(atom => OfAtom(atom, facts).Lower is { } least ? Dim.Of(least) + Dim.Name($"{atom.Text}+")
            : Dim.Name($"{atom.Text}?"));
        if (raised.IsUnknown)
        {
            return default;
        }

        var terms = raised.Terms.Where(t => t.Atoms.Count > 0).ToArray();
        var least = raised.Terms.FirstOrDefault(t => t.Atoms.Count == 0)?.Coefficient ?? 0;
        return terms.Any(t => t.Atoms.Any(a => a.Name[^1] == '?')) ? default
            : new(terms.All(t => t.Coefficient > 0) ? least : null, terms.All(t => t.Coefficient < 0) ? least : null);
    }

    /// <summary>What is within both.</summary>
    public Bounds And(Bounds other) => new(Greatest(Lower, other.Lower), Least(Upper, other.Upper));

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

    private static long? Multiply(long? a, long? b) =>
        a == 0 || b == 0 ? 0 : a is { } x && b is { } y && Dim.TryMultiply(x, y, out var product) ? product : null;

    private static long? Least(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    private static long? Greatest(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
}
