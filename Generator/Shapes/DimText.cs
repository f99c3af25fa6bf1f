namespace Gen.Shapes;

/// <summary>A size as a C# expression of type long.</summary>
internal static class DimText
{
    /// <summary>
    /// Null where the size is unknown. C#'s division truncates; where a dividend may be negative, the floor is written out:
    /// <c>(a - ((a % b + b) % b)) / b</c>.
    /// </summary>
    public static string? ToCSharp(Dim dim, Func<string, string> name)
    {
        if (dim.IsUnknown)
        {
            return null;
        }

        return dim.Terms.Count == 0 ? "0L" : string.Concat(dim.Terms.Select((term, i) => (term.Coefficient < 0 ? i == 0 ? "-" : " - " : i == 0 ? "" : " + ") + Product(term, name)));
    }

    private static string Product(Term term, Func<string, string> name)
    {
        var factors = term.Atoms.Select(a => Factor(a, name));
        var magnitude = Literal(term.Coefficient);
        return string.Join(" * ", term.Coefficient is 1 or -1 && term.Atoms.Count > 0 ? factors : factors.Prepend(magnitude));
    }

    private static string Literal(long value)
    {
        var digits = value.ToString(System.Globalization.CultureInfo.InvariantCulture).TrimStart('-');
        return digits == "9223372036854775808" ? "unchecked((long)9223372036854775808UL)" : digits + "L";
    }

    private static string Factor(Atom atom, Func<string, string> name)
    {
        if (atom.Kind == AtomKind.Name)
        {
            return name(atom.Name);
        }

        var (left, right) = (ToCSharp(atom.Left!, name)!, ToCSharp(atom.Right!, name)!);
        var isNatural = Bounds.Of(atom.Left!, Facts.None).Lower >= 0;
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
