using Gen.Shapes;

using static Gen.Rules.Layers.StateTensor;

namespace Gen.Rules.Layers;

/// <summary>Convolutions, over one, two or three spatial dimensions.</summary>
internal static class Convolutions
{
    public static readonly IReadOnlyList<LayerRule> All = [Conv(1), Conv(2), Conv(3)];

    private static LayerRule Conv(int spatial) => new($"Conv{spatial}d")
    {
        Types = TypeRule.Alike("float"),
        Role = Role.Convolution,
        Memory = Memory.Like,
        SavesOf = call => Save(call, spatial),
        Shapes = $"N in_channels {Windows.Names(spatial)} -> N out_channels {Windows.Names(spatial, "_out")}",
        Reads = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "padding_mode", "groups", "bias"],
        Infers = new("in_channels", "channels", input => input.Rank == spatial + 1 || input.Rank == spatial + 2 ? input[-spatial - 1]
            : Dim.Unknown),
        Brief = static a => $"{a["in_channels"]} -> {a["out_channels"]}",
        State = a =>
        [
            Parameter("weight", [a["out_channels"], Dim.FloorDiv(a["in_channels"], a["groups"]), .. a.Sizes("kernel_size", spatial)]),
            .. Parameter("bias", a["out_channels"]).When(a.Presence("bias")),
        ],
        Arguments = call => Arguments(call, spatial),
        Output = call => Windows.OfBatch(call, spatial, Output(call, spatial)),

        // Weights times output positions; the bias is not counted.
        MultiplyAdds = (call, output) =>
            Dim.FloorDiv(call.Arguments["in_channels"], call.Arguments["groups"]) * Windows.Product(
                call.Arguments.Sizes("kernel_size", spatial)) * output.ElementCount(),
    };

    /// <summary>What a convolution and a transposed one have in common.</summary>
    public static void Arguments(LayerCall call, int spatial, bool dividesOutput = true)
    {
        var a = call.Arguments;
        call.Minimum("in_channels", a["in_channels"], 1);
        call.Minimum("out_channels", a["out_channels"], 1);
        call.Minimum("groups", a["groups"], 1);
        Windows.Minimums(call, spatial, ("kernel_size", 1), ("stride", 1), ("dilation", 1), ("padding", 0), ("output_padding", 0));
        call.Divisible("in_channels", a["in_channels"], "groups", a["groups"]);
        if (dividesOutput)
        {
            call.Divisible("out_channels", a["out_channels"], "groups", a["groups"]);
        }

        if (a.Member("padding") == "Same" && a.Sizes("stride", spatial, []).Any(stride => stride.Constant is > 1))
        {
            call.Contradiction("padding Same needs a stride of 1");
        }
    }

    /// <summary>The padded input is another tensor where it is not padded with zeros.</summary>
    private static Saved? Save(LayerCall call, int spatial)
    {
        var a = call.Arguments;
        return a.Member("padding_mode") is not (null or "Zeros" or "Constant") || call.Input.Rank != spatial + 2 ? null
            : Saved.First | Saved.Blocked
                | (a["groups"].Constant == 1 && IsBlocked(a["in_channels"]) && IsBlocked(a["out_channels"])
                    && a.Sizes("stride", spatial, LayerArguments.Repeat(Dim.One, spatial)).All(static s => s.Constant == 1)
                    ? Saved.Nothing : Saved.Strided)
                | (a["groups"].Constant == 1 && IsBlocked(a["out_channels"]) && (IsBlocked(a["in_channels"])
                    || a["in_channels"].Constant is 1 or 3) ? Saved.Nothing : Saved.Odd);
    }

    /// <summary>Channels that come in blocks of sixteen need no filling up.</summary>
    private static bool IsBlocked(Dim channels) => channels.Constant % 16 == 0;

    private static Shape Output(LayerCall call, int spatial)
    {
        var a = call.Arguments;
        if (!call.Spatial(spatial) || !call.Channels(a["in_channels"], call.Input[-spatial - 1]))
        {
            return Shape.UnknownRank;
        }

        var ones = LayerArguments.Repeat(Dim.One, spatial);
        var kernel = a.Sizes("kernel_size", spatial);
        var stride = a.Sizes("stride", spatial, ones);
        var dilation = a.Sizes("dilation", spatial, ones);
        var isSame = a.Member("padding") == "Same";
        var padding = a.Member("padding") is null ? a.Sizes("padding", spatial, LayerArguments.Repeat(Dim.Zero, spatial))
            : LayerArguments.Repeat(Dim.Zero, spatial);
        var mode = a.Member("padding_mode");
        var output = call.Input.WithDim(call.Input.Dims.Count - spatial - 1, a["out_channels"]);
        for (var i = 0; i < spatial; i++)
        {
            var at = call.Input.Dims.Count - spatial + i;
            var (size, name) = (call.Input.Dims[at], Windows.DimensionName(spatial, i));
            // padding='same' pads so that the size stays; it needs a stride of 1. With a padding_mode other than zeros, TorchSharp 0.107
            // pads the dimensions in the opposite order, which shows where their kernels differ.
            var other = spatial - 1 - i;
            var total = isSame ? dilation[other] * (kernel[other] - Dim.One) : Dim.Of(2) * padding[i];
            Pad(call, mode, name, size, Dim.FloorDiv(total + Dim.One, Dim.Of(2)));

            // Zeros are put around within the library, what else there may be before it.
            call.NotEmpty(name, mode == "Constant" ? size + total : size,
                unless: call.Input.Rank == spatial + 2 ? call.Input.Dims[0] : null);
            var result = isSame && (mode is null or "Zeros") ? size
                : isSame ? Windows.Slide(call, name, size + total, kernel[i], Dim.One, Dim.Zero, dilation[i])
                : Windows.Slide(call, name, size, kernel[i], stride[i], padding[i], dilation[i]);
            output = output.WithDim(at, result);
        }

        return call.Failed ? Shape.UnknownRank : output;
    }

    /// <summary>Reflection takes its padding from beside the border, and circular padding from the other end: there must be
    /// enough.</summary>
    private static void Pad(LayerCall call, string? mode, string dimension, Dim size, Dim padding)
    {
        var most = mode switch { "Reflect" => size - Dim.One, "Circular" => size, _ => null };
        if (most is not null && padding.Constant != 0)
        {
            call.AtMost($"padding {padding}", dimension, padding, most);
        }
    }
}
