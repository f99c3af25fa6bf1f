namespace Gen.Shapes;

/// <content>Sums over the turns of a loop.</content>
internal sealed partial class Dim
{
    /// <summary>The sum of the expression with the name at 0, 1, ..., n - 1; unknown where it holds the name in other ways than as a
    /// factor, or above its square.</summary>
    public Dim SumOver(string name, Dim n)
    {
        if (!Names.Contains(name))
        {
            return this * n;
        }

        // sum of k = n*(n-1)/2, sum of k*k = n*(n-1)*(2n-1)/6
        Dim[] powers = [n, FloorDiv(n * (n - One), Of(2)), FloorDiv(n * (n - One) * (Of(2) * n - One), Of(6))];
        var sum = Zero;
        foreach (var term in Terms)
        {
            var power = term.Atoms.Count(a => a.Kind == AtomKind.Name && a.Name == name);
            var rest = term.Atoms.Where(a => a.Kind != AtomKind.Name || a.Name != name).ToArray();
            sum += power < powers.Length && !rest.Any(a => a.Kind != AtomKind.Name && Of(a).Names.Contains(name))
                ? rest.Aggregate(Of(term.Coefficient), (product, atom) => product * Of(atom)) * powers[power]
                : Unknown;
        }

        return sum;
    }
}
