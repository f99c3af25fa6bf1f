using Gen.Graph;
using Gen.Model;
using Gen.Rules;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>The calls that tell a summary what runs: the graphs of nested modules before those that use them, equal ones once.</summary>
internal sealed class SummarySteps(SizeExpressions sizes)
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
            var when = graph.Paths.Count == 1 ? "" : $", {sizes.Of(way.When)}";
            marksLeft = way.Freeing == FreeingPolicy.LastUse;
            FreesAtLastUse |= marksLeft;
            own.Add($"{(i == 0 ? "Graph" : "Or")}({Names.SummaryFreeing}.{way.Freeing}{when})");
            if (graph.IsRecomputed && i == 0)
            {
                own.Add("IsRecomputed()");
            }

            if (graph.MayKeep && i == 0)
            {
                own.Add("MayKeep()");
            }

            own.AddRange(way.Inputs.Select(s => $"Input({Join([Literal(s.Name), .. Dims(s)])}){Said(s)}"));
            foreach (var step in way.Steps)
            {
                // What is nested in it is written first, and marked by its own way.
                var isMarked = marksLeft;
                var inner = step.Inner is null ? -1 : Add(step.Inner);
                marksLeft = isMarked;
                own.Add(Text(step, inner));
            }

            own.AddRange(way.Loops.Select(l => $"Loop({Join([Number(l.First), Number(l.Count), sizes.Of(l.Times),
                .. l.Carried.Select(c => $"({Number(c.Before)}, {Number(c.After)})")])})"));
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
        var figures = new[] { step.Parameters, step.MultiplyAdds, step.TorchinfoMultiplyAdds }.Select(sizes.Of).ToArray();
        var (name, written) = (Literal(step.Name), Literal(step.Written));
        var cost = step.MultiplyAdds.Constant == 0 ? null : sizes.Of(step.MultiplyAdds);
        var tied = step.Tied.Constant == 0 ? null : $"tied: {sizes.Of(step.Tied)}";
        var role = step.Role is "" or "Other" ? null : $"{Names.LayerRole}.{step.Role}";
        return step switch
        {
            { Kind: StepKind.Free } => $"Free({Values(step.Operands)})",
            { Kind: StepKind.Operation } => $"Operation({Join(name, cost)}){Flow(step)}{Training(step)}",
            { Kind: StepKind.Unused } => $"Unused({Join(name, written, figures[0], type)})",
            { Inner: not null } => $"Module({Join([name, written, .. figures, Number(graph), type])}){Flow(step)}{Training(step)}",
            _ => $"Layer({Join([name, written, .. figures, role, type, tied])}){Flow(step)}{Training(step)}",
        };
    }

    /// <summary>What autograd keeps of it.</summary>
    private string Training(TraceStep step) =>
        (step.Saves is not { } saves ? "" : $".Saves({Join(saves == Saved.Nothing ? null : Saves(saves),
            step.Statistics.Constant == 0 ? null : saves == Saved.Nothing ? $"bytes: {sizes.Of(step.Statistics)}"
            : sizes.Of(step.Statistics))})")
        + (step.Works is ({ Constant: 0 }, { Constant: 0 }) ? ""
            : $".Works({sizes.Of(step.Works.Forward)}, {sizes.Of(step.Works.Backward)})")
        + (step.Copies.Count == 0 ? "" : $".Copies({Join([.. step.Copies.Select(sizes.Of)])})")
        + (step.Composite is not { } composite ? ""
            : $".Composed({Join([$"{Names.SummaryComposite}.{composite.Kind}", .. composite.Sizes.Select(sizes.Of)])})")
        + (step.Recomputed > 0 ? $".Recomputed({Number(step.Recomputed)})" : "");

    private static string Saves(Saved saves) =>
        string.Join(" | ", saves.ToString().Split([", "], StringSplitOptions.None).Select(static s => $"{Names.SummarySaved}.{s}"));

    private string Flow(TraceStep step) => (step.Operands.Count > 0 ? $".From({Values(step.Operands)})" : "")
        + (step.Holds.Count > 0 && marksLeft ? $".Holds({Values(step.Holds)})" : "")
        + string.Concat(step.Outputs.Select(v => $".To({Join([.. Dims(v)])}){Said(v)}"));

    private static string Join(params string?[] arguments) => string.Join(", ", arguments.Where(a => a is not null));

    private static string Values(IEnumerable<int> values) => string.Join(", ", values.Select(Number));

    private IEnumerable<string> Dims(TraceValue value) => sizes.AreNamed(value.Shape) ? value.Shape.Dims.Select(sizes.Of) : [];

    /// <summary>What is said of a value beside its dimensions.</summary>
    private string Said(TraceValue value)
    {
        var lead = !sizes.AreNamed(value.Shape) || value.Shape.HasUnknownLead ? ".Led()"
            : value.Shape.Variadic is { } name ? $".Led({Literal(name)})" : "";
        return lead + (value.ElementBytes == 4 ? "" : $".Bytes({Number(value.ElementBytes)})") + value.Storage switch
        {
            Storage.Shared => $".In({Number(value.Of)})",
            Storage.Either => $".PerhapsIn({Number(value.Of)})",
            Storage.State => ".InState()",
            _ => "",
        } + (value.IsHidden ? ".Hidden()" : "") + (value.IsLeft && marksLeft ? ".Left()" : "");
    }

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Literal(string? text) => Identifier.Literal(text);
}
