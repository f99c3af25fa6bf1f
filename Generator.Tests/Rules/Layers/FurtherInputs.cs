using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Layers;

/// <summary>What a layer may be given after its inputs, states, masks and offsets: mostly of the shape that fits, now and then of
/// another.</summary>
/// <param name="Shapes">The tensors, in the order of the call; null for one that is left out.</param>
/// <param name="NeedsWeights">Of attention.</param>
internal sealed record FurtherInputs(long[]?[] Shapes, bool NeedsWeights)
{
    public static readonly FurtherInputs None = new([], NeedsWeights: true);

    public static FurtherInputs Of(LayerRule rule, Case @case, long[][] inputs, Random random)
    {
        var a = @case.LayerArguments;
        long Size(string parameter) => a[parameter].Constant ?? 1;
        long At(int input, int dim) => input < inputs.Length && dim < inputs[input].Length ? inputs[input][dim] : 1;
        long[] Mask(int targets, int sources, string heads) =>
            random.Next(3) == 0 ? [At(targets, 1) * Heads(heads), At(targets, 0), At(sources, 0)] : [At(targets, 0), At(sources, 0)];
        long Heads(string parameter) => a[parameter].Constant
            ?? @case.Arguments.Select(x => x.Value).OfType<Value.Module>().SelectMany(m => m.Layer.Arguments)
                .Where(x => x.Parameter == parameter).Select(x => x.Value).OfType<Value.Integer>().FirstOrDefault()?.Dim.Constant ?? 1;
        long[] Padding(int input) => [At(input, 1), At(input, 0)];
        switch (rule.Factory)
        {
            case "LSTM" or "GRU" or "RNN":
                long[] state = [(a.Flag("bidirectional") is true ? 2 : 1) * Size("numLayers"), At(0, a.Flag("batchFirst") is true ? 0 : 1),
                    Size("hiddenSize")];
                return random.Next(2) == 0 ? None : new(rule.Factory == "LSTM" ? [Wrong(state, random), Wrong(state, random)]
                    : [Wrong(state, random)], NeedsWeights: true);
            case "LSTMCell" or "GRUCell" or "RNNCell":
                long[] cell = inputs[0].Length == 1 ? [Size("hiddenSize")] : [At(0, 0), Size("hiddenSize")];
                return random.Next(4) == 0 ? None : new(rule.Factory == "LSTMCell" ? [Wrong(cell, random), Wrong(cell, random)]
                    : [Wrong(cell, random)], NeedsWeights: true);
            case "MultiheadAttention":
                return new(Some(Padding(1), Mask(0, 1, "num_heads")), random.Next(2) == 0);
            case "TransformerEncoderLayer" or "TransformerEncoder":
                return new(Some(Mask(0, 0, "nhead"), Padding(0)), NeedsWeights: true);
            case "TransformerDecoderLayer" or "TransformerDecoder":
                return new(Some(Mask(0, 0, "nhead"), Mask(0, 1, "nhead"), Padding(0), Padding(1)), NeedsWeights: true);
            case "Transformer":
                return new(Some(Mask(0, 0, "nhead"), Mask(1, 1, "nhead"), Mask(1, 0, "nhead"), Padding(0), Padding(1), Padding(0)),
                    NeedsWeights: true);
            case "EmbeddingBag" or "EmbeddingBag_from_pretrained":
                var isFlat = inputs[0].Length == 1;
                return new([(isFlat ? random.Next(8) > 0 : random.Next(8) == 0) ? Wrong([random.Next(1, 5)], random) : null,
                    random.Next(3) == 0 ? Wrong(inputs[0], random) : null], NeedsWeights: true);
            default:
                return None;
        }

        long[]?[] Some(params long[][] shapes) => [.. shapes.Select(s => random.Next(3) > 0 ? null : Wrong(s, random))];
    }

    /// <summary>The values as a rule is given them.</summary>
    public IReadOnlyList<Value> Values(string factory, Func<long[], int, Shape> shapeOf)
    {
        var tensors = Shapes.Select((s, i) => s is null ? (Value)new Value.Null() : new Value.Tensor(shapeOf(s, i))).ToArray();
        return factory switch
        {
            "LSTM" or "LSTMCell" => tensors.Length == 0 ? [] : [new Value.List(tensors.ToEquatableArray())],
            "MultiheadAttention" => [tensors[0], new Value.Boolean(NeedsWeights), tensors[1]],
            _ => tensors,
        };
    }

    /// <summary>Zeros: they start a state, mask nothing and are offsets; samples weigh one.</summary>
    public Tensor?[] Tensors(LayerRule rule, Case @case, long[][] inputs) => [.. Shapes.Select((shape, i) => shape is null ? null
        : rule.TakesIndexes ? i == 1 ? ones(shape) : Offsets(shape,
            @case.LayerArguments.Flag("include_last_offset") is true ? inputs[0][0] : 0)
        : IsPadding(rule.Factory, i) ? zeros(shape, dtype: ScalarType.Bool)
        : zeros(shape))];

    private static Tensor Offsets(long[] shape, long last)
    {
        var offsets = zeros(shape, dtype: ScalarType.Int64);
        if (shape.Length == 1 && shape[0] > 1)
        {
            offsets[^1] = last;
        }

        return offsets;
    }

    private static bool IsPadding(string factory, int index) => factory switch
    {
        "MultiheadAttention" => index == 0,
        "TransformerEncoderLayer" or "TransformerEncoder" => index == 1,
        "TransformerDecoderLayer" or "TransformerDecoder" => index >= 2,
        "Transformer" => index >= 3,
        _ => false,
    };

    private static long[] Wrong(long[] shape, Random random) => RandomInputs.Wrong([.. shape], 16, random);
}
