using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>Layers that pad the borders.</summary>
internal static class Paddings
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        Pad("ConstantPad1d", 1), Pad("ConstantPad2d", 2), Pad("ConstantPad3d", 3), Pad("ZeroPad2d", 2),
        Pad("ReflectionPad1d", 1), Pad("ReflectionPad2d", 2), Pad("ReflectionPad3d", 3),
        Pad("ReplicationPad1d", 1), Pad("ReplicationPad2d", 2), Pad("ReplicationPad3d", 3),
    ];

    private static LayerRule Pad(string factory, int spatial) => new(factory)
    {
        LeavesEmptyOpen = true,
        Saves = factory[0] == 'R' ? Saved.First : Saved.Nothing,
        Types = factory[0] == 'R' ? TypeRule.First("int float complex") : TypeRule.Same,
        Shapes = $"N C {Windows.Names(spatial)} -> N C {Windows.Names(spatial, "_out")}",
        Reads = factory.StartsWith("Constant", StringComparison.Ordinal) ? ["padding", "value"] : ["padding"],
        Output = call => Output(call, spatial, isConstant: factory[0] is 'C' or 'Z',
            isReflection: factory.StartsWith("Reflection", StringComparison.Ordinal)),
    };

    /// <summary><c>W_out = W_in + padding_left + padding_right</c>; the tuple begins with the last dimension.</summary>
    private static Shape Output(LayerCall call, int spatial, bool isConstant, bool isReflection)
    {
        if (isConstant ? !call.AtLeastRank($"{spatial} dimensions or more", spatial) : !call.Spatial(spatial))
        {
            return call.Failed ? Shape.UnknownRank : call.Input.Rank is null ? Shape.UnknownRank : call.Input;
        }

        var output = call.Input;
        for (var i = 0; i < spatial; i++)
        {
            var at = call.Input.Dims.Count - 1 - i;
            var (size, before, after) = (call.Input.Dims[at], Amount(call.Arguments, 2 * i), Amount(call.Arguments, (2 * i) + 1));
            var name = Windows.DimensionName(spatial, spatial - 1 - i);
            if (isReflection)
            {
                // What is mirrored must be there: the padding is smaller than the size.
                call.AtMost($"padding {before}", name, before, size - Dim.One);
                call.AtMost($"padding {after}", name, after, size - Dim.One);
            }

            var result = size + before + after;
            output = output.WithDim(at, result.IsUnknown ? call.Unknown() : call.AtLeastOne(result, name, $"{size} + {before} + {after}"));
        }

        return call.Failed ? Shape.UnknownRank : output;
    }

    private static Dim Amount(LayerArguments a, int index) => a.Raw("padding") switch
    {
        Value.Integer all => all.Dim,
        Value.List list when index < list.Items.Count && list.Items[index] is Value.Integer one => one.Dim,
        _ => Dim.Unknown,
    };
}
