using Gen.Shapes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Pooling to a size that is given: where a window begins and ends depends on the size of the input.</summary>
internal static class OnnxSizedPooling
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        (nameof(AdaptiveAvgPool1d), static c => c.Module is AdaptiveAvgPool1d m ? Average(c.B, c.Input, [m.output_size]) : null),
        (nameof(AdaptiveAvgPool2d), static c => c.Module is AdaptiveAvgPool2d m
            ? Average(c.B, c.Input, OnnxPooling.All2(m.output_size, 2)) : null),
        (nameof(AdaptiveAvgPool3d), static c => c.Module is AdaptiveAvgPool3d m
            ? Average(c.B, c.Input, OnnxPooling.All2(m.output_size, 3)) : null),
        (nameof(AdaptiveMaxPool1d), static c => c.Module is AdaptiveMaxPool1d m ? Max(c.B, c.Input, [m.output_size]) : null),
        (nameof(AdaptiveMaxPool2d), static c => c.Module is AdaptiveMaxPool2d m
            ? Max(c.B, c.Input, OnnxPooling.All2(m.output_size, 2)) : null),
        (nameof(MaxUnpool1d), static c => c.Module is MaxUnpool1d m ? Unpool(c, [m.kernel_size],
            [m.padding is null ? m.kernel_size : m.stride ?? m.kernel_size], [m.padding ?? 0]) : null),
        (nameof(MaxUnpool2d), static c => c.Module is MaxUnpool2d m ? Unpool(c, OnnxPooling.All2(m.kernel_size, 2), Stride(m.stride,
            m.padding, m.kernel_size, 2), OnnxPooling.All2(m.padding is { Length: > 0 } p ? p : [0], 2)) : null),
        (nameof(MaxUnpool3d), static c => c.Module is MaxUnpool3d m ? Unpool(c, OnnxPooling.All2(m.kernel_size, 3), Stride(m.stride,
            m.padding, m.kernel_size, 3), OnnxPooling.All2(m.padding is { Length: > 0 } p ? p : [0], 3)) : null),
    ];

    /// <summary>TorchSharp forgets the stride where no padding is given.</summary>
    private static long[] Stride(long[]? stride, long[]? padding, long[] kernel, int count) =>
        OnnxPooling.All2(stride is { Length: > 0 } given && padding is { Length: > 0 } ? given : kernel, count);

    public static OnnxValue Average(OnnxBuilder b, OnnxValue input, long[] output)
    {
        var first = input.Rank - output.Length;
        var toOne = Enumerable.Range(0, output.Length).Where(i => output[i] == 1).Select(i => first + i).ToArray();
        var value = toOne.Length == 0 ? input
            : toOne.Length == output.Length && input.Rank == output.Length + 2
                ? b.Node("GlobalAveragePool", [input], input.Type, [.. input.Dims.Select((d, i) => i < first ? d : Dim.One)])
                : b.Reduce("ReduceMean", input, toOne, keeps: true);
        for (var i = 0; i < output.Length; i++)
        {
            var axis = first + i;
            if (output[i] == 1 || value.Dims[axis].Constant == output[i])
            {
                continue;
            }

            var size = Known(value.Dims[axis]);
            var matrix = new double[size * output[i]];
            for (var o = 0L; o < output[i]; o++)
            {
                var (from, to) = Cell(o, size, output[i]);
                for (var at = from; at < to; at++)
                {
                    matrix[(at * output[i]) + o] = 1.0 / (to - from);
                }
            }

            var last = value.Rank - 1;
            value = b.Swap(b.MatMul(b.Swap(value, axis, last), b.Reals(matrix, value.Type, size, output[i])), axis, last);
        }

        return value;
    }

    public static OnnxValue Max(OnnxBuilder b, OnnxValue input, long[] output)
    {
        var value = input;
        for (var i = 0; i < output.Length; i++)
        {
            var axis = input.Rank - output.Length + i;
            if (output[i] == 1)
            {
                value = b.Reduce("ReduceMax", value, [axis], keeps: true);
                continue;
            }

            var size = Known(value.Dims[axis]);
            var cells = Enumerable.Range(0, (int)output[i]).Select(o => Cell(o, size, output[i])).ToArray();
            var longest = cells.Max(static c => c.To - c.From);

            // A shorter window has its last item several times.
            var places = cells.SelectMany(c => Enumerable.Range(0, (int)longest).Select(k => Math.Min(c.From + k, c.To - 1))).ToArray();
            value = b.Reduce("ReduceMax", b.Gather(value, b.Ints(places, [output[i], longest]), axis), [axis + 1], keeps: false);
        }

        return value;
    }

    private static (long From, long To) Cell(long index, long size, long count) =>
        (index * size / count, (((index + 1) * size) + count - 1) / count);

    private static long Known(Dim size) => size.Constant ?? throw new NotExportableException(
        $"a pooling to a size other than 1 depends on {size}, which only a call knows; give it a number in [Shape]");

    private static OnnxValue Unpool(OnnxLayerCall call, long[] kernel, long[] stride, long[] padding)
    {
        var (b, input, indices) = (call.B, call.Input, call.Tensor(1)!);
        var first = input.Rank - kernel.Length;
        Dim[] output = call[2] is { } sizes && OnnxCall.Items(sizes).ToArray() is { Length: > 0 } given
            ? [.. given.TakeLast(kernel.Length).Select(static g => g as Dim ?? Dim.Of((long)g!))]
            : [.. kernel.Select((k, i) => ((input.Dims[first + i] - 1) * stride[i]) + (k - (2 * padding[i])))];
        Dim[] lead = [.. input.Dims.Take(first)];
        var (from, to) = (OnnxBuilder.Product(input.Dims.Skip(first)), OnnxBuilder.Product(output));
        var zeros = b.Node("ConstantOfShape", [b.Sizes([.. lead, to])], ScalarType.Float32, [.. lead, to]);
        zeros = b.Cast(zeros, input.Type);
        var set = b.Node("ScatterElements", [zeros, b.Reshape(indices.Take(ScalarType.Int64), [.. lead, from]),
            b.Reshape(input, [.. lead, from])], input.Type, [.. lead, to], ("axis", (long)first));
        return b.Reshape(set, [.. lead, .. output]);
    }
}
