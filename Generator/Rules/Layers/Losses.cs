using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Layers;

/// <summary>Losses: a number, or with <c>Reduction.None</c> one for each prediction.</summary>
internal static class Losses
{
    private const string SameShape = "they must have the same shape";
    private const string DoNotBroadcast = "they do not broadcast";

    private static readonly string[] TwoInputs = ["input1", "input2", "target"];

    private static readonly string[] Triplet = ["anchor", "positive", "negative"];

    private const string ForTraining = "it is for training";

    public static readonly IReadOnlyList<LayerRule> All =
    [
        // Prediction and target of the same shape.
        Loss("BCELoss", 2, static call => Equal(call, Real), "weight") with
        {
            Types = TypeRule.Alike("float").Needing("weight", ElementTypes.Any),
        },
        Loss("BCEWithLogitsLoss", 2, static call => Equal(call, Real), "weight", "pos_weights") with
        {
            Applies = Role.Sigmoid,
            Types = TypeRule.First("float > any").Needing("target", ElementType.Float | ElementType.Complex),
        },
        Loss("SoftMarginLoss", 2, Stretched) with { Types = TypeRule.First("float complex") },

        // Prediction and target broadcast against each other.
        Loss("HuberLoss", 2, Broadcast, "delta") with { PairsElements = true, Types = TypeRule.First("float") },
        Loss("KLDivLoss", 2, static call => Typed(call, Real) ? Broadcast(call) : Shape.UnknownRank, "log_target") with
        {
            PairsElements = true,
            Types = TypeRule.First("float > float").Needing("target", ElementType.Float),
        },
        Loss("L1Loss", 2, Broadcast) with
        {
            PairsElements = true,
            Types = TypeRule.Common("int float complex > any") with
            {
                Never = ElementType.Boolean,
                OfMean = TypeRule.Common("float complex > any") with { Never = ElementType.Boolean },
            },
        },
        Loss("MSELoss", 2, Broadcast) with { PairsElements = true, Types = Stretched("float") },
        Loss("PoissonNLLLoss", 2, Broadcast, "log_input", "full", "eps") with
        {
            PairsElements = true,
            Types = TypeRule.Common("int float complex > any"),
        },
        Loss("SmoothL1Loss", 2, Broadcast, "beta") with { PairsElements = true, Types = Stretched("float") },
        Loss("HingeEmbeddingLoss", 2, Broadcast, "margin") with
        {
            PairsElements = true,
            Types = TypeRule.First("int > int, float") with { OfMean = TypeRule.First("float") },
        },
        Loss("MarginRankingLoss", 3, BroadcastThree, "margin") with
        {
            Operands = TwoInputs,
            Types = TypeRule.Common("int > float32, float", 0, 1, 2),
        },

        // A class for each prediction.
        Loss("CrossEntropyLoss", 2, ClassLosses.CrossEntropy, "weight", "ignore_index") with
        {
            Applies = Role.Softmax,
            Types = TypeRule.First("float"),
        },
        Loss("NLLLoss", 2, ClassLosses.Likelihood, "weight") with { Types = TypeRule.First("float") },
        Loss("MultiMarginLoss", 2, ClassLosses.OfEach, "p", "margin", "weight") with { Types = TypeRule.First("float32 float64"),
            NotInOnnx = ForTraining },
        Loss("MultiLabelMarginLoss", 2, ClassLosses.Labels) with { Types = TypeRule.First("float32 float64"), NotInOnnx = ForTraining },
        Loss("MultiLabelSoftMarginLoss", 2, BroadcastLessLast, "weight") with { Types = TypeRule.First("float > any"),
            NotInOnnx = ForTraining },

        // Several tensors.
        Loss("CosineEmbeddingLoss", 3, DistanceLosses.Cosine, "margin") with
        {
            Operands = TwoInputs,
            Types = TypeRule.Common("int bool > float32, float"),
        },
        Loss("TripletMarginLoss", 3, DistanceLosses.Triplet, "margin", "p", "eps", "swap") with { Operands = Triplet, Types = Distances },
        Loss("TripletMarginWithDistanceLoss", 3, DistanceLosses.OfFunction, "distance", "margin", "swap") with { Operands = Triplet,
            Types = Distances, NotInOnnx = ForTraining },
        Loss("GaussianNLLLoss", 3, DistanceLosses.Gaussian, "full", "eps") with
        {
            Operands = ["prediction", "target", "variance"],
            Types = TypeRule.Common("int float complex > any") with { Never = ElementType.Boolean },
        },
        Loss("CTCLoss", 4, ClassLosses.Sequences, "blank", "zero_infinity") with
        {
            NotInOnnx = ForTraining,
            Operands = ["log probabilities", "targets", "input lengths", "target lengths"],
            Types = TypeRule.First("float32 float64"),
        },
    ];

    /// <summary>The operands are given one shape before they have a common type.</summary>
    private static TypeRule Stretched(string types) => TypeRule.Common(types) with { IgnoresDimensions = true };

