using Gen.Shapes;

namespace Gen.Layers;

/// <summary>Pooling layers.</summary>
internal static class Pooling
{
    public static readonly LayerRule MaxPool2d = new("MaxPool2d")
    {
        Shapes = "N C H W -> N C H_out W_out",
        Reads = ["kernel_size", "stride", "padding", "dilation", "ceil_mode"],
        Arguments = static call => Arguments(call, 2),
        Output = static call => Pool(call, 2, "(N, C, H, W) or (C, H, W)"),
    };

    public static readonly IReadOnlyList<LayerRule> All = [MaxPool2d];

    private static void Arguments(LayerCall call, int spatial)
    {
        var kernel = call.Arguments.Sizes("kernel_size", spatial);
        var padding = call.Arguments.Sizes("padding", spatial, LayerArguments.Repeat(Dim.Zero, spatial));
        for (var i = 0; i < spatial; i++)
        {
            call.Minimum("kernel_size", kernel[i], 1);
            call.Minimum("padding", padding[i], 0);
            if (padding[i].Constant is { } pad && kernel[i].Constant is { } size && pad * 2 > size)
            {
                call.Contradiction($"padding {pad} is more than half of kernel_size {size}");
            }
        }

        foreach (var parameter in new[] { "stride", "dilation" })
        {
            foreach (var size in call.Arguments.Sizes(parameter, spatial, []))
            {
                call.Minimum(parameter, size, 1);
            }
        }
    }

    private static Shape Pool(LayerCall call, int spatial, string needs)
    {
        if (!call.Rank(needs, spatial + 2, spatial + 1))
        {
            return Shape.UnknownRank;
        }

        var a = call.Arguments;
        var kernel = a.Sizes("kernel_size", spatial);
        var stride = a.Sizes("stride", spatial, kernel);
        var padding = a.Sizes("padding", spatial, LayerArguments.Repeat(Dim.Zero, spatial));
        var dilation = a.Sizes("dilation", spatial, LayerArguments.Repeat(Dim.One, spatial));
        var output = call.Input;
        for (var i = 0; i < spatial; i++)
        {
            var at = call.Input.Dims.Count - spatial + i;
            var size = a.Flag("ceil_mode") switch
            {
                false => Windows.Slide(call, Windows.DimensionName(spatial, i), call.Input.Dims[at], kernel[i], stride[i], padding[i], dilation[i]),
                true => Ceil(call, Windows.DimensionName(spatial, i), call.Input.Dims[at], kernel[i], stride[i], padding[i], dilation[i]),
                null => Dim.Unknown,
            };
            output = output.WithDim(at, size);
        }

        return call.Failed ? Shape.UnknownRank : output;
    }

    /// <summary>
    /// <c>ceil_mode</c>: a window may start inside the input or its left padding and reach over the end, so
    /// <c>H_out = ceil((H_in + 2*padding - reach)/stride) + 1</c>, one less where the last window would start in the right padding.
    /// </summary>
    private static Dim Ceil(LayerCall call, string dimension, Dim size, Dim kernel, Dim stride, Dim padding, Dim dilation)
    {
        if (size.Constant is not { } h || kernel.Constant is not { } k || stride.Constant is not { } s || padding.Constant is not { } p || dilation.Constant is not { } d || s <= 0)
        {
            call.Incomplete();
            return Dim.Unknown;
        }

        var reach = (d * (k - 1)) + 1;
        var numerator = h + (2 * p) - reach;
        var output = (long)Math.Floor((numerator + s - 1) / (double)s) + 1;
        if ((output - 1) * s >= h + p)
        {
            output--;
        }

        return call.AtLeastOne(Dim.Of(output), dimension, $"ceil(({h} + 2*{p} - {reach})/{s}) + 1");
    }
}
