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

            if (value.Dims[axis].Constant is not { } size)
            {
                // Of a size that only a call knows, the file makes the matrix.
                var (cells, widths) = Cells(b, value.Dims[axis], output[i]);
                var weights = b.Div(b.Cast(cells, value.Type), b.Cast(widths, value.Type));
                value = b.Swap(b.MatMul(b.Swap(value, axis, value.Rank - 1), weights), axis, value.Rank - 1);
                continue;
            }

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

            if (value.Dims[axis].Constant is not { } size)
            {
                var shape = Enumerable.Repeat(Dim.One, value.Rank + 1).ToArray();
                (shape[axis], shape[axis + 1]) = (value.Dims[axis], Dim.Of(output[i]));
                var (open, _) = Cells(b, value.Dims[axis], output[i]);
                value = b.Reduce("ReduceMax", b.Where(b.Reshape(open, shape), b.Unsqueeze(value, axis + 1),
                    b.Scalar(double.NegativeInfinity, value.Type)), [axis], keeps: false);
                continue;
            }

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

    /// <summary>Which places are in which window, and how many each has, computed in the file.</summary>
    private static (OnnxValue Cells, OnnxValue Widths) Cells(OnnxBuilder b, Dim size, long count)
    {
        var length = b.Size(size);
        var places = b.Unsqueeze(b.Node("Range", [b.Scalar(0L, ScalarType.Int64), b.Squeeze(length, 0), b.Scalar(1L, ScalarType.Int64)],
            ScalarType.Int64, [size]), 1);
        var numbers = b.Ints([.. Enumerable.Range(0, (int)count).Select(static i => (long)i)]);
        var (begins, ends) = (b.Mul(numbers, length), b.Mul(b.Add(numbers, b.Ints(1)), length));
        var (from, to) = (b.Div(begins, b.Ints(count)), b.Div(b.Add(ends, b.Ints(count - 1)), b.Ints(count)));
        return (b.Node("And", [b.Compare("GreaterOrEqual", places, from), b.Compare("Less", places, to)], ScalarType.Bool,
            [size, Dim.Of(count)]), b.Sub(to, from));
    }

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
