namespace Gen.Shapes;

/// <summary>What is known of the names: the author's <c>Where</c>.</summary>
internal sealed class Facts : IEquatable<Facts>
{
    private readonly Dictionary<string, Bounds> bounds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dim> values = new(StringComparer.Ordinal);

    public Facts(IEnumerable<Fact> facts)
    {
        All = facts.Distinct().ToArray();
        foreach (var fact in All)
        {
            Bound(fact);
        }

        foreach (var fact in All.Where(f => f.Relation == Relation.Equal))
        {
            Define(fact);
        }
    }

    public static Facts None { get; } = new([]);

    public IReadOnlyList<Fact> All { get; }

    public Facts And(IEnumerable<Fact> more) => new(All.Concat(more));

    public Bounds BoundsOf(string name) => bounds.TryGetValue(name, out var known) ? known : new(1, null);

    /// <summary>
    /// The expression with names written by what the facts make of them: with <c>d % h == 0</c>, d is h times a whole number;
    /// so <c>h*(d//h)</c> and d come out the same.
    /// </summary>
    public Dim Apply(Dim dim)
    {
        if (values.Count == 0 || dim.IsUnknown)
        {
            return dim;
        }

        return Expand(dim).Substitute(n => values.TryGetValue(n, out var value) ? value : null);
    }

    /// <summary>A remainder is what is left: <c>p % q = p - q*(p//q)</c>.</summary>
    public static Dim Expand(Dim dim) => dim.Terms.Any(t => t.Atoms.Any(a => a.Kind != AtomKind.Name))
        ? dim.Rebuild(a => a.Kind switch
        {
            AtomKind.Name => Dim.Of(a),
            AtomKind.Mod when Expand(a.Left!) is var p && Expand(a.Right!) is var q => p - q * Dim.FloorDiv(p, q),
            _ => Dim.Of(a.Kind, Expand(a.Left!), Expand(a.Right!)),
        })
        : dim;

    public bool Equals(Facts? other) => other is not null && All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => Equals(obj as Facts);

    public override int GetHashCode() => All.Count;

    private void Bound(Fact fact)
    {
        var (name, number, relation) = (fact.Left.Terms, fact.Right.Constant, fact.Left.Constant, fact.Right.Terms) switch
        {
            ([{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Name } n] }], { } right, _, _) => (n.Name, right, fact.Relation),
            (_, _, { } left, [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Name } n] }]) => (n.Name, left, Mirror(fact.Relation)),
            _ => (null, 0L, Relation.Equal),
        };
        if (name is null)
        {
            return;
        }

        var known = BoundsOf(name);
        bounds[name] = relation switch
        {
            // A fact about a size of 0 makes 0 possible; otherwise sizes are 1 or more.
            Relation.AtLeast => new(number <= 0 ? number : Math.Max(number, known.Lower ?? 1), known.Upper),
            Relation.More when number < long.MaxValue => new(number + 1 <= 0 ? number + 1 : Math.Max(number + 1, known.Lower ?? 1), known.Upper),
            Relation.AtMost => new(known.Lower > number ? null : known.Lower, Math.Min(number, known.Upper ?? long.MaxValue)),
            Relation.Less when number > long.MinValue => new(known.Lower > number - 1 ? null : known.Lower, Math.Min(number - 1, known.Upper ?? long.MaxValue)),
            Relation.Equal => new(number, number),
            _ => known,
        };
    }

    private void Define(Fact fact)
    {
        // name % q == 0: the name is q times a whole number, which is named by the quotient.
        if (fact.Right.Constant == 0 && fact.Left.Terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Mod, Left.Terms: [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Name, Name: var multiple }] }], Right: { } divisor }] }])
        {
            if (!divisor.Names.Contains(multiple) && !values.ContainsKey(multiple) && !divisor.Names.Any(values.ContainsKey) && BoundsOf(multiple).Lower >= 1)
            {
                values[multiple] = divisor * Dim.Name(Quotient(multiple, divisor));
            }
            else if (divisor.Constant is { } n && values.TryGetValue(multiple, out var known) && known.Terms is [{ Coefficient: var m and > 0, Atoms: [{ Kind: AtomKind.Name }] }] && n > 0
                && Dim.TryMultiply(m / Dim.Gcd(m, n), n, out var both))
            {
                values[multiple] = Dim.Of(both) * Dim.Name(Quotient(multiple, Dim.Of(both)));
            }

            return;
        }

        foreach (var (side, other) in new[] { (fact.Left, fact.Right), (fact.Right, fact.Left) })
        {
            if (side.Terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Name, Name: var name }] }] && !other.IsUnknown && !other.Names.Contains(name)
                && !values.ContainsKey(name) && !other.Names.Any(values.ContainsKey) && !values.Values.Any(v => v.Names.Contains(name)))
            {
                values[name] = other;
                return;
            }
        }
    }

    /// <summary>A name no shape string can hold.</summary>
    private static string Quotient(string name, Dim divisor) => $"{name}//{divisor.AsFactor()}";

    private static Relation Mirror(Relation relation) => relation switch
    {
        Relation.AtLeast => Relation.AtMost,
        Relation.AtMost => Relation.AtLeast,
        Relation.More => Relation.Less,
        Relation.Less => Relation.More,
        _ => relation,
    };
}
