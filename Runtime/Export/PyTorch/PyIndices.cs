using Gen.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>Which inputs are indices of an embedding.</summary>
internal static class PyIndices
{
    /// <summary>Operations that leave indices what they are.</summary>
    private static readonly HashSet<string> Views = new(["view", "reshape", "flatten", "transpose", "t", "T", "permute", "unsqueeze",
        "squeeze", "contiguous", "slice", "narrow", "select", "to", "@long", "clone", "expand"], StringComparer.Ordinal);

    /// <summary>How many rows the smallest embedding has that reads the input; null where none does.</summary>
    public static long? Rows(ExportGraph graph, int input) => Rows(graph.Body, [graph.Inputs[input].Value.Number]);

    private static long? Rows(IReadOnlyList<ExportNode> nodes, HashSet<int> values)
    {
        long? rows = null;
        foreach (var node in nodes)
        {
            switch (node)
            {
                case ExportNode.Apply { Kind: ExportOperator.Module } call
                    when call.Operands[0].Operand is ExportConstant { Value: nn.Module module }:
                    for (var i = 1; i < call.Operands.Count; i++)
                    {
                        if (IsOne(call.Operands[i].Operand, values))
                        {
                            Least(Rows(module, i - 1));
                        }
                    }

                    break;
                case ExportNode.Apply { Kind: ExportOperator.Tensor or ExportOperator.Item } view
                    when IsOne(view.Operands[0].Operand, values) && (view.Kind == ExportOperator.Item || Views.Contains(view.Name)):
                    values.Add(view.Output.Number);
                    break;
                case ExportNode.Branch branch:
                    Least(Rows(branch.Then, values));
                    Least(Rows(branch.Otherwise, values));
                    break;
                case ExportNode.Scope scope:
                    Least(Rows(scope.Body, values));
                    break;
                case ExportNode.Loop loop:
                    values.UnionWith(loop.Carried.Where(c => IsOne(c.Start, values)).Select(c => c.Within.Number));
                    Least(Rows(loop.Body, values));
                    break;
            }
        }

        return rows;

        void Least(long? other) => rows = other is null ? rows : Math.Min(rows ?? long.MaxValue, other.Value);
    }

    private static long? Rows(nn.Module module, int input) => module switch
    {
        Embedding or EmbeddingBag => input == 0 ? module.named_parameters().First().parameter.shape[0] : null,
        IExportable exportable => exportable.ToGraph() is var graph && input < graph.Inputs.Count ? Rows(graph, input) : null,
        _ when module.GetType().Name.StartsWith("Sequential", StringComparison.Ordinal)
            && module.named_children().FirstOrDefault().module is { } first => Rows(first, input),
        _ => null,
    };

    private static bool IsOne(ExportOperand operand, HashSet<int> values) => operand is ExportValue value && values.Contains(value.Number);
}
