using Gen.Rules.Operations;
using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>
/// Columns that the code makes where it uses them, to take each with each: <c>x.unsqueeze(1) - x</c>, <c>a.square().sum(1, keepdim: true) +
/// b.square().sum(1)</c>. One that a layer gives or that was made so is an output of one feature.
/// </summary>
internal static class Columns
{
    public static bool IsColumn(Shape shape) => shape.Rank == 2 && shape.Dims[1].Constant == 1;

    /// <summary>What an operation gives is a column on purpose: it makes it one, or its operands were.</summary>
    public static bool IsOnPurpose(OperationRule rule, Shape output, AbstractValue.Tensor main,
        IReadOnlyList<AbstractValue.Tensor> operands)
    {
        if (!IsColumn(output) || rule.Column == ColumnOrigin.Features)
        {
            return false;
        }

        var columns = operands.Where(o => IsColumn(o.Shape)).ToArray();
        return columns.Length == 0 ? IsMade(rule.Column, main.Shape) : columns.All(c => c.Provenance.IsColumnOnPurpose);
    }

    private static bool IsMade(ColumnOrigin origin, Shape from) => origin switch
    {
        ColumnOrigin.Index => from.Rank == 1,
        ColumnOrigin.Reduction => from.Rank == 2,
        _ => origin == ColumnOrigin.Shape,
    };
}
