using Gen.Shapes;


namespace Gen.Rules.Layers;

/// <summary>How near two tensors are along a dimension.</summary>
internal static class Distances
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        new("CosineSimilarity")
        {
            Types = TypeRule.Common("float"),
            Shapes = "N D, N D -> N",
            Inputs = 2,
            Reads = ["dim", "eps"],
            Output = static call =>
            {
                var shape = Common(call);
                return call.DimensionAt("dim", call.Arguments["dim"], shape) is { } at && !call.Failed ? Without(shape, at)
                    : Shape.UnknownRank;
            },
        },
        new("PairwiseDistance")
        {
            Types = TypeRule.Common("int > float32, float, complex64 > float32, complex128 > float64"),
            Shapes = "N D, N D -> N",
            Inputs = 2,
            Reads = ["p", "eps", "keepdim"],
            Output = static call =>
            {
                var shape = Common(call);
                if (call.Failed || shape.Rank is not { } rank || call.Arguments.Flag("keepdim") is not { } keeps)
                {
                    call.Incomplete();
                    return Shape.UnknownRank;
                }

                return rank == 0 ? shape : keeps ? shape.WithLast(Dim.One) : Without(shape, rank - 1);
            },
        },
    ];

    private static Shape Common(LayerCall call) => call.Broadcast(call.Input, call.InputAt(1));

    private static Shape Without(Shape shape, int at) => Shape.Of([.. shape.Dims.Where((_, i) => i != at)]);
}
