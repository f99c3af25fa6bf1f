using Gen.Shapes;

namespace Gen.Layers;

/// <summary>Losses: a number, or with <c>Reduction.None</c> one for each prediction.</summary>
internal static class Losses
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        // Prediction and target of the same shape.
        Loss("BCELoss", 2, Equal, "weight"),
        Loss("BCEWithLogitsLoss", 2, Equal, "weight", "pos_weights"),
        Loss("SoftMarginLoss", 2, Stretched),

        // Prediction and target broadcast against each other.
        Loss("HuberLoss", 2, Broadcast, "delta"),
        Loss("KLDivLoss", 2, Broadcast, "log_target"),
        Loss("L1Loss", 2, Broadcast),
        Loss("MSELoss", 2, Broadcast),
        Loss("PoissonNLLLoss", 2, Broadcast, "log_input", "full", "eps"),
        Loss("SmoothL1Loss", 2, Broadcast, "beta"),
        Loss("HingeEmbeddingLoss", 2, Broadcast, "margin"),
        Loss("MarginRankingLoss", 3, BroadcastThree, "margin"),

        // A class for each prediction.
        Loss("CrossEntropyLoss", 2, static call => Classes(call, isCrossEntropy: true), "weight", "ignore_index"),
        Loss("NLLLoss", 2, static call => Classes(call, isCrossEntropy: false), "weight"),
        Loss("MultiMarginLoss", 2, ClassOfEach, "p", "margin", "weight"),
        Loss("MultiLabelMarginLoss", 2, Labels),
        Loss("MultiLabelSoftMarginLoss", 2, EqualLessLast, "weight"),

        // Several tensors.
        Loss("CosineEmbeddingLoss", 3, Cosine, "margin"),
        Loss("TripletMarginLoss", 3, Triplet, "margin", "p", "eps", "swap"),
        Loss("TripletMarginWithDistanceLoss", 3, Unruled, "distance", "margin", "swap"),
        Loss("GaussianNLLLoss", 3, Unruled, "full", "eps"),
        Loss("CTCLoss", 4, Sequences, "blank", "zero_infinity"),
    ];

    private static LayerRule Loss(string factory, int inputs, Func<LayerCall, Shape> unreduced, params string[] reads) => new(factory)
    {
        Shapes = (factory, inputs) switch
        {
            ("CrossEntropyLoss" or "NLLLoss", _) => "N C *S, N *S ->",
            ("MultiMarginLoss", _) => "N C, N ->",
            ("CosineEmbeddingLoss", _) => "N D, N D, N ->",
            ("CTCLoss", _) => "T N C, N S, N, N ->",
            (_, 3) => "*B, *B, *B ->",
            _ => "*B, *B ->",
        },
        Inputs = inputs,
        Reads = [.. reads, "reduction"],
        Output = call =>
        {
            var shape = unreduced(call);
            if (call.Failed)
            {
                return Shape.UnknownRank;
            }

            switch (call.Arguments.Member("reduction"))
            {
                case "None":
                    return shape;
                case null:
                    call.Incomplete();
                    return Shape.UnknownRank;
                default:
                    return Shape.Of();
            }
        },
    };

    private static Shape Equal(LayerCall call)
    {
        Same(call, call.Input, call.InputAt(1), "prediction and target");
        return call.Input;
    }

    private static void Same(LayerCall call, Shape left, Shape right, string what)
    {
        if (left.Rank is not { } rank || right.Rank is not { } other)
        {
            call.Incomplete();
        }
        else if (rank != other)
        {
            call.Contradiction($"{what} must have the same shape, but are {left} and {right}");
        }
        else
        {
            foreach (var (a, b) in left.Dims.Zip(right.Dims, static (a, b) => (a, b)))
            {
                call.Same($"{what} must have the same shape, but are {left} and {right}", a, b);
            }
        }
    }

    /// <summary>The target broadcasts to the prediction, not the other way round.</summary>
    private static Shape Stretched(LayerCall call)
    {
        var common = Broadcast(call);
        if (!call.Failed && !common.IsUnknownRank)
        {
            Same(call, common, call.Input, "the target must broadcast to the prediction: together and the prediction");
        }

        return call.Input;
    }

    private static Shape Broadcast(LayerCall call) => call.Broadcast(call.Input, call.InputAt(1));

    private static Shape BroadcastThree(LayerCall call)
    {
        var ranks = new[] { call.Input.Rank, call.InputAt(1).Rank, call.InputAt(2).Rank };
        if (ranks.Contains(null))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        if (ranks.Distinct().Count() > 1)
        {
            call.Contradiction($"{call.Input}, {call.InputAt(1)} and {call.InputAt(2)} must have the same number of dimensions");
            return Shape.UnknownRank;
        }

        var first = call.Broadcast(call.Input, call.InputAt(1));
        return call.Failed ? first : call.Broadcast(first, call.InputAt(2));
    }

    /// <summary>Class indexes (N, ...) for scores (N, C, ...), or () for (C). Probabilities of the scores' own shape are cross entropy's too.</summary>
    private static Shape Classes(LayerCall call, bool isCrossEntropy)
    {
        var (scores, target) = (call.Input, call.InputAt(1));
        if (scores.Rank is not { } rank || target.Rank is not { } other)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        if (rank == 0)
        {
            call.Contradiction("the prediction is a scalar: it has no classes");
            return Shape.UnknownRank;
        }

        if (rank == 1 && !isCrossEntropy)
        {
            call.Contradiction($"the prediction {scores} must be (N, C, ...)");
            return Shape.UnknownRank;
        }

        if (other == rank)
        {
            // Of the same rank only probabilities fit, of the same shape; the type of the target decides that.
            if (!isCrossEntropy || scores.Dims.Zip(target.Dims, (a, b) => !a.IsUnknown && !b.IsUnknown && Comparison.Compare(a, b, call.Facts) == Verdict.Different).Any(d => d))
            {
                call.Contradiction($"the target has the prediction's rank and another shape: class indexes have one dimension less");
            }

            call.Incomplete();
            return Shape.UnknownRank;
        }

        var needs = Shape.Of([.. scores.Dims.Where((_, i) => i != (rank == 1 ? 0 : 1))]);
        Same(call, needs, target, $"class indexes for {scores} are {needs}: target and these");
        return needs;
    }

    private static Shape ClassOfEach(LayerCall call)
    {
        var (scores, target) = (call.Input, call.InputAt(1));
        if (scores.Rank is null || target.Rank is null or 0 || scores.Rank != 2)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        Same(call, Shape.Of(scores.Dims[0]), target, "a class for each prediction: target and these");
        return Shape.Of(scores.Dims[0]);
    }

    private static Shape Labels(LayerCall call)
    {
        // A single class may come without its dimension.
        if (call.Input.Rank is not (1 or 2) || call.InputAt(1).Rank is null or 0)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        Same(call, call.Input, call.InputAt(1), "prediction and target");
        return Shape.Of([.. call.Input.Dims.Take(call.Input.Dims.Count - 1)]);
    }

    private static Shape EqualLessLast(LayerCall call)
    {
        if (call.Input.Rank is not > 0 || !call.Input.Equals(call.InputAt(1)))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        return Shape.Of([.. call.Input.Dims.Take(call.Input.Dims.Count - 1)]);
    }

    private static Shape Cosine(LayerCall call)
    {
        var (first, target) = (call.Input, call.InputAt(2));
        if (first.Rank is not (1 or 2) || !first.Equals(call.InputAt(1)) || target.Rank is null)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        // Other targets may broadcast.
        var needs = Shape.Of([.. first.Dims.Take(first.Dims.Count - 1)]);
        if (target.Rank != needs.Rank || !needs.Dims.Zip(target.Dims, call.Equal).All(static equal => equal))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        return target;
    }

    private static Shape Triplet(LayerCall call)
    {
        var (anchor, positive, negative) = (call.Input, call.InputAt(1), call.InputAt(2));
        if (anchor.Rank is not > 0 || !anchor.Equals(positive) || !anchor.Equals(negative))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        return Shape.Of([.. anchor.Dims.Take(anchor.Dims.Count - 1)]);
    }

    private static Shape Sequences(LayerCall call)
    {
        call.Incomplete();
        return call.Input.Rank == 3 ? Shape.Of(call.Input.Dims[1]) : Shape.UnknownRank;
    }

    /// <summary>A function of the user's, or conditions on the values: the shape without reduction is not known.</summary>
    private static Shape Unruled(LayerCall call)
    {
        call.Incomplete();
        return Shape.UnknownRank;
    }
}
