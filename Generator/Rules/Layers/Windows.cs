using Gen.Shapes;


namespace Gen.Rules.Layers;

/// <summary>The arithmetic of windows that slide over a dimension, shared by convolutions and pooling.</summary>
internal static class Windows
{
    /// <summary><c>H_out = floor((H_in + 2*padding - dilation*(kernel_size - 1) - 1)/stride + 1)</c>.</summary>
    public static Dim Slide(LayerCall call, string dimension, Dim size, Dim kernel, Dim stride, Dim padding, Dim dilation)
    {
        if (size.IsUnknown || kernel.IsUnknown || stride.IsUnknown || padding.IsUnknown || dilation.IsUnknown || stride.Constant is <= 0)
        {
            return call.Unknown();
        }

        var reach = dilation * (kernel - Dim.One) + Dim.One;
        var output = Dim.FloorDiv(size + Dim.Of(2) * padding - reach, stride) + Dim.One;
        return call.AtLeastOne(output, dimension, Formula(size, kernel, stride, padding, dilation));
    }

    /// <summary>
    /// <c>ceil_mode</c>: a window may start inside the input or its left padding and reach over the end, so
    /// <c>H_out = ceil((H_in + 2*padding - reach)/stride) + 1</c>, one less where the last window would start in the right padding.
    /// </summary>
    public static Dim SlideUp(LayerCall call, string dimension, Dim size, Dim kernel, Dim stride, Dim padding, Dim dilation)
    {
        // Rounding towards 0, as the library does: a window that does not fit is then one too few.
        var reach = dilation * (kernel - Dim.One) + Dim.One;
        var last = Dim.FloorDiv(size + Dim.Of(2) * padding - reach + stride - Dim.One, stride);
        if (size.Constant is null || stride.Constant is not > 0 || last.Constant is null)
        {
            return call.Unknown();
        }

        var output = Comparison.AtLeast(last * stride, size + padding, call.Facts) is true ? last : last + Dim.One;
        return call.AtLeastOne(output, dimension, $"ceil(({size} + 2*{padding} - {reach})/{stride}) + 1");
    }

    /// <summary>An empty batch runs with arguments that are refused for any other: nothing is said of it.</summary>
    public static Shape OfBatch(LayerCall call, int spatial, Shape output) =>
        call.Input.Rank == spatial + 2 && call.Input.Dims[0].Constant == 0 ? call.LeaveEmptyOpen(output) : output;

    public static Dim Product(IEnumerable<Dim> sizes) => sizes.Aggregate(Dim.One, static (product, size) => product * size);

    /// <summary>The least value of arguments that hold a size for each dimension.</summary>
    public static void Minimums(LayerCall call, int spatial, params (string Parameter, long Least)[] bounds)
    {
        foreach (var (parameter, least) in bounds)
        {
            foreach (var size in call.Arguments.Has(parameter) ? call.Arguments.Sizes(parameter, spatial, []) : [])
            {
                call.Minimum(parameter, size, least);
            }
        }
    }

    /// <summary>The name of a spatial dimension in a message.</summary>
    public static string DimensionName(int spatial, int index) => spatial switch
    {
        1 => "length",
        _ => new[] { "depth", "height", "width" }[index + 3 - spatial],
    };

    /// <summary>The names of the spatial dimensions in the manual: <c>H W</c>, <c>H_out W_out</c>.</summary>
    public static string Names(int spatial, string suffix = "") =>
        string.Join(" ", (spatial switch { 1 => ["L"], 2 => ["H", "W"], _ => new[] { "D", "H", "W" } }).Select(n => n + suffix));

    private static string Formula(Dim size, Dim kernel, Dim stride, Dim padding, Dim dilation)
    {
        var padded = padding.Constant == 0 ? $"{size}" : $"{size} + 2*{padding}";
        var reach = dilation.Constant == 1 ? $"{kernel}" : $"({dilation}*({kernel} - 1) + 1)";
        return $"({padded} - {reach})//{stride} + 1";
    }
}
