using Gen.CompilerServices;

namespace Gen.Export.PyTorch;

/// <content>How often each value is read.</content>
internal sealed partial class PyFunction
{
    /// <summary>Counts how often each value is read; in a loop that it is not set in, always.</summary>
    private void Count(IReadOnlyList<ExportNode> nodes, int depth)
    {
        foreach (var node in nodes)
        {
            switch (node)
            {
                case ExportNode.Apply apply:
                    foreach (var operand in apply.Operands)
                    {
                        Count(operand.Operand, depth);
                    }

                    depths[apply.Output.Number] = depth;
                    if (apply.Operands is [{ Operand: ExportValue of }, ..] && PartOf(apply) is { } part)
                    {
                        (items.TryGetValue(of.Number, out var list) ? list : items[of.Number] = []).Add((part, apply.Output));
                    }

                    break;
                case ExportNode.Opaque opaque:
                    depths[opaque.Output.Number] = depth;
                    break;
                case ExportNode.Branch branch:
                    Count(branch.Condition, depth);
                    Count(branch.Then, depth);
                    Count(branch.Otherwise, depth);
                    Set(branch.Outputs, depth);
                    break;
                case ExportNode.Loop loop:
                    foreach (var (start, _) in loop.Carried)
                    {
                        Count(start, depth);
                    }

                    Set([.. loop.Carried.Select(static c => c.Within), .. loop.Item is null ? [] : new[] { loop.Item }], depth + 1);
                    Count(loop.Body, depth + 1);
                    Set(loop.Outputs, depth);
                    break;
                case ExportNode.Scope scope:
                    Count(scope.Body, depth);
                    Set(scope.Outputs, depth);
                    break;
                case ExportNode.Yield yield:
                    yield.Values.ToList().ForEach(v => Count(v, depth));
                    break;
                case ExportNode.Leave leave:
                    leave.Values.ToList().ForEach(v => Count(v, depth));
                    break;
            }
        }

        void Set(IReadOnlyList<ExportValue> outputs, int at)
        {
            foreach (var output in outputs)
            {
                depths[output.Number] = at;
            }
        }
    }

    private void Count(ExportOperand operand, int depth)
    {
        if (operand is ExportValue value)
        {
            var weight = depths.GetValueOrDefault(value.Number, 1) == depth ? 1 : Always;
            uses[value.Number] = Math.Min(Always, uses.GetValueOrDefault(value.Number) + weight);
        }
        else if (operand is ExportFunction function)
        {
            foreach (var parameter in function.Parameters)
            {
                depths[parameter.Number] = depth + 1;
            }

            Count(function.Body, depth + 1);
        }
    }

    /// <summary>Which part of a tuple the node takes.</summary>
    private static int? PartOf(ExportNode.Apply apply) => apply switch
    {
        { Kind: ExportOperator.Item, Operands: [_, { Operand: ExportConstant { Value: long or int } index }] } =>
            (int)Convert.ToInt64(index.Value, System.Globalization.CultureInfo.InvariantCulture),
        { Kind: ExportOperator.Property } when apply.Name.StartsWith("Item", StringComparison.Ordinal)
            && int.TryParse(apply.Name.AsSpan(4), out var number) => number - 1,
        { Kind: ExportOperator.Property, Name: "values" or "Values" } => 0,
        { Kind: ExportOperator.Property, Name: "indexes" or "indices" } => 1,
        _ => null,
    };
}
