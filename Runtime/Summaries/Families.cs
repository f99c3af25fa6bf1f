namespace Gen.Summaries;

/// <summary>What a layer is for, as far as a drawing tells them apart.</summary>
internal static class Families
{
    /// <summary>The families, and their names for a reader.</summary>
    public static readonly IReadOnlyList<(string Family, string Name)> All =
    [
        ("convolution", "convolution"), ("linear", "linear, embedding"), ("sequence", "recurrent, attention"), ("norm", "normalization"),
        ("activation", "activation"), ("pooling", "pooling, resizing"), ("other", "other layer"),
    ];

    public static string Of(string type) => type switch
    {
        _ when type.StartsWith("Conv", StringComparison.Ordinal) => "convolution",
        "Linear" or "Bilinear" or "Embedding" or "EmbeddingBag" => "linear",
        "LSTM" or "GRU" or "RNN" or "LSTMCell" or "GRUCell" or "RNNCell" or "MultiheadAttention" => "sequence",
        _ when type.StartsWith("Transformer", StringComparison.Ordinal) => "sequence",
        _ when type.Contains("Norm", StringComparison.Ordinal) => "norm",
        _ when type.Contains("Pool", StringComparison.Ordinal) || type is "Upsample" or "PixelShuffle" or "PixelUnshuffle" => "pooling",
        _ when type.Contains("LU", StringComparison.Ordinal) || type.Contains("oft", StringComparison.Ordinal)
            || type.Contains("anh", StringComparison.Ordinal) || type.Contains("igmoid", StringComparison.Ordinal) => "activation",
        "Mish" or "Hardswish" or "Threshold" => "activation",
        _ => "other",
    };
}
