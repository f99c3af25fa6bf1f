using System.Runtime.CompilerServices;
using Gen.Shapes;
using TorchSharp;
using TorchSharp.Modules;

namespace Gen.Export.Onnx;

/// <summary>Convolutions, plain and transposed.</summary>
internal static class OnnxConvolutions
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        .. new[] { nameof(Conv1d), nameof(Conv2d), nameof(Conv3d) }.Select(static n => (n, (Func<OnnxLayerCall, object?>)Plain)),
        .. new[] { nameof(ConvTranspose1d), nameof(ConvTranspose2d), nameof(ConvTranspose3d) }
            .Select(static n => (n, (Func<OnnxLayerCall, object?>)Transposed)),
    ];

    private static OnnxValue Plain(OnnxLayerCall call)
    {
        var (b, layer) = (call.B, (Convolution)call.Module);
        var pads = layer.padding_type is { } type ? Pads(type, layer.kernel_size, layer.dilation)
            : (layer.padding!, layer.padding!);
        var input = call.Input;
        if (layer.padding_mode != PaddingModes.Zeros)
        {
            // What the layer itself pads with; with Padding.Same it takes the dimensions the other way round.
            input = OnnxRearranging.Pad(b, input, Reversed(layer), layer.padding_mode, 0);
            pads = (new long[layer.kernel_size.Length], new long[layer.kernel_size.Length]);
        }

        return Conv(b, input, call.Need("weight"), call.State("bias"), layer.stride, pads, layer.dilation, layer.groups);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_reversed_padding_repeated_twice")]
    private static extern ref long[] Reversed(Convolution layer);

    private static OnnxValue Transposed(OnnxLayerCall call)
    {
        var layer = (Convolution)call.Module;

        // TorchSharp takes the first output_padding for all dimensions.
        var added = layer.output_padding is [var first, ..] ? first : 0;
        return Transposed(call.B, call.Input, call.Need("weight"), call.State("bias"), layer.stride, layer.padding!,
            [.. layer.kernel_size.Select(_ => added)], layer.dilation, layer.groups);
    }

    /// <summary>What <c>Padding.Same</c> and <c>Padding.Valid</c> pad before and after.</summary>
    public static (long[] Begins, long[] Ends) Pads(Padding type, long[] kernel, long[] dilation)
    {
        var total = kernel.Zip(dilation, (k, d) => type == Padding.Same ? d * (k - 1) : 0).ToArray();
        return ([.. total.Select(static t => t / 2)], [.. total.Select(static t => t - (t / 2))]);
    }

    public static string Mode(PaddingModes mode) => mode switch
    {
        PaddingModes.Reflect => "reflect",
        PaddingModes.Replicate => "edge",
        PaddingModes.Circular => "wrap",
        _ => "constant",
    };

    public static OnnxValue Conv(OnnxBuilder b, OnnxValue input, OnnxValue weight, OnnxValue? bias, long[] stride,
        (long[] Begins, long[] Ends) pads, long[] dilation, long groups)
    {
        var kernel = Kernel(weight);
        return Batched(b, input, kernel.Length, x => b.Node("Conv", [x, weight, bias], x.Type,
            [x.Dims[0], weight.Dims[0], .. kernel.Select((k, i) => OnnxPooling.Window(b, x.Dims[i + 2], k, stride[i], pads.Begins[i],
                pads.Ends[i], dilation[i], isCeil: false))],
            ("dilations", dilation), ("group", groups), ("kernel_shape", kernel), ("pads", pads.Begins.Concat(pads.Ends).ToArray()),
            ("strides", stride)));
    }

    public static OnnxValue Transposed(OnnxBuilder b, OnnxValue input, OnnxValue weight, OnnxValue? bias, long[] stride, long[] padding,
        long[] outputPadding, long[] dilation, long groups)
    {
        var kernel = Kernel(weight);

        // ONNX Runtime refuses an output padding of the stride or more: then the padding at the end is done apart.
        var isApart = outputPadding.Zip(stride, static (o, s) => o >= s).Any(static o => o);
        var ends = isApart ? new long[kernel.Length] : padding;
        var added = isApart ? new long[kernel.Length] : outputPadding;
        return Batched(b, input, kernel.Length, x =>
        {
            var output = b.Node("ConvTranspose", [x, weight, isApart ? null : bias], x.Type,
                [x.Dims[0], weight.Dims[1] * groups, .. kernel.Select((k, i) => ((x.Dims[i + 2] - 1) * stride[i])
                    + ((dilation[i] * (k - 1)) + 1 + added[i] - padding[i] - ends[i]))],
                ("dilations", dilation), ("group", groups), ("kernel_shape", kernel), ("output_padding", added),
                ("pads", padding.Concat(ends).ToArray()), ("strides", stride));
            if (isApart)
            {
                output = b.Pad(output, new long[kernel.Length + 2],
                    [0, 0, .. outputPadding.Zip(padding, static (o, p) => o - p)]);
                output = bias is null ? output : b.Add(output, b.Reshape(bias, [weight.Dims[1] * groups,
                    .. kernel.Select(static _ => Dim.One)]));
            }

            return output;
        });
    }

    /// <summary>A single sample has no dimension for the batch.</summary>
    public static OnnxValue Batched(OnnxBuilder b, OnnxValue input, int spatial, Func<OnnxValue, OnnxValue> write) =>
        input.Rank == spatial + 1 ? b.Squeeze(write(b.Unsqueeze(input, 0)), 0) : write(input);

    private static long[] Kernel(OnnxValue weight) => [.. weight.Dims.Skip(2).Select(static d => d.Constant!.Value)];
}
