using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>What decides how large the steps of attention are, of which autograd keeps the results.</summary>
internal static class AttentionSteps
{
    /// <summary>Rows for keys and values that are added are not followed, nor keys and values of sizes of their own.</summary>
    public static Composite? Attention(LayerCall call)
    {
        var a = call.Arguments;
        var weights = call.Further(1) switch
        {
            null => true,
            Model.Value.Boolean { Truth: var truth } => truth,
            _ => (bool?)null,
        };
        return a.Flag("add_bias_kv") == false && a.Flag("add_zero_attn") == false && weights is { } asked && a.Flag("bias") is { } bias
            && call.Input.Rank == 3 && call.InputAt(1).Rank == 3 && call.InputAt(2).Rank == 3
            && (a.IsNull("kdim") || a["kdim"].Equals(a["embedded_dim"])) && (a.IsNull("vdim") || a["vdim"].Equals(a["embedded_dim"]))
            ? Of(CompositeKind.Attention, call.Input, call.InputAt(1), a["num_heads"], a["embedded_dim"], Drops(a), bias, asked) : null;
    }

    public static Composite? EncoderLayer(LayerCall call) => Stack(CompositeKind.EncoderLayer, call, 0, call.Arguments, Dim.One);

    public static Composite? DecoderLayer(LayerCall call) => Stack(CompositeKind.DecoderLayer, call, 1, call.Arguments, Dim.One);

    public static Composite? Encoder(LayerCall call, LayerArguments? layer) =>
        Stack(CompositeKind.Encoder, call, 0, layer, call.Arguments["num_layers"]);

    public static Composite? Decoder(LayerCall call, LayerArguments? layer) =>
        Stack(CompositeKind.Decoder, call, 1, layer, call.Arguments["num_layers"]);

    private static Composite? Stack(CompositeKind kind, LayerCall call, int source, LayerArguments? a, Dim layers)
    {
        if (a is null || a.Member("activation") is not ("ReLU" or "GELU") || layers.IsUnknown || call.Input.Rank != 3
            || call.InputAt(source).Rank != 3 || Of(kind, call.Input, call.InputAt(source), a["nhead"], a["d_model"], Drops(a), true, false)
                is not { } composite || a["dim_feedforward"].IsUnknown)
        {
            return null;
        }

        return composite.With([.. composite.Sizes.Take((int)CompositeSize.Hidden), a["dim_feedforward"],
            Dim.Of(a.Member("activation") == "GELU" ? 1 : 0), layers]);
    }

    private static Composite? Of(CompositeKind kind, Shape target, Shape source, Dim heads, Dim model, bool? drops, bool hasBias,
        bool givesWeights)
    {
        Dim[] sizes = [heads, model, target.Dims[0], source.Dims[0], target.Dims[1], Dim.Of(drops == true ? 1 : 0),
            Dim.Of(hasBias ? 1 : 0), Dim.Of(givesWeights ? 1 : 0), Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, Dim.One];
        return drops is null || sizes.Any(static s => s.IsUnknown) ? null : new(kind, sizes);
    }

    private static bool? Drops(LayerArguments a) => a.Number("dropout") switch { 0 => false, > 0 and < 1 => true, _ => null };
}
