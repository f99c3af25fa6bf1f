using Gen.Analysis;
using Gen.Graph;
using Gen.Shapes;


namespace Gen.Summaries;

/// <summary>Who feeds whom: the layers and operations of a call as nodes, nested modules as groups around theirs.</summary>
internal sealed class Flow
{
    private readonly Func<string, Dim?> value;
    private readonly int deepest;
    private readonly List<FlowNode> nodes = [];
    private readonly List<FlowEdge> edges = [];
    private readonly List<FlowGroup> groups = [];

    /// <param name="graph">What a call runs.</param>
    /// <param name="value">The sizes.</param>
    /// <param name="deepest">Modules deeper than this are nodes, not groups.</param>
    public Flow(Trace graph, Func<string, Dim?> value, int deepest = int.MaxValue)
    {
        (this.value, this.deepest, Graph) = (value, deepest, graph);
        var way = Unrolling.Unroll(Unrolling.Choose(graph, value).First(), value);
        var inputs = way.Inputs.Select((slot, i) => (int?)Add(FlowKind.Input, slot.Name ?? "input", "", Text(slot.Shape), -1)).ToArray();
        Inputs = nodes.ToArray();
        var results = Read(way, inputs, "", -1, 1);
        var end = Add(FlowKind.Output, "output", "", way.Results.Count > 0
            ? string.Join(", ", way.Results.Select(r => Text(ShapeOf(way, r)))) : "", -1);
        foreach (var result in results.OfType<int>().Distinct())
        {
            edges.Add(new(result, end, ""));
        }

        (Nodes, Edges) = Trim();
    }

    public Trace Graph { get; }

    public IReadOnlyList<FlowNode> Inputs { get; }

    public IReadOnlyList<FlowNode> Nodes { get; }

    public IReadOnlyList<FlowEdge> Edges { get; }

    public IReadOnlyList<FlowGroup> Groups => groups;

    /// <summary>The graphs of the modules that are nodes here.</summary>
    public IReadOnlyList<(string Title, Trace Graph)> Closed { get; private set; } = [];

    /// <summary>The same graph with modules closed that are deeper.</summary>
    public Flow Closing(int deepest) => new(Graph, value, deepest);

    public Flow Inside(Trace graph) => new(graph, value, 1);

    /// <summary>The shape of a value.</summary>
    public static Shape ShapeOf(ExecutionPath way, int index)
    {
        if (index < way.Inputs.Count)
        {
            return way.Inputs[index].Shape;
        }

        var next = way.Inputs.Count;
        foreach (var step in way.Steps)
        {
            if (index < next + step.Outputs.Count)
            {
                return step.Outputs[index - next].Shape;
            }

            next += step.Outputs.Count;
        }

        return Shape.UnknownRank;
    }

    private int?[] Read(ExecutionPath way, IReadOnlyList<int?> inputs, string path, int group, int depth)
    {
        var makers = inputs.Take(way.Inputs.Count).ToList();
        var shapes = way.Inputs.Select(i => Text(i.Shape)).ToList();
        foreach (var step in way.Steps)
        {
            if (step.Kind is StepKind.Free or StepKind.Unused)
            {
                continue;
            }

            var name = step.Kind == StepKind.Operation ? step.Name : path + step.Name;
            var from = step.Operands.Select(f => f < makers.Count ? makers[f] : null).ToArray();
            if (step.Inner is { } inner && depth <= deepest && Unrolling.Choose(inner, value).FirstOrDefault() is { } chosen)
            {
                groups.Add(new(groups.Count, name, step.Type, group));
                var results = Read(Unrolling.Unroll(chosen, value), from, name + ".", groups.Count - 1, depth + 1);
                makers.AddRange(step.Outputs.Select((_, i) => i < results.Length ? results[i] : null));
            }
            else
            {
                var kind = step.Kind == StepKind.Operation ? FlowKind.Operation : step.Inner is null ? FlowKind.Layer : FlowKind.Module;
                var node = Add(kind, name, step.Written.Length > 0 ? step.Written : step.Type,
                    string.Join(", ", step.Outputs.Where(t => !t.IsHidden).Select(t => Text(t.Shape)).Distinct()), group);
                nodes[node] = nodes[node] with { Type = step.Type, Role = step.Role };
                if (step.Inner is { } closed)
                {
                    Closed = [.. Closed, ($"{step.Type}: {name}", closed)];
                }

                foreach (var (maker, i) in from.Select((m, i) => (m, i)).Where(p => p.m is not null).DistinctBy(p => p.m))
                {
                    edges.Add(new(maker!.Value, node, shapes[step.Operands[i]]));
                }

                makers.AddRange(step.Outputs.Select(_ => (int?)node));
            }

            shapes.AddRange(step.Outputs.Select(t => Text(t.Shape)));
        }

        return way.Results.Select(r => r < makers.Count ? makers[r] : null).ToArray();
    }

    private int Add(FlowKind kind, string name, string written, string shape, int group)
    {
        nodes.Add(new(nodes.Count, kind, name, "", written, shape, group));
        return nodes.Count - 1;
    }

    /// <summary>Operations that nobody uses are left out: sizes are read from them, or scopes are made.</summary>
    private (IReadOnlyList<FlowNode> Nodes, IReadOnlyList<FlowEdge> Edges) Trim()
    {
        var (kept, links) = (nodes.ToList(), edges.ToList());
        while (kept.RemoveAll(n => n.Kind == FlowKind.Operation && links.All(e => e.From != n.Id)) > 0)
        {
            links.RemoveAll(e => kept.All(n => n.Id != e.To));
        }

        return (kept, links);
    }

    private string Text(Shape shape) => shape.IsUnknownRank ? "?" : shape.Substitute(value).ToString();
}

internal enum FlowKind
{
    Input,
    Output,
    Layer,
    Module,
    Operation,
}

/// <param name="Id">Its number.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The layer's key, or the operation.</param>
/// <param name="Type">The layer's type.</param>
/// <param name="Written">The layer's construction.</param>
/// <param name="Shape">What it gives.</param>
/// <param name="Group">The module around it; -1 for the module itself.</param>
internal sealed record FlowNode(int Id, FlowKind Kind, string Name, string Type, string Written, string Shape, int Group)
{
    /// <summary>What a layer is in a model; empty where that is not known.</summary>
    public string Role { get; init; } = "";
}

/// <param name="From">The node that gives.</param>
/// <param name="To">The node that takes.</param>
/// <param name="Shape">What is handed on.</param>
internal sealed record FlowEdge(int From, int To, string Shape);

/// <param name="Id">Its number.</param>
/// <param name="Name">The module's key.</param>
/// <param name="Type">Its type.</param>
/// <param name="Parent">The module around it.</param>
internal sealed record FlowGroup(int Id, string Name, string Type, int Parent);
