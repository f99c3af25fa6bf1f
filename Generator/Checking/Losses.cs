using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>What is said of a loss, and of what looks like one: GEN1009 and GEN5006.</summary>
internal static class Losses
{
    private static readonly HashSet<string> Pairwise = new(
    [
        "+", "-", "*", "/", "add", "sub", "subtract", "mul", "multiply", "div", "divide", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss",
        "hinge_embedding_loss", "poisson_nll_loss", "kl_div", "HingeEmbeddingLoss", "PoissonNLLLoss", "KLDivLoss",
    ], StringComparer.Ordinal);

    public static bool IsLoss(string name) => name.EndsWith("Loss", StringComparison.Ordinal) || name.EndsWith("_loss", StringComparison.Ordinal)
        || name is "cross_entropy" or "kl_div" or "binary_cross_entropy" or "binary_cross_entropy_with_logits";

    /// <summary>GEN1009: the tensors by what they are, and why they do not fit.</summary>
    public static Finding Misfit(string name, Anchor at, IEnumerable<Shape> tensors, string why, EquatableArray<Anchor> also) =>
        new(FindingKind.LossMismatch, at, new[] { name, string.Join(", ", Names(name).Zip(tensors, (n, t) => $"{n} {t}")), why }.ToEquatableArray(), also);

    /// <summary>GEN5006: a column and a row of the same length.</summary>
    public static Finding? Silent(string name, Anchor at, Shape left, Shape right, Facts facts)
    {
        if (!Pairwise.Contains(name))
        {
            return null;
        }

        var (column, row) = left.Rank == 2 ? (left, right) : (right, left);
        return column.Rank == 2 && row.Rank == 1 && column.Dims[1].Constant == 1 && !column.Dims[0].IsUnknown && !row.Dims[0].IsUnknown
            && Comparison.Compare(column.Dims[0], row.Dims[0], facts) == Verdict.Equal && row.Dims[0].Constant != 1
            ? new Finding(FindingKind.SilentBroadcast, at, name, left.ToString(), right.ToString(), Shape.Of(column.Dims[0], row.Dims[0]).ToString())
            : null;
    }

    private static string[] Names(string loss) => loss switch
    {
        "triplet_margin_loss" or "triplet_margin_with_distance_loss" or "TripletMarginLoss" or "TripletMarginWithDistanceLoss" => ["anchor", "positive", "negative"],
        "cosine_embedding_loss" or "margin_ranking_loss" or "CosineEmbeddingLoss" or "MarginRankingLoss" => ["input1", "input2", "target"],
        "gaussian_nll_loss" or "GaussianNLLLoss" => ["prediction", "target", "variance"],
        "ctc_loss" or "CTCLoss" => ["log probabilities", "targets", "input lengths", "target lengths"],
        _ => ["prediction", "target"],
    };
}
