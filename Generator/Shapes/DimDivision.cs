namespace Gen.Shapes;

/// <content>Division with floor, remainder, minimum and maximum.</content>
internal sealed partial class Dim
{
    /// <summary>
    /// <c>floor(dividend / divisor)</c>. Gives out every term that the divisor divides, cancels common factors, and joins nested
    /// divisions: <c>(2*H+3)//2 = H+1</c>, <c>(a//b)//c = a//(b*c)</c>.
    /// </summary>
    public static Dim FloorDiv(Dim dividend, Dim divisor)
    {
        if (dividend.IsUnknown || divisor.IsUnknown || divisor.Constant == 0)
        {
            return Unknown;
        }

        if (divisor.Constant == 1)
        {
            return dividend;
        }

        if (divisor.Constant is < 0)
        {
            return divisor.Constant == long.MinValue ? Unknown : FloorDiv(-dividend, -divisor);
        }

        if (dividend.Equals(Zero))
        {
            return Zero;
        }

        if (dividend.Equals(divisor) && Bounds.Of(divisor, Facts.None).Lower >= 1)
        {
            return One;
        }

        if (Unnest(dividend, divisor) is { } joined)
        {
            return joined;
        }

        // floor((q*d + r)/d) = q + floor(r/d) for whole q.
        var (quotient, rest) = divisor.terms is [var single] ? TakeOut(dividend, single) : (Zero, dividend);
        if (quotient.IsUnknown || rest.IsUnknown)
        {
            return Unknown;
        }

        if (rest.Equals(Zero))
        {
            return quotient;
        }

        if (divisor.Constant is { } n && rest.Constant is { } number)
        {
            return quotient + Of(Floor(number, n));
        }

        if (!quotient.Equals(Zero) && Unnest(rest, divisor) is { } inner)
        {
            return quotient + inner;
        }

        (rest, divisor) = Cancel(rest, divisor);
        if (divisor.Constant == 1)
        {
            return quotient + rest;
        }

        // A remainder that is smaller than the divisor, and not negative, gives nothing.
        var bounds = Bounds.Of(rest, Facts.None);
        if (bounds.Lower >= 0 && Bounds.Of(divisor - rest, Facts.None).Lower >= 1)
        {
            return quotient;
        }

        return rest.Size + divisor.Size > LargestSize ? Unknown : quotient + Of(Atom.Of(AtomKind.FloorDiv, rest, divisor));
    }

    /// <summary><c>dividend - divisor*floor(dividend / divisor)</c>, with the divisor's sign.</summary>
    public static Dim Mod(Dim dividend, Dim divisor)
    {
        if (dividend.IsUnknown || divisor.IsUnknown || divisor.Constant == 0)
        {
            return Unknown;
        }

        if (divisor.Constant is 1 or -1 || dividend.Equals(Zero) || (dividend.Equals(divisor) && Bounds.Of(divisor, Facts.None).Lower >= 1))
        {
            return Zero;
        }

        if (divisor.Constant is { } n && dividend.Constant is { } number)
        {
            return Of(number - n * Floor(number, n));
        }

        if (divisor.Constant is < 0)
        {
            return dividend - divisor * FloorDiv(dividend, divisor);
        }

        var rest = divisor.terms is [var single] ? TakeOut(dividend, single).Remainder : dividend;
        if (rest.Equals(Zero) || rest.IsUnknown)
        {
            return rest;
        }

        if (Bounds.Of(rest, Facts.None).Lower >= 0 && Bounds.Of(divisor - rest, Facts.None).Lower >= 1)
        {
            return rest;
        }

        return rest.Size + divisor.Size > LargestSize ? Unknown : Of(Atom.Of(AtomKind.Mod, rest, divisor));
    }

    public static Dim Min(Dim left, Dim right) => Extreme(AtomKind.Min, left, right);

    public static Dim Max(Dim left, Dim right) => Extreme(AtomKind.Max, left, right);

