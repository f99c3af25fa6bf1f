using Gen.Shapes;


namespace Gen.Rules.Layers;

/// <summary>Sliding blocks as columns, and back.</summary>
internal static class Folding
{
    private static readonly string[] Reads = ["kernel_size", "dilation", "padding", "stride"];

    public static readonly IReadOnlyList<LayerRule> All =
    [
        new("Unfold")
        {
            Saves = Saved.Nothing,
            Types = TypeRule.First("float complex bool"),
            LeavesEmptyOpen = true,
            Shapes = "N C H W -> N C*k*k L",
            Reads = Reads,
            Arguments = Minimums,
            Output = static call =>
            {
                if (!call.Rank("(N, C, H, W)", 4))
                {
                    return Shape.UnknownRank;
                }

                var blocks = Blocks(call, [call.Input[-2], call.Input[-1]]);
                var columns = call.Input[-3] * Windows.Product(call.Arguments.Sizes("kernel_size", 2));
                return call.Failed ? Shape.UnknownRank : Shape.Of([.. call.Input.Dims.Take(call.Input.Dims.Count - 3), columns, blocks]);
            },
        },
        new("Fold")
        {
            Saves = Saved.Nothing,
            Types = TypeRule.First("float complex bool"),
            LeavesEmptyOpen = true,
            Shapes = "N C*k*k L -> N C output_size0 output_size1",
            Reads = [.. Reads, "output_size"],
            Arguments = static call =>
            {
                Minimums(call);
                Windows.Minimums(call, 2, ("output_size", 1));
            },
            Output = static call =>
            {
                if (!call.Rank("(N, C*k*k, L) or (C*k*k, L)", 2, 3))
                {
                    return Shape.UnknownRank;
                }

                var area = Windows.Product(call.Arguments.Sizes("kernel_size", 2));
                var size = call.Arguments.Sizes("output_size", 2);
                call.Divisible("the columns", call.Input[-2], "the kernel's area", area);
                call.Same("the number of blocks", Blocks(call, size), call.Input[-1]);
                return call.Failed ? Shape.UnknownRank : Shape.Of(
                    [.. call.Input.Dims.Take(call.Input.Dims.Count - 2), Dim.FloorDiv(call.Input[-2], area), .. size]);
            },
        },
    ];

    private static void Minimums(LayerCall call) =>
        Windows.Minimums(call, 2, ("kernel_size", 1), ("dilation", 1), ("padding", 0), ("stride", 1));

    /// <summary><c>L = prod(floor((size + 2*padding - dilation*(kernel_size - 1) - 1)/stride + 1))</c>.</summary>
    private static Dim Blocks(LayerCall call, IReadOnlyList<Dim> size)
    {
        var a = call.Arguments;
        var (ones, zeros) = (LayerArguments.Repeat(Dim.One, 2), LayerArguments.Repeat(Dim.Zero, 2));
        var (kernel, stride, padding, dilation) = (a.Sizes("kernel_size", 2), a.Sizes("stride", 2, ones), a.Sizes("padding", 2, zeros),
            a.Sizes("dilation", 2, ones));
        return Windows.Product(Enumerable.Range(0, 2)
            .Select(i => Windows.Slide(call, Windows.DimensionName(2, i), size[i], kernel[i], stride[i], padding[i], dilation[i])));
    }
}
