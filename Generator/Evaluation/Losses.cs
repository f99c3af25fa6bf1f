using Gen.Model;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What is said of a loss, and of what looks like one: GEN1009 and GEN5006.</summary>
internal static class Losses
{
    /// <summary>GEN1009: the tensors by what they are, and why they do not fit.</summary>
    public static Finding Misfit(OperatorRule rule, string name, Anchor at, IEnumerable<Shape> tensors, string why,
        EquatableArray<Anchor> also) =>
        new(FindingKind.LossMismatch, at,
            new[] { name, string.Join(", ", rule.Operands.Zip(tensors, (n, t) => $"{n} {t}")), why }.ToEquatableArray(), also);

    /// <summary>GEN5006: a column and a row of the same length, unless the code makes the column for that. A loss that gives one number of
    /// all pairs is not meant so.</summary>
    public static Finding? Silent(OperatorRule rule, string name, Anchor at, AbstractValue.Tensor left, AbstractValue.Tensor right,
        string? reduction, Facts facts)
    {
        if (!rule.PairsElements)
        {
            return null;
        }

        var (column, row) = left.Shape.Rank == 2 ? (left, right) : (right, left);
        if (column.Provenance.IsColumnOnPurpose && (rule.Role != Role.Loss || reduction is "None"))
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
}
