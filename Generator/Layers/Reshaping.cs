using Gen.Shapes;

namespace Gen.Layers;

/// <summary>Layers that only arrange the elements anew.</summary>
internal static class Reshaping
{
    public static readonly LayerRule Flatten = new("Flatten")
    {
        Shapes = "N C H W -> N C*H*W",
        Reads = ["start_dim", "end_dim"],
        Output = Output,
    };

    public static readonly IReadOnlyList<LayerRule> All = [Flatten];

    /// <summary>Dimensions from start_dim to end_dim, both counted from the end where negative, become one.</summary>
    private static Shape Output(LayerCall call)
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

    private static long Needs(long index) => index switch
    {
        -1 or 0 => 0,
        long.MinValue => long.MaxValue,
        < 0 => -index,
        _ => index < long.MaxValue ? index + 1 : index,
    };
}
