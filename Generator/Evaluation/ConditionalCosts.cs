using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>
/// Costs of what only some turns of a loop run. Until the turns are summed up, a name that is 1 where the condition holds, and 0 where not,
/// stands for it: <c>if (i &lt; n - 1)</c> holds in n - 1 of the turns 0, ..., n - 1.
/// </summary>
internal sealed class ConditionalCosts
{
    private readonly Dictionary<string, Truth> conditions = new(StringComparer.Ordinal);

    public Dim Indicator(Truth condition)
    {
        var name = conditions.FirstOrDefault(c => c.Value.Equals(condition)).Key ?? $"#c{conditions.Count}";
        conditions[name] = condition;
        return Dim.Name(name);
    }

    /// <summary>Whether a condition is still in the cost.</summary>
    public bool AreIn(Dim cost) => conditions.Count > 0 && cost.Names.Any(conditions.ContainsKey);

    /// <summary>The cost with each condition as the expression of sizes that it is; unknown where it is none.</summary>
    public Dim Settle(Dim cost) =>
        AreIn(cost) ? cost.Substitute(name => conditions.TryGetValue(name, out var condition) ? condition.Indicator : null) : cost;

    /// <summary>The sum over the turns k = 0, ..., turns - 1.</summary>
    public Dim SumOver(Dim each, string k, Dim turns, Facts facts)
    {
        if (!AreIn(each))
        {
            return each.SumOver(k, turns);
        }

        var sum = Dim.Zero;
        foreach (var term in each.Terms)
        {
            var own =
                term.Atoms.Where(a => a.Kind == AtomKind.Name && conditions.TryGetValue(a.Name, out var condition)
                    && condition.Names.Contains(k)).Select(a => a.Name).Distinct().ToArray();
            var rest = term.Atoms.Where(a => a.Kind != AtomKind.Name || !own.Contains(a.Name))
                .Aggregate(Dim.Of(term.Coefficient), static (product, atom) => product * Dim.Of(atom));
            sum += own.Length == 0 ? rest.SumOver(k, turns)
                : Sum(own.Select(name => conditions[name]).Aggregate(static (a, b) => a & b), rest, k, turns, facts);
        }

        return sum;
    }

    /// <summary>The sum over those turns in which the condition holds.</summary>
    private static Dim Sum(Truth condition, Dim cost, string k, Dim turns, Facts facts)
    {
        if (condition is Truth.Comparison { Fact: { Left.Terms: [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Mod } remainder] }],
            Relation: Relation.Equal or Relation.NotEqual } fact })
        {
            return Periodic(remainder, fact, cost, k, turns);
        }

        return Range(condition, k) is { } range ? Between(range)
            : Range(!condition, k) is { } others ? cost.SumOver(k, turns) - Between(others)
            : Dim.Unknown;

        Dim Between((Dim From, Dim To) turn)
        {
            var from = Limited(turn.From);
            return cost.SumOver(k, Most(from, Limited(turn.To), facts)) - cost.SumOver(k, from);
        }

        Dim Limited(Dim border) => Most(border, Dim.Zero, facts) is var least && Comparison.AtLeast(turns, least, facts) is { } isWithin
            ? isWithin ? least : turns
            : Dim.Min(least, turns).Simplify(facts);
    }

    /// <summary>The turns from the first on and before the second; null where the condition holds in others too.</summary>
    private static (Dim From, Dim To)? Range(Truth condition, string k)
    {
        if (condition is Truth.Both both)
        {
            return (Range(both.Left, k), Range(both.Right, k)) is ({ } a, { } b) ? (Dim.Max(a.From, b.From), Dim.Min(a.To, b.To)) : null;
        }

        if (condition is not Truth.Comparison { Fact: var fact } || Linear(fact.Left - fact.Right, k) is not var (slope, other)
            || slope == 0)
        {
            return null;
        }

        // slope*k + other against 0; k against border, which is rounded to where the relation turns.
        var (size, to) = (Dim.Of(Math.Abs(slope)), slope > 0 ? -other : other);
        var (least, most) = (Dim.FloorDiv(to + size - Dim.One, size), Dim.FloorDiv(to, size) + Dim.One);
        return (fact.Relation, slope > 0) switch
        {
            (Relation.Less, true) or (Relation.More, false) => (Dim.Zero, least),
            (Relation.AtMost, true) or (Relation.AtLeast, false) => (Dim.Zero, most),
            (Relation.AtLeast, true) or (Relation.AtMost, false) => (least, Endless),
            (Relation.More, true) or (Relation.Less, false) => (most, Endless),
            (Relation.Equal, _) when slope is 1 or -1 => (to, to + Dim.One),
            _ => null,
        };
    }

    private static Dim Most(Dim a, Dim b, Facts facts) =>
        Comparison.AtLeast(a, b, facts) is { } isMore ? isMore ? a : b : Dim.Max(a, b).Simplify(facts);

    private static Dim Endless { get; } = Dim.Of(long.MaxValue >> 8);

    /// <summary>Every so many turns: <c>i % 2 == 0</c>.</summary>
    private static Dim Periodic(Atom remainder, Fact fact, Dim cost, string k, Dim turns)
    {
        if (Linear(remainder.Left!, k) is not (1, { Constant: { } first })
            || remainder.Right!.Constant is not (> 0 and < 1 << 20 and var period)
            || fact.Right.Constant is not { } wanted || cost.Names.Contains(k))
        {
            return Dim.Unknown;
        }

        var at = (((wanted - first) % period) + period) % period;
        var times = wanted >= 0 && wanted < period ? Dim.FloorDiv(turns + Dim.Of(period - 1 - at), Dim.Of(period)) : Dim.Zero;
        return cost * (fact.Relation == Relation.Equal ? times : turns - times);
    }

    /// <summary>The expression as slope*k + rest.</summary>
    private static (long Slope, Dim Other)? Linear(Dim dim, string k)
    {
        var rest = dim.Substitute(n => n == k ? Dim.Zero : null);
        return (dim.Substitute(n => n == k ? Dim.One : null) - rest).Constant is { } slope
            && (Dim.Of(slope) * Dim.Name(k) + rest).Equals(dim) ? (slope, rest) : null;
    }
}
