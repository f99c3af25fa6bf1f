namespace Gen.Shapes;

/// <summary>The shapes that a module takes and gives.</summary>
internal sealed class ShapeSignature(IReadOnlyList<Shape> inputs, IReadOnlyList<Shape>? outputs) : IEquatable<ShapeSignature>
{
    public IReadOnlyList<Shape> Inputs => inputs;

    /// <summary>Null where <c>-> out</c> was left out.</summary>
    public IReadOnlyList<Shape>? Outputs => outputs;

    public bool Equals(ShapeSignature? other) =>
        other is not null && inputs.SequenceEqual(other.Inputs)
        && (outputs is null ? other.Outputs is null : other.Outputs is not null && outputs.SequenceEqual(other.Outputs));

    public override bool Equals(object? obj) => Equals(obj as ShapeSignature);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    public override string ToString() => Join(inputs) + (outputs is null ? "" : $" -> {Join(outputs)}");

    private static string Join(IEnumerable<Shape> shapes) => string.Join(", ", shapes.Select(s => s.ToShapeString()));
}
