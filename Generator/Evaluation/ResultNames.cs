using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>
/// Names that neither an input nor the constructor gives a value, and that an equation of <c>Where</c> defines:
/// <c>B L -> B M</c> with <c>M == (L - 1) // stride + 1</c>.
/// </summary>
internal static class ResultNames
{
    /// <summary>What each of them is, by the names of the inputs and the constructor. A definition may use others; none uses
    /// itself.</summary>
    public static IReadOnlyDictionary<string, Dim> Define(ShapeSignature signature, Facts facts, IEnumerable<string> given)
    {
        var inputs = signature.Inputs.SelectMany(i => i.Dims.SelectMany(d => d.Names).Concat(i.Variadic is { } variadic ? [variadic] : []));
        var known = new HashSet<string>(given.Concat(inputs), StringComparer.Ordinal);
        var defined = new Dictionary<string, Dim>(StringComparer.Ordinal);
        Dim? Value(string name) => defined.TryGetValue(name, out var value) ? value : null;
        while (facts.All.Where(f => f.Relation == Relation.Equal).Select(f => Solve((f.Left - f.Right).Substitute(Value), known))
            .FirstOrDefault(s => s is not null) is { } solution)
        {
            defined.Add(solution.Name, solution.Value);
            known.Add(solution.Name);
        }

        return defined;
    }

    /// <summary>The one name without a value in an equation with 0, and its value: a multiple of it is divided, and the equation stays as a
    /// condition.</summary>
    private static (string Name, Dim Value)? Solve(Dim zero, HashSet<string> known)
    {
        if (zero.IsUnknown || zero.Names.Where(n => !known.Contains(n)).ToArray() is not [var name]
            || zero.Terms.FirstOrDefault(t => t.Atoms is [{ Kind: AtomKind.Name } atom] && atom.Name == name) is not { } term)
        {
            return null;
        }

        var rest = zero - Dim.Of(term);
        var value = term.Coefficient < 0 ? Dim.FloorDiv(rest, Dim.Of(-term.Coefficient)) : Dim.FloorDiv(-rest, Dim.Of(term.Coefficient));
        return rest.Names.Contains(name) || value.IsUnknown ? null : (name, value);
    }
}
