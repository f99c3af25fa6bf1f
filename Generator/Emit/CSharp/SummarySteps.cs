using Gen.Graph;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>The calls that tell a summary what runs: the graphs of nested modules before those that use them, equal ones once.</summary>
internal sealed class SummarySteps(HashSet<string> names)
{
    private readonly Dictionary<string, int> graphs = new(StringComparer.Ordinal);
    private readonly List<string> lines = [];
    private bool marksLeft;

    /// <summary>Some module frees after the last use.</summary>
    public bool FreesAtLastUse { get; private set; }

    public IReadOnlyList<string> Lines => lines;

    /// <summary>The number of a graph.</summary>
    public int Add(Graph.Trace graph)
    {
        var own = new List<string>();
        for (var i = 0; i < graph.Paths.Count; i++)
        {
            var way = graph.Paths[i];
            var when = graph.Paths.Count == 1 ? "" : $", {Number(way.When)}";
            marksLeft = way.Freeing == FreeingPolicy.LastUse;
            FreesAtLastUse |= marksLeft;
            own.Add($"{(i == 0 ? "Graph" : "Or")}({Literal(way.Freeing.ToString())}{when})");
            own.AddRange(way.Inputs.Select(s => $"Input({Literal(s.Name)}, {Literal(Text(s))})"));
            foreach (var step in way.Steps)
            {
                // What is nested in it is written first, and marked by its own way.
                var isMarked = marksLeft;
                var inner = step.Inner is null ? -1 : Add(step.Inner);
                marksLeft = isMarked;
                own.Add(Text(step, inner));
            }

            own.AddRange(way.Loops.Select(l =>
                $"Loop({Number(l.First)}, {Number(l.Count)}, {Number(l.Times)}, "
                + $"{Literal(string.Join(" ", l.Carried.Select(c => $"{Number(c.Before)}:{Number(c.After)}")))})"));
            own.Add($"Result({Values(way.Results)})");
        }

        var text = string.Join("\n", own);
        if (!graphs.TryGetValue(text, out var number))
        {
            graphs.Add(text, number = graphs.Count);
            lines.AddRange(own);
        }

        return number;
    }

    private string Text(TraceStep step, int graph)
    {
        var type = step.Written == step.Type || step.Written.StartsWith(step.Type + "(", StringComparison.Ordinal) ? null
            : $"type: {Literal(step.Type)}";
        var figures = new[] { step.Parameters, step.MultiplyAdds, step.TorchinfoMultiplyAdds }.Select(Number).ToArray();
        var (name, from, to) = (Literal(step.Name), Values(step.Operands), Values(step.Outputs));
        var cost = step.MultiplyAdds.Constant == 0 ? null : Number(step.MultiplyAdds);
        var tied = step.Tied.Constant == 0 ? null : $"tied: {Number(step.Tied)}";
        return step switch
        {
            { Kind: StepKind.Free } => $"Free({from})",
            { Kind: StepKind.Operation } => $"Operation({Join(name, from, to, cost)})",
            { Kind: StepKind.Unused } => $"Unused({Join(name, Literal(step.Written), figures[0], type)})",
            { Inner: not null } => $"Module({Join([name, Literal(step.Written), from, to, .. figures, Number(graph), type])})",
            _ => $"Layer({Join([name, Literal(step.Written), from, to, .. figures, type, tied])})",
        };
    }

    private static string Join(params string?[] arguments) => string.Join(", ", arguments.Where(a => a is not null));

    private static string Values(IEnumerable<int> values) => Literal(string.Join(" ", values.Select(Number)));

    private string Values(IEnumerable<TraceValue> slots) => Literal(string.Join(", ", slots.Select(Text)));

    /// <summary><c>B T d:8@0</c></summary>
    private string Text(TraceValue slot)
    {
        foreach (var name in slot.Shape.Dims.SelectMany(d => d.Names))
        {
            names.Add(name);
        }

        var bytes = slot.ElementBytes == 4 ? "" : $":{Number(slot.ElementBytes)}";
        return (slot.Shape.Rank == 0 ? "[]" : slot.Shape.ToShapeString()) + bytes + slot.Storage switch
        {
            Storage.Shared => $"@{Number(slot.Of)}",
            Storage.Either => $"?{Number(slot.Of)}",
            Storage.State => "@",
            _ => "",
        } + (slot.IsHidden ? "!" : "") + (slot.IsLeft && marksLeft ? "&" : "");
    }

    private string Number(Dim dim)
    {
        foreach (var name in dim.Names)
        {
            names.Add(name);
        }

        return SummaryEmitter.Text(dim);
    }

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Literal(string? text) => Identifier.Literal(text);
}
