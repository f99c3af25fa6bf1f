namespace Gen.Shapes;

/// <summary>A coefficient and the atoms it multiplies, sorted; an atom stands as often as its power.</summary>
internal sealed class Term
{
    public Term(long coefficient, IReadOnlyList<Atom> atoms)
    {
        Coefficient = coefficient;
        Atoms = atoms;
        Key = string.Join("*", atoms.Select(a => a.AsFactor()));
    }

    public long Coefficient { get; }

    public IReadOnlyList<Atom> Atoms { get; }

    /// <summary>The product of the atoms as text: like terms have the same.</summary>
    public string Key { get; }

    public Term With(long coefficient) => new(coefficient, Atoms);

    /// <summary>This term divided by another; null where it does not divide.</summary>
    public Term? DividedBy(Term divisor)
    {
        if (divisor.Coefficient == 0 || Coefficient % divisor.Coefficient != 0)
        {
            return null;
        }

        var rest = Atoms.ToList();
        return divisor.Atoms.All(rest.Remove) ? new Term(Coefficient / divisor.Coefficient, rest) : null;
    }

    /// <summary>The term without its sign.</summary>
    public override string ToString()
    {
        if (Atoms.Count == 0)
        {
            return Magnitude;
        }

        var product = Atoms.Count == 1 && Coefficient is 1 or -1 ? Atoms[0].Text : Key;
        return Coefficient is 1 or -1 ? product : $"{Magnitude}*{Key}";
    }

    private string Magnitude => Coefficient.ToString(System.Globalization.CultureInfo.InvariantCulture).TrimStart('-');
}
