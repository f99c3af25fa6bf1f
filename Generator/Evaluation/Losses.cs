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
            : rule.Role == Role.Loss && reduction is not "None" ? Repeated(name, at, left.Shape, right.Shape, facts) : null;
    }

    /// <summary>One of the two is certainly repeated along a dimension to fit the other, and has several elements: a target is as large as
    /// the prediction.</summary>
    private static Finding? Repeated(string name, Anchor at, Shape left, Shape right, Facts facts)
    {
        if (left.Rank is not { } a || right.Rank is not { } b || Broadcasting.Broadcast(left, right, facts).Result is not { } result)
        {
            return null;
        }

        for (var fromEnd = 1; fromEnd <= Math.Max(a, b); fromEnd++)
        {
            var (x, y) = (fromEnd <= a ? left.Dims[a - fromEnd] : Dim.One, fromEnd <= b ? right.Dims[b - fromEnd] : Dim.One);
            var (other, which, repeated) = x.Constant == 1 ? (y, "prediction", left) : (x, "target", right);
            if ((x.Constant == 1) != (y.Constant == 1) && Comparison.AtLeast(other, Dim.Of(2), facts) is true
                && Comparison.AtLeast(repeated.Elements, Dim.Of(2), facts) is true)
            {
                return new Finding(FindingKind.LossBroadcast, at, name, left.ToString(), right.ToString(), result.ToString(), which);
            }
        }

        // It throws, or it is repeated, whatever the sizes are that nothing tells.
        return a != b && Comparison.Compare(left.Elements, right.Elements, facts) == Verdict.Different
            && Comparison.AtLeast(left.Elements, Dim.Of(2), facts) is true && Comparison.AtLeast(right.Elements, Dim.Of(2), facts) is true
                ? new Finding(FindingKind.LossBroadcast, at, name, left.ToString(), right.ToString(), result.ToString(),
                    a < b ? "prediction" : "target")
                : null;
    }
}
