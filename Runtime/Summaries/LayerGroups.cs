using Gen.CompilerServices;

namespace Gen.Summaries;

/// <summary>The layers that a drawing tells apart, by their roles.</summary>
internal static class LayerGroups
{
    /// <summary>The groups, and their names for a reader.</summary>
    public static readonly IReadOnlyList<(string Group, string Name)> All =
    [
        ("convolution", "convolution"), ("linear", "linear, embedding"), ("sequence", "recurrent, attention"), ("norm", "normalization"),
        ("activation", "activation"), ("pooling", "pooling, resizing"), ("other", "other layer"),
    ];

    public static string Of(string role) => role switch
    {
        nameof(LayerRole.Convolution) => "convolution",
        nameof(LayerRole.Linear) or nameof(LayerRole.Embedding) => "linear",
        nameof(LayerRole.Recurrent) or nameof(LayerRole.Attention) => "sequence",
        nameof(LayerRole.Normalization) => "norm",
        nameof(LayerRole.Pooling) or nameof(LayerRole.Resizing) => "pooling",
        nameof(LayerRole.Activation) or nameof(LayerRole.Softmax) or nameof(LayerRole.Sigmoid) or nameof(LayerRole.LogSoftmax) =>
            "activation",
        _ => "other",
    };
}
