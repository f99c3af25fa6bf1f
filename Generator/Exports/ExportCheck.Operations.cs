using Gen.Graph;
using Gen.Model;
using Gen.Rules.Operations;
using Gen.Shapes;

namespace Gen.Exports;

/// <content>Operations, and sizes that only a call knows.</content>
internal sealed partial class ExportCheck
{
    private readonly Dictionary<int, GraphNode.Apply> compared = [];

    /// <summary>Numbers of tensors; whole numbers that a loop hands from turn to turn; tensors of which only a call knows how many there
    /// are; and what loops ask before each turn.</summary>
    private readonly HashSet<int> numbers = [];
    private readonly HashSet<int> counters = [];
    private readonly HashSet<int> series = [];
    private readonly HashSet<GraphNode.Branch> tests = [];

    /// <summary>What leaves a loop or a method on a way that is exported.</summary>
    private readonly HashSet<GraphNode.Leave> leaves = [];

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
            var why = $"only a call knows how many tensors there are, since only a call knows {count}";
            series.Add(apply.Output.Number);
            if (targets.IsOnnx && !OnnxForms.Gone.Contains(name))
            {
                Refuse(apply.At, name, why);
            }
            else if (targets.IsPyTorch)
            {
                Refuse(apply.At, name, targets.IsOnnx ? $"{why}. {OnlyOnnx}" : why, PyTorch);
            }
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

    /// <summary>Whether only a call knows if a condition holds; false where that is not certain.</summary>
    private bool IsOpen(Operand condition)
    {
        if (condition is not Operand.Of of || !compared.TryGetValue(of.Value.Number, out var node))
        {
            return condition is Operand.Of { Value: var value } && (value.Type is GraphType.Tensor || numbers.Contains(value.Number));
        }

        if (numbers.Contains(of.Value.Number) || of.Value.Type is GraphType.Tensor)
        {
            return true;
        }

        if (node.Operator.Name == "!" && node.Operands.Count == 1)
        {
            return IsOpen(node.Operands[0].Operand);
        }

        if (node.Operands.Count != 2 || node.Operator.Name is not ("==" or "!=" or "<" or "<=" or ">" or ">="))
        {
            return false;
        }

        var (left, right) = (SizeOf(node.Operands[0].Operand), SizeOf(node.Operands[1].Operand));
        if (IsCounter(node.Operands[0].Operand) || IsCounter(node.Operands[1].Operand))
        {
            // A number that grows from turn to turn, and a size.
            return IsSizeOfCall(left) != IsSizeOfCall(right);
        }

        if (left is not { IsUnknown: false } || right is not { IsUnknown: false } || left.Names.Concat(right.Names).All(n => !IsOpen(n))
            || left.Names.Concat(right.Names).Any(n => !IsOpen(n)))
        {
            return false;
        }

        return !(node.Operator.Name switch
        {
            "==" or "!=" => Comparison.Compare(left, right, Facts.None) is Verdict.Equal or Verdict.Different,
            ">=" or "<" => Comparison.AtLeast(left, right, Facts.None) is not null,
            _ => Comparison.AtLeast(right, left, Facts.None) is not null,
        });
    }

    private bool IsCounter(Operand operand) => operand is Operand.Of of && counters.Contains(of.Value.Number);

    private bool IsSizeOfCall(Dim? size) => size is { IsUnknown: false, Constant: null } && size.Names.All(IsOpen);

    /// <summary>What is computed with a number of a tensor is one.</summary>
    private void Follow(GraphNode.Apply apply)
    {
        if (OnnxForms.Numbers.Contains(apply.Operator.Name) || (apply.Operator.Kind == OperatorKind.CSharp
            && apply.Operands.Any(o => o.Operand is Operand.Of of && numbers.Contains(of.Value.Number))))
        {
            numbers.Add(apply.Output.Number);
        }
    }

    /// <summary>A number of a tensor is no size: what an operation gives must have dimensions that are known before.</summary>
    private void Sized(GraphNode.Apply apply)
    {
        if (targets.IsOnnx && apply.Operands.Any(o => (apply.Operator.Kind == OperatorKind.Slice || OnnxForms.IsSize(o.Parameter))
            && o.Operand is Operand.Of of && numbers.Contains(of.Value.Number)))
        {
            Refuse(apply.At, apply.Operator.Name, OnnxForms.Sized);
        }
    }

    /// <summary>A loop; where only a call knows how often it turns, it is one in ONNX too.</summary>
    private void Visit(GraphNode.Loop loop)
    {
        foreach (var (start, within) in loop.Carried)
        {
            if (start is Operand.Constant { Value: Value.Integer })
            {
                counters.Add(within.Number);
            }
        }

        var test = loop.Items is null ? loop.Body.Nodes.OfType<GraphNode.Branch>().FirstOrDefault(b =>
            b.Otherwise.Nodes is [GraphNode.Leave leave] && leave.Label == loop.Label && b.Then.Nodes is [GraphNode.Yield]) : null;
        if (test is not null)
        {
            tests.Add(test);
        }

        Visit(loop.Body);
        if (test is not null ? IsOpen(test.Condition) : loop.Items is Operand.Of of && series.Contains(of.Value.Number))
        {
            if (targets.IsPyTorch && test is not null)
            {
                Refuse(loop.At, "", targets.IsOnnx ? $"{OnnxForms.Turned}. {OnlyOnnx}" : OnnxForms.Turned, PyTorch);
            }

            if (targets.IsOnnx && Outside(loop.Body, new([loop.Label])) is { } leave)
            {
                Refuse(leave.At, "", OnnxForms.Returned);
            }
        }
    }

    /// <summary>A node that leaves more than what is within a block and these; null where there is none.</summary>
    private GraphNode.Leave? Outside(GraphBlock block, HashSet<Label> within)
    {
        foreach (var node in block.Nodes)
        {
            var label = node switch { GraphNode.Loop loop => loop.Label, GraphNode.Scope scope => scope.Label, _ => null };
            if (label is not null)
            {
                within.Add(label);
            }

            if (node is GraphNode.Leave leave && leaves.Contains(leave) && !within.Contains(leave.Label))
            {
                return leave;
            }

            if (Inner(node).Select(b => Outside(b, within)).FirstOrDefault(l => l is not null) is { } inner)
            {
                return inner;
            }
        }

        return null;
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
