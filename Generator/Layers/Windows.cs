using Gen.Shapes;

namespace Gen.Layers;

/// <summary>The arithmetic of windows that slide over a dimension, shared by convolutions and pooling.</summary>
internal static class Windows
{
    /// <summary><c>H_out = floor((H_in + 2*padding - dilation*(kernel_size - 1) - 1)/stride + 1)</c>.</summary>
    public static Dim Slide(LayerCall call, string dimension, Dim size, Dim kernel, Dim stride, Dim padding, Dim dilation)
    {
        if (size.IsUnknown || kernel.IsUnknown || stride.IsUnknown || padding.IsUnknown || dilation.IsUnknown || stride.Constant is <= 0)
        {
            call.Incomplete();
            return Dim.Unknown;
        }

        var reach = dilation * (kernel - Dim.One) + Dim.One;
        var output = Dim.FloorDiv(size + Dim.Of(2) * padding - reach, stride) + Dim.One;
        return call.AtLeastOne(output, dimension, Formula(size, kernel, stride, padding, dilation));
    }

    public static Dim Product(IEnumerable<Dim> sizes) => sizes.Aggregate(Dim.One, static (product, size) => product * size);

    /// <summary>The name of a spatial dimension in the manual: W; H, W; D, H, W.</summary>
    public static string DimensionName(int spatial, int index) => spatial switch
    {
        1 => "length",
        _ => new[] { "depth", "height", "width" }[index + 3 - spatial],
    };

    private static string Formula(Dim size, Dim kernel, Dim stride, Dim padding, Dim dilation)
    {
        var padded = padding.Constant == 0 ? $"{size}" : $"{size} + 2*{padding}";
        var reach = dilation.Constant == 1 ? $"{kernel}" : $"({dilation}*({kernel} - 1) + 1)";
        return $"({padded} - {reach})//{stride} + 1";
    }
}
