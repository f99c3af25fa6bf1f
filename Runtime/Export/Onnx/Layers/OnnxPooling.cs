using Gen.Shapes;
using TorchSharp.Modules;

namespace Gen.Export.Onnx;

/// <summary>Windows that slide over an input.</summary>
internal static class OnnxPooling
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        (nameof(AvgPool1d), static c => c.Module is AvgPool1d m ? Average(c.B, c.Input, [m.kernel_size], [m.stride ?? m.kernel_size],
            [m.padding ?? 0], m.ceil_mode, m.count_include_pad, null) : null),
        (nameof(AvgPool2d), static c => c.Module is AvgPool2d m ? Average(c.B, c.Input, All2(m.kernel_size, 2),
            All2(m.stride ?? m.kernel_size, 2), All2(m.padding ?? [0], 2), m.ceil_mode, m.count_include_pad, m.divisor_override) : null),
        (nameof(AvgPool3d), static c => c.Module is AvgPool3d m ? Average(c.B, c.Input, All2(m.kernel_size, 3),
            All2(m.stride ?? m.kernel_size, 3), All2(m.padding ?? [0], 3), m.ceil_mode, m.count_include_pad, m.divisor_override) : null),
        (nameof(MaxPool1d), static c => c.Module is MaxPool1d m ? Max(c.B, c.Input, [m.kernel_size], [m.stride ?? m.kernel_size],
            [m.padding ?? 0], [m.dilation ?? 1], m.ceil_mode) : null),
        (nameof(MaxPool2d), static c => c.Module is MaxPool2d m ? Max(c.B, c.Input, All2(m.kernel_size, 2),
            All2(m.stride ?? m.kernel_size, 2), All2(m.padding ?? [0], 2), All2(m.dilation ?? [1], 2), m.ceil_mode) : null),
        (nameof(MaxPool3d), static c => c.Module is MaxPool3d m ? Max(c.B, c.Input, All2(m.kernel_size, 3),
            All2(m.stride ?? m.kernel_size, 3), All2(m.padding ?? [0], 3), All2(m.dilation ?? [1], 3), m.ceil_mode) : null),
        (nameof(LPPool1d), static c => c.Module is LPPool1d m ? Power(c.B, c.Input, m.norm_type, [m.kernel_size],
            [m.stride ?? m.kernel_size], m.ceil_mode) : null),
        (nameof(LPPool2d), static c => c.Module is LPPool2d m ? Power(c.B, c.Input, m.norm_type, All2(m.kernel_size, 2),
            All2(m.stride ?? m.kernel_size, 2), m.ceil_mode) : null),
    ];

    /// <summary>A number for each dimension: a single one stands for all.</summary>
    public static long[] All2(long[] sizes, int count) => sizes.Length switch
    {
        0 => throw new NotExportableException("a window has no sizes"),
        1 => [.. Enumerable.Repeat(sizes[0], count)],
        _ => sizes,
    };

    /// <summary>How many windows there are: <c>(size + pads - dilation*(kernel-1) - 1) / stride + 1</c>.</summary>
    public static Dim Window(OnnxBuilder b, Dim size, long kernel, long stride, long before, long after, long dilation, bool isCeil)
    {
        var room = size + (before + after - (dilation * (kernel - 1)) - 1);
        if (!isCeil)
        {
            return Dim.FloorDiv(room, stride) + 1;
        }

        if (room.Constant is not { } number || size.Constant is not { } all)
        {
            return stride == 1 ? room + 1 : b.NewSize();
        }

        // The last window begins in the input or in what is padded before it.
        var count = ((number + stride - 1) / stride) + 1;
        return Dim.Of((count - 1) * stride >= all + before ? count - 1 : count);
    }

    public static OnnxValue Average(OnnxBuilder b, OnnxValue input, long[] kernel, long[] stride, long[] padding, bool isCeil,
        bool countsPads, long? divisor) => OnnxConvolutions.Batched(b, input, kernel.Length, x =>
    {
        if (divisor is { } by)
        {
            return Divided(b, x, kernel, stride, padding, isCeil, by);
        }

        var (part, ends, hangs) = Fit(b, x, kernel, stride, padding, [.. kernel.Select(static _ => 1L)], isCeil);
        return b.Node("AveragePool", [part], x.Type, [x.Dims[0], x.Dims[1], .. kernel.Select((k, i) => Window(b, part.Dims[i + 2], k,
            stride[i], padding[i], ends[i], 1, hangs))], ("ceil_mode", hangs ? 1L : 0L), ("count_include_pad", countsPads ? 1L : 0L),
            ("kernel_shape", kernel), ("pads", padding.Concat(ends).ToArray()), ("strides", stride));
    });

    /// <summary>
    /// With <c>ceil_mode</c> a window that would begin behind the input is left out. What ONNX Runtime expects counts it: there what no
    /// window reaches is taken away, and windows hang over only where they do.
    /// </summary>
    private static (OnnxValue Input, long[] Ends, bool Hangs) Fit(OnnxBuilder b, OnnxValue x, long[] kernel, long[] stride, long[] padding,
        long[] dilation, bool isCeil)
    {
        var (ends, hangs) = (padding.ToArray(), false);
        if (!isCeil)
        {
            return (x, ends, false);
        }

        for (var i = 0; i < kernel.Length; i++)
        {
            if (x.Dims[i + 2].Constant is not { } size)
            {
                hangs |= stride[i] > 1;
                continue;
            }

            var room = size + (2 * padding[i]) - (dilation[i] * (kernel[i] - 1)) - 1;
            var left = ((room % stride[i]) + stride[i]) % stride[i];
            if (left > 0 && room - left + stride[i] < size + padding[i])
            {
                hangs = true;
            }
            else if (left > 0)
            {
                var taken = Math.Max(0, left - ends[i]);
                ends[i] -= left - taken;
                x = b.Narrow(x, i + 2, 0, size - taken);
            }
        }

        return (x, ends, hangs);
    }

    /// <summary>The sums of the windows, over a number that is given: a convolution of each channel for itself by ones.</summary>
    private static OnnxValue Divided(OnnxBuilder b, OnnxValue x, long[] kernel, long[] stride, long[] padding, bool isCeil, long divisor)
    {
        var ends = padding.ToArray();
        if (isCeil)
        {
            for (var i = 0; i < kernel.Length; i++)
            {
                var size = x.Dims[i + 2].Constant ?? throw new NotExportableException(
                    "an average pooling with ceil_mode and divisor_override needs sizes that are known; give them numbers in [Shape]");
                var count = Window(b, x.Dims[i + 2], kernel[i], stride[i], padding[i], padding[i], 1, isCeil: true).Constant!.Value;
                ends[i] = Math.Max(padding[i], ((count - 1) * stride[i]) + kernel[i] - size - padding[i]);
            }
        }

        var sums = Sums(b, x, kernel, stride, padding, ends);
        return b.Div(sums, divisor);
    }

    /// <summary>The sum of each window.</summary>
    public static OnnxValue Sums(OnnxBuilder b, OnnxValue x, long[] kernel, long[] stride, long[] begins, long[] ends)
    {
        var dims = kernel.Select((k, i) => Window(b, x.Dims[i + 2], k, stride[i], begins[i], ends[i], 1, isCeil: false)).ToArray();
        var spatial = x.Dims.Skip(2).ToArray();

        // All channels as samples of one channel, since their number may be open.
        var samples = b.Reshape(x, [x.Dims[0] * x.Dims[1], Dim.One, .. spatial]);
        var ones = b.Reals([.. Enumerable.Repeat(1d, (int)kernel.Aggregate(1L, static (p, k) => p * k))], x.Type, [1, 1, .. kernel]);
        var sums = b.Node("Conv", [samples, ones], x.Type, [x.Dims[0] * x.Dims[1], Dim.One, .. dims],
            ("kernel_shape", kernel), ("pads", begins.Concat(ends).ToArray()), ("strides", stride));
        return b.Reshape(sums, [x.Dims[0], x.Dims[1], .. dims]);
    }

    public static OnnxValue Max(OnnxBuilder b, OnnxValue input, long[] kernel, long[] stride, long[] padding, long[] dilation,
        bool isCeil) => OnnxConvolutions.Batched(b, input, kernel.Length, x =>
    {
        var (part, ends, hangs) = Fit(b, x, kernel, stride, padding, dilation, isCeil);
        return b.Node("MaxPool", [part], x.Type, [x.Dims[0], x.Dims[1], .. kernel.Select((k, i) => Window(b, part.Dims[i + 2], k, stride[i],
            padding[i], ends[i], dilation[i], hangs))], ("ceil_mode", hangs ? 1L : 0L), ("dilations", dilation), ("kernel_shape", kernel),
            ("pads", padding.Concat(ends).ToArray()), ("strides", stride));
    });

    /// <summary>TorchSharp adds the powers with their signs, takes the mean of a window as far as it is there, and multiplies it by the
    /// whole window.</summary>
    public static OnnxValue Power(OnnxBuilder b, OnnxValue input, double p, long[] kernel, long[] stride, bool isCeil) =>
        OnnxConvolutions.Batched(b, input, kernel.Length, x =>
        {
            var cells = (double)kernel.Aggregate(1L, static (all, k) => all * k);
            var powers = b.Pow(x, p);
            var mean = Average(b, powers, kernel, stride, new long[kernel.Length], isCeil, countsPads: true, null);
            var positive = b.Mul(b.Unary("Sign", mean), b.Unary("Relu", b.Unary("Abs", mean)));
            return b.Pow(b.Mul(positive, cells), 1 / p);
        });
}
