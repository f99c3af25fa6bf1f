using Gen.Shapes;

using static Gen.Rules.Layers.Losses;

namespace Gen.Rules.Layers;

/// <summary>Losses of three tensors: distances between vectors, and a prediction with its variance.</summary>
internal static class DistanceLosses
{
    /// <summary>Two vectors, or rows of them, and whether they belong together.</summary>
    public static Shape Cosine(LayerCall call)
    {
        var (first, second, target) = (call.Input, call.InputAt(1), call.InputAt(2));
        if (first.Rank is not { } rank || second.Rank is not { } other || target.Rank is not { } flags)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        if (rank is not (1 or 2) || other != rank)
        {
            call.Contradiction("the inputs must be (N, D) both, or (D)");
            return Shape.UnknownRank;
        }

        var common = Broadcast(call, first, second);
        if (!call.Failed && flags != rank - 1)
        {
            call.Contradiction(rank == 1 ? "the target must be one number"
                : $"the target must be {Shape.Of(common.IsUnknownRank ? first.Dims[0] : common.Dims[0])}");
        }

        if (!call.Failed && rank == 2 && !common.IsUnknownRank)
        {
            Broadcast(call, Shape.Of(common.Dims[0]), target);
        }

        // Other targets may broadcast.
        if (call.Failed || !first.Equals(second) || !target.Equals(Shape.Of([.. first.Dims.Take(rank - 1)])))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        return target;
    }

    /// <summary>The distance to the positive and to the negative, along the last dimension.</summary>
    public static Shape Triplet(LayerCall call)
    {
        var shapes = new[] { call.Input, call.InputAt(1), call.InputAt(2) };
        if (shapes.Any(s => s.Rank is null))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        if (shapes.Select(s => s.Rank).Distinct().Count() > 1)
        {
            call.Contradiction("they must have the same number of dimensions");
            return Shape.UnknownRank;
        }

        return Distances(call, shapes);
    }

    /// <summary>A distance of the user's own is not known.</summary>
    public static Shape OfFunction(LayerCall call)
    {
        var shapes = new[] { call.Input, call.InputAt(1), call.InputAt(2) };
        if (call.Arguments.IsNull("distance") && shapes.All(s => s.Rank is not null))
        {
            Distances(call, shapes);
        }

        call.Incomplete();
        return Shape.UnknownRank;
    }

    private static Shape Distances(LayerCall call, Shape[] shapes)
    {
        Broadcast(call, shapes[0], shapes[1]);
        if (!call.Failed)
        {
            Broadcast(call, shapes[0], shapes[2]);
        }

        if (call.Failed || shapes[0].Rank == 0 || !shapes[0].Equals(shapes[1]) || !shapes[0].Equals(shapes[2]))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        return Shape.Of([.. shapes[0].Dims.Take(shapes[0].Dims.Count - 1)]);
    }

    /// <summary>TorchSharp flattens all behind the first dimension; the variance has a number for each, or one for all of a row.</summary>
    public static Shape Gaussian(LayerCall call)
    {
        call.Incomplete();
        var (input, target, variance) = (call.Input, call.InputAt(1), call.InputAt(2));
        if (input.Rank is null || target.Rank is null
            || input.Dims.Concat(target.Dims).Concat(variance.Dims).Any(d => d.IsUnknown || d.Constant == 0))
        {
            return Shape.UnknownRank;
        }

        if (input.Rank == 0 || target.Rank == 0)
        {
            call.Contradiction("prediction and target need 1 dimension or more");
            return Shape.UnknownRank;
        }

        Broadcast(call, Flat(input), Flat(target));
        if (!call.Failed && variance.Rank is not null && variance.Elements.Constant is { } elements && target.Dims[0].Constant is { } rows
            && Flat(input).Dims[1].Constant is { } columns
            && (elements % rows != 0 || (elements / rows != 1 && elements / rows != columns)))
        {
            call.Contradiction($"the variance must be {input} or {Shape.Of(input.Dims[0])}");
        }

        return Shape.UnknownRank;

        static Shape Flat(Shape shape) => Shape.Of(shape.Dims[0], Windows.Product(shape.Dims.Skip(1)));
    }
}
