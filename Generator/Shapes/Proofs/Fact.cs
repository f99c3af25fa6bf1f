namespace Gen.Shapes;

internal enum Relation
{
    Equal,
    NotEqual,
    AtLeast,
    AtMost,
    More,
    Less,
}

/// <summary>Something that holds of the sizes of one call: <c>H % 32 == 0</c>.</summary>
internal sealed class Fact : IEquatable<Fact>
{
    public Fact(Dim left, Relation relation, Dim right) => (Left, Relation, Right) = Plain(left, relation, right);

    public Dim Left { get; }

    public Relation Relation { get; }

    public Dim Right { get; }

    /// <summary>As one would write it: that <c>max(0,L-2)</c> is 1 or more says <c>L >= 3</c>.</summary>
    private static (Dim Left, Relation Relation, Dim Right) Plain(Dim left, Relation relation, Dim right)
    {
        if (left.OrNothing is not { } size)
        {
            return (left, relation, right);
        }

        var added = Dim.Of(size.Terms.FirstOrDefault(static t => t.Atoms.Count == 0)?.Coefficient ?? 0);
        if (relation == Relation.Equal && right.Equals(size))
        {
            return (size - added, Relation.AtLeast, -added);
        }

        var isAsked = right.Constant is { } least
            && relation switch { Relation.Equal or Relation.AtLeast => least > 0, Relation.More => least >= 0, _ => false };
        return isAsked ? (size - added, relation, right - added) : (left, relation, right);
    }

    /// <summary>The operator, the same in shape strings and in C#.</summary>
    public string Operator => Relation switch
    {
        Relation.Equal => "==",
        Relation.NotEqual => "!=",
        Relation.AtLeast => ">=",
        Relation.AtMost => "<=",
        Relation.More => ">",
        _ => "<",
    };

    /// <summary>What holds where this does not.</summary>
    public Fact Negated => new(Left, Relation switch
    {
        Relation.Equal => Relation.NotEqual,
        Relation.NotEqual => Relation.Equal,
        Relation.AtLeast => Relation.Less,
        Relation.AtMost => Relation.More,
        Relation.More => Relation.AtMost,
        _ => Relation.AtLeast,
    }, Right);

    public IEnumerable<string> Names => Left.Names.Concat(Right.Names);

    public Fact Substitute(Func<string, Dim?> value) => new(Left.Substitute(value), Relation, Right.Substitute(value));

    public bool Equals(Fact? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Fact);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    public override string ToString() => $"{Spaced(Left)} {Operator} {Spaced(Right)}";

    /// <summary>A remainder alone reads better with spaces.</summary>
    private static string Spaced(Dim dim) => dim.Terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Mod } mod] }]
        ? $"{mod.Left!.AsDividend()} % {mod.Right!.AsFactor()}" : dim.ToString();
}
