using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>Layers that only arrange the elements anew.</summary>
internal static class Reshaping
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        new("Flatten")
        {
            Types = TypeRule.Same,
            Memory = Memory.Reshaped,
            Saves = Saved.Views,
            KeepsNumbers = true,
            MergesDimensions = true,
            Shapes = "N C H W -> N C*H*W",
            Reads = ["start_dim", "end_dim"],
            Output = Flatten,
        },
        new("Unflatten")
        {
            Types = TypeRule.Same,
            Memory = Memory.Reshaped,
            Saves = Saved.Views,
            KeepsNumbers = true,
            Shapes = "N A*B -> N A B",
            Reads = ["dim", "unflattened_size"],
            Output = Unflatten,
        },
    ];

    /// <summary>Dimensions from start_dim to end_dim, both counted from the end where negative, become one.</summary>
    private static Shape Flatten(LayerCall call)
    {
        var a = call.Arguments;
        if (call.Input.Rank is not { } rank || a["start_dim"].Constant is not { } from || a["end_dim"].Constant is not { } to)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        var least = Math.Max(Needs(from), Needs(to));
        if (!call.AtLeastRank($"{least} dimensions or more", (int)Math.Min(least, int.MaxValue)))
        {
            return Shape.UnknownRank;
        }

        // A scalar becomes a vector of one element.
        if (rank == 0)
        {
            return Shape.Of(Dim.One);
        }

        var (start, end) = ((int)(from < 0 ? from + rank : from), (int)(to < 0 ? to + rank : to));
        if (start > end)
        {
            call.Contradiction($"start_dim {from} comes after end_dim {to} in {call.Input}");
            return Shape.UnknownRank;
        }

        var dims = call.Input.Dims;
        return Shape.Of([.. dims.Take(start), Windows.Product(dims.Skip(start).Take(end - start + 1)), .. dims.Skip(end + 1)]);
    }

    /// <summary>One dimension becomes several of the same product; one of them may be -1.</summary>
    private static Shape Unflatten(LayerCall call)
    {
        if (call.DimensionAt("dim", call.Arguments["dim"], call.Input) is not { } at)
        {
            return Shape.UnknownRank;
        }

        if (call.Input.Dims.Count == 0 || call.Arguments.Raw("unflattened_size") is not Value.List list)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        if (call.Arguments["dim"].Constant is < 0)
        {
            call.Contradiction("TorchSharp 0.107 takes no negative dim here: count from the beginning");
            return Shape.UnknownRank;
        }

        var sizes = list.Items.Select(i => i is Value.Integer integer ? integer.Dim : Dim.Unknown).ToArray();
        var holes = sizes.Count(s => s.Constant == -1);
        if (sizes.Length == 0 || holes > 1 || sizes.Any(s => s.Constant is < -1))
        {
            call.Contradiction($"unflattened_size ({string.Join(", ", sizes.AsEnumerable())}) is no shape");
            return Shape.UnknownRank;
        }

        var whole = call.Input.Dims[at];
        var known = Windows.Product(sizes.Where(s => s.Constant != -1));
        if (holes == 0)
        {
            call.Same($"unflattened_size ({string.Join(", ", sizes.AsEnumerable())}) must have as many elements as dimension {at}", known,
                whole, FindingKind.ElementMismatch);
        }
        else
        {
            call.Divisible($"dimension {at} of size", whole, "the sizes given", known);
        }

        var filled = sizes.Select(s => s.Constant == -1 ? Dim.FloorDiv(whole, known) : s);
        return call.Failed ? Shape.UnknownRank : new Shape(call.Input.Variadic,
            [.. call.Input.Dims.Take(at), .. filled, .. call.Input.Dims.Skip(at + 1)]);
    }

    private static long Needs(long index) => index switch
    {
        -1 or 0 => 0,
        long.MinValue => long.MaxValue,
        < 0 => -index,
        _ => index < long.MaxValue ? index + 1 : index,
    };
}
