using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>Layers of vision that move elements between channels and space, and resizing.</summary>
internal static class Rearranging
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        new("ChannelShuffle")
        {
            Saves = Saved.Nothing,
            Types = TypeRule.Same,
            Shapes = "N C *S -> N C *S",
            Reads = ["groups"],
            Arguments = static call => call.Minimum("groups", call.Arguments["groups"], 1),
            Output = static call =>
            {
                if (!call.AtLeastRank("(N, C, ...) with 3 dimensions or more", 3) || call.Input.Rank is null)
                {
                    call.Incomplete();
                    return Shape.UnknownRank;
                }

                call.Divisible("channels", call.Input.Dims[1], "groups", call.Arguments["groups"]);
                return call.Failed ? Shape.UnknownRank : call.Input;
            },
        },
        new("PixelShuffle")
        {
            Saves = Saved.Nothing,
            Types = TypeRule.Same,
            Role = Role.Resizing,
            Shapes = "*B C*r*r H W -> *B C H*r W*r",
            Reads = ["upscale_factor"],
            Arguments = static call => call.Minimum("upscale_factor", call.Arguments["upscale_factor"], 1),
            Output = static call =>
            {
                var r = call.Arguments["upscale_factor"];
                if (!call.AtLeastRank("(*, C, H, W)", 3))
                {
                    return Shape.UnknownRank;
                }

                call.Divisible("channels", call.Input[-3], "upscale_factor squared", r * r);
                return call.Failed ? Shape.UnknownRank : Replace(call.Input, Dim.FloorDiv(call.Input[-3], r * r), call.Input[-2] * r,
                    call.Input[-1] * r);
            },
        },
        new("PixelUnshuffle")
        {
            Saves = Saved.Nothing,
            Types = TypeRule.Same,
            Role = Role.Resizing,
            LeavesEmptyOpen = true,
            Shapes = "*B C H*r W*r -> *B C*r*r H W",
            Reads = ["downscale_factor"],
            Arguments = static call => call.Minimum("downscale_factor", call.Arguments["downscale_factor"], 1),
            Output = static call =>
            {
                var r = call.Arguments["downscale_factor"];
                if (!call.AtLeastRank("(*, C, H, W)", 3))
                {
                    return Shape.UnknownRank;
                }

                call.Divisible("height", call.Input[-2], "downscale_factor", r);
                call.Divisible("width", call.Input[-1], "downscale_factor", r);
                return call.Failed ? Shape.UnknownRank : Replace(call.Input, call.Input[-3] * r * r, Dim.FloorDiv(call.Input[-2], r),
                    Dim.FloorDiv(call.Input[-1], r));
            },
        },
        new("Upsample")
        {
            // To a size that is given, more was measured at times than this explains.
            SavesOf = static call => call.Arguments.IsNull("size") ? Saved.Nothing : null,
            Types = TypeRule.First("uint8 float"),
            Role = Role.Resizing,
            LeavesEmptyOpen = true,
            Shapes = "N C *S -> N C *size",
            Reads = ["size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"],
            Arguments = static call =>
            {
                if (call.Arguments.IsGiven("size") is { } size && call.Arguments.IsGiven("scale_factor") == size)
                {
                    call.Contradiction("one of size and scale_factor must be given, not both");
                }

                if (call.Arguments.Member("mode") == "Nearest" && call.Arguments.IsGiven("align_corners") is true)
                {
                    call.Contradiction("align_corners is for the interpolating modes");
                }
            },
            Output = Resize,
        },
    ];

    private static Shape Replace(Shape shape, Dim channels, Dim height, Dim width)
    {
        var count = shape.Dims.Count;
        return shape.WithDim(count - 3, channels).WithDim(count - 2, height).WithDim(count - 1, width);
    }

    /// <summary>The size that is given, or <c>floor(H*scale_factor)</c>.</summary>
    private static Shape Resize(LayerCall call)
    {
        var a = call.Arguments;
        var (needs, ranks) = a.Member("mode") switch
        {
            "Nearest" => ("(N, C, L), (N, C, H, W) or (N, C, D, H, W)", new[] { 3, 4, 5 }),
            "Linear" => ("(N, C, L)", [3]),
            "Bilinear" or "Bicubic" => ("(N, C, H, W)", [4]),
            "Trilinear" => ("(N, C, D, H, W)", [5]),
            _ => ("", []),
        };
        if (ranks.Length == 0 || !call.Rank(needs, ranks))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        call.NotEmpty("C", call.Input.Dims[1]);
        var spatial = call.Input.Dims.Count - 2;
        var given = a.IsNull("size") ? a.Raw("scale_factor") : a.Raw("size");
        if (given is not Value.List list)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        if (list.Items.Count != spatial)
        {
            call.Contradiction(
                $"{list.Items.Count} {(list.Items.Count == 1 ? "size" : "sizes")} for the spatial dimensions of {call.Input}, which has "
                + $"{spatial}");
            return Shape.UnknownRank;
        }

        var output = call.Input;
        for (var i = 0; i < spatial; i++)
        {
            call.NotEmpty(Windows.DimensionName(spatial, i), call.Input.Dims[i + 2]);
            var size = (list.Items[i], call.Input.Dims[i + 2].Constant) switch
            {
                (Value.Integer integer, _) when !a.IsNull("size") => integer.Dim,
                (Value.Integer { Dim.Constant: >= 1 and < 1 << 20 } scale, _) => call.Input.Dims[i + 2] * scale.Dim,
                (Value.Real scale, { } before) when before * scale.Number < 1L << 50 => Dim.Of((long)Math.Floor(before * scale.Number)),
                (Value.Real { Number: var scale }, null) when scale == Math.Floor(scale) && scale is >= 1 and < 1 << 20 =>
                    call.Input.Dims[i + 2] * Dim.Of((long)scale),
                _ => call.Unknown(),
            };
            output = output.WithDim(i + 2, size.IsUnknown ? size : call.AtLeastOne(size, Windows.DimensionName(spatial, i), $"{size}"));
        }

        return call.Failed ? Shape.UnknownRank : output;
    }
}
