using Gen.Graph;
using Gen.Model;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Exports;

/// <content>Operations, and sizes that only a call knows.</content>
internal sealed partial class ExportCheck
{
    private readonly Dictionary<int, GraphNode.Apply> compared = [];

    /// <summary>Values that a static member holds.</summary>
    private readonly HashSet<int> foreign = [];

    private void Operation(GraphNode.Apply apply)
    {
        var name = apply.Operator.Name;
        if (targets.IsOnnx && WhyNot(apply) is { } reason)
        {
            Refuse(apply.At, name, reason);
        }
        else if (targets.IsPyTorch && !PyTorchForms.Has(name))
        {
            Refuse(apply.At, name, WhyNotInPyTorch, PyTorch);
        }
        else if (OpenCount(apply) is { } count)
        {
            Refuse(apply.At, name, $"only a call knows how many tensors there are, since only a call knows {count}");
        }
    }

    private static string? WhyNot(GraphNode.Apply apply)
    {
        var name = apply.Operator.Name;
        var why = OperationRules.Find(apply.Operator.Kind == OperatorKind.Functional, name) is { } rule
            ? rule.WhyNotInOnnx(name) ?? rule.RefusedInOnnx([.. apply.Operands.Select(o => o.Parameter)])
            : OnnxForms.WithoutRule.Contains(name) ? null : OnnxForms.WhyNot(name) ?? "Gen does not know what it computes";
        return why ?? OnnxArguments.WhyNot(name, [.. apply.Operands.Select(o => new ExportedArgument(o.Parameter,
            (o.Operand as Operand.Constant)?.Value, o.Operand is Operand.Of { Value.Type: GraphType.Tensor } or Operand.State))]);
    }

    /// <summary>Why only a call knows whether a condition holds; null where that is not certain.</summary>
    private string? WhyOpen(Operand condition)
    {
        if (condition is not Operand.Of of || !compared.TryGetValue(of.Value.Number, out var node))
        {
            return null;
        }

        if (node.Operator.Name == "!" && node.Operands.Count == 1)
        {
            return WhyOpen(node.Operands[0].Operand);
        }

        if (node.Operands.Count != 2 || node.Operator.Name is not ("==" or "!=" or "<" or "<=" or ">" or ">=")
            || SizeOf(node.Operands[0].Operand) is not { IsUnknown: false } left
            || SizeOf(node.Operands[1].Operand) is not { IsUnknown: false } right
            || !left.Names.Concat(right.Names).Any(IsOpen) || left.Names.Concat(right.Names).Any(n => !IsOpen(n)))
        {
            return null;
        }

        var isDecided = node.Operator.Name switch
        {
            "==" or "!=" => Comparison.Compare(left, right, Facts.None) is Verdict.Equal or Verdict.Different,
            ">=" or "<" => Comparison.AtLeast(left, right, Facts.None) is not null,
            _ => Comparison.AtLeast(right, left, Facts.None) is not null,
        };
        return isDecided ? null : $"only a call knows whether {left} {node.Operator.Name} {right}";
    }

    private static Dim? SizeOf(Operand operand) => operand switch
    {
        Operand.Of { Value.Type: GraphType.Size size } => size.Dim,
        Operand.Constant { Value: Value.Integer integer } => integer.Dim,
        _ => null,
    };

    /// <summary>Whether a name is a size of the inputs: nothing holds it when the file is written.</summary>
    private bool IsOpen(string name) => module.Constructor.Names.All(p => p.Name != name) && given.Size(name) is null;

    /// <summary>The size that tells how many tensors something gives that takes a tensor apart, where only a call knows it.</summary>
    private Dim? OpenCount(GraphNode.Apply apply)
    {
        if (!OnnxForms.TakingApart.Contains(apply.Operator.Name)
            || apply.Operands is not [{ Operand: Operand.Of { Value.Type: GraphType.Tensor { Shape: { HasVariadic: false } shape } } }, ..]
            || apply.Operands.Any(o => o.Operand is Operand.Of { Value.Type: GraphType.Items } || o.Operand is Operand.Constant
                { Value: Value.List or Value.Repeat }) || shape.IsUnknownRank)
        {
            return null;
        }

        var axis = apply.Operands.FirstOrDefault(o => o.Parameter is "dim" or "dimension")?.Operand is Operand.Constant
            { Value: Value.Integer { Dim.Constant: { } given } } ? given : 0;
        axis += axis < 0 ? shape.Dims.Count : 0;
        return axis >= 0 && axis < shape.Dims.Count && shape.Dims[(int)axis] is { IsUnknown: false, Constant: null } size
            && size.Names.All(IsOpen) ? size : null;
    }
}
