namespace Gen.Shapes;

/// <content>
/// Division with floor, and remainder. Without facts nothing is assumed of a name, so that a normal form holds whatever is learnt
/// of it later; with facts, <see cref="Facts.None"/> among them, bounds help. A divisor of 0 has no value, so a rule need not hold there.
/// </content>
internal sealed partial class Dim
{
    /// <summary>
    /// <c>floor(dividend / divisor)</c>. Gives out every term that the divisor divides, cancels common factors, and joins nested
    /// divisions: <c>(2*H+3)//2 = H+1</c>, <c>(a//b)//c = a//(b*c)</c>.
    /// </summary>
    public static Dim FloorDiv(Dim dividend, Dim divisor) => FloorDiv(dividend, divisor, Facts.Nothing);

    /// <summary><c>dividend - divisor*floor(dividend / divisor)</c>, with the divisor's sign.</summary>
    public static Dim Mod(Dim dividend, Dim divisor) => Mod(dividend, divisor, Facts.Nothing);

    internal static Dim FloorDiv(Dim dividend, Dim divisor, Facts facts)
    {
        if (dividend.IsUnknown || divisor.IsUnknown || divisor.Constant == 0)
        {
            return Unknown;
        }

        if (divisor.Constant is < 0)
        {
            return FloorDiv(-dividend, -divisor, facts);
        }

        if (divisor.Constant == 1 || dividend.Equals(Zero))
        {
            return dividend;
        }

        if (dividend.Equals(divisor))
        {
            return One;
        }

        if (Exact(dividend, divisor) is { } whole)
        {
            return whole;
        }

        // floor((q*d + r)/d) = q + floor(r/d) for whole q.
        var (quotient, rest) = divisor.terms is [var single] ? TakeOut(dividend, single, inPart: !ReferenceEquals(facts, Facts.Nothing))
            : (Zero, dividend);
        if (quotient.IsUnknown || rest.IsUnknown)
        {
            return Unknown;
        }

        if (Unnest(rest, divisor, facts) is { } joined)
        {
            return quotient + joined;
        }

        var (dividing, cancelled) = Cancel(rest, divisor, facts);
        if (!cancelled.Equals(divisor))
        {
            return quotient + FloorDiv(dividing, cancelled, facts);
        }

        if (IsRemainder(rest, divisor, facts))
        {
            return quotient;
        }

        // A quotient that has one value only: -1//H = -1.
        var bounds = Bounds.Quotient(Bounds.Of(rest, facts), Bounds.Of(divisor, facts));
        return quotient + (bounds.Lower is { } value && value == bounds.Upper ? Of(value) : OfLimited(AtomKind.FloorDiv, rest, divisor));
    }

    internal static Dim Mod(Dim dividend, Dim divisor, Facts facts)
    {
        if (dividend.IsUnknown || divisor.IsUnknown || divisor.Constant == 0)
        {
            return Unknown;
        }

        if (divisor.Constant is < 0)
        {
            return dividend - divisor * FloorDiv(dividend, divisor, facts);
        }

        if (divisor.Constant == 1 || dividend.Equals(divisor))
        {
            return Zero;
        }

        var rest = divisor.terms is [var single] ? TakeOut(dividend, single, inPart: true).Remainder : dividend;
        return rest.IsUnknown || IsRemainder(rest, divisor, facts) ? rest : OfLimited(AtomKind.Mod, rest, divisor);
    }

    private static Dim OfLimited(AtomKind kind, Dim left, Dim right) =>
        left.Size + right.Size > LargestSize || Math.Max(left.Depth, right.Depth) >= Deepest ? Unknown : Of(Atom.Of(kind, left, right));

    /// <summary>Not negative, and smaller than the divisor.</summary>
    private static bool IsRemainder(Dim rest, Dim divisor, Facts facts) =>
        rest.Equals(Zero) || (Bounds.Of(rest, facts).Lower >= 0 && Bounds.Of(divisor - rest, facts).Lower >= 1);

    /// <summary><c>(x//b + k)//c = (x + k*b)//(b*c)</c> for positive c.</summary>
    private static Dim? Unnest(Dim dividend, Dim divisor, Facts facts)
    {
        var nested = dividend.terms.Where(t => t.Coefficient == 1 && t.Atoms is [{ Kind: AtomKind.FloorDiv }]).ToArray();
        if (nested.Length != 1 || nested[0].Atoms[0] is not { Left: { } x, Right: { } b } atom || !(Bounds.Of(divisor, facts).Lower >= 1))
        {
            return null;
        }

        // What overflows when joined stays as it is.
        var (joined, product) = (x + (dividend - Of(atom)) * b, b * divisor);
        return joined.IsUnknown || product.IsUnknown ? null : FloorDiv(joined, product, facts);
    }

