namespace Gen.Shapes;

/// <summary>A tensor's shape: its dimensions, with at most one name for any number of leading ones; or an unknown rank.</summary>
internal sealed class Shape : IEquatable<Shape>
{
    /// <summary>The variadic that has no name.</summary>
    private const string Anonymous = "...";

    public Shape(string? variadic, IReadOnlyList<Dim> dims)
    {
        Variadic = variadic;
        Dims = dims;
    }

    public static Shape UnknownRank { get; } = new(Anonymous, []);

    /// <summary>The name of the leading dimensions, <c>...</c> where they have none; null where there are none.</summary>
    public string? Variadic { get; }

    /// <summary>The dimensions after the variadic.</summary>
    public IReadOnlyList<Dim> Dims { get; }

    public bool IsUnknownRank => Variadic == Anonymous && Dims.Count == 0;

    public bool HasVariadic => Variadic is not null;

    public int? Rank => HasVariadic ? null : Dims.Count;

    /// <summary>The number of elements; unknown where a dimension is.</summary>
    public Dim Elements => HasVariadic ? Dim.Unknown : Dims.Aggregate(Dim.One, (product, dim) => product * dim);

    /// <summary>A dimension, counted from the end where negative; unknown where the shape does not tell it.</summary>
    public Dim this[int index]
    {
        get
        {
            var at = index < 0 ? index + Dims.Count : HasVariadic ? -1 : index;
            return at >= 0 && at < Dims.Count ? Dims[at] : Dim.Unknown;
        }
    }

    public static Shape Of(params Dim[] dims) => new(null, dims);

    public Shape WithLast(Dim dim) => Dims.Count == 0 ? this : WithDim(Dims.Count - 1, dim);

    public Shape WithDim(int index, Dim dim) => new(Variadic, Dims.Select((d, i) => i == index ? dim : d).ToArray());

    public Shape Substitute(Func<string, Dim?> value) => new(Variadic, Dims.Select(d => d.Substitute(value)).ToArray());

    public Shape Simplify(Facts facts) => new(Variadic, Dims.Select(d => d.Simplify(facts)).ToArray());

    public bool Equals(Shape? other) => other is not null && Variadic == other.Variadic && Dims.SequenceEqual(other.Dims);

    public override bool Equals(object? obj) => Equals(obj as Shape);

    public override int GetHashCode() => Dims.Aggregate(Variadic?.Length ?? 0, (hash, dim) => unchecked((hash * 31) + dim.GetHashCode()));

    /// <summary>As messages have it: <c>[B, 1, 28, 28]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Items())}]";

    /// <summary>As documentation has it: <c>(B, 1, 28, 28)</c>.</summary>
    public string ToTuple() => $"({string.Join(", ", Items())})";

    /// <summary>As a shape string has it: <c>B 1 28 28</c>.</summary>
    public string ToShapeString() => string.Join(" ", Items());

    private IEnumerable<string> Items()
    {
        var leading = Variadic switch
        {
            null => Array.Empty<string>(),
            Anonymous => [Anonymous],
            var name => ["*" + name],
        };
        return leading.Concat(Dims.Select(d => d.ToString()));
    }
}
