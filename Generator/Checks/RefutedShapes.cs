using Gen.Model;
using Gen.Shapes;

namespace Gen.Checks;

/// <summary>
/// Finds the condition that a declared shape refutes for nearly every call: it gives a dimension that the shape leaves open one value among
/// all, by another dimension or by a size of the constructor. <c>N == o</c> does so; <c>T % heads == 0</c> and <c>d == 784</c> do not.
/// </summary>
internal static class RefutedShapes
{
    /// <summary>The free dimension that the condition ties to others, and the condition as it is said; null where it ties none.</summary>
    public static (string Name, string Condition)? Tied(Fact fact, IReadOnlyCollection<string> free, IReadOnlyCollection<string> sizes,
        Facts facts)
    {
        var name = Name(fact, free, sizes, facts);
        return name is not null ? (name, fact.ToString()) : OneOrAnother(fact, free, sizes);
    }

    /// <summary><c>(T - 1)*(T - B) == 0</c>, which a dimension that may be broadcast needs: <c>T == 1 or T == B</c>.</summary>
    private static (string Name, string Condition)? OneOrAnother(Fact fact, IReadOnlyCollection<string> free,
        IReadOnlyCollection<string> sizes)
    {
        var difference = fact.Left - fact.Right;
        if (fact.Relation != Relation.Equal || difference.IsUnknown || difference.Names.Distinct().ToArray() is not [var a, var b])
        {
            return null;
        }

        foreach (var (name, other) in new[] { (a, b), (b, a) })
        {
            var (dimension, need) = (Dim.Name(name), Dim.Name(other));
            var product = (dimension - Dim.One) * (dimension - need);
            if (free.Contains(name) && (free.Contains(other) || sizes.Contains(other))
                && (product.Equals(difference) || product.Equals(-difference)))
            {
                return (name, $"{name} == 1 or {name} == {other}");
            }
        }

        return null;
    }

    private static string? Name(Fact fact, IReadOnlyCollection<string> free, IReadOnlyCollection<string> sizes, Facts facts)
    {
        var difference = fact.Left - fact.Right;
        if (fact.Relation != Relation.Equal || difference.IsUnknown || fact.Left.Constant is not null || fact.Right.Constant is not null)
        {
            return null;
        }

        var names = difference.Names;
        return names.All(n => free.Contains(n) || sizes.Contains(n)) && names.Count > 1
            ? names.FirstOrDefault(n => free.Contains(n) && Slope(difference, n, facts) is { } slope && slope != 0)
            : null;
    }

    /// <summary>
    /// 1 where the expression grows without end with a name, whatever the others are, -1 where it falls, 0 where the name is not in it;
    /// null where that depends. What always grows or falls is 0 for hardly any value.
    /// </summary>
    private static int? Slope(Dim dim, string name, Facts facts)
    {
        int? sum = 0;
        foreach (var term in dim.Terms)
        {
            var slope = Slope(term, name, facts);
            sum = slope is null || sum is null || sum * slope < 0 ? null : sum == 0 ? slope : sum;
        }

        return sum;
    }

    private static int? Slope(Term term, string name, Facts facts)
    {
        var sign = Math.Sign(term.Coefficient);
        var slopes = term.Atoms.Select(a => Slope(a, name, facts)).ToArray();
        return slopes.All(s => s == 0) ? 0
            : slopes is [{ } only] ? sign * only
            : slopes.All(s => s >= 0) && term.Atoms.All(a => Bounds.OfAtom(a, facts).Lower >= 0) ? sign : null;
    }

    private static int? Slope(Atom atom, string name, Facts facts) => atom switch
    {
        { Kind: AtomKind.Name } => atom.Name == name ? 1 : 0,
        _ when !atom.Left!.Names.Concat(atom.Right!.Names).Contains(name) => 0,
        { Kind: AtomKind.FloorDiv } when !atom.Right!.Names.Contains(name) && Comparison.AtLeast(atom.Right, Dim.One, facts) is true =>
            Slope(atom.Left!, name, facts),
        _ => null,
    };
}
