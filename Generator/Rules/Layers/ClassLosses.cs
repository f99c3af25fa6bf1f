using Gen.Model;
using Gen.Shapes;
using static Gen.Rules.Layers.Losses;

namespace Gen.Rules.Layers;

/// <summary>Losses whose target holds the numbers of classes.</summary>
internal static class ClassLosses
{
    public static Shape CrossEntropy(LayerCall call) => Classes(call, isCrossEntropy: true);

    public static Shape Likelihood(LayerCall call) => Classes(call, isCrossEntropy: false);

    /// <summary>Class indexes (N, ...) for scores (N, C, ...), or () for (C). Probabilities of the scores' own shape are cross entropy's
    /// too.</summary>
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
            call.Contradiction("the prediction must be (N, C, ...)");
            return Shape.UnknownRank;
        }

        Weighted(call, scores.Dims[rank == 1 ? 0 : 1], rank > 2 && other < rank, isCrossEntropy && other == rank);
        var needs = Shape.Of([.. scores.Dims.Where((_, i) => i != (rank == 1 ? 0 : 1))]);
        var indices = rank < 3 ? $"class indices are {needs}"
            : $"the classes are dimension 1 of the prediction, class indices are {needs}{ClassesFirst(scores, target)}";
        if (other == rank)
        {
            // Of the same rank only probabilities fit, of the same shape; the type of the target decides that. One class for one row of
            // scores may also come as (1).
            var isOne = rank == 1 && !target.Dims[0].IsUnknown && target.Dims[0].Constant is null or 1;
            var differs =
                scores.Dims.Zip(target.Dims, (a, b) => !a.IsUnknown && !b.IsUnknown
                    && Comparison.Compare(a, b, call.Facts) == Verdict.Different).Any(d => d);
            if (!isOne && (!isCrossEntropy || differs))
            {
                call.Contradiction(indices + (rank == 2 && target.Dims[1].Constant == 1 ? ". Change it to target.squeeze(1)" : ""));
            }
            else if (!isOne && call.TypeAt(1).Is(ElementType.Integer))
            {
                call.Contradiction($"of the prediction's shape are probabilities, which must be floating point; {indices}");
            }

            call.Incomplete();
            return Shape.UnknownRank;
        }

        Same(call, needs, target, indices, FindingKind.ArgumentsContradict);
        return !call.Failed && Typed(call, ElementType.Int64 | ElementType.UInt8) ? needs
            : Shape.UnknownRank;
    }

    /// <summary>A weight is a number for each class, of the type of the scores: for class indices of pictures any tensor of so many
    /// numbers, for probabilities of any type.</summary>
    private static void Weighted(LayerCall call, Dim classes, bool isOfPictures = false, bool isOfProbabilities = false)
    {
        var given = call.HasInput(2) ? new Value.Tensor(call.InputAt(2), call.TypeAt(2)) : call.Arguments.Raw("weight") as Value.Tensor;
        if (given?.Shape.Rank is not { } rank)
        {
            return;
        }

        var (shape, type) = (given.Shape, call.TypeAt(0));
        if (rank != 1 && !isOfPictures)
        {
            call.Contradiction($"the weight must be {Shape.Of(classes)}, a number for each class, and is {shape}");
        }
        else if (!shape.Elements.IsUnknown && !classes.IsUnknown)
        {
            var verdict = Comparison.Compare(shape.Elements, classes, call.Facts);
            call.IsWeightChecked = verdict == Verdict.Equal;
            if (verdict == Verdict.Different)
            {
                call.Contradiction($"the prediction has {classes} classes, and the weight {shape.Elements}");
            }
        }

        if (!call.Failed && !isOfProbabilities && given.Type != ElementType.Unknown && !OfModule(type).MayBe(OfModule(given.Type)))
        {
            call.Contradiction($"the weight must be {type.Text()}, as the prediction is, but is {given.Type.Text()}",
                isOfModuleType: ((type | given.Type) & ElementType.Module) != 0);
        }

        static ElementType OfModule(ElementType type) => (type & ElementType.Module) == 0 ? type : type | ElementType.Float32;
    }

    /// <summary>Scores (N, T, C) with a class for each of (N, T): the classes come last.</summary>
    private static string ClassesFirst(Shape scores, Shape target)
    {
        var rank = scores.Dims.Count;
        return target.Dims.Count != rank - 1 || !scores.Dims.Take(rank - 1).SequenceEqual(target.Dims) || scores.Dims.Any(d => d.IsUnknown)
            ? ""
            : rank == 3 ? ". Change it to prediction.transpose(1, 2)"
            : $". Change it to prediction.permute(0, {string.Join(", ", Enumerable.Range(1, rank - 2).Prepend(rank - 1))})";
    }

    /// <summary>A class (N) for each row of scores (N, C); for scores (C) it is one number.</summary>
    public static Shape OfEach(LayerCall call)
    {
        var (scores, target) = (call.Input, call.InputAt(1));
        if (scores.Rank is not { } rank || target.Rank is not { } other || rank == 0)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        if (rank > 2)
        {
            call.Contradiction("the prediction must be (N, C) or (C)");
            return Shape.UnknownRank;
        }

        Weighted(call, scores.Dims[rank - 1]);
        var rows = rank == 1 ? Dim.One : scores.Dims[0];
        if (other > 1)
        {
            call.Contradiction($"classes are {Shape.Of(rows)}");
        }
        else if (other == 1)
        {
            call.Same($"classes are {Shape.Of(rows)}", rows, target.Dims[0], FindingKind.ArgumentsContradict);
        }

        if (rank == 1 || other == 0)
        {
            call.Incomplete();
        }

        // One class without a dimension gives one loss without a dimension.
        return !call.Failed && Typed(call, ElementType.Int64) ? other == 0 ? Shape.Of() : Shape.Of(rows) : Shape.UnknownRank;
    }

    /// <summary>The classes of each row, in a row of the same length.</summary>
    public static Shape Labels(LayerCall call)
    {
        if (call.Input.Rank > 2)
        {
            call.Contradiction("the prediction must be (N, C) or (C)");
            return Shape.UnknownRank;
        }

        // A single class may come without its dimension.
        if (call.Input.Rank is not (1 or 2) || call.InputAt(1).Rank is null or 0)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        Same(call, call.Input, call.InputAt(1));
        return !call.Failed && Typed(call, ElementType.Int64) ? Shape.Of([.. call.Input.Dims.Take(call.Input.Dims.Count - 1)])
            : Shape.UnknownRank;
    }

    /// <summary>Log probabilities (T, N, C), targets (N, S) or all of them in a row, and a length of each kind for every
    /// sequence.</summary>
    public static Shape Sequences(LayerCall call)
    {
        call.Incomplete();
        var (input, targets) = (call.Input, call.InputAt(1));
        if (input.Rank is not { } rank)
        {
            return Shape.UnknownRank;
        }

        if (rank is not (2 or 3))
        {
            call.Contradiction("log probabilities are (T, N, C) or (T, C)");
            return Shape.UnknownRank;
        }

        var sequences = rank == 3 ? input.Dims[1] : Dim.One;
        if (targets.Rank is 0 or > 2)
        {
            call.Contradiction("targets are (N, S), or all of them in a row");
        }
        else if (targets.Rank == 2 && rank == 3)
        {
            call.Same("there is a target for each sequence", sequences, targets.Dims[0]);
        }

        foreach (var lengths in new[] { call.InputAt(2), call.InputAt(3) }.Where(l => l.Rank is not null && !call.Failed))
        {
            call.Same("there is a length for each sequence", sequences, lengths.Elements);
        }

        return rank == 3 ? Shape.Of(sequences) : Shape.UnknownRank;
    }
}
