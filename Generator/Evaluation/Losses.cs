using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What is said of a loss, and of what looks like one: GEN1009 and GEN5006.</summary>
internal static class Losses
{
    private static readonly HashSet<string> Pairwise = new(
    [
        "+", "-", "*", "/", "add", "sub", "subtract", "mul", "multiply", "div", "divide", "mse_loss", "l1_loss", "smooth_l1_loss",
        "huber_loss", "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss",
        "hinge_embedding_loss", "poisson_nll_loss", "kl_div", "HingeEmbeddingLoss", "PoissonNLLLoss", "KLDivLoss",
    ], StringComparer.Ordinal);

    public static bool IsLoss(string name) => name.EndsWith("Loss", StringComparison.Ordinal)
        || name.EndsWith("_loss", StringComparison.Ordinal)
        || name is "cross_entropy" or "kl_div" or "binary_cross_entropy" or "binary_cross_entropy_with_logits";

    /// <summary>GEN1009: the tensors by what they are, and why they do not fit.</summary>
    public static Finding Misfit(string name, Anchor at, IEnumerable<Shape> tensors, string why, EquatableArray<Anchor> also) =>
        new(FindingKind.LossMismatch, at,
            new[] { name, string.Join(", ", Names(name).Zip(tensors, (n, t) => $"{n} {t}")), why }.ToEquatableArray(), also);

    /// <summary>GEN5006: a column and a row of the same length, unless the code makes the column for that. A loss that gives one number of
    /// all pairs is not meant so.</summary>
    public static Finding? Silent(string name, Anchor at, AbstractValue.Tensor left, AbstractValue.Tensor right, string? reduction, Facts facts)
    {
        if (!Pairwise.Contains(name))
        {
            return null;
        }

        var (column, row) = left.Shape.Rank == 2 ? (left, right) : (right, left);
        if (column.Provenance.IsColumnOnPurpose && (!IsLoss(name) || reduction is "None"))
        {
            return null;
        }

        return Columns.IsColumn(column.Shape) && row.Shape.Rank == 1 && column.Shape.Dims[0] is { IsUnknown: false } rows
            && row.Shape.Dims[0] is { IsUnknown: false } length
            && Comparison.Compare(rows, length, facts) == Verdict.Equal && length.Constant != 1
            ? new Finding(FindingKind.SilentBroadcast, at, name, left.Shape.ToString(), right.Shape.ToString(),
                Shape.Of(rows, length).ToString(), ReferenceEquals(column, left) ? "first" : "second")
            : null;
    }

    private static string[] Names(string loss) => loss switch
    {
        "triplet_margin_loss" or "triplet_margin_with_distance_loss" or "TripletMarginLoss" or "TripletMarginWithDistanceLoss" =>
            ["anchor", "positive", "negative"],
        "cosine_embedding_loss" or "margin_ranking_loss" or "CosineEmbeddingLoss" or "MarginRankingLoss" => ["input1", "input2", "target"],
        "gaussian_nll_loss" or "GaussianNLLLoss" => ["prediction", "target", "variance"],
        "ctc_loss" or "CTCLoss" => ["log probabilities", "targets", "input lengths", "target lengths"],
        _ => ["prediction", "target"],
    };
}
