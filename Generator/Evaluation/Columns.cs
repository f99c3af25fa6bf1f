using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>
/// Columns that the code makes where it uses them, to take each with each: <c>x.unsqueeze(1) - x</c>, <c>a.square().sum(1, keepdim: true) +
/// b.square().sum(1)</c>. One that a layer gives or that was made so is an output of one feature.
/// </summary>
internal static class Columns
{
    /// <summary>What gives a tensor another shape.</summary>
    private static readonly HashSet<string> Views = new(
        ["unsqueeze", "view", "reshape", "expand_dims", "unflatten", "column_stack", "atleast_2d", "t", "T", "mT", "transpose", "swapaxes",
            "swapdims", "permute", "movedim", "moveaxis"], StringComparer.Ordinal);

    /// <summary>What leaves a dimension of size 1 where it is told to keep it.</summary>
    private static readonly HashSet<string> Reductions = new(
        ["sum", "mean", "prod", "max", "min", "amax", "amin", "argmax", "argmin", "norm", "vector_norm", "var", "std", "median",
            "logsumexp", "any", "all", "nansum", "nanmean", "quantile"], StringComparer.Ordinal);

    /// <summary>They make features of features, whatever their operands are.</summary>
    private static readonly HashSet<string> Mixing =
        new(["matmul", "mm", "bmm", "addmm", "linear", "bilinear", "cat", "concat", "concatenate", "stack", "embedding"],
            StringComparer.Ordinal);

    public static bool IsColumn(Shape shape) => shape.Rank == 2 && shape.Dims[1].Constant == 1;

    /// <summary>What an operation gives is a column on purpose: it makes it one, or its operands were.</summary>
    public static bool IsOnPurpose(string operation, Shape output, AbstractValue.Tensor main, IReadOnlyList<AbstractValue.Tensor> operands)
    {
        if (!IsColumn(output) || Mixing.Contains(operation))
        {
            return false;
        }

        var columns = operands.Where(o => IsColumn(o.Shape)).ToArray();
        return columns.Length == 0 ? IsMade(operation, main.Shape) : columns.All(c => c.Provenance.IsColumnOnPurpose);
    }

    private static bool IsMade(string operation, Shape from) => operation switch
    {
        "[]" => from.Rank == 1,
        _ when Reductions.Contains(operation) => from.Rank == 2,
        _ => Views.Contains(operation),
    };
}
