using Gen.Shapes;


namespace Gen.Rules.Layers;

/// <summary>Pooling to a size that is given: adaptive, fractional, and the inverse of max pooling.</summary>
internal static class SizedPooling
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        Adaptive("AdaptiveAvgPool1d", 1), Adaptive("AdaptiveAvgPool2d", 2), Adaptive("AdaptiveAvgPool3d", 3),
        Adaptive("AdaptiveMaxPool1d", 1), Adaptive("AdaptiveMaxPool2d", 2), Adaptive("AdaptiveMaxPool3d", 3),
        Fractional(2), Fractional(3),
        Unpool(1), Unpool(2), Unpool(3),
    ];

    private static LayerRule Adaptive(string factory, int spatial) => new(factory)
    {
        Types = TypeRule.First(factory.StartsWith("AdaptiveAvg", StringComparison.Ordinal) ? "float complex" : "float"),
        Role = Role.Pooling,

        // The mean over all that it has is one that keeps nothing.
        SavesOf = call => factory.StartsWith("AdaptiveMax", StringComparison.Ordinal) ? Saved.First | Saved.Places
            : call.Arguments.Sizes("output_size", spatial) is var size && size.Any(static s => s.Constant is null) ? null
            : spatial > 1 && size.All(static s => s.Constant == 1) ? Saved.Nothing
            : spatial == 2 ? Saved.First : null,
        LeavesEmptyOpen = true,
        NotInOnnx = factory == "AdaptiveMaxPool3d" ? "TorchSharp 0.107 calls the function for one dimension, which always throws" : null,
        Shapes =
            $"N C {Windows.Names(spatial)} -> N C "
            + $"{(spatial == 1 ? "output_size" : string.Join(" ", Enumerable.Range(0, spatial).Select(i => $"output_size{i}")))}",
        Reads = ["output_size"],
        Arguments = call =>
        {
            Windows.Minimums(call, spatial, ("output_size", 0));
            if (factory == "AdaptiveMaxPool3d")
            {
                call.Contradiction("TorchSharp 0.107 calls the function for one dimension, which always throws");
            }
        },
        Output = call =>
        {
            var size = call.Arguments.Sizes("output_size", spatial);
            if (factory == "AdaptiveMaxPool3d")
            {
                call.Incomplete();
            }

            if (factory is "AdaptiveAvgPool2d" or "AdaptiveAvgPool3d" && call.Input.Rank is { } rank && rank != spatial + 1
                && rank != spatial + 2 && size.All(s => s.Constant == 1))
            {
                // A mean over all of the last dimensions runs for other ranks too.
                call.Incomplete();
                return Shape.UnknownRank;
            }

            if (!call.Spatial(spatial))
            {
                return Shape.UnknownRank;
            }

            // The mean of nothing is no number, but is there.
            for (var i = 0; i < spatial && !(factory.StartsWith("AdaptiveAvg", StringComparison.Ordinal)
                && size.All(s => s.Constant == 1)); i++)
            {
                call.NotEmpty(Windows.DimensionName(spatial, i), call.Input[i - spatial]);
            }

            return With(call.Input, spatial, size);
        },
        LeavesBehind = (_, output) => factory.StartsWith("AdaptiveMax", StringComparison.Ordinal) ? Indexes(output) : [],
    };

    /// <summary><c>H_out</c> is output_size, or <c>floor(H*output_ratio)</c>; one of them is given.</summary>
    private static LayerRule Fractional(int spatial) => new($"FractionalMaxPool{spatial}d")
    {
        NotInOnnx = "its windows are others in each call, in eval mode too",
        Types = TypeRule.First("float"),
        Role = Role.Pooling,
        Shapes = $"N C {Windows.Names(spatial)} -> N C {Windows.Names(spatial, "_out")}",
        Reads = ["kernel_size", "output_size", "output_ratio"],
        Arguments = call =>
        {
            Windows.Minimums(call, spatial, ("output_size", 1));
            if (call.Arguments.IsGiven("output_size") is { } size && call.Arguments.IsGiven("output_ratio") == size)
            {
                call.Contradiction("one of output_size and output_ratio must be given, not both");
            }
        },
        Output = call =>
        {
            if (!call.Spatial(spatial))
            {
                return Shape.UnknownRank;
            }

            NotEmpty(call, spatial);
            var kernel = call.Arguments.Sizes("kernel_size", spatial);
            var size = call.Arguments.IsNull("output_size") ? Shares(call, spatial) : call.Arguments.Sizes("output_size", spatial);
            if (size.Any(s => s.IsUnknown))
            {
                call.Incomplete();
                return With(call.Input, spatial, size);
            }

            for (var i = 0; i < spatial; i++)
            {
                // The windows, side by side, must fit: output_size + kernel_size - 1 <= H_in, in three dimensions with one to spare.
                call.AtMost($"output_size {size[i]} with kernel_size {kernel[i]}", Windows.DimensionName(spatial, i),
                    size[i] + kernel[i] - Dim.Of(spatial == 3 ? 0 : 1), call.Input[i - spatial]);
            }

            return call.Failed ? Shape.UnknownRank : With(call.Input, spatial, size);
        },
        LeavesBehind = static (_, output) => Indexes(output),
    };

    /// <summary>Where each of the largest was.</summary>
    private static IEnumerable<Model.Value.Tensor> Indexes(Shape output) => [new(output, ElementType.Int64)];

    /// <summary>The share of each size that is given, rounded down.</summary>
    private static Dim[] Shares(LayerCall call, int spatial)
    {
        var ratios = call.Arguments.Raw("output_ratio") switch
        {
            Model.Value.Real ratio => Enumerable.Repeat(ratio.Number, spatial).ToArray(),
            Model.Value.List list when list.Items.All(r => r is Model.Value.Real) =>
                [.. list.Items.Select(r => ((Model.Value.Real)r).Number)],
            _ => [],
        };

        // In three dimensions TorchSharp 0.107 throws for some inputs without a batch.
        return ratios.Length != spatial || (spatial == 3 && call.Input.Rank != 5) ? LayerArguments.Repeat(Dim.Unknown, spatial)
            : [.. ratios.Select((ratio, i) => call.Input[i - spatial].Constant is { } size && Math.Abs(size * ratio) < 1L << 50
                ? Dim.Of((long)(size * ratio)) : Dim.Unknown)];
    }

    /// <summary><c>H_out = (H_in - 1)*stride - 2*padding + kernel_size</c>; the indexes have the input's shape.</summary>
    private static LayerRule Unpool(int spatial) => new($"MaxUnpool{spatial}d")
    {
        Role = Role.Pooling,
        Shapes = $"N C {Windows.Names(spatial)}, N C {Windows.Names(spatial)} -> N C {Windows.Names(spatial, "_out")}",
        Inputs = 2,
        Further = 1,
        Types = TypeRule.First("float") with { Needs = [("input 2", ElementType.Int64)] },
        Reads = ["kernel_size", "stride", "padding"],
        Arguments = call =>
        {
            // In one and two dimensions a step of 0 runs; without a padding TorchSharp 0.107 takes kernel_size for the stride.
            Windows.Minimums(call, spatial, (call.Arguments.IsNull("padding") ? "kernel_size" : "stride", spatial == 3 ? 1 : 0));
            if (call.Arguments.IsNull("stride") && !call.Arguments.IsNull("padding"))
            {
                call.Contradiction("padding needs a stride");
            }
        },
        Output = call =>
        {
            if (!call.Spatial(spatial))
            {
                return Shape.UnknownRank;
            }

            NotEmpty(call, spatial);
            var indexes = call.InputAt(1);
            if (indexes.Rank is { } rank && rank == call.Input.Rank)
            {
                foreach (var (size, index) in call.Input.Dims.Zip(indexes.Dims, (a, b) => (a, b)))
                {
                    call.Same("the indexes must have the input's shape", size, index);
                }
            }
            else if (indexes.Rank is null)
            {
                call.Incomplete();
            }
            else
            {
                call.Contradiction($"the indexes {indexes} must have the input's shape {call.Input}");
            }

            if (call.Further(0) is not null)
            {
                // Any output_size that is near enough.
                call.Incomplete();
                return call.Failed ? Shape.UnknownRank : With(call.Input, spatial, LayerArguments.Repeat(Dim.Unknown, spatial));
            }

            var a = call.Arguments;
            var kernel = a.Sizes("kernel_size", spatial);
            var stride = a.IsNull("padding") ? kernel : a.Sizes("stride", spatial, kernel);
            var padding = a.Sizes("padding", spatial, LayerArguments.Repeat(Dim.Zero, spatial));
            var sizes = Enumerable.Range(0, spatial).Select(i =>
                (call.Input[i - spatial] - Dim.One) * stride[i] - Dim.Of(2) * padding[i] + kernel[i] is { IsUnknown: false } size
                    ? call.NotNegative(size, Windows.DimensionName(spatial, i),
                        $"({call.Input[i - spatial]} - 1)*{stride[i]} - 2*{padding[i]} + {kernel[i]}")
                    : call.Unknown()).ToArray();
            return call.Failed ? Shape.UnknownRank : With(call.Input, spatial, sizes);
        },
    };

    /// <summary>The library takes nothing empty behind the first dimension, which without a batch is the channels.</summary>
    private static void NotEmpty(LayerCall call, int spatial)
    {
        if (call.Input.Rank == spatial + 2)
        {
            call.NotEmpty("C", call.Input[1]);
        }

        for (var i = 0; i < spatial; i++)
        {
            call.NotEmpty(Windows.DimensionName(spatial, i), call.Input[i - spatial]);
        }
    }

    private static Shape With(Shape input, int spatial, IReadOnlyList<Dim> sizes)
    {
        for (var i = 0; i < spatial; i++)
        {
            input = input.WithDim(input.Dims.Count - spatial + i, sizes[i]);
        }

        return input;
    }
}
