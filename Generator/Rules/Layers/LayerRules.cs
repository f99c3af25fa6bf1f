using Gen.Shapes;


namespace Gen.Rules.Layers;

/// <summary>All rules, by factory.</summary>
internal static class LayerRules
{
    /// <summary>The rules by family, a file each.</summary>
    public static readonly IReadOnlyList<(string Family, IReadOnlyList<LayerRule> Rules)> Families =
    [
        ("Linear layers", LinearLayers.All),
        ("Convolutions", Convolutions.All),
        ("Transposed convolutions", TransposedConvolutions.All),
        ("Pooling", Pooling.All),
        ("Pooling to a size", SizedPooling.All),
        ("Activations", Activations.All),
        ("Dropout", Dropouts.All),
        ("Normalization", Normalizations.All),
        ("Padding", Paddings.All),
        ("Rearranging", Rearranging.All),
        ("Reshaping", Reshaping.All),
        ("Recurrent layers", Recurrent.All),
        ("Embeddings", Embeddings.All),
        ("Attention and transformers", Attention.All),
        ("Sliding windows as columns", Folding.All),
        ("Distances", Distances.All),
        ("Losses", Losses.All),
    ];

    public static readonly IReadOnlyList<LayerRule> All = [.. Families.SelectMany(static family => family.Rules)];

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
