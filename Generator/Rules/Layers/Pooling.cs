using Gen.Shapes;


namespace Gen.Rules.Layers;

/// <summary>Pooling with windows.</summary>
internal static class Pooling
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        Pool("MaxPool1d", 1), Pool("MaxPool2d", 2), Pool("MaxPool3d", 3),
        Pool("AvgPool1d", 1), Pool("AvgPool2d", 2), Pool("AvgPool3d", 3),
        Pool("LPPool1d", 1), Pool("LPPool2d", 2),
    ];

    private static LayerRule Pool(string factory, int spatial) => new(factory)
    {
        Role = Role.Pooling,
        Saves = factory[0] switch { 'M' => Saved.First | Saved.Places, 'A' => Saved.First, _ => null },
        Types = TypeRule.First(factory switch
        {
            "MaxPool1d" => "float",
            "MaxPool2d" or "MaxPool3d" => "int float",
            "AvgPool1d" or "AvgPool2d" => "int64 float",
            "AvgPool3d" => "int64 float32 float64",
            _ => "int bool > float32, float",
        }),
        Shapes = $"N C {Windows.Names(spatial)} -> N C {Windows.Names(spatial, "_out")}",
        Reads = factory[0] switch
        {
            'M' => ["kernel_size", "stride", "padding", "dilation", "ceil_mode"],
            'A' when spatial == 1 => ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"],
            'A' => ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"],
            _ => ["norm_type", "kernel_size", "stride", "ceil_mode"],
        },
        Arguments = call => Arguments(call, spatial),
        Output = call => Output(call, spatial),
    };

    private static void Arguments(LayerCall call, int spatial)
    {
        Windows.Minimums(call, spatial, ("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1));
        var kernel = call.Arguments.Sizes("kernel_size", spatial);
        var padding = Paddings(call, spatial);
        for (var i = 0; i < spatial; i++)
        {
            if (padding[i].Constant is { } pad && kernel[i].Constant is { } size && pad > size / 2)
            {
                call.Contradiction($"padding {pad} is more than half of kernel_size {size}");
            }
        }

        if (call.Arguments["divisor_override"].Constant == 0)
        {
            call.Contradiction("divisor_override must not be 0");
        }
    }

    private static Dim[] Paddings(LayerCall call, int spatial)
    {
        var zeros = LayerArguments.Repeat(Dim.Zero, spatial);
        return call.Arguments.Has("padding") ? call.Arguments.Sizes("padding", spatial, zeros) : zeros;
    }

    private static Shape Output(LayerCall call, int spatial)
    {
        if (!call.Spatial(spatial))
        {
            return Shape.UnknownRank;
        }

        var a = call.Arguments;
        var kernel = a.Sizes("kernel_size", spatial);
        var stride = a.Sizes("stride", spatial, kernel);
        var padding = Paddings(call, spatial);
        var ones = LayerArguments.Repeat(Dim.One, spatial);
        var dilation = a.Has("dilation") ? a.Sizes("dilation", spatial, ones) : ones;
        var output = call.Input;
        call.NotEmpty("C", call.Input[-spatial - 1]);
        for (var i = 0; i < spatial; i++)
        {
            var at = call.Input.Dims.Count - spatial + i;
            var (name, size) = (Windows.DimensionName(spatial, i), call.Input.Dims[at]);
            call.NotEmpty(name, size);
            if (spatial == 3 && !a.Has("dilation"))
            {
                // The average over three dimensions takes no window that is larger than the input, padded or not.
                call.AtMost($"kernel_size {kernel[i]}", name, kernel[i], size);
            }

            output = output.WithDim(at, a.Flag("ceil_mode") switch
            {
                false => Windows.Slide(call, name, size, kernel[i], stride[i], padding[i], dilation[i]),
                true => Windows.SlideUp(call, name, size, kernel[i], stride[i], padding[i], dilation[i]),
                null => call.Unknown(),
            });
        }

        return call.Failed ? Shape.UnknownRank : output;
    }
}
