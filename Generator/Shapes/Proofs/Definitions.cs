namespace Gen.Shapes;

/// <summary>
/// Names that facts write by others: <c>a == b+1</c> defines a; <c>d % h == 0</c> makes d h times a whole number, the quotient,
/// which gets a name of its own. No definition holds a defined name.
/// </summary>
internal sealed class Definitions
{
    private readonly Dictionary<string, Dim> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dim> quotients = new(StringComparer.Ordinal);

    public bool IsEmpty => values.Count == 0;

    public Dim? ValueOf(string name) => values.TryGetValue(name, out var value) ? value : null;

    /// <summary>Takes in what an equation says; one that cannot be solved for a name is left out.</summary>
    public void Add(Fact fact, Facts facts, Action<string, Bounds> bound)
    {
        foreach (var (side, other) in new[] { (fact.Left, fact.Right), (fact.Right, fact.Left) })
        {
            if (other.Constant is { } remainder && side.Terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Mod } mod] }])
            {
                Divide(mod.Left!, mod.Right!, remainder, facts, bound);
                return;
            }
        }

        var difference = Apply(fact.Left) - Apply(fact.Right);
        foreach (var name in new[] { fact.Left.AsName, fact.Right.AsName }.Concat(difference.Names))
        {
            if (name is not null && Solve(difference, name) is { } value)
            {
                if (value.AsName is { } same)
                {
                    bound(same, facts.BoundsOf(name).And(facts.BoundsOf(same)));
                }

                Define(name, value);
                return;
            }
        }
    }

    /// <summary>Puts names back where a definition's value stands, and the quotient where only its name does.</summary>
    public Dim Restore(Dim dim, Facts facts)
    {
        if (quotients.Count == 0 || dim.IsUnknown)
        {
            return dim;
        }

        dim = dim.Rebuild(a => a.Kind == AtomKind.Name ? Dim.Of(a)
            : Dim.Of(a.Kind, Restore(a.Left!, facts), Restore(a.Right!, facts), facts));
        foreach (var definition in values)
        {
            var (name, value) = (definition.Key, definition.Value);
            if (quotients.ContainsKey(name)
                || value.Terms.FirstOrDefault(t => t.Atoms.Any(a => quotients.ContainsKey(a.Name))) is not { } leading)
            {
                continue;
            }

            // w*(q*k) = w*(name - (value - q*k))
            foreach (var factor in dim.Terms.Select(t => t.DividedBy(leading)).Where(f => f is not null))
            {
                dim += Dim.Of(factor!) * (Dim.Name(name) - value);
            }
        }

        return dim.Substitute(n => quotients.TryGetValue(n, out var quotient) ? quotient : null);
    }

    /// <summary><c>p % q == r</c>: p is q times a quotient, and r; solved for a name in p.</summary>
    private void Divide(Dim dividend, Dim divisor, long remainder, Facts facts, Action<string, Bounds> bound)
    {
        if (remainder != 0 && !(remainder > 0 && remainder < divisor.Constant))
        {
            return;
        }

        var (p, q) = (Apply(dividend) - Dim.Of(remainder), Apply(divisor));
        var name = NameOf(dividend, divisor);

        // c*k is divisible by q where k is by q/gcd(c, q).
        if (p.Terms is [{ Coefficient: not (1 or -1), Atoms: [{ Kind: AtomKind.Name }] } multiple] && q.Constant is { } number and not 0)
        {
            q = Dim.Of(Math.Abs(number) / Dim.Gcd(multiple.Coefficient, number));
            p = Dim.Of(multiple.Atoms[0]);
            dividend = quotients.TryGetValue(multiple.Atoms[0].Name, out var inner) ? inner : p;
            (divisor, name) = (q, NameOf(dividend, q));
        }

        if (p.IsUnknown || q.IsUnknown || q.Constant is 0 or 1 || ValueOf(name) is not null || quotients.ContainsKey(name))
        {
            return;
        }

        foreach (var candidate in p.Names)
        {
            if (!q.Names.Contains(candidate) && Solve(p - q * Dim.Name(name), candidate) is { } value)
            {
                bound(name, Whole(Bounds.Of(p, facts), Bounds.Of(q, facts)));
                quotients[name] = Dim.FloorDiv(dividend, divisor);
                Define(candidate, value);
                return;
            }
        }
    }

    /// <summary>The bounds of a quotient without a remainder: of something positive it is 1 or more.</summary>
    private static Bounds Whole(Bounds dividend, Bounds divisor)
    {
        var floor = Bounds.Quotient(dividend, divisor);
        return dividend.Lower >= 1 && divisor.Lower >= 0 ? new(Math.Max(1, floor.Lower ?? 1), floor.Upper) : floor;
    }

    private void Define(string name, Dim value)
    {
        foreach (var entry in values.ToArray())
        {
            var (key, known) = (entry.Key, entry.Value);
            var replaced = known.Substitute(n => n == name ? value : null);
            if (replaced.IsUnknown)
            {
                return;
            }

            values[key] = replaced;
        }

        values[name] = value;
    }

    /// <summary>A name that no shape string can hold.</summary>
    private static string NameOf(Dim dividend, Dim divisor) => $"[{Atom.Of(AtomKind.FloorDiv, dividend, divisor).Text}]";

    private Dim Apply(Dim dim) => dim.Substitute(ValueOf);

    /// <summary>The value of a name in an equation with 0; null where it does not stand alone in one term, once.</summary>
    private static Dim? Solve(Dim zero, string name)
    {
        var term = zero.Terms.FirstOrDefault(t => t.Coefficient is 1 or -1 && t.Atoms is [{ Kind: AtomKind.Name } a] && a.Name == name);
        if (term is null)
        {
            return null;
        }

        var rest = zero - Dim.Of(term);
        return rest.IsUnknown || rest.Names.Contains(name) ? null : term.Coefficient == 1 ? -rest : rest;
    }
}
