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
    /// Equal where the difference is 0. Different where it is another number, its sign is fixed by the bounds, or its coefficients have
    /// a common factor that its constant has not. Unknown otherwise.
    /// </summary>
    public static Verdict Compare(Dim a, Dim b, Facts facts)
    {
        var difference = Difference(a, b, facts);
        if (difference.IsUnknown)
        {
            return Verdict.Unknown;
        }

        if (difference.Constant is { } number)
        {
            return number == 0 ? Verdict.Equal : Verdict.Different;
        }

        foreach (var fact in facts.All)
        {
            var known = Difference(fact.Left, fact.Right, facts);
            if (!known.IsUnknown && (known.Equals(difference) || (-known).Equals(difference)))
            {
                switch (fact.Relation)
                {
                    case Relation.Equal:
                        return Verdict.Equal;
                    case Relation.NotEqual or Relation.More or Relation.Less:
                        return Verdict.Different;
                }
            }
        }

        var bounds = Bounds.Of(difference, facts);
        return bounds.Lower > 0 || bounds.Upper < 0 || !MayBeZero(difference) ? Verdict.Different : Verdict.Unknown;
    }

    /// <summary>Whether a is b or more: proved, refuted, or not known.</summary>
    public static bool? AtLeast(Dim a, Dim b, Facts facts)
    {
        var difference = Difference(a, b, facts);
        if (difference.IsUnknown)
        {
            return null;
        }

        var bounds = Bounds.Of(difference, facts);
        if (bounds.Lower >= 0)
        {
            return true;
        }

        if (bounds.Upper < 0)
        {
            return false;
        }

        foreach (var fact in facts.All)
        {
            var more = fact.Relation switch
            {
                Relation.AtLeast or Relation.Equal => Difference(fact.Left, fact.Right, facts),
                Relation.More => Difference(fact.Left, fact.Right, facts) - Dim.One,
                Relation.AtMost => Difference(fact.Right, fact.Left, facts),
                Relation.Less => Difference(fact.Right, fact.Left, facts) - Dim.One,
                _ => Dim.Unknown,
            };
            if (!more.IsUnknown && Bounds.Of(difference - more, facts).Lower >= 0)
            {
                return true;
            }
        }

        return null;
    }

    private static Dim Difference(Dim a, Dim b, Facts facts) => Facts.Expand(facts.Apply(a) - facts.Apply(b));

    /// <summary>An integer combination of integers is a multiple of the coefficients' common factor.</summary>
    private static bool MayBeZero(Dim difference)
    {
        var factor = difference.Terms.Where(t => t.Atoms.Count > 0).Aggregate(0L, (g, t) => Dim.Gcd(g, t.Coefficient));
        var constant = difference.Terms.FirstOrDefault(t => t.Atoms.Count == 0)?.Coefficient ?? 0;
        return factor is 0 or 1 || constant % factor == 0;
    }
}