    private static TypeRule Distances => TypeRule.Common("int float complex > float", 0, 1, 2);

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
        Role = Role.Loss,
        Inputs = inputs,
        LeavesEmptyOpen = factory is "CrossEntropyLoss" or "NLLLoss" or "MultiMarginLoss" or "MultiLabelMarginLoss",
        Reads = [.. reads, "reduction"],
        NeedsOrder = factory is "CrossEntropyLoss" or "NLLLoss",
        SavesOf = call => LossMemory.Saves(call, factory),
        Statistics = call => LossMemory.Statistics(call, factory),
        Works = call => LossMemory.Works(call, factory),
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

    /// <summary>Floating point: what a target's type must be.</summary>
    public const ElementType Real = ElementType.Float;

    /// <summary>The target's type, where it is known. False where the library refuses it.</summary>
    public static bool Typed(LayerCall call, ElementType needs)
    {
        var type = call.TypeAt(1);
        if (type.MayBe(needs | ElementType.Boolean | ElementType.Complex))
        {
            return true;
        }

        call.Contradiction((needs & ElementType.Int64) != 0
            ? type.Is(ElementType.Integer)
                ? $"the target holds classes, which are int64, but is {type.Text()}. Change it to target.to(ScalarType.Int64)"
                : "the target holds classes, which are integers, but is floating point. Change it to target.to(ScalarType.Int64)"
            : "the target must be floating point, but holds integers. Change it to target.to(ScalarType.Float32)");
        return false;
    }

    /// <summary>The shapes must be the same.</summary>
    public static void Same(LayerCall call, Shape left, Shape right, string what = SameShape,
        FindingKind kind = FindingKind.OperandMismatch)
    {
        if (left.Rank is not { } rank || right.Rank is not { } other)
        {
            call.Incomplete();
        }
        else if (rank != other)
        {
            call.Contradiction(what);
        }
        else
        {
            foreach (var (a, b) in left.Dims.Zip(right.Dims, static (a, b) => (a, b)))
            {
                call.Same(what, a, b, kind);
            }
        }
    }

    public static Shape Broadcast(LayerCall call, Shape left, Shape right) => call.Broadcast(left, right, DoNotBroadcast);

    private static Shape Broadcast(LayerCall call) => Broadcast(call, call.Input, call.InputAt(1));

    private static Shape Equal(LayerCall call, ElementType type)
    {
        Same(call, call.Input, call.InputAt(1));
        if (!call.Failed)
        {
            Weighted(call);
        }

        return !call.Failed && Typed(call, type) ? call.Input : Shape.UnknownRank;
    }

    /// <summary>Each weight is broadcast to the prediction, which it must not make larger.</summary>
    private static void Weighted(LayerCall call)
    {
        var further = Enumerable.Range(2, 2).Where(call.HasInput).Select(call.InputAt);
        var weights = further.Concat(new[] { "weight", "pos_weights" }.Select(p => call.Arguments.Raw(p)).OfType<Value.Tensor>()
            .Select(static t => t.Shape)).ToArray();
        foreach (var weight in weights.Where(w => w.Rank is not null && call.Input.Rank is not null))
        {
            var result = Broadcasting.Broadcast(call.Input, weight, call.Facts);
            var common = result.Result ?? Shape.UnknownRank;
            if (result.Conflict is not null || weight.Rank > call.Input.Rank || common.Dims.Zip(call.Input.Dims,
                (a, b) => !a.IsUnknown && !b.IsUnknown && Comparison.Compare(a, b, call.Facts) == Verdict.Different).Any(static d => d))
            {
                call.Contradiction($"the weight {weight} does not broadcast to the prediction");
                return;
            }

            call.IsWeightChecked = weights.Length == 1 && common.Equals(call.Input) && result.Conditions.Count == 0;
        }
    }

    /// <summary>The target broadcasts to the prediction, not the other way round.</summary>
    private static Shape Stretched(LayerCall call)
    {
        var common = Broadcast(call);
        if (!call.Failed && !common.IsUnknownRank)
        {
            Same(call, common, call.Input, "the target must broadcast to the prediction");
        }

        return call.Input;
    }

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
            call.Contradiction("they must have the same number of dimensions");
            return Shape.UnknownRank;
        }

        var first = Broadcast(call, call.Input, call.InputAt(1));
        return call.Failed ? first : Broadcast(call, first, call.InputAt(2));
    }

    /// <summary>The mean over the last dimension, the classes. A weight broadcasts with the loss, in both directions.</summary>
    private static Shape BroadcastLessLast(LayerCall call)
    {
        var shape = Broadcast(call);
        if (!call.Arguments.IsNull("weight"))
        {
            shape = Shape.UnknownRank;
        }
        else if (!call.Failed && call.HasInput(2))
        {
            shape = Broadcast(call, shape, call.InputAt(2));
        }

        if (call.Failed || shape.IsUnknownRank || call.Input.Rank is not > 0 || !call.Input.Equals(call.InputAt(1)))
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        return Shape.Of([.. shape.Dims.Take(shape.Dims.Count - 1)]);
    }
}
