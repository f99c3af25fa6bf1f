namespace Gen.Shapes;

/// <summary>
/// The size of a dimension: a polynomial with integer coefficients over names, <c>//</c>, <c>%</c>, min and max, in normal form.
/// Arithmetic is checked: what overflows, or grows without end, is unknown and never a wrong number.
/// </summary>
internal sealed partial class Dim : IEquatable<Dim>
{
    /// <summary>Expressions larger than this are unknown.</summary>
    private const int MostTerms = 128;
    private const int LargestSize = 2048;

    /// <summary>So many are compared with one another.</summary>
    private const int FewTerms = 8;

    /// <summary>Operations nested deeper than this are unknown.</summary>
    private const int Deepest = 24;

    private readonly Term[] terms;
    private string? text;

    private Dim(Term[] terms, bool isUnknown = false)
    {
        this.terms = terms;
        IsUnknown = isUnknown;
        Size = 1;
        foreach (var term in terms)
        {
            Size += term.Size;
            Depth = Math.Max(Depth, term.Depth);
        }
    }

    public static Dim Unknown { get; } = new([], isUnknown: true);

    public static Dim Zero { get; } = new([]);

    public static Dim One { get; } = Of(1);

    public bool IsUnknown { get; }

    /// <summary>The number, where the size is one.</summary>
    public long? Constant => IsUnknown ? null : terms.Length == 0 ? 0 : terms.Length == 1 && terms[0].Atoms.Count == 0
        ? terms[0].Coefficient : null;

