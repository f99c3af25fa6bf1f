namespace Gen;

/// <summary>
/// Marks a field as a submodule. Without an initializer, the generated constructor builds it from the attribute's arguments; with one,
/// the initializer does.
/// </summary>
/// <example>
/// <code>
/// [Layer] private readonly Flatten flatten;
/// [Layer(784, 128)] private readonly Linear fc1;
/// [Layer(-1, 64)] private readonly Linear fc2;           // -1: inferred, 128
/// [Layer] private readonly Linear fc3 = Linear(64, 10);  // any factory of torch.nn
/// </code>
/// </example>
/// <param name="arguments">
/// The positional arguments of the field type's <c>torch.nn</c> factory, in its order. <c>-1</c> for an input size
/// (<c>in_channels</c>, <c>inputSize</c>, <c>num_features</c>) is inferred from the shape that arrives.
/// </param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class LayerAttribute(params object?[]? arguments) : Attribute
{
    /// <summary>The factory's positional arguments.</summary>
    public IReadOnlyList<object?> Arguments { get; } = arguments ?? [null];
}
