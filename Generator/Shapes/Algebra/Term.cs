using System.Globalization;

namespace Gen.Shapes;

/// <summary>A coefficient and the atoms it multiplies, sorted; an atom stands as often as its power.</summary>
internal sealed class Term
{
    private readonly Atom[] atoms;

    public Term(long coefficient, Atom[] atoms)
        : this(coefficient, atoms, atoms.Length == 1 ? atoms[0].AsFactor() : string.Join("*", atoms.Select(a => a.AsFactor())))
    {
    }

    private Term(long coefficient, Atom[] atoms, string key)
    {
        Coefficient = coefficient;
        this.atoms = atoms;
        Key = key;
        Size = 1;
        foreach (var atom in atoms)
        {
            Size += atom.Size;
            Depth = Math.Max(Depth, atom.Depth);
        }
    }

    /// <summary>What is added comes first, higher powers before lower ones, names before operations, the constant last.</summary>
    public static IComparer<Term> InOrder { get; } = Comparer<Term>.Create((a, b) =>
    {
        var order = (a.atoms.Length == 0).CompareTo(b.atoms.Length == 0);
        order = order != 0 ? order : (a.Coefficient < 0).CompareTo(b.Coefficient < 0);
        order = order != 0 ? order : b.atoms.Length.CompareTo(a.atoms.Length);
        order = order != 0 ? order : (a.Depth > 0).CompareTo(b.Depth > 0);
        return order != 0 ? order : string.CompareOrdinal(a.Key, b.Key);
    });

    public long Coefficient { get; }

    public IReadOnlyList<Atom> Atoms => atoms;

    /// <summary>The product of the atoms as text: like terms have the same.</summary>
    public string Key { get; }

    /// <summary>The number of nodes.</summary>
    public int Size { get; }

    /// <summary>How deeply operations are nested.</summary>
    public int Depth { get; }

    public Term With(long coefficient) => new(coefficient, atoms, Key);

    /// <summary>The product with another term, given the product of the coefficients.</summary>
    public Term Times(Term other, long coefficient)
    {
        if (atoms.Length == 0 || other.atoms.Length == 0)
        {
            return (atoms.Length == 0 ? other : this).With(coefficient);
        }

        var product = new Atom[atoms.Length + other.atoms.Length];
        for (int i = 0, left = 0, right = 0; i < product.Length; i++)
        {
            var takesLeft = right == other.atoms.Length || (left < atoms.Length
                && string.CompareOrdinal(atoms[left].Text, other.atoms[right].Text) <= 0);
            product[i] = takesLeft ? atoms[left++] : other.atoms[right++];
        }

        return new(coefficient, product);
    }

    /// <summary>This term divided by another; null where it does not divide.</summary>
    public Term? DividedBy(Term divisor)
    {
        if (divisor.Coefficient == 0 || Coefficient % divisor.Coefficient != 0)
        {
            return null;
        }

        if (divisor.atoms.Length == 0)
        {
            return With(Coefficient / divisor.Coefficient);
        }

        var rest = atoms.ToList();
        return divisor.atoms.All(rest.Remove) ? new Term(Coefficient / divisor.Coefficient, [.. rest]) : null;
    }

    /// <summary>The term without its sign.</summary>
    public override string ToString()
    {
        var magnitude = Math.Abs(Coefficient).ToString(CultureInfo.InvariantCulture);
        return atoms.Length == 0 ? magnitude : Coefficient is not (1 or -1) ? $"{magnitude}*{Key}" : atoms.Length == 1 ? atoms[0].Text
            : Key;
    }
}
