using Gen.Shapes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Normalizations, in eval mode.</summary>
internal static class OnnxNormalizations
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        .. new[] { nameof(BatchNorm1d), nameof(BatchNorm2d), nameof(BatchNorm3d) }.Select(static n =>
            (n, (Func<OnnxLayerCall, object?>)(static c => Batch(c.B, c.Input, c.State("running_mean"), c.State("running_var"),
                c.State("weight"), c.State("bias"), ((NormBase)c.Module).eps)))),
        .. new[] { nameof(InstanceNorm1d), nameof(InstanceNorm2d), nameof(InstanceNorm3d) }.Select(static (n, i) =>
            (n, (Func<OnnxLayerCall, object?>)(c => OnnxConvolutions.Batched(c.B, c.Input, i + 1, x => Instance(c, x))))),
        (nameof(LayerNorm), static c => c.Module is LayerNorm m ? c.B.LayerNorm(c.Input, m.normalized_shape.Length, c.State("weight"),
            c.State("bias"), m.eps) : null),
        (nameof(GroupNorm), static c => c.Module is GroupNorm m ? Group(c.B, c.Input, m.num_groups, c.State("weight"), c.State("bias"),
            m.eps) : null),
        (nameof(LocalResponseNorm), static c => c.Module is LocalResponseNorm m ? Local(c.B, c.Input, m.size, m.alpha, m.beta, m.k) : null),
    ];

    private static OnnxValue Instance(OnnxLayerCall call, OnnxValue x)
    {
        var (b, layer) = (call.B, (NormBase)call.Module);
        return layer.track_running_stats
            ? Batch(b, x, call.State("running_mean"), call.State("running_var"), call.State("weight"), call.State("bias"), layer.eps)
            : Instance(b, x, call.State("weight"), call.State("bias"), layer.eps);
    }

    public static OnnxValue Instance(OnnxBuilder b, OnnxValue x, OnnxValue? weight, OnnxValue? bias, double epsilon)
    {
        var channels = x.Dims[1].Constant ?? throw new NotExportableException("the number of channels is not known");
        return b.Node("InstanceNormalization", [x, weight ?? Filled(b, 1, channels, x.Type), bias ?? Filled(b, 0, channels, x.Type)],
            x.Type, x.Dims, ("epsilon", epsilon));
    }

    public static OnnxValue Batch(OnnxBuilder b, OnnxValue x, OnnxValue? mean, OnnxValue? variance, OnnxValue? weight, OnnxValue? bias,
        double epsilon)
    {
        if (mean is null || variance is null)
        {
            // By the batch itself, in eval mode too.
            var axes = Enumerable.Range(0, x.Rank).Where(static a => a != 1).ToArray();
            var centered = b.Sub(x, b.Reduce("ReduceMean", x, axes, keeps: true));
            var spread = b.Reduce("ReduceMean", b.Mul(centered, centered), axes, keeps: true);
            var result = b.Div(centered, b.Unary("Sqrt", b.Add(spread, epsilon)));
            result = weight is null ? result : b.Mul(result, Channels(b, weight, x.Rank));
            return bias is null ? result : b.Add(result, Channels(b, bias, x.Rank));
        }

        var count = mean.Dims[0].Constant!.Value;
        return b.Node("BatchNormalization", [x, weight ?? Filled(b, 1, count, x.Type), bias ?? Filled(b, 0, count, x.Type), mean, variance],
            x.Type, x.Dims, ("epsilon", epsilon));
    }

    public static OnnxValue Group(OnnxBuilder b, OnnxValue x, long groups, OnnxValue? weight, OnnxValue? bias, double epsilon)
    {
        var samples = b.Reshape(x, [x.Dims[0], groups, OnnxBuilder.Product(x.Dims.Skip(1)) is var all
            && all.Constant is { } number ? number / groups : Dim.FloorDiv(x.Dims[1], groups) * OnnxBuilder.Product(x.Dims.Skip(2))]);
        var result = b.Reshape(Instance(b, samples, null, null, epsilon), x.Dims);
        result = weight is null ? result : b.Mul(result, Channels(b, weight, x.Rank));
        return bias is null ? result : b.Add(result, Channels(b, bias, x.Rank));
    }

    public static OnnxValue Local(OnnxBuilder b, OnnxValue x, long size, double alpha, double beta, double k)
    {
        if (x.Rank == 4 && size % 2 == 1 && alpha > 0 && beta > 0)
        {
            return b.Unary("LRN", x, ("alpha", alpha), ("beta", beta), ("bias", k), ("size", size));
        }

        // The mean of the squares of the channels around, as a pooling over one more dimension.
        var squares = b.Reshape(b.Mul(x, x), [x.Dims[0], Dim.One, x.Dims[1], OnnxBuilder.Product(x.Dims.Skip(2))]);
        var padded = b.Pad(squares, [0, 0, size / 2, 0], [0, 0, (size - 1) / 2, 0]);
        var mean = b.Reshape(OnnxPooling.Average(b, padded, [size, 1], [1, 1], [0, 0], isCeil: false, countsPads: true, null), x.Dims);
        return b.Div(x, b.Pow(b.Add(b.Mul(mean, alpha), k), beta));
    }

    /// <summary>A number for each channel, beside a tensor whose second dimension they are.</summary>
    private static OnnxValue Channels(OnnxBuilder b, OnnxValue value, int rank) =>
        b.Reshape(value, [value.Dims[0], .. Enumerable.Repeat(Dim.One, Math.Max(0, rank - 2))]);

    private static OnnxValue Filled(OnnxBuilder b, double number, long count, ScalarType type) =>
        b.Reals([.. Enumerable.Repeat(number, (int)count)], type, count);
}
