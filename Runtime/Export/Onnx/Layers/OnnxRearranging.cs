using Gen.Shapes;
using TorchSharp;
using TorchSharp.Modules;

namespace Gen.Export.Onnx;

/// <summary>Layers that move numbers, and pad.</summary>
internal static class OnnxRearranging
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        (nameof(Flatten), static c => c.Module is Flatten m ? Seen(c, Flatten(c.B, c.Input, m.start_dim, m.end_dim)) : null),
        (nameof(Unflatten), static c => c.Module is Unflatten m
            ? Seen(c, Unflatten(c.B, c.Input, m.dim, [.. m.unflattened_size.Select(static s => Dim.Of(s))])) : null),
        (nameof(PixelShuffle), static c => c.Module is PixelShuffle m ? Shuffle(c.B, c.Input, m.upscale_factor) : null),
        (nameof(PixelUnshuffle), static c => c.Module is PixelUnshuffle m ? Unshuffle(c.B, c.Input, m.downscale_factor) : null),
        (nameof(ChannelShuffle), static c => c.Module is ChannelShuffle m ? Channels(c.B, c.Input, m.groups) : null),
        (nameof(Fold), static c => c.Module is Fold m ? Fold(c.B, c.Input, Pair(m.output_size), Pair(m.kernel_size), Pair(m.dilation),
            Pair(m.padding), Pair(m.stride)) : null),
        (nameof(Unfold), static c => c.Module is Unfold m ? Unfold(c.B, c.Input, Pair(m.kernel_size), Pair(m.dilation), Pair(m.padding),
            Pair(m.stride)) : null),
        .. new[] { nameof(ConstantPad1d), nameof(ConstantPad2d), nameof(ConstantPad3d), nameof(ReflectionPad1d), nameof(ReflectionPad2d),
            nameof(ReflectionPad3d), nameof(ReplicationPad1d), nameof(ReplicationPad2d), nameof(ReplicationPad3d), nameof(ZeroPad2d) }
            .Select(static n => (n, (Func<OnnxLayerCall, object?>)(static c => c.Module is PadBase m
                ? Pad(c.B, c.Input, m.padding, ModeOf(m), m.value) : null))),
    ];

    private static PaddingModes ModeOf(PadBase layer) => layer switch
    {
        ReflectionPad1d or ReflectionPad2d or ReflectionPad3d => PaddingModes.Reflect,
        ReplicationPad1d or ReplicationPad2d or ReplicationPad3d => PaddingModes.Replicate,
        _ => PaddingModes.Constant,
    };

    private static long[] Pair((long, long) sizes) => [sizes.Item1, sizes.Item2];

    private static OnnxValue Seen(OnnxLayerCall call, OnnxValue view)
    {
        call.Interpreter.Shares(view, call.Input);
        return view;
    }

    public static OnnxValue Flatten(OnnxBuilder b, OnnxValue x, long start, long end)
    {
        var (from, to) = (OnnxBuilder.Axis(start, x.Rank), OnnxBuilder.Axis(end, x.Rank));
        return x.Rank == 0 ? b.Reshape(x, [Dim.One])
            : b.Reshape(x, [.. x.Dims.Take(from), OnnxBuilder.Product(x.Dims.Skip(from).Take(to - from + 1)), .. x.Dims.Skip(to + 1)]);
    }

    public static OnnxValue Unflatten(OnnxBuilder b, OnnxValue x, long dim, IReadOnlyList<Dim> sizes)
    {
        var axis = OnnxBuilder.Axis(dim, x.Rank);
        return b.Reshape(x, [.. x.Dims.Take(axis), .. Inferred(sizes, x.Dims[axis]), .. x.Dims.Skip(axis + 1)]);
    }

    /// <summary>A -1 is what the others leave of a number of elements.</summary>
    public static IReadOnlyList<Dim> Inferred(IReadOnlyList<Dim> sizes, Dim elements)
    {
        if (sizes.All(static s => s.Constant != -1))
        {
            return sizes;
        }

        var rest = OnnxBuilder.Product(sizes.Where(static s => s.Constant != -1));
        return [.. sizes.Select(s => s.Constant == -1 ? Dim.FloorDiv(elements, rest) : s)];
    }

    /// <summary>The pads of PyTorch: for the last dimension before and after, then for the one before it.</summary>
    public static OnnxValue Pad(OnnxBuilder b, OnnxValue x, IReadOnlyList<long> pads, PaddingModes mode, double value)
    {
        var (begins, ends) = (new long[x.Rank], new long[x.Rank]);
        for (var i = 0; i < pads.Count / 2; i++)
        {
            (begins[x.Rank - 1 - i], ends[x.Rank - 1 - i]) = (pads[2 * i], pads[(2 * i) + 1]);
        }

        if (mode != PaddingModes.Constant && mode != PaddingModes.Zeros)
        {
            for (var i = 0; i < x.Rank; i++)
            {
                if (begins[i] < 0 || ends[i] < 0)
                {
                    // What is taken away is taken away first.
                    var (from, less) = (Math.Max(0, -begins[i]), Math.Max(0, -ends[i]));
                    x = b.Narrow(x, i, from, x.Dims[i] - (from + less));
                    (begins[i], ends[i]) = (Math.Max(0, begins[i]), Math.Max(0, ends[i]));
                }
            }
        }

        return b.Pad(x, begins, ends, OnnxConvolutions.Mode(mode), value);
    }

    public static OnnxValue Shuffle(OnnxBuilder b, OnnxValue x, long factor)
    {
        var lead = x.Dims.SkipLast(3).ToArray();
        var (channels, height, width) = (Dim.FloorDiv(x.Dims[^3], factor * factor), x.Dims[^2], x.Dims[^1]);
        Dim[] output = [channels, height * factor, width * factor];
        var samples = b.Reshape(x, [OnnxBuilder.Product(lead), x.Dims[^3], height, width]);
        var shuffled = b.Node("DepthToSpace", [samples], x.Type, [samples.Dims[0], .. output], ("blocksize", factor), ("mode", "CRD"));
        return b.Reshape(shuffled, [.. lead, .. output]);
    }

    public static OnnxValue Unshuffle(OnnxBuilder b, OnnxValue x, long factor)
    {
        var lead = x.Dims.SkipLast(3).ToArray();
        var (channels, height, width) = (x.Dims[^3], Dim.FloorDiv(x.Dims[^2], factor), Dim.FloorDiv(x.Dims[^1], factor));
        var parts = b.Reshape(x, [OnnxBuilder.Product(lead), channels, height, factor, width, factor]);
        return b.Reshape(b.Transpose(parts, 0, 1, 3, 5, 2, 4), [.. lead, channels * (factor * factor), height, width]);
    }

    public static OnnxValue Channels(OnnxBuilder b, OnnxValue x, long groups)
    {
        Dim[] rest = [OnnxBuilder.Product(x.Dims.Skip(2))];
        var parts = b.Reshape(x, [x.Dims[0], groups, Dim.FloorDiv(x.Dims[1], groups), .. rest]);
        return b.Reshape(b.Transpose(parts, 0, 2, 1, 3), x.Dims);
    }

    public static OnnxValue Fold(OnnxBuilder b, OnnxValue input, long[] output, long[] kernel, long[] dilation, long[] padding,
        long[] stride) => input.Rank == 2 ? b.Squeeze(Fold(b, b.Unsqueeze(input, 0), output, kernel, dilation, padding, stride), 0)
        : b.Node("Col2Im", [input, b.Ints(output), b.Ints(kernel)], input.Type, [input.Dims[0],
            Dim.FloorDiv(input.Dims[1], kernel[0] * kernel[1]), output[0], output[1]], ("dilations", dilation),
            ("pads", padding.Concat(padding).ToArray()), ("strides", stride));

    public static OnnxValue Unfold(OnnxBuilder b, OnnxValue input, long[] kernel, long[] dilation, long[] padding, long[] stride)
    {
        if (input.Rank == 3)
        {
            return b.Squeeze(Unfold(b, b.Unsqueeze(input, 0), kernel, dilation, padding, stride), 0);
        }

        // Each place of the window is a channel: a convolution of every channel by an identity.
        var places = kernel[0] * kernel[1];
        var identity = Enumerable.Range(0, (int)(places * places)).Select(i => i / places == i % places ? 1d : 0).ToArray();
        Dim[] spatial = [.. Enumerable.Range(0, 2).Select(i => OnnxPooling.Window(b, input.Dims[i + 2], kernel[i], stride[i], padding[i],
            padding[i], dilation[i], isCeil: false))];
        var samples = input.Dims[0] * input.Dims[1];
        var columns = b.Node("Conv", [b.Reshape(input, [samples, Dim.One, input.Dims[2], input.Dims[3]]),
            b.Reals(identity, input.Type, places, 1, kernel[0], kernel[1])], input.Type, [samples, places, .. spatial],
            ("dilations", dilation), ("kernel_shape", kernel), ("pads", padding.Concat(padding).ToArray()), ("strides", stride));
        return b.Reshape(columns, [input.Dims[0], input.Dims[1] * places, spatial[0] * spatial[1]]);
    }
}
