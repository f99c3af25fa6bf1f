namespace Gen.Shapes;

/// <summary>A size as a C# expression of type long.</summary>
internal static class DimText
{
    /// <summary>
    /// Null where the size is unknown. C#'s division truncates; where an operand may be negative, the floor is written out:
    /// <c>(a - ((a % b + b) % b)) / b</c>.
    /// </summary>
    /// <param name="dim">The size.</param>
    /// <param name="name">The C# expression, a primary one, that holds a name's value.</param>
    /// <param name="facts">What is known of the values; without, that names are 1 or more.</param>
    public static string? ToCSharp(Dim dim, Func<string, string> name, Facts? facts = null) =>
        dim.IsUnknown ? null : Sum(dim, name, facts ?? Facts.None);

    private static string Sum(Dim dim, Func<string, string> name, Facts facts)
    {
        return dim.Terms.Count == 0 ? "0L" : string.Concat(
            dim.Terms.Select((term, i) => (term.Coefficient < 0 ? i == 0 ? "-" : " - " : i == 0 ? "" : " + ")
                + Product(term, name, facts)));
    }

    private static string Product(Term term, Func<string, string> name, Facts facts)
    {
        var factors = term.Atoms.Select(a => Factor(a, name, facts));
        var magnitude = Literal(term.Coefficient);
        return string.Join(" * ", term.Coefficient is 1 or -1 && term.Atoms.Count > 0 ? factors : factors.Prepend(magnitude));
    }

    private static string Literal(long value) => Math.Abs(value).ToString(System.Globalization.CultureInfo.InvariantCulture) + "L";

    private static string Factor(Atom atom, Func<string, string> name, Facts facts)
    {
        if (atom.Kind == AtomKind.Name)
        {
            return name(atom.Name);
        }

        var (left, right) = (Sum(atom.Left!, name, facts), Sum(atom.Right!, name, facts));
        var isNatural = Bounds.Of(atom.Left!, facts).Lower >= 0 && Bounds.Of(atom.Right!, facts).Lower >= 0;
        return atom.Kind switch
        {
            AtomKind.Min => $"global::System.Math.Min({left}, {right})",
            AtomKind.Max => $"global::System.Math.Max({left}, {right})",
            AtomKind.Mod => isNatural ? $"(({left}) % ({right}))" : Remainder(left, right),
            _ => isNatural ? $"(({left}) / ({right}))" : $"((({left}) - {Remainder(left, right)}) / ({right}))",
        };
    }

    private static string Remainder(string left, string right) => $"(((({left}) % ({right})) + ({right})) % ({right}))";
}
