using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>
/// Unifies the shapes that a module declares with those that arrive: what each of its own names stands for in the caller. A name that
/// nothing tells is an unknown size there, never the caller's name of the same spelling.
/// </summary>
internal sealed class Unification(IReadOnlyList<string> free, Facts facts)
{
    /// <summary>Before a name of the module that has no value yet: no name of C# begins so.</summary>
    private const string Open = "?";

    private readonly Dictionary<string, Dim> sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shape> leads = new(StringComparer.Ordinal);
    private readonly List<Fact> conditions = [];

    /// <summary>What must hold for the shapes to fit, and is not proved.</summary>
    public IReadOnlyList<Fact> Conditions => conditions;

    /// <summary>The sizes that names stand for.</summary>
    public IEnumerable<Dim> Sizes => sizes.Values;

    /// <summary>What a name stands for; unknown where nothing tells; null where it is no name of the module.</summary>
    public Dim? this[string name] => sizes.TryGetValue(name, out var size) ? size : free.Contains(name) ? Dim.Unknown : null;

    /// <summary>A declared shape with the caller's sizes in the place of names.</summary>
    public Shape Of(Shape declared)
    {
        var dims = declared.Dims.Select(d => d.Substitute(n => this[n]));
        return !declared.HasVariadic ? new(null, [.. dims])
            : leads.TryGetValue(declared.Variadic!, out var lead) ? new(lead.Variadic, [.. lead.Dims, .. dims])
            : new(Shape.UnknownRank.Variadic, [.. dims]);
    }

    /// <summary>The same for messages: a name that nothing tells stands as it is written.</summary>
    public string Describe(Shape declared) => declared.Substitute(n => sizes.TryGetValue(n, out var size) ? size : null).ToString();

    /// <summary>False where the shapes are proved not to fit.</summary>
    public bool Unify(IReadOnlyList<(Shape Declared, Shape Arriving)> pairs)
    {
        var known =
            pairs.Where(p => !p.Arriving.IsUnknownRank && !p.Declared.IsUnknownRank && (p.Declared.HasVariadic || !p.Arriving.HasVariadic))
                .ToArray();
        foreach (var (declared, arriving) in known)
        {
            var lead = arriving.Dims.Count - declared.Dims.Count;
            if (declared.HasVariadic ? lead < 0 && !arriving.HasVariadic : lead != 0)
            {
                return false;
            }

            if (declared is { HasVariadic: true, HasUnknownLead: false } && lead >= 0)
            {
                var taken = new Shape(arriving.Variadic, [.. arriving.Dims.Take(lead)]);
                leads[declared.Variadic!] = !leads.TryGetValue(declared.Variadic!, out var before) || before.Equals(taken) ? taken
                    : Shape.UnknownRank;
            }
        }

        // What stands alone is bound first, wherever it stands; the equations are solved with that.
        var dims = known.SelectMany(p => Aligned(p.Declared, p.Arriving)).ToList();
        foreach (var (needs, gets) in dims)
        {
            if (needs.AsName is { } name && free.Contains(name) && !sizes.ContainsKey(name) && !gets.IsUnknown)
            {
                sizes[name] = gets;
            }
        }

        return Solve(dims) && dims.All(d => Fits(d.Needs, d.Gets));
    }

    private static IEnumerable<(Dim Needs, Dim Gets)> Aligned(Shape declared, Shape arriving)
    {
        var lead = arriving.Dims.Count - declared.Dims.Count;
        return Enumerable.Range(0, declared.Dims.Count).Where(i => i + lead >= 0).Select(i => (declared.Dims[i], arriving.Dims[i + lead]));
    }

    /// <summary>Names that stand in expressions only: <c>4*E</c> against 32 makes E 8. False where a size is proved to be none of
    /// them.</summary>
    private bool Solve(List<(Dim Needs, Dim Gets)> equations)
    {
        bool isNew;
        do
        {
            isNew = false;
            foreach (var (declared, gets) in equations)
            {
                // In the caller's names already, but for those that are open.
                var needs = declared.Substitute(n => sizes.TryGetValue(n, out var size) ? size : free.Contains(n) ? Dim.Name(Open + n)
                    : null);
                if (gets.IsUnknown || needs.IsUnknown
                    || needs.Names.Where(n => n.StartsWith(Open, StringComparison.Ordinal)).Take(2).ToArray() is not [var name]
                    || Linear(needs, name) is not var (factor, rest)
                    || (factor.Constant is null or 0 && Comparison.AtLeast(factor, Dim.One, facts) is not true))
                {
                    continue;
                }

                var size = Dim.FloorDiv(gets - rest, factor, facts);
                switch (size.IsUnknown ? Verdict.Unknown : Comparison.Compare(factor * size, gets - rest, facts))
                {
                    case Verdict.Different:
                        return false;
                    case Verdict.Unknown when !size.IsUnknown:
                        conditions.Add(new Fact(Dim.Mod(gets - rest, factor, facts), Relation.Equal, Dim.Zero));
                        break;
                }

                isNew |= !size.IsUnknown;
                sizes[name.Substring(Open.Length)] = size;
            }
        }
        while (isNew);

        return true;
    }

    /// <summary>The expression as a factor times the name and a rest without it; null where it is no such.</summary>
    public static (Dim Factor, Dim Others)? Linear(Dim dim, string name)
    {
        var (factor, others) = (Dim.Zero, Dim.Zero);
        foreach (var term in dim.Terms)
        {
            var places = term.Atoms.Count(a => a.Kind == AtomKind.Name && a.Name == name);
            if (places == 1 && term.DividedBy(new Term(1, [Atom.Of(name)])) is { } coefficient && !Dim.Of(coefficient).Names.Contains(name))
            {
                factor += Dim.Of(coefficient);
            }
            else if (!Dim.Of(term).Names.Contains(name))
            {
                others += Dim.Of(term);
            }
            else
            {
                return null;
            }
        }

        return (factor, others);
    }

    /// <summary>What is not proved of a size is a condition, unless it depends on a name that nothing tells.</summary>
    private bool Fits(Dim declared, Dim gets)
    {
        var needs = declared.Substitute(n => this[n]);
        if (needs.IsUnknown || gets.IsUnknown)
        {
            return true;
        }

        switch (Comparison.Compare(needs, gets, facts))
        {
            case Verdict.Different:
                return false;
            case Verdict.Unknown when !conditions.Any(c => IsRemainderOf(c, needs, gets)):
                conditions.Add(new Fact(gets, Relation.Equal, needs));
                break;
        }

        return true;
    }

    /// <summary>The condition already said that a division leaves nothing, which makes the two the same.</summary>
    private bool IsRemainderOf(Fact condition, Dim needs, Dim gets) =>
        Comparison.Compare(needs, gets, facts.And(condition)) == Verdict.Equal;
}
