namespace Gen.Shapes;

/// <summary>What is known of the names: the author's <c>Where</c>. A name is 1 or more, unless a fact says otherwise.</summary>
internal sealed class Facts : IEquatable<Facts>
{
    private readonly Dictionary<string, Bounds> bounds = new(StringComparer.Ordinal);
    private readonly Definitions definitions = new();
    private readonly Bounds others;
    private readonly HashSet<string>? open;
    private readonly Dictionary<Dim, Dim>? reduced;

    public Facts(IEnumerable<Fact> facts)
        : this(facts, new Bounds(1, null))
    {
    }

    private Facts(IEnumerable<Fact> facts, Bounds others, HashSet<string>? open = null)
    {
        this.others = others;
        this.open = open;
        All = facts.Distinct().ToArray();
        Differences = [];
        Naturals = [];
        if (All.Count == 0)
        {
            return;
        }

        foreach (var fact in All)
        {
            if (NameBounds.Of(fact, BoundsOf) is { } known)
            {
                bounds[known.Name] = known.Bounds;
            }
        }

        foreach (var fact in All.Where(f => f.Relation == Relation.Equal))
        {
            definitions.Add(fact, this, (name, known) => bounds[name] = known);
        }

        Differences = [.. All.Select(f => (Reduce(f.Left) - Reduce(f.Right), f.Relation)).Where(d => !d.Item1.IsUnknown)];
        Naturals = [.. Differences.Select(Natural).Where(d => !d.IsUnknown)];
        reduced = [];
    }

    /// <summary>Nothing but that names are 1 or more.</summary>
    public static Facts None { get; } = new([]);

    /// <summary>Not even that: a name may be any number.</summary>
    public static Facts Nothing { get; } = new([], default);

    public IReadOnlyList<Fact> All { get; }

    /// <summary>Of each fact, its left side less its right side, reduced.</summary>
    public IReadOnlyList<(Dim Difference, Relation Relation)> Differences { get; }

    /// <summary>What the facts say is 0 or more.</summary>
    public IReadOnlyList<Dim> Naturals { get; }

    /// <summary>The same, where these names may be any number unless a fact says otherwise: many names cost no more than few.</summary>
    public Facts WithOpen(IEnumerable<string> names) => new(All, others, new(names, StringComparer.Ordinal));

    public Facts And(IEnumerable<Fact> more) => new(All.Concat(more), new Bounds(1, null), open);

    public Facts And(params Fact[] more) => And((IEnumerable<Fact>)more);

    /// <summary>What both say.</summary>
    public Facts Common(Facts other) => new(All.Where(other.All.Contains), new Bounds(1, null), open);

    public Bounds BoundsOf(string name) => bounds.TryGetValue(name, out var known) ? known : open?.Contains(name) == true ? default
        : others;

    /// <summary>
    /// The expression with names written by what the facts make of them, and remainders by what they are: with <c>d % h == 0</c>, d is
    /// h times a whole number, so <c>h*(d//h)</c> and d come out the same; <c>p % q = p - q*(p//q)</c>.
    /// </summary>
    public Dim Reduce(Dim dim)
    {
        if (definitions.IsEmpty && dim.Depth == 0)
        {
            return dim;
        }

        // Only while there are facts is it one check's own; the others are shared by all threads.
        if (reduced is null)
        {
            return Rewrite(dim);
        }

        if (!reduced.TryGetValue(dim, out var known))
        {
            reduced[dim] = known = Rewrite(dim);
        }

        return known;
    }

    private Dim Rewrite(Dim dim) => dim.Rebuild(atom =>
    {
        if (atom.Kind == AtomKind.Name)
        {
            return definitions.ValueOf(atom.Name) ?? Dim.Of(atom);
        }

        var (left, right) = (Reduce(atom.Left!), Reduce(atom.Right!));
        return atom.Kind == AtomKind.Mod ? left - right * Dim.FloorDiv(left, right, this) : Dim.Of(atom.Kind, left, right, this);
    });

    /// <summary>What <see cref="Reduce"/> made, in the names that the author wrote.</summary>
    public Dim Restore(Dim dim) => definitions.Restore(dim, this);

    public bool Equals(Facts? other) => other is not null && All.SequenceEqual(other.All)
        && (ReferenceEquals(open, other.open) || (open is not null && other.open is not null && open.SetEquals(other.open)));

    public override bool Equals(object? obj) => Equals(obj as Facts);

    public override int GetHashCode() => All.Aggregate(All.Count, (hash, fact) => unchecked((hash * 31) + fact.GetHashCode()));

    public override string ToString() => string.Join(", ", All);

    private static Dim Natural((Dim Difference, Relation Relation) fact) => fact.Relation switch
    {
        Relation.AtLeast => fact.Difference,
        Relation.More => fact.Difference - Dim.One,
        Relation.AtMost => -fact.Difference,
        Relation.Less => -fact.Difference - Dim.One,
        _ => Dim.Unknown,
    };
}
