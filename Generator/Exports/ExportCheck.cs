using Gen.Graph;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Rules.Operations;

namespace Gen.Exports;

/// <summary>GEN6001: what a call of a module computes in eval mode that has no equal form in a target. The rules say it of layers and
/// operations.</summary>
internal sealed partial class ExportCheck
{
    private const string Onnx = "ONNX";
    private const string PyTorch = "PyTorch";
    private const string OnlyOnnx = "If you need only ONNX, write [Export(Targets = ExportTarget.Onnx)]";
    private readonly ModuleModel module;
    private readonly ExportModel targets;
    private readonly GivenValues given;
    private const string NotKept = "Gen cannot tell what it is given when the file is written";
    private readonly List<Finding> findings = [];
    private readonly HashSet<int> read = [];
    private readonly HashSet<int> refused = [];
    private readonly Dictionary<int, bool> known = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    private ExportCheck(ModuleModel module, ExportModel targets) =>
        (this.module, this.targets, given) = (module, targets, new GivenValues(module));

    /// <param name="module">The module.</param>
    /// <param name="known">What an evaluation of it saw.</param>
    public static IEnumerable<Finding> Of(ModuleModel module, IGraphTypes? known)
    {
        if (module.Export is not { } targets || GraphBuilder.Of(module, known) is not { } graph)
        {
            return [];
        }

        var check = new ExportCheck(module, targets);
        check.Read(graph.Body);
        check.Visit(graph.Body);
        return check.findings.Distinct();
    }

    /// <summary>Which values something reads: code that is not understood is no problem where nothing does.</summary>
    private void Read(GraphBlock block)
    {
        // From the end: what nothing reads reads nothing.
        foreach (var node in block.Nodes.Reverse())
        {
            var operands = node switch
            {
                GraphNode.Apply { Operator.Kind: OperatorKind.CSharp or OperatorKind.Property, Output.Number: var output }
                    when !read.Contains(output) => [],
                GraphNode.Apply apply => apply.Operands.Select(o => o.Operand),
                GraphNode.Branch branch => IsGuard(branch) ? [] : [branch.Condition],
                GraphNode.Loop loop => loop.Carried.Select(c => c.Start).Concat(loop.Items is null ? [] : [loop.Items]),
                GraphNode.Yield yield => yield.Values,
                GraphNode.Leave leave => leave.Values,
                _ => [],
            };
            foreach (var operand in operands)
            {
                switch (operand)
                {
                    case Operand.Of of:
                        read.Add(of.Value.Number);
                        break;
                    case Operand.Function function:
                        Read(function.Body);
                        break;
                }
            }

            foreach (var inner in Inner(node))
            {
                Read(inner);
            }
        }
    }

    /// <summary>A check that throws is left out where only a call knows what it tests.</summary>
    private static bool IsGuard(GraphNode.Branch branch) =>
        branch.Then.Nodes.LastOrDefault() is GraphNode.Throw || branch.Otherwise.Nodes.LastOrDefault() is GraphNode.Throw;

    private static IEnumerable<GraphBlock> Inner(GraphNode node) => node switch
    {
        GraphNode.Branch branch => [branch.Then, branch.Otherwise],
        GraphNode.Loop loop => [loop.Body],
        GraphNode.Scope scope => [scope.Body],
        _ => [],
    };

    /// <summary>What a block computes; true where it is certainly left before its end.</summary>
    private bool Visit(GraphBlock block)
    {
        foreach (var node in block.Nodes)
        {
            switch (node)
            {
                case GraphNode.Apply apply:
                    Visit(apply);
                    break;
                case GraphNode.Branch branch when Visit(branch):
                    return true;
                case GraphNode.Branch:
                    break;
                case GraphNode.Leave leave:
                    leaves.Add(leave);
                    return true;
                case GraphNode.Throw:
                    return true;
                case GraphNode.Opaque opaque when read.Contains(opaque.Output.Number):
                    Refuse(opaque.At, opaque.What, opaque.Why);
                    refused.Add(opaque.Output.Number);
                    break;
                case GraphNode.Loop { Items: Operand.Constant { Value: var items } } loop when given.Operand(items) is null:
                    Refuse(loop.At, "", NotKept);
                    break;
                case GraphNode.Loop loop:
                    Visit(loop);
                    break;
                default:
                    foreach (var inner in Inner(node))
                    {
                        Visit(inner);
                    }

                    break;
            }
        }

        return false;
    }

    /// <summary>What runs only in training is not exported.</summary>
    private bool Visit(GraphNode.Branch branch)
    {
        // Of a try, what its catch does is said after this.
        var way = branch.Condition is Operand.Of { Value.Number: var condition } && refused.Contains(condition) ? true
            : Truth(branch.Condition);
        if (targets.IsPyTorch && way is null && !IsGuard(branch) && !tests.Contains(branch) && IsOpen(branch.Condition))
        {
            Refuse(branch.At, "", targets.IsOnnx ? $"{OnnxForms.Decided}. {OnlyOnnx}" : OnnxForms.Decided, PyTorch);
        }

        var isLeft = true;
        foreach (var side in new[] { way != false ? branch.Then : null, way != true ? branch.Otherwise : null }.OfType<GraphBlock>())
        {
            isLeft &= Visit(side);
            if (way is not null && side.Nodes.LastOrDefault() is GraphNode.Yield yield)
            {
                for (var i = 0; i < Math.Min(branch.Outputs.Count, yield.Values.Count); i++)
                {
                    if (Truth(yield.Values[i]) is { } truth)
                    {
                        known[branch.Outputs[i].Number] = truth;
                    }
                }
            }
        }

        return isLeft;
    }

