using System.Globalization;
using Gen.Checks;
using Gen.Evaluation;
using Gen.Exports;
using Gen.Graph;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>
/// The graph of a class with <c>[Export]</c>, as code that builds it: layers, parameters and what the constructor was given are objects in
/// it.
/// </summary>
internal sealed class GraphEmitter
{
    private const string Graph = "__graph";
    private readonly CheckedModule module;
    private readonly GivenValues given;
    private readonly SizeExpressions sizes = new(Graph);
    private readonly List<string> lines = [];
    private readonly Dictionary<Label, string> labels = [];
    private int functions;

    private GraphEmitter(CheckedModule module) => (this.module, given) = (module, new GivenValues(module.Model));

    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        if (module.Model.Export is null)
        {
            return;
        }

        var emitter = new GraphEmitter(module);
        emitter.Run();

        // What these ask for is kept in fields too.
        var locals = emitter.sizes.Names
            .Select(s => $"{Names.Size} {s.Value} = {emitter.given.Size(s.Key) ?? Identifier.Literal(s.Key)};").ToArray();
        if (emitter.given.Fields.Count > 0)
        {
            sections.Add(() =>
            {
                foreach (var field in emitter.given.Fields)
                {
                    writer.Line(field);
                }
            });
        }

        sections.Add(() =>
        {
            writer.Line("/// <summary>What a call computes, for the exports.</summary>").Line(Names.GeneratedCode);
            writer.Block($"{Names.ExportGraph} {Names.Exportable}.ToGraph()", () =>
            {
                foreach (var line in locals.Append(
                    $"var {Graph} = new {Names.ExportGraph}(this, {Identifier.Literal(module.Model.Type.Name)});").Concat(emitter.lines))
                {
                    writer.Line(line);
                }

                writer.Line($"return {Graph};");
            });
        });
    }

    private void Run()
    {
        var model = module.Model;
        var record = new ShapeRecord();
        ModuleChecker.Check(model, record, budget: null);
        foreach (var layer in model.Layers)
        {
            new LayerArgumentLines(lines, given, Graph, module).Add(layer, Identifier.Literal(layer.Key));
        }

        if (GraphBuilder.Of(model, record) is not { } graph)
        {
            Line("Yield", $"{Graph}.Opaque({Identifier.Literal("the code of its forward is not read")})");
            return;
        }

        for (var i = 0; i < graph.Inputs.Count; i++)
        {
            Input(graph.Inputs[i], model.Forward.Inputs[i].Name, i);
        }

        Block(graph.Body);
    }

    private void Input(GraphValue input, string name, int index)
    {
        var shape = module.Inputs is { } inputs && index < inputs.Count ? inputs[index] : Shape.UnknownRank;
        var type = module.Signature?.InputType(index) ?? ElementType.Unknown;
        var dims = shape.HasUnknownLead ? "null" : shape.Dims.Count == 0 ? $"new {Names.Size}[0]"
            : string.Join(", ", shape.Dims.Select(sizes.Of));
        var text = type.IsOne() ? type.Text() : "";
        var variadic = shape.HasUnknownLead ? null : shape.Variadic;
        lines.Add($"var {Value(input)} = {Graph}.Input({Identifier.Literal(name)}, {Identifier.Literal(text)}, "
            + $"{Identifier.Literal(variadic)}, {dims});");
    }

    private void Block(GraphBlock block)
    {
        foreach (var node in block.Nodes)
        {
            Node(node);
        }
    }

    private void Node(GraphNode node)
    {
        switch (node)
        {
            case GraphNode.Apply apply:
                Apply(apply);
                break;
            case GraphNode.Branch branch:
                Line("If", Text(branch.Condition));
                Block(branch.Then);
                Line("Else");
                Block(branch.Otherwise);
                End(branch.Outputs);
                break;
            case GraphNode.Loop loop:
                var starts = loop.Carried.Select(c => Text(c.Start)).ToArray();
                lines.Add($"var {Label(loop.Label)} = {Graph}.Loop({(loop.Items is null ? "" : Text(loop.Items))});");
                if (loop.Item is { } item)
                {
                    lines.Add($"var {Value(item)} = {Graph}.Item();");
                }

                for (var i = 0; i < starts.Length; i++)
                {
                    lines.Add($"var {Value(loop.Carried[i].Within)} = {Graph}.Carry({starts[i]});");
                }

                Block(loop.Body);
                End(loop.Outputs);
                break;
            case GraphNode.Scope scope:
                lines.Add($"var {Label(scope.Label)} = {Graph}.Scope();");
                Block(scope.Body);
                End(scope.Outputs);
                break;
            case GraphNode.Yield yield:
                Line("Yield", [.. yield.Values.Select(Text)]);
                break;
            case GraphNode.Leave leave:
                Line("Leave", [Label(leave.Label), .. leave.Values.Select(Text)]);
                break;
            case GraphNode.Opaque opaque:
                lines.Add($"var {Value(opaque.Output)} = {Graph}.Opaque({Identifier.Literal(opaque.Reason)});");
                break;
            default:
                Line("Throw");
                break;
        }
    }

    private void Apply(GraphNode.Apply apply)
    {
        var (kind, name) = (apply.Operator.Kind, apply.Operator.Name);
        var isOwn = kind == OperatorKind.Property && apply.Operands.Count == 0 && name != "training";
        var operands = kind switch
        {
            OperatorKind.Property when isOwn =>
                [$"new {Names.ExportArgument}(\"\", {Names.ExportOperand}.Of(this.{Identifier.Of(name)}))"],
            OperatorKind.Static => [$"new {Names.ExportArgument}(\"\", {Names.ExportOperand}.Of(global::{name.Replace('+', '.')}))"],
            _ => apply.Operands.Select(o =>
                $"new {Names.ExportArgument}({Identifier.Literal(o.Parameter)}, {Text(o.Operand)}{(o.IsDefault ? ", true" : "")})")
                .ToArray(),
        };
        var shape = apply.Output.Type is GraphType.Tensor { Shape: { HasVariadic: false, Rank: > 0 } known } && sizes.AreNamed(known)
            ? $".Shaped({string.Join(", ", known.Dims.Select(sizes.Of))})" : "";
        lines.Add($"var {Value(apply.Output)} = {Graph}.Apply({string.Join(", ", [
            $"{Names.ExportOperator}.{(isOwn ? OperatorKind.Static : kind)}", Identifier.Literal(name), .. operands])})"
            + $"{Named(apply.Output)}{Typed(apply.Output)}{shape};");
    }

    private void End(IReadOnlyList<GraphValue> outputs)
    {
        Line("End");
        foreach (var output in outputs)
        {
            lines.Add($"var {Value(output)} = {Graph}.Output(){Named(output)}{Typed(output)};");
        }
    }

    private string Text(Operand operand)
    {
        switch (operand)
        {
            case Operand.Of of:
                return Value(of.Value);
            case Operand.Layer layer:
                return $"{Names.ExportOperand}.Of(this.{Identifier.Of(layer.Field)})";
            case Operand.State state:
                return $"{Names.ExportOperand}.Of(this.{Identifier.Of(state.Field)})";
            case Operand.Function function:
                var name = $"__f{(functions++).ToString(CultureInfo.InvariantCulture)}";
                Line("Function");
                foreach (var parameter in function.Parameters)
                {
                    lines.Add($"var {Value(parameter)} = {Graph}.Parameter();");
                }

                Block(function.Body);
                lines.Add($"var {name} = {Graph}.EndFunction();");
                return name;
            case Operand.Constant constant:
                return given.Operand(constant.Value, constant.Type)
                    ?? $"{Graph}.Opaque({Identifier.Literal("what the constructor was given is not kept in a field")})";
            default:
                return $"{Graph}.Opaque({Identifier.Literal("it is not understood")})";
        }
    }

    private void Line(string method, params string[] arguments) => lines.Add($"{Graph}.{method}({string.Join(", ", arguments)});");

    private static string Named(GraphValue value) => value.Name.Length == 0 ? "" : $".Named({Identifier.Literal(value.Name)})";

    private static string Typed(GraphValue value) => value.Type is GraphType.Tensor { Element: var element } && element.IsOne()
        ? $".Typed({Identifier.Literal(element.Text())})" : "";

    private static string Value(GraphValue value) => $"__v{value.Number.ToString(CultureInfo.InvariantCulture)}";

    private string Label(Label label)
    {
        if (!labels.TryGetValue(label, out var name))
        {
            labels.Add(label, name = $"__l{labels.Count.ToString(CultureInfo.InvariantCulture)}");
        }

        return name;
    }
}
