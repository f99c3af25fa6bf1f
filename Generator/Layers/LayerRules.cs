using Gen.Shapes;

namespace Gen.Layers;

/// <summary>All rules, by factory.</summary>
internal static class LayerRules
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        .. LinearLayers.All,
        .. Convolutions.All,
        .. TransposedConvolutions.All,
        .. Pooling.All,
        .. SizedPooling.All,
        .. Activations.All,
        .. Dropouts.All,
        .. Normalizations.All,
        .. Paddings.All,
        .. Rearranging.All,
        .. Reshaping.All,
        .. Recurrent.All,
        .. Embeddings.All,
        .. Attention.All,
        .. Folding.All,
        .. Distances.All,
        .. Losses.All,
    ];

    /// <summary>Factories that can have no rule, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> WithoutRule = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Sequential"] = "the layers in it are the operations",
        ["ModuleDict"] = "it has no forward: it is what it holds",
        ["ModuleList"] = "it has no forward: it is what it holds",
        ["ParameterDict"] = "it has no forward: it is what it holds",
        ["ParameterList"] = "it has no forward: it is what it holds",
    };

    private static readonly Dictionary<string, LayerRule> ByFactory = All.ToDictionary(rule => rule.Factory, StringComparer.Ordinal);

    public static LayerRule? Find(string? factory) => factory is not null && ByFactory.TryGetValue(factory, out var rule) ? rule : null;

    /// <summary>The number of elements; unknown where a dimension is.</summary>
    public static Dim ElementCount(this Shape shape) => shape.Elements;
}
