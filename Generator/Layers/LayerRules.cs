using Gen.Shapes;

namespace Gen.Layers;

/// <summary>All rules, by factory.</summary>
internal static class LayerRules
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        .. LinearLayers.All,
        .. Convolutions.All,
        .. Pooling.All,
        .. Elementwise.All,
        .. Recurrent.All,
        .. Embeddings.All,
        .. Reshaping.All,
    ];

    private static readonly Dictionary<string, LayerRule> ByFactory = All.ToDictionary(rule => rule.Factory, StringComparer.Ordinal);

    public static LayerRule? Find(string? factory) => factory is not null && ByFactory.TryGetValue(factory, out var rule) ? rule : null;

    /// <summary>The number of elements; unknown where a dimension is.</summary>
    public static Dim ElementCount(this Shape shape) => shape.Elements;
}
