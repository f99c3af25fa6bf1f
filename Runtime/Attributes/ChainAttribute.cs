namespace Gen;

/// <summary>The order in which data flows through the layers, where it is not the order of the fields. A stateless layer may stand in it
/// several times.</summary>
/// <example><code>[Chain(nameof(fc1), nameof(relu), nameof(fc2), nameof(relu))]</code></example>
/// <param name="layers">The names of the fields.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ChainAttribute(params string[] layers) : Attribute
{
    /// <summary>The names of the fields.</summary>
    public IReadOnlyList<string> Layers { get; } = layers;
}