    /// <summary>
    /// The terms that the divisor divides, divided; of the constant as much as it divides; and the rest, whose constant is not negative.
    /// In part: of every term as much, which compares best, where <c>5*H//2</c> reads better than <c>2*H+H//2</c>.
    /// </summary>
    private static (Dim Quotient, Dim Remainder) TakeOut(Dim dividend, Term divisor, bool inPart)
    {
        var (quotient, rest) = (new List<Term>(), new List<Term>());
        foreach (var term in dividend.terms)
        {
            if (term.DividedBy(divisor) is { } whole)
            {
                quotient.Add(whole);
            }
            else if (divisor.Atoms.Count == 0 && (inPart || term.Atoms.Count == 0))
            {
                // c*x = m*floor(c/m)*x + (c mod m)*x, for a constant m.
                var floor = Floor(term.Coefficient, divisor.Coefficient);
                quotient.Add(term.With(floor));
                rest.Add(term.With(term.Coefficient - (floor * divisor.Coefficient)));
            }
            else
            {
                rest.Add(term);
            }
        }

        return (Gather(quotient), Gather(rest));
    }

    /// <summary>Cancels what all terms and the divisor share: <c>(2*H+5)//6 = (H+2)//3</c>, <c>(d*h)//(d*k) = h//k</c>.</summary>
    private static (Dim Dividend, Dim Divisor) Cancel(Dim dividend, Dim divisor, Facts facts)
    {
        foreach (var atom in divisor.terms[0].Atoms.Distinct())
        {
            var common = new Term(1, [atom]);
            if (dividend.terms.Concat(divisor.terms).All(t => t.DividedBy(common) is not null))
            {
                return Cancel(Gather([.. dividend.terms.Select(t => t.DividedBy(common)!)]),
                    Gather([.. divisor.terms.Select(t => t.DividedBy(common)!)]), facts);
            }
        }

        var factor = dividend.terms.Where(t => t.Atoms.Count > 0).Concat(divisor.terms).Aggregate(0L, (g, t) => Gcd(g, t.Coefficient));
        var isExact = dividend.terms.All(t => t.Coefficient % factor == 0);
        if (factor == 1 || (!isExact && !(Bounds.Of(divisor, facts).Lower >= 1)))
        {
            return (dividend, divisor);
        }

        // floor((g*P + c)/(g*m)) = floor((P + floor(c/g))/m), for positive m where c/g is not whole.
        return (Gather([.. dividend.terms.Select(t => t.With(Floor(t.Coefficient, factor)))]),
            Gather([.. divisor.terms.Select(t => t.With(t.Coefficient / factor))]));
    }

    /// <summary>The quotient by a sum that divides the dividend: <c>(a*c+b*c)//(a+b) = c</c>. Null where it leaves something, or it is not
    /// found.</summary>
    private static Dim? Exact(Dim dividend, Dim divisor)
    {
        if (divisor.terms.Length < 2 || dividend.terms.Length < divisor.terms.Length)
        {
            return null;
        }

        var (quotient, rest, lead) = (Zero, dividend, Lead(divisor));
        for (var steps = 0; steps < MostSteps && !rest.Equals(Zero); steps++)
        {
            if (Lead(rest).DividedBy(lead) is not { } part || Gather([part]) is not { IsUnknown: false } factor
                || (rest -= factor * divisor).IsUnknown)
            {
                return null;
            }

            quotient += factor;
        }

        return rest.Equals(Zero) && !quotient.IsUnknown ? quotient : null;
    }

    private const int MostSteps = 8;

    private static Term Lead(Dim dim) => dim.terms.OrderByDescending(t => t.Atoms.Count).ThenBy(t => t.Key, StringComparer.Ordinal).First();

    /// <summary>For a positive divisor and any dividend but the least.</summary>
    internal static long Floor(long dividend, long divisor) => dividend / divisor - (dividend % divisor < 0 ? 1 : 0);

    /// <summary>The greatest common divisor, not negative.</summary>
    internal static long Gcd(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return Math.Abs(a);
    }
}
