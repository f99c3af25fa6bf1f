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
internal sealed class Fact(Dim left, Relation relation, Dim right) : IEquatable<Fact>
{
    public Dim Left => left;

    public Relation Relation => relation;

    public Dim Right => right;

    /// <summary>The operator, the same in shape strings and in C#.</summary>
    public string Operator => relation switch
    {
        Relation.Equal => "==",
        Relation.NotEqual => "!=",
        Relation.AtLeast => ">=",
        Relation.AtMost => "<=",
        Relation.More => ">",
        _ => "<",
    };

    /// <summary>What holds where this does not.</summary>
    public Fact Negated => new(left, relation switch
    {
        Relation.Equal => Relation.NotEqual,
        Relation.NotEqual => Relation.Equal,
        Relation.AtLeast => Relation.Less,
        Relation.AtMost => Relation.More,
        Relation.More => Relation.AtMost,
        _ => Relation.AtLeast,
    }, right);

    public IEnumerable<string> Names => left.Names.Concat(right.Names);

    public Fact Substitute(Func<string, Dim?> value) => new(left.Substitute(value), relation, right.Substitute(value));

    public bool Equals(Fact? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Fact);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    public override string ToString() => $"{Spaced(left)} {Operator} {Spaced(right)}";

    /// <summary>A remainder alone reads better with spaces.</summary>
    private static string Spaced(Dim dim) => dim.Terms is [{ Coefficient: 1, Atoms: [{ Kind: AtomKind.Mod } mod] }]
        ? $"{mod.Left!.AsDividend()} % {mod.Right!.AsFactor()}" : dim.ToString();
}