    private bool? Truth(Operand operand) => operand switch
    {
        Operand.Constant { Value: Value.Boolean truth } => truth.Truth,
        Operand.Of of when known.TryGetValue(of.Value.Number, out var truth) => truth,
        _ => null,
    };

    private void Visit(GraphNode.Apply apply)
    {
        var name = apply.Operator.Name;
        switch (apply.Operator.Kind)
        {
            case OperatorKind.Property when name == "training" && apply.Operands.Count == 0:
                known[apply.Output.Number] = false;
                break;
            case OperatorKind.CSharp when name == "!" && Truth(apply.Operands[0].Operand) is { } truth:
                known[apply.Output.Number] = !truth;
                break;
            case OperatorKind.Module when apply.Operands[0].Operand is Operand.Layer layer:
                Layer(apply.At, layer.Field);
                break;
            case OperatorKind.CSharp:
                compared[apply.Output.Number] = apply;
                Follow(apply);
                break;
            case OperatorKind.Static:
                foreign.Add(apply.Output.Number);
                break;
            case OperatorKind.Slice:
                Sized(apply);
                break;
            case OperatorKind.Tensor or OperatorKind.Torch or OperatorKind.Functional:
                Operation(apply);
                Follow(apply);
                Sized(apply);
                break;
            case OperatorKind.Collection when !OnnxForms.IsOfLists(name, apply.Operands.Count):
                Refuse(apply.At, name, "it is a function of lists that is not followed");
                break;
            case OperatorKind.Math when !OnnxForms.OfNumbers.Contains(name):
                Refuse(apply.At, $"Math.{name}", "it is a function of numbers that is not followed");
                break;
            case OperatorKind.Property when apply.Operands is [{ Operand: Operand.Of { Value.Type: GraphType.Tensor } }]
                && !OnnxForms.OfTensors.Contains(name):
                Refuse(apply.At, name, "what it tells of a tensor is not known in a file");
                break;
            case OperatorKind.Property when apply.Operands.Count == 0 && targets.IsPyTorch
                && apply.Operator.Types is { Count: 1 } types && types[0] == ModuleGraph.Tensor:
                Refuse(apply.At, name, "it is neither parameter nor buffer. Put [Buffer] before it", PyTorch);
                break;
            case OperatorKind.Property when apply.Operands is [{ Operand: Operand.Of { Value.Number: var held } }] && foreign.Contains(held)
                && name is not ("Length" or "Count" or "Value" or "HasValue") && !name.StartsWith("Item", StringComparison.Ordinal):
                Refuse(apply.At, name, "Gen does not know what it gives");
                break;
            case OperatorKind.SetMember or OperatorKind.SetProperty:
                Refuse(apply.At, name, "it is kept from one call to the next. Give it back as a result, and take it as an input");
                break;
        }

        if (apply.Operands.Any(o => o.Operand is Operand.Constant constant && given.Operand(constant.Value, constant.Type) is null))
        {
            Refuse(apply.At, apply.Operator.Kind == OperatorKind.Math ? $"Math.{name}" : name, NotKept);
        }

        foreach (var field in apply.Operands.Select(o => o.Operand).OfType<Operand.Layer>())
        {
            Layer(Anchor.Member(field.Field), field.Field);
        }

        foreach (var function in apply.Operands.Select(o => o.Operand).OfType<Operand.Function>())
        {
            Visit(function.Body);
        }
    }

    private void Layer(Anchor at, string field)
    {
        if (module.Layers.FirstOrDefault(l => l.Name == field) is { } layer && seen.Add(field))
        {
            Layer(at, layer, field);
        }
    }

    private void Layer(Anchor at, LayerModel layer, string path)
    {
        if (Chain.Items(layer) is { } items)
        {
            foreach (var (key, item) in items)
            {
                Layer(at, item, $"{path}.{key}");
            }
        }
        else if (Chain.Parts(layer) is { } parts)
        {
            foreach (var repeated in parts.SelectMany(p => p.Layers))
            {
                Layer(at, repeated.Layer, $"{path}.*");
            }
        }
        else if (layer.Nested is { } nested)
        {
            if (nested.Export is not { } same || (targets.IsOnnx && !same.IsOnnx) || (targets.IsPyTorch && !same.IsPyTorch))
            {
                Refuse(at, path, nested.IsHandWritten ? $"{layer.TypeName} is hand-written, and its code is not read"
                    : $"the graph of {layer.TypeName} is not there. Put [Export] on {layer.TypeName}");
            }
        }
        else if (LayerRules.Find(layer.Factory) is { } rule)
        {
            if (targets.IsOnnx
                && (rule.WhyNotInOnnx(layer.TypeName) ?? rule.RefusedInOnnx(new LayerArguments(layer.Arguments))) is { } reason)
            {
                Refuse(at, $"{path} ({layer.TypeName})", reason);
            }
            else if (targets.IsPyTorch && !PyTorchForms.Layers.Contains(layer.TypeName))
            {
                Refuse(at, $"{path} ({layer.TypeName})", WhyNotInPyTorch, PyTorch);
            }
        }
    }

    private string WhyNotInPyTorch => targets.IsOnnx ? $"{PyTorchForms.None}. {OnlyOnnx}" : PyTorchForms.None;

    private void Refuse(Anchor at, string what, string reason, string? target = null) =>
        findings.Add(new(FindingKind.NoEqualForm, at, what, reason, target ?? (targets.IsOnnx ? Onnx : PyTorch)));
}
