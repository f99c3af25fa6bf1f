namespace Gen.Shapes;

internal enum Verdict
{
    Equal,
    Different,
    Unknown,
}

/// <summary>Comparison with three answers. Only <see cref="Verdict.Different"/> is an error.</summary>
internal static class Comparison
{
    /// <summary>
    /// Equal where the difference is 0. Different where it is another number, its sign is fixed by the bounds and facts, or its
    /// coefficients have a common factor that its constant has not. Unknown otherwise, and for unknown sizes.
    /// </summary>
    public static Verdict Compare(Dim a, Dim b, Facts facts)
    {
        if (a.Constant is { } left && b.Constant is { } right)
        {
            return left == right ? Verdict.Equal : Verdict.Different;
        }

        var differences = Differences(a, b, facts);
        foreach (var difference in differences)
        {
            if (difference.Constant is { } number)
            {
                return number == 0 ? Verdict.Equal : Verdict.Different;
            }

            if (!MayBeZero(difference))
            {
                return Verdict.Different;
            }

            foreach (var (known, relation) in facts.Differences)
            {
                if (relation is not (Relation.AtLeast or Relation.AtMost) && AreProportional(difference, known))
                {
                    return relation == Relation.Equal ? Verdict.Equal : Verdict.Different;
                }

                if (relation == Relation.Equal && IsMultiple(difference, known))
                {
                    return Verdict.Equal;
                }
            }
        }

        var bounds = Within(differences, facts, static found => found.Lower > 0 || found.Upper < 0
            || (found.Lower == 0 && found.Upper == 0));
        return bounds.Lower == 0 && bounds.Upper == 0 ? Verdict.Equal : bounds.Lower > 0 || bounds.Upper < 0 ? Verdict.Different
            : Verdict.Unknown;
    }

    /// <summary>Whether a is b or more: proved, refuted, or not known.</summary>
    public static bool? AtLeast(Dim a, Dim b, Facts facts)
    {
        if (a.Constant is { } left && b.Constant is { } right)
        {
            return left >= right;
        }

        var differences = Differences(a, b, facts);
        return IsNatural(differences, facts)
            ?? (differences.Any(static d => Factor(d) > 1)
                ? IsNatural(differences.Select(static d => Dim.FloorDiv(d, Dim.Of(Math.Max(Factor(d), 1)))).ToArray(), facts) : null);
    }

    /// <summary>Whether a number in any of its forms is 0 or more, as is what it is divided by rounding down.</summary>
    private static bool? IsNatural(Dim[] forms, Facts facts)
    {
        var bounds = Within(forms, facts, static found => found.Lower >= 0 || found.Upper < 0);
        return bounds.Lower >= 0 ? true : bounds.Upper < 0 ? false : null;
    }

    /// <summary>The difference in two forms: with remainders as they are, which are bounded, and as what they are remainders of.</summary>
    private static Dim[] Differences(Dim a, Dim b, Facts facts)
    {
        var (kept, reduced) = (a.Normalize(facts) - b.Normalize(facts), facts.Reduce(a) - facts.Reduce(b));
        return new[] { kept, reduced }.Where(d => !d.IsUnknown).Distinct().ToArray();
    }

    /// <summary>The bounds of a difference in any of its forms, and of what it is more or less than something that a fact says is not
    /// negative.</summary>
    private static Bounds Within(Dim[] forms, Facts facts, Func<Bounds, bool> isEnough)
    {
        var bounds = default(Bounds);
        foreach (var form in forms)
        {
            bounds = bounds.And(Bounds.Best(form, facts));
            foreach (var natural in facts.Naturals)
            {
                if (isEnough(bounds))
                {
                    return bounds;
                }

                bounds = bounds.And(new(Bounds.Best(form - natural, facts).Lower, Bounds.Best(form + natural, facts).Upper));
            }
        }

        return bounds;
    }

    /// <summary>An integer combination of integers is a multiple of the coefficients' common factor.</summary>
    private static bool MayBeZero(Dim difference)
    {
        var factor = Factor(difference);
        var constant = difference.Terms.FirstOrDefault(t => t.Atoms.Count == 0)?.Coefficient ?? 0;
        return factor is 0 or 1 || constant % factor == 0;
    }

    /// <summary>The common factor of the coefficients; 0 for a number.</summary>
    private static long Factor(Dim difference) =>
        difference.Terms.Where(t => t.Atoms.Count > 0).Aggregate(0L, (g, t) => Dim.Gcd(g, t.Coefficient));

    private const int MostQuotients = 4;

    /// <summary>Whether a difference is something times what is known to be 0: <c>12*B - B*a*b</c> where <c>a*b == 12</c>.</summary>
    private static bool IsMultiple(Dim difference, Dim known)
    {
        var lead = known.Terms.OrderByDescending(t => t.Atoms.Count).FirstOrDefault();
        for (var i = 0; i < MostQuotients && lead is { Atoms.Count: > 0 } && difference is { IsUnknown: false, Terms.Count: > 0 }; i++)
        {
            if (difference.Terms.Select(t => t.DividedBy(lead)).FirstOrDefault(q => q is not null) is not { } quotient)
            {
                return false;
            }

            difference -= Dim.Of(quotient) * known;
        }

        return difference.Constant == 0;
    }

    /// <summary>Whether one is a multiple of the other, so that both are 0 or neither is.</summary>
    private static bool AreProportional(Dim a, Dim b) =>
        a.Terms.Count == b.Terms.Count && a.Terms.Count > 0 && Dim.Of(b.Terms[0].Coefficient) * a is { IsUnknown: false } left
        && a.Terms.FirstOrDefault(t => t.Key == b.Terms[0].Key) is { } same && left.Equals(Dim.Of(same.Coefficient) * b);
}
