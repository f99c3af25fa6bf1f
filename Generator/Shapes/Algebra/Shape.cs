namespace Gen.Shapes;

/// <summary>A tensor's shape: its dimensions, with at most one name for any number of leading ones; or an unknown rank.</summary>
internal sealed class Shape : IEquatable<Shape>
{
    /// <summary>The variadic that has no name.</summary>
    private const string Anonymous = "...";

    /// <summary>A scalar beside other tensors in a shape string.</summary>
    public const string Scalar = "()";

    private readonly Dim[] dims;

    public Shape(string? variadic, IReadOnlyList<Dim> dims)
    {
        Variadic = variadic;
        this.dims = [.. dims];
    }

    public static Shape UnknownRank { get; } = new(Anonymous, []);

    /// <summary>The name of the leading dimensions, <c>...</c> where they have none; null where there are none.</summary>
    public string? Variadic { get; }

    /// <summary>The dimensions after the variadic.</summary>
    public IReadOnlyList<Dim> Dims => dims;

    public bool IsUnknownRank => Variadic == Anonymous && dims.Length == 0;

    public bool HasVariadic => Variadic is not null;

    /// <summary>Whether there are leading dimensions of which nothing is known, not even a name.</summary>
    public bool HasUnknownLead => Variadic == Anonymous;

    /// <summary>The number of dimensions; null where it is not known.</summary>
    public int? Rank => HasVariadic ? null : dims.Length;

    /// <summary>The number of elements; unknown where a dimension is.</summary>
    public Dim Elements => HasVariadic ? Dim.Unknown : dims.Aggregate(Dim.One, (product, dim) => product * dim);

    /// <summary>A dimension, counted from the end where negative; unknown where the shape does not tell it.</summary>
    public Dim this[int index] => Place(index) is var at and >= 0 ? dims[at] : Dim.Unknown;

    public static Shape Of(params Dim[] dims) => new(null, dims);

    /// <summary>Known dimensions after any number of unknown ones.</summary>
    public static Shape EndingIn(params Dim[] dims) => new(Anonymous, dims);

    public Shape WithLast(Dim dim) => dims.Length == 0 ? this : WithDim(dims.Length - 1, dim);

    /// <summary>Another size at an index of <see cref="Dims"/>, counted from the end where negative; the same shape where there is no such
    /// dimension.</summary>
    public Shape WithDim(int index, Dim dim)
    {
        var at = index < 0 ? index + dims.Length : index;
        return at < 0 || at >= dims.Length ? this : new(Variadic, [.. dims.Take(at), dim, .. dims.Skip(at + 1)]);
    }

    public Shape Substitute(Func<string, Dim?> value) => new(Variadic, [.. dims.Select(d => d.Substitute(value))]);

    public Shape Simplify(Facts facts) => new(Variadic, [.. dims.Select(d => d.Simplify(facts))]);

    public bool Equals(Shape? other) => other is not null && Variadic == other.Variadic && dims.SequenceEqual(other.dims);

    public override bool Equals(object? obj) => Equals(obj as Shape);

    public override int GetHashCode() => dims.Aggregate(Variadic?.Length ?? -1, (hash, dim) => unchecked((hash * 31) + dim.GetHashCode()));

    /// <summary>As messages have it: <c>[B, 1, 28, 28]</c>, <c>[*B, d]</c>, <c>[...]</c>; a scalar is <c>[]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Items(Anonymous))}]";

    /// <summary>As documentation has it: <c>(B, 1, 28, 28)</c>.</summary>
    public string ToTuple() => $"({string.Join(", ", Items(Anonymous))})";

    /// <summary>As a comment has it: <c>(B, 784)</c>, <c>(B,)</c>.</summary>
    /// <param name="open">The opening bracket.</param>
    public string ToComment(char open = '(') =>
        $"{open}{string.Join(", ", Items(Anonymous))}{(dims.Length == 1 && !HasVariadic ? "," : "")}{(open == '[' ? ']' : ')')}";

    /// <summary>As a shape string has it: <c>B 1 28 28</c>; <c>...</c> stands alone there, so unknown leading dimensions are
    /// <c>*_</c>.</summary>
    public string ToShapeString() => string.Join(" ", Items(IsUnknownRank ? Anonymous : "*_"));

    /// <summary>As a shape string has several: a scalar, which is no text where it is alone, is <c>()</c> among others.</summary>
    public static string ToShapeString(IReadOnlyList<Shape> shapes) =>
        string.Join(", ", shapes.Select(s => shapes.Count > 1 && s.Rank == 0 ? Scalar : s.ToShapeString()));

    private int Place(int index)
    {
        var at = index < 0 ? index + dims.Length : HasVariadic ? -1 : index;
        return at < dims.Length ? at : -1;
    }

    private IEnumerable<string> Items(string unknownLead)
    {
        IEnumerable<string> leading = Variadic is null ? [] : [HasUnknownLead ? unknownLead : "*" + Variadic];
        return leading.Concat(dims.Select(d => d.ToString()));
    }
}
