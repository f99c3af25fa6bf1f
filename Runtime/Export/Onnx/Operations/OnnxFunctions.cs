using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Functions of <c>torch.nn.functional</c>.</summary>
internal static class OnnxFunctions
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("hardshrink Hardshrink", static c => OnnxActivations.HardShrink(c.B, c.Self, c.Real("lambda") ?? 0.5)),
        ("softshrink Softshrink", static c => OnnxActivations.SoftShrink(c.B, c.Self, c.Real("lambda") ?? 0.5)),
        ("logsigmoid", static c => OnnxActivations.LogSigmoid(c.B, c.Self)),
        ("Mish", static c => c.B.Unary("Mish", c.Self)),
        ("SiLU", static c => OnnxActivations.Silu(c.B, c.Self)),
        ("softsign Softsign", static c => c.B.Unary("Softsign", c.Self)),
        ("tanhshrink Tanhshrink", static c => c.B.Sub(c.Self, c.B.Unary("Tanh", c.Self))),
        ("Threshold", static c => OnnxActivations.Threshold(c.B, c.Self, c.Real("threshold")!.Value, c.Real("value")!.Value)),
        ("rrelu", static c => OnnxActivations.Leaky(c.B, c.Self, ((c.Real("lower") ?? 0.125) + (c.Real("upper") ?? (1.0 / 3))) / 2)),
        ("glu", static c => OnnxActivations.Glu(c.B, c.Self, c.Int("dim") ?? -1)),
        ("softmax2d", static c => OnnxActivations.Softmax(c.B, c.Self, -3)),
        ("dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout", Dropped),
        ("normalize", static c => c.Axis(c.Int("dim") ?? 1) is var axis ? c.B.Div(c.Self, c.B.Binary("Max",
            OnnxLinearLayers.Norm(c.B, c.Self, c.Real("p") ?? 2, [axis], keeps: true), c.B.Scalar(c.Real("eps") ?? 1e-12, c.Self.Type)))
            : null),
        ("cosine_similarity", static c => OnnxLinearLayers.Cosine(c.B, c.Self, c.Tensor(1), c.Int("dim") ?? 1, c.Real("eps") ?? 1e-8)),
        ("pairwise_distance", static c => OnnxLinearLayers.Distance(c.B, c.Self, c.Tensor(1), c.Real("p") ?? 2, c.Real("eps") ?? 1e-6,
            c.Flag("keepdim", false))),
        ("one_hot", OneHot),
        ("scaled_dot_product_attention", Attend),
        ("linear", static c => c.B.Linear(c.Self, c.Tensor(1), c.TensorOf("bias"))),
        ("bilinear", static c => OnnxLinearLayers.Bilinear(c.B, c.Self, c.Tensor(1), c.Tensor(2), c.TensorOf("bias"))),
    ];

    private static OnnxValue Dropped(OnnxCall call)
    {
        if (!call.Flag("training", !call.Name.Contains("alpha", StringComparison.Ordinal)))
        {
            return call.Self;
        }

        throw call.Refused("it drops in eval mode too, by other numbers in each call; pass training: training");
    }

    private static OnnxValue OneHot(OnnxCall call)
    {
        var count = call.Int("num_classes") is { } given and > 0 ? given : throw call.Refused("how many classes there are must be given");
        var b = call.B;
        var x = b.Unsqueeze(call.Self.Take(ScalarType.Int64), call.Self.Rank);
        var classes = b.Ints([.. Enumerable.Range(0, (int)count).Select(static i => (long)i)]);
        return b.Cast(b.Compare("Equal", b.Cast(x, ScalarType.Int64), classes), ScalarType.Int64);
    }

    private static OnnxValue Attend(OnnxCall call)
    {
        if (call.Real("p") is { } p and > 0)
        {
            throw call.Refused($"it drops with p = {p} in eval mode too; write p: training ? {p} : 0");
        }

        var b = call.B;
        var (q, k, v) = (call.Tensor(0), call.Tensor(1), call.Tensor(2));
        var (length, keys) = (q.Dims[^2], k.Dims[^2]);
        var scale = 1 / Math.Sqrt(q.Dims[^1].Constant ?? throw call.Refused("the number of features is not known"));

        // The queries alone are scaled: ONNX Runtime makes it a factor of the product, and one of the keys would be a pass of its own.
        var scores = b.MatMul(b.Mul(q, scale), b.Swap(k, k.Rank - 2, k.Rank - 1));
        var mask = call.TensorOf("attn_mask");
        if (call.Flag("is_casual", false))
        {
            // What is added and multiplied is made once, and for all layers, of the sizes. No row is without a key.
            var earlier = b.Compare("GreaterOrEqual", b.Unsqueeze(Numbers(length), 1), b.Unsqueeze(Numbers(keys), 0));
            return b.MatMul(b.Mul(Weights(Hiding(earlier)), b.Cast(earlier, scores.Type)), v);
        }

        if (mask is null)
        {
            return b.MatMul(b.Softmax(scores, scores.Rank - 1), v);
        }

        // A row that may look at nothing gives 0.
        return mask.Type == ScalarType.Bool ? b.MatMul(b.Where(mask, Weights(Hiding(mask)), b.Scalar(0d, scores.Type)), v)
            : b.MatMul(Weights(b.Cast(mask, scores.Type)), v);

        OnnxValue Weights(OnnxValue added) => b.MaskedSoftmax(b.Add(scores, added), scores.Rank - 1);

        OnnxValue Hiding(OnnxValue seen) => b.Where(seen, b.Scalar(0d, scores.Type), b.Scalar(double.NegativeInfinity, scores.Type));

        OnnxValue Numbers(Dim count) => count.Constant is { } number
            ? b.Ints([.. Enumerable.Range(0, (int)number).Select(static i => (long)i)])
            : b.Node("Range", [b.Scalar(0L, ScalarType.Int64), b.Squeeze(b.Size(count), 0), b.Scalar(1L, ScalarType.Int64)],
                ScalarType.Int64, [count]);
    }
}
