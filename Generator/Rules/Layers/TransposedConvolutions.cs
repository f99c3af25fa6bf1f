using Gen.Shapes;

using static Gen.Rules.Layers.StateTensor;

namespace Gen.Rules.Layers;

/// <summary>Transposed convolutions, which undo the change of size of a convolution with the same arguments.</summary>
internal static class TransposedConvolutions
{
    public static readonly IReadOnlyList<LayerRule> All = [ConvTranspose(1), ConvTranspose(2), ConvTranspose(3)];

    /// <summary>Those of <c>functional</c>, by their number of spatial dimensions.</summary>
    public static LayerRule Function(int spatial) => Functions[spatial - 1];

    private static readonly LayerRule[] Functions =
        [ConvTranspose(1, isFunction: true), ConvTranspose(2, isFunction: true), ConvTranspose(3, isFunction: true)];

    private static LayerRule ConvTranspose(int spatial, bool isFunction = false) => new($"ConvTranspose{spatial}d")
    {
        Types = TypeRule.Alike("float"),
        Role = Role.Convolution,
        Memory = Memory.Like,
        Shapes = $"N in_channels {Windows.Names(spatial)} -> N out_channels {Windows.Names(spatial, "_out")}",
        Further = 1,
        Reads = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "dilation", "padding_mode", "groups",
            "bias"],
        Infers = new("in_channels", "channels", input => input.Rank == spatial + 1 || input.Rank == spatial + 2 ? input[-spatial - 1]
            : Dim.Unknown),
        Brief = static a => $"{a["in_channels"]} -> {a["out_channels"]}",
        State = a =>
        [
            Parameter("weight", [a["in_channels"], Dim.FloorDiv(a["out_channels"], a["groups"]), .. a.Sizes("kernel_size", spatial)]),
            .. Parameter("bias", a["out_channels"]).When(a.Presence("bias")),
        ],
        Arguments = call =>
        {
            Convolutions.Arguments(call, spatial, dividesOutput: call.Arguments.Flag("bias") is true);
            call.Minimum("out_channels//groups", Dim.FloorDiv(call.Arguments["out_channels"], call.Arguments["groups"]), 1);
            if (call.Arguments.Member("padding_mode") is not (null or "Zeros"))
            {
                call.Contradiction("padding_mode must be Zeros");
            }
        },
        Output = call => Windows.OfBatch(call, spatial, Output(call, spatial, isFunction)),

        // Weights times input positions: each input element is spread over the kernel.
        MultiplyAdds = (call, _) =>
            Dim.FloorDiv(call.Arguments["out_channels"], call.Arguments["groups"]) * Windows.Product(
                call.Arguments.Sizes("kernel_size", spatial)) * call.Input.ElementCount(),
    };

    /// <summary><c>H_out = (H_in - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1</c>.</summary>
    private static Shape Output(LayerCall call, int spatial, bool isFunction)
    {
        var a = call.Arguments;
        if (!call.Spatial(spatial) || !call.Channels(a["in_channels"], call.Input[-spatial - 1]))
        {
            return Shape.UnknownRank;
        }

        var (ones, zeros) = (LayerArguments.Repeat(Dim.One, spatial), LayerArguments.Repeat(Dim.Zero, spatial));
        var kernel = a.Sizes("kernel_size", spatial);
        var stride = a.Sizes("stride", spatial, ones);
        var dilation = a.Sizes("dilation", spatial, ones);
        var padding = a.Sizes("padding", spatial, zeros);
        var extra = a.Sizes("output_padding", spatial, zeros);
        if (!isFunction)
        {
            // The layers of TorchSharp 0.107 take the first output_padding for all dimensions.
            extra = LayerArguments.Repeat(extra[0], spatial);
        }

        // Groups that do not divide out_channels leave the rest out; only a bias finds that out.
        var output = call.Input.WithDim(call.Input.Dims.Count - spatial - 1, Dim.FloorDiv(a["out_channels"], a["groups"]) * a["groups"]);
        for (var i = 0; i < spatial; i++)
        {
            if (extra[i].Constant is { } more && stride[i].Constant is { } step && dilation[i].Constant is { } spread
                && more >= Math.Max(step, spread))
            {
                call.Contradiction($"output_padding {more} must be smaller than stride {step} or dilation {spread}");
            }

            var at = call.Input.Dims.Count - spatial + i;
            var size = call.Input.Dims[at];
            call.NotEmpty(Windows.DimensionName(spatial, i), size, unless: call.Input.Rank == spatial + 2 ? call.Input.Dims[0] : null);
            if (call.Further(0) is not null)
            {
                // Any output_size that a stride leaves open.
                output = output.WithDim(at, call.Unknown());
                continue;
            }

            var result = (size - Dim.One) * stride[i] - Dim.Of(2) * padding[i] + dilation[i] * (kernel[i] - Dim.One) + extra[i] + Dim.One;
            output = output.WithDim(at, result.IsUnknown ? call.Unknown()
                : call.AtLeastOne(result, Windows.DimensionName(spatial, i),
                    $"({size} - 1)*{stride[i]} - 2*{padding[i]} + {dilation[i]}*({kernel[i]} - 1) + {extra[i]} + 1"));
        }

        return call.Failed ? Shape.UnknownRank : output;
    }
}
