namespace Gen.Shapes;

/// <summary>The shapes that a module takes and gives.</summary>
internal sealed class ShapeSignature(IReadOnlyList<Shape> inputs, IReadOnlyList<Shape>? outputs) : IEquatable<ShapeSignature>
{
    public IReadOnlyList<Shape> Inputs => inputs;

    /// <summary>Null where <c>-> out</c> was left out.</summary>
    public IReadOnlyList<Shape>? Outputs => outputs;

    /// <summary>The element types that are stated, for each input; unknown where none is.</summary>
    public IReadOnlyList<ElementType> InputTypes { get; init; } = [];

    /// <summary>The same for each result.</summary>
    public IReadOnlyList<ElementType> OutputTypes { get; init; } = [];

    public ElementType InputType(int index) => index < InputTypes.Count ? InputTypes[index] : ElementType.Unknown;

    public ElementType OutputType(int index) => index < OutputTypes.Count ? OutputTypes[index] : ElementType.Unknown;

    /// <summary>Other shapes of the same types.</summary>
    public ShapeSignature With(IReadOnlyList<Shape> takes, IReadOnlyList<Shape>? gives) =>
        new(takes, gives) { InputTypes = InputTypes, OutputTypes = OutputTypes };

    public bool Equals(ShapeSignature? other) =>
        other is not null && inputs.SequenceEqual(other.Inputs)
        && InputTypes.SequenceEqual(other.InputTypes) && OutputTypes.SequenceEqual(other.OutputTypes)
        && (outputs is null ? other.Outputs is null : other.Outputs is not null && outputs.SequenceEqual(other.Outputs));

    public override bool Equals(object? obj) => Equals(obj as ShapeSignature);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    public override string ToString() =>
        Join(inputs, InputType) + (outputs is null ? "" : $" -> {Join(outputs, OutputType)}");

    private static string Join(IReadOnlyList<Shape> shapes, Func<int, ElementType> type) => string.Join(", ",
        shapes.Select((s, i) => (Type: type(i), Text: shapes.Count > 1 && s.Rank == 0 ? Shape.Scalar : s.ToShapeString()))
            .Select(s => s.Type == ElementType.Unknown ? s.Text : $"{s.Type.Text()}: {s.Text}"));
}
