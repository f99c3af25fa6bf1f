using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Functions of <c>torch.nn.functional</c> that are layers: convolutions, pools, normalizations, resizing.</summary>
internal static class OnnxFunctionLayers
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("conv1d", static c => Conv(c, 1)),
        ("conv2d", static c => Conv(c, 2)),
        ("conv3d", static c => Conv(c, 3)),
        ("conv_transpose1d", static c => Transposed(c, 1)),
        ("conv_transpose2d", static c => Transposed(c, 2)),
        ("conv_transpose3d", static c => Transposed(c, 3)),
        ("max_pool1d", static c => Max(c, 1)),
        ("max_pool2d", static c => Max(c, 2)),
        ("max_pool3d", static c => Max(c, 3)),
        ("avg_pool1d", static c => Average(c, 1)),
        ("avg_pool2d", static c => Average(c, 2)),
        ("avg_pool3d", static c => Average(c, 3)),
        ("adaptive_avg_pool1d", static c => OnnxSizedPooling.Average(c.B, c.Self, c.Ints(1, "output_size")!)),
        ("adaptive_avg_pool2d", static c => OnnxSizedPooling.Average(c.B, c.Self, c.Ints(2, "output_size")!)),
        ("adaptive_avg_pool3d", static c => OnnxSizedPooling.Average(c.B, c.Self, c.Ints(3, "output_size")!)),
        ("adaptive_max_pool1d", static c => OnnxSizedPooling.Max(c.B, c.Self, c.Ints(1, "output_size")!)),
        ("adaptive_max_pool2d", static c => OnnxSizedPooling.Max(c.B, c.Self, c.Ints(2, "output_size")!)),
        ("lp_pool1d", static c => Power(c, 1)),
        ("lp_pool2d", static c => Power(c, 2)),
        ("interpolate", static c => Resize(c)),
        ("upsample", static c => Resize(c)),
        ("pixel_shuffle", static c => OnnxRearranging.Shuffle(c.B, c.Self, c.Int("upscale_factor")!.Value)),
        ("pixel_unshuffle", static c => OnnxRearranging.Unshuffle(c.B, c.Self, c.Int("downscale_factor")!.Value)),
        ("fold", static c => OnnxRearranging.Fold(c.B, c.Self, c.Ints(2, "output_size")!, c.Ints(2, "kernel_size")!,
            c.Ints(2, "dilation") ?? [1, 1], c.Ints(2, "padding") ?? [0, 0], c.Ints(2, "stride") ?? [1, 1])),
        ("unfold", static c => OnnxRearranging.Unfold(c.B, c.Self, c.Ints(2, "kernel_size")!, c.Ints(2, "dilation") ?? [1, 1],
            c.Ints(2, "padding") ?? [0, 0], c.Ints(2, "stride") ?? [1, 1])),
        ("pad", static c => OnnxRearranging.Pad(c.B, c.Self, c.Ints("pad") is [var all] ? [all, all] : c.Ints("pad")!,
            Enum.TryParse<PaddingModes>(c.Member("mode"), out var mode) ? mode : PaddingModes.Constant, c.Real("value") ?? 0)),
        ("layer_norm", static c => c.B.LayerNorm(c.Self, c.Sizes("normalized_shape")!.Count, c.TensorOf("weight"), c.TensorOf("bias"),
            c.Real("eps") ?? 1e-5)),
        ("group_norm", static c => OnnxNormalizations.Group(c.B, c.Self, c.Int("num_groups")!.Value, c.TensorOf("weight"),
            c.TensorOf("bias"), c.Real("eps") ?? 1e-5)),
        ("batch_norm", static c => c.Flag("training", false)
            ? OnnxNormalizations.Batch(c.B, c.Self, null, null, c.TensorOf("weight"), c.TensorOf("bias"), c.Real("eps") ?? 1e-5)
            : OnnxNormalizations.Batch(c.B, c.Self, c.TensorOf("running_mean"), c.TensorOf("running_var"), c.TensorOf("weight"),
                c.TensorOf("bias"), c.Real("eps") ?? 1e-5)),
        ("instance_norm", static c => c.Flag("use_input_stats", true)
            ? OnnxNormalizations.Instance(c.B, c.Self, c.TensorOf("weight"), c.TensorOf("bias"), c.Real("eps") ?? 1e-5)
            : OnnxNormalizations.Batch(c.B, c.Self, c.TensorOf("running_mean"), c.TensorOf("running_var"), c.TensorOf("weight"),
                c.TensorOf("bias"), c.Real("eps") ?? 1e-5)),
        ("local_response_norm", static c => OnnxNormalizations.Local(c.B, c.Self, c.Int("size")!.Value, c.Real("alpha") ?? 1e-4,
            c.Real("beta") ?? 0.75, c.Real("k") ?? 1)),
        ("grid_sample", Sample),
        ("affine_grid", Grid),
    ];

    private static long[] Each(OnnxCall call, int count, long otherwise, params string[] names) =>
        call.Ints(count, names) ?? [.. Enumerable.Repeat(otherwise, count)];

    private static OnnxValue Conv(OnnxCall call, int spatial)
    {
        var (stride, dilation) = (Each(call, spatial, 1, "stride", "strides"), Each(call, spatial, 1, "dilation"));
        var weight = call.Tensor(1);
        var pads = call.Member("padding") is { } member
            ? OnnxConvolutions.Pads(member == "Same" ? Padding.Same : Padding.Valid,
                [.. weight.Dims.Skip(2).Select(static d => d.Constant!.Value)], dilation)
            : (Each(call, spatial, 0, "padding"), Each(call, spatial, 0, "padding"));
        return OnnxConvolutions.Conv(call.B, call.Self, weight, call.TensorOf("bias"), stride, pads, dilation, call.Int("groups") ?? 1);
    }

    private static OnnxValue Transposed(OnnxCall call, int spatial) => OnnxConvolutions.Transposed(call.B, call.Self, call.Tensor(1),
        call.TensorOf("bias"), Each(call, spatial, 1, "stride", "strides"), Each(call, spatial, 0, "padding"),
        Each(call, spatial, 0, "output_padding"), Each(call, spatial, 1, "dilation"), call.Int("groups") ?? 1);

    private static OnnxValue Max(OnnxCall call, int spatial)
    {
        var kernel = call.Ints(spatial, "kernel_size")!;
        return OnnxPooling.Max(call.B, call.Self, kernel, call.Ints(spatial, "stride", "strides") ?? kernel,
            Each(call, spatial, 0, "padding"), Each(call, spatial, 1, "dilation"), call.Flag("ceil_mode", false));
    }

    private static OnnxValue Average(OnnxCall call, int spatial)
    {
        var kernel = call.Ints(spatial, "kernel_size")!;
        return OnnxPooling.Average(call.B, call.Self, kernel, call.Ints(spatial, "stride") ?? kernel, Each(call, spatial, 0, "padding"),
            call.Flag("ceil_mode", false), call.Flag("count_include_pad", true), call.Int("divisor_override"));
    }

    private static OnnxValue Power(OnnxCall call, int spatial)
    {
        var kernel = call.Ints(spatial, "kernel_size")!;
        return OnnxPooling.Power(call.B, call.Self, call.Real("norm_type")!.Value, kernel, call.Ints(spatial, "stride") ?? kernel,
            call.Flag("ceil_mode", false));
    }

    private static OnnxValue Resize(OnnxCall call)
    {
        var scales = call.Get("scale_factor") is { } factors ? OnnxCall.Items(factors).Select(static f => Convert.ToDouble(f,
            System.Globalization.CultureInfo.InvariantCulture)).ToArray() : [];
        return OnnxResizing.Resize(call.B, call.Self, call.Sizes("size") ?? [], scales, call.Member("mode") ?? "Nearest",
            call.Get("align_corners") is true, call.Flag("recompute_scale_factor", false), call.Flag("antialias", false));
    }

    private static OnnxValue Sample(OnnxCall call)
    {
        var (b, x, grid) = (call.B, call.Self, call.Tensor(1));
        if (x.Rank != 4)
        {
            throw call.Refused("of volumes");
        }

        var mode = call.Member("mode") switch { "Nearest" => "nearest", "Bicubic" => throw call.Refused("bicubic"), _ => "bilinear" };
        var padding = (call.Member("padding_mode") ?? "Zeros").ToLowerInvariant();
        return b.Node("GridSample", [x, grid], x.Type, [x.Dims[0], x.Dims[1], grid.Dims[1], grid.Dims[2]],
            ("align_corners", call.Get("align_corners") is true ? 1L : 0L), ("mode", mode), ("padding_mode", padding));
    }

    /// <summary>Places in an image, from -1 to 1, moved by the matrices.</summary>
    private static OnnxValue Grid(OnnxCall call)
    {
        var (b, theta) = (call.B, call.Self);
        var sizes = call.Sizes("size") ?? throw call.Refused("without sizes");
        if (sizes.Count != 4 || sizes[2].Constant is not { } height || sizes[3].Constant is not { } width)
        {
            throw call.Refused("height and width must be known");
        }

        var isAligned = call.Flag("align_corners", false);
        var places = new double[height * width * 3];
        for (var i = 0; i < height * width; i++)
        {
            (places[3 * i], places[(3 * i) + 1], places[(3 * i) + 2]) = (At(i % width, width), At(i / width, height), 1);
        }

        var moved = b.MatMul(b.Reals(places, theta.Type, height * width, 3), b.Swap(theta, 1, 2));
        return b.Reshape(moved, [theta.Dims[0], height, width, Dim.Of(2)]);

        double At(long index, long count) => isAligned ? count == 1 ? 0 : (2.0 * index / (count - 1)) - 1
            : (((2.0 * index) + 1) / count) - 1;
    }
}
