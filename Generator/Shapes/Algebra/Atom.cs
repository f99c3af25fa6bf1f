namespace Gen.Shapes;

/// <summary>What a polynomial is made of: a name, or an operation that does not distribute.</summary>
internal sealed class Atom : IEquatable<Atom>
{
    private Atom(AtomKind kind, string name, Dim? left, Dim? right, string text)
    {
        Kind = kind;
        Name = name;
        Left = left;
        Right = right;
        Text = text;
        Size = 1 + (left?.Size ?? 0) + (right?.Size ?? 0);
        Depth = kind == AtomKind.Name ? 0 : 1 + Math.Max(left?.Depth ?? 0, right?.Depth ?? 0);
    }

    public AtomKind Kind { get; }

    /// <summary>For <see cref="AtomKind.Name"/>.</summary>
    public string Name { get; }

    public Dim? Left { get; }

    public Dim? Right { get; }

    /// <summary>The atom as a shape string has it; equal atoms have equal texts.</summary>
    public string Text { get; }

    public int Size { get; }

    /// <summary>How deeply operations are nested; a name is 0.</summary>
    public int Depth { get; }

    public static Atom Of(string name) => new(AtomKind.Name, name, null, null, name);

    public static Atom Of(AtomKind kind, Dim left, Dim right) => new(kind, "", left, right, kind switch
    {
        AtomKind.FloorDiv => $"{left.AsDividend()}//{right.AsFactor()}",
        AtomKind.Mod => $"{left.AsDividend()}%{right.AsFactor()}",
        AtomKind.Min => $"min({left},{right})",
        _ => $"max({left},{right})",
    });

    /// <summary>The atom inside a product.</summary>
    public string AsFactor() => Kind is AtomKind.FloorDiv or AtomKind.Mod ? $"({Text})" : Text;

    public bool Equals(Atom? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as Atom);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);
}

internal enum AtomKind
{
    Name,
    FloorDiv,
    Mod,
    Min,
    Max,
}