    private static Dim Extreme(AtomKind kind, Dim left, Dim right)
    {
        if (left.IsUnknown || right.IsUnknown)
        {
            return Unknown;
        }

        var difference = Bounds.Of(left - right, Facts.None);
        if (left.Equals(right) || difference.Lower >= 0)
        {
            return kind == AtomKind.Max ? left : right;
        }

        if (difference.Upper <= 0)
        {
            return kind == AtomKind.Max ? right : left;
        }

        var (first, second) = string.CompareOrdinal(left.text, right.text) <= 0 ? (left, right) : (right, left);
        return first.Size + second.Size > LargestSize ? Unknown : Of(Atom.Of(kind, first, second));
    }

    /// <summary><c>(x//b + k)//c = (x + k*b)//(b*c)</c> for positive b and c.</summary>
    private static Dim? Unnest(Dim dividend, Dim divisor)
    {
        var nested = dividend.terms.Where(t => t.Coefficient == 1 && t.Atoms is [{ Kind: AtomKind.FloorDiv }]).ToArray();
        if (nested.Length != 1 || Bounds.Of(divisor, Facts.None).Lower < 1 || nested[0].Atoms[0] is not { Left: { } x, Right: { } b } atom || Bounds.Of(b, Facts.None).Lower < 1)
        {
            return null;
        }

        var others = dividend - Of(atom);
        return FloorDiv(x + others * b, b * divisor);
    }

    /// <summary>The terms that the divisor divides, divided; of the constant as much as it divides; and the rest, whose constant is not negative.</summary>
    private static (Dim Quotient, Dim Remainder) TakeOut(Dim dividend, Term divisor)
    {
        var (quotient, rest) = (Zero, Zero);
        foreach (var term in dividend.terms)
        {
            if (term.DividedBy(divisor) is { } whole)
            {
                quotient += Gather([whole]);
            }
            else if (term.Atoms.Count == 0 && divisor.Atoms.Count == 0)
            {
                var floor = Floor(term.Coefficient, divisor.Coefficient);
                quotient += Of(floor);
                rest += Of(term.Coefficient - floor * divisor.Coefficient);
            }
            else
            {
                rest += Gather([term]);
            }
        }

        return (quotient, rest);
    }

    /// <summary>Cancels what all terms and the divisor share: <c>(2*H+5)//6 = (H+2)//3</c>, <c>(d*h)//(d*k) = h//k</c>.</summary>
    private static (Dim Dividend, Dim Divisor) Cancel(Dim dividend, Dim divisor)
    {
        if (divisor.terms is not [var single])
        {
            return (dividend, divisor);
        }

        foreach (var atom in single.Atoms.Distinct())
        {
            var common = new Term(1, [atom]);
            if (Bounds.Of(Of(atom), Facts.None).Lower >= 1 && dividend.terms.All(t => t.DividedBy(common) is not null))
            {
                return Cancel(Gather(dividend.terms.Select(t => t.DividedBy(common)!)), Gather([single.DividedBy(common)!]));
            }
        }

        var factor = dividend.terms.Where(t => t.Atoms.Count > 0).Aggregate(single.Coefficient, (g, t) => Gcd(g, t.Coefficient));
        if (factor <= 1 || (single.Atoms.Count > 0 && dividend.terms.Any(t => t.Atoms.Count == 0 && t.Coefficient % factor != 0) && Bounds.Of(divisor, Facts.None).Lower < 1))
        {
            return (dividend, divisor);
        }

        // floor((g*P + c)/(g*m)) = floor((P + floor(c/g))/m)
        return (Gather(dividend.terms.Select(t => t.With(Floor(t.Coefficient, factor)))), Gather([single.With(single.Coefficient / factor)]));
    }

    internal static long Floor(long dividend, long divisor)
    {
        // The one quotient that is no long.
        if (divisor == -1)
        {
            return dividend == long.MinValue ? long.MaxValue : -dividend;
        }

        var quotient = dividend / divisor;
        return dividend % divisor != 0 && (dividend < 0) != (divisor < 0) ? quotient - 1 : quotient;
    }

    internal static long Gcd(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, b == -1 ? 0 : a % b);
        }

        return a == long.MinValue ? 1 : Math.Abs(a);
    }
}