    /// <summary>The name, where the size is one and nothing else.</summary>
    public string? AsName => terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Name, Name: var name }] }] ? name : null;

    /// <summary>The names in it, in the order in which it prints them.</summary>
    public IReadOnlyList<string> Names => AllNames().Distinct().ToArray();

    public IReadOnlyList<Term> Terms => terms;

    /// <summary>The number of nodes: large expressions are given up.</summary>
    public int Size { get; }

    /// <summary>How deeply <c>//</c>, <c>%</c>, min and max are nested.</summary>
    public int Depth { get; }

    /// <summary>A number. The one long without a negative counts as overflow: it is unknown.</summary>
    public static Dim Of(long value) => value == 0 ? new([]) : value == long.MinValue ? Unknown : new([new Term(value, [])]);

    /// <summary>A named size; <c>_</c> is the unknown one.</summary>
    public static Dim Name(string name) => name == "_" ? Unknown : new([new Term(1, [Atom.Of(name)])]);

    public static implicit operator Dim(long value) => Of(value);

    public static Dim operator +(Dim left, Dim right) =>
        left.IsUnknown || right.IsUnknown ? Unknown : left.terms.Length == 0 ? right : right.terms.Length == 0 ? left
            : left.Constant is { } a && right.Constant is { } b ? TryAdd(a, b, out var sum) ? Of(sum) : Unknown
            : Gather([.. left.terms, .. right.terms]);

    public static Dim operator -(Dim left, Dim right) => left + (-right);

    public static Dim operator -(Dim dim) => dim * Of(-1);

    public static Dim operator *(Dim left, Dim right)
    {
        if (left.IsUnknown || right.IsUnknown || (long)left.terms.Length * right.terms.Length > 16 * MostTerms)
        {
            return Unknown;
        }

        if (left.Constant == 1 || right.Constant == 1)
        {
            return left.Constant == 1 ? right : left;
        }

        if (left.Constant is { } first && right.Constant is { } second)
        {
            return TryMultiply(first, second, out var product) ? Of(product) : Unknown;
        }

        var products = new List<Term>(left.terms.Length * right.terms.Length);
        foreach (var a in left.terms)
        {
            foreach (var b in right.terms)
            {
                if (!TryMultiply(a.Coefficient, b.Coefficient, out var coefficient))
                {
                    return Unknown;
                }

                products.Add(a.Times(b, coefficient));
            }
        }

        return Gather(products);
    }

    /// <summary>Puts values in place of names; a name without a value stays.</summary>
    public Dim Substitute(Func<string, Dim?> value) =>
        Rebuild(atom => atom.Kind == AtomKind.Name ? value(atom.Name) ?? Of(atom)
            : Of(atom.Kind, atom.Left!.Substitute(value), atom.Right!.Substitute(value)));

    /// <summary>The number for given names; null where one is missing, something overflows, or a divisor is 0.</summary>
    public long? Evaluate(Func<string, long?> value) => Substitute(n => value(n) is { } number ? Of(number) : null).Constant;

    /// <summary>The polynomial with each atom replaced.</summary>
    public Dim Rebuild(Func<Atom, Dim> replace)
    {
        if (IsUnknown || Constant is not null)
        {
            return this;
        }

        var sum = new List<Term>();
        foreach (var term in terms)
        {
            var product = Of(term.Coefficient);
            foreach (var atom in term.Atoms)
            {
                product *= replace(atom);
            }

            if (product.IsUnknown)
            {
                return Unknown;
            }

            sum.AddRange(product.terms);
        }

        return Gather(sum);
    }

    public static Dim Of(Atom atom) => new([new Term(1, [atom])]);

    public static Dim Of(Term term) => Gather([term]);

    public static Dim Of(AtomKind kind, Dim left, Dim right) => Of(kind, left, right, Facts.Nothing);

    /// <summary>The operation in the normal form that the facts allow.</summary>
    public static Dim Of(AtomKind kind, Dim left, Dim right, Facts facts) => kind switch
    {
        AtomKind.FloorDiv => FloorDiv(left, right, facts),
        AtomKind.Mod => Mod(left, right, facts),
        _ => Extreme(kind, left, right, facts),
    };

    /// <summary>The same expression; two unknown sizes are the same expression, though not proved the same size.</summary>
    public bool Equals(Dim? other) => ReferenceEquals(this, other)
        || (other is not null && IsUnknown == other.IsUnknown && Size == other.Size && ToString() == other.ToString());

    public override bool Equals(object? obj) => Equals(obj as Dim);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>As a shape string has it: <c>2*H+1</c>, <c>H//2</c>, <c>_</c> where it is unknown.</summary>
    public override string ToString() => text ??= IsUnknown ? "_" : Print(terms);

    private static string Print(Term[] terms)
    {
        if (terms.Length == 0)
        {
            return "0";
        }

        var text = new System.Text.StringBuilder();
        foreach (var term in terms)
        {
            // A sign binds closer than a division: -(H//2) is not -H//2.
            var isNegated = text.Length == 0 && term.Coefficient == -1 && term.Atoms.Count == 1;
            text.Append(term.Coefficient < 0 ? "-" : text.Length > 0 ? "+" : "").Append(isNegated ? term.Key : term.ToString());
        }

        return text.ToString();
    }

    /// <summary>Before <c>//</c>: a sum needs parentheses.</summary>
    internal string AsDividend() => terms.Length > 1 || (terms.Length == 1 && terms[0].Coefficient < 0) ? $"({this})" : ToString();

    /// <summary>After <c>//</c>: all but a number or a name needs parentheses.</summary>
    internal string AsFactor() =>
        terms.Length == 0 || (terms.Length == 1 && terms[0].Coefficient >= 0
            && (terms[0].Atoms.Count == 0 || (terms[0].Coefficient == 1 && terms[0].Atoms is [{ Kind: AtomKind.Name }]))) ? ToString()
            : $"({this})";

    private static Dim Gather(IReadOnlyList<Term> all)
    {
        var sums = new List<Term>(all.Count);
        var places = all.Count > FewTerms ? new Dictionary<string, int>(StringComparer.Ordinal) : null;
        for (var i = 0; i < all.Count; i++)
        {
            var term = all[i];
            var place = places is null ? PlaceOf(term.Key, sums) : places.TryGetValue(term.Key, out var known) ? known : -1;
            if (place < 0)
            {
                places?.Add(term.Key, sums.Count);
                sums.Add(term);
            }
            else if (TryAdd(sums[place].Coefficient, term.Coefficient, out var coefficient))
            {
                sums[place] = sums[place].With(coefficient);
            }
            else
            {
                return Unknown;
            }
        }

        // What is added comes first, higher powers before lower ones, names before operations, the constant last.
        sums.RemoveAll(static t => t.Coefficient == 0);
        if (sums.Count > MostTerms)
        {
            return Unknown;
        }

        var terms = sums.ToArray();
        if (terms.Length > 1)
        {
            Array.Sort(terms, Term.InOrder);
        }

        // A sum that would begin with a minus begins with its constant instead: 3-H.
        if (terms.Length > 1 && terms[0].Coefficient < 0 && terms[^1] is { Atoms.Count: 0, Coefficient: > 0 })
        {
            terms = [terms[^1], .. terms.Take(terms.Length - 1)];
        }

        return new Dim(terms) is { Size: <= LargestSize } dim ? dim : Unknown;
    }

    private static int PlaceOf(string key, List<Term> terms)
    {
        for (var i = 0; i < terms.Count; i++)
        {
            if (terms[i].Key == key)
            {
                return i;
            }
        }

        return -1;
    }

    private IEnumerable<string> AllNames() => terms.SelectMany(t => t.Atoms)
        .SelectMany(a => a.Kind == AtomKind.Name ? [a.Name] : a.Left!.AllNames().Concat(a.Right!.AllNames()));

    internal static bool TryAdd(long a, long b, out long sum)
    {
        sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) >= 0 && sum != long.MinValue;
    }

    internal static bool TryMultiply(long a, long b, out long product)
    {
        product = unchecked(a * b);
        return (a == 0 || b == 0 || (a != long.MinValue && b != long.MinValue && product / a == b)) && product != long.MinValue;
    }
}
