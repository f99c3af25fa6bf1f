using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>What is said of a loss, and of what looks like one: GEN1009 and GEN5006.</summary>
internal static class Losses
{
    private static readonly HashSet<string> Pairwise = new(
    [
        "+", "-", "*", "/", "add", "sub", "subtract", "mul", "multiply", "div", "divide", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss",
    ], StringComparer.Ordinal);

    public static bool IsLoss(string name) => name.EndsWith("Loss", StringComparison.Ordinal) || name.EndsWith("_loss", StringComparison.Ordinal)
        || name is "cross_entropy" or "kl_div" or "binary_cross_entropy" or "binary_cross_entropy_with_logits";

    /// <summary>GEN1009, with what fits the prediction.</summary>
    public static Finding Misfit(string name, Anchor at, Shape prediction, Shape target, string why, EquatableArray<Anchor> also) =>
        new(FindingKind.LossMismatch, at, new[] { name, prediction.ToString(), target.ToString(), Hint(name, prediction, target) ?? why }.ToEquatableArray(), also);

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

    private static string? Hint(string name, Shape prediction, Shape target)
    {
        if (name is not ("cross_entropy" or "CrossEntropyLoss" or "nll_loss" or "NLLLoss") || prediction.Rank is not { } rank || rank == 0 || target.Rank is not { } of)
        {
            return null;
        }

        var indices = Shape.Of([.. prediction.Dims.Where((_, i) => i != 1 || rank == 1)]);
        return of == rank && of == 2 && target.Dims[1].Constant == 1 ? $"class indices are {indices}. Change it to target.squeeze(1)" : $"class indices are {indices}";
    }
}
