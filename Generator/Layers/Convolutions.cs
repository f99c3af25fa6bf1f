using Gen.Shapes;
using static Gen.Layers.StateTensor;

namespace Gen.Layers;

/// <summary>Convolutions.</summary>
internal static class Convolutions
{
    public static readonly LayerRule Conv2d = new("Conv2d")
    {
        Shapes = "N in_channels H W -> N out_channels H_out W_out",
        Reads = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "padding_mode", "groups", "bias"],
        Infers = new("in_channels", "channels", static input => input.Rank is 3 or 4 ? input[-3] : Dim.Unknown),
        Brief = static a => $"{a["in_channels"]} -> {a["out_channels"]}",
        State = static a =>
        [
            Parameter("weight", [a["out_channels"], Dim.FloorDiv(a["in_channels"], a["groups"]), .. a.Sizes("kernel_size", 2)]),
            .. Parameter("bias", a["out_channels"]).When(a.Flag("bias")),
        ],
        Arguments = static call => Arguments(call, 2),
        Output = static call => Convolve(call, 2, "(N, C, H, W) or (C, H, W)"),

        // Weights times output positions; the bias is not counted.
        MultiplyAdds = static (call, output) =>
            Dim.FloorDiv(call.Arguments["in_channels"], call.Arguments["groups"]) * Windows.Product(call.Arguments.Sizes("kernel_size", 2)) * output.ElementCount(),
    };

    public static readonly IReadOnlyList<LayerRule> All = [Conv2d];

    private static void Arguments(LayerCall call, int spatial)
    {
        var a = call.Arguments;
        call.Minimum("in_channels", a["in_channels"], 1);
        call.Minimum("out_channels", a["out_channels"], 1);
        call.Minimum("groups", a["groups"], 1);
        foreach (var (parameter, minimum) in new[] { ("kernel_size", 1), ("stride", 1), ("dilation", 1), ("padding", 0) })
        {
            foreach (var size in a.Sizes(parameter, spatial, []))
            {
                call.Minimum(parameter, size, minimum);
            }
        }

        call.Divisible("in_channels", a["in_channels"], "groups", a["groups"]);
        call.Divisible("out_channels", a["out_channels"], "groups", a["groups"]);
        if (a.Member("padding") == "Same" && a.Sizes("stride", spatial, []).Any(stride => stride.Constant is > 1))
        {
            call.Contradiction("padding Same needs a stride of 1");
        }
    }

    private static Shape Convolve(LayerCall call, int spatial, string needs)
    {
        var a = call.Arguments;
        if (!call.Rank(needs, spatial + 2, spatial + 1) || !call.Channels(a["in_channels"], call.Input[-spatial - 1]))
        {
            return Shape.UnknownRank;
        }

        var ones = LayerArguments.Repeat(Dim.One, spatial);
        var kernel = a.Sizes("kernel_size", spatial);
        var stride = a.Sizes("stride", spatial, ones);
        var dilation = a.Sizes("dilation", spatial, ones);
        var padding = a.Member("padding") switch
        {
            null => a.Sizes("padding", spatial, LayerArguments.Repeat(Dim.Zero, spatial)),
            "Valid" => LayerArguments.Repeat(Dim.Zero, spatial),
            _ => null,
        };
        var output = call.Input.WithDim(call.Input.Dims.Count - spatial - 1, a["out_channels"]);
        for (var i = 0; i < spatial; i++)
        {
            // padding='same' pads so that the size stays; it needs a stride of 1.
            if (padding is not null)
            {
                var at = call.Input.Dims.Count - spatial + i;
                output = output.WithDim(at, Windows.Slide(call, Windows.DimensionName(spatial, i), call.Input.Dims[at], kernel[i], stride[i], padding[i], dilation[i]));
            }
        }

        return call.Failed ? Shape.UnknownRank : output;
    }
}
