using Gen.Analysis;
using Gen.Graph;
using Gen.Shapes;


namespace Gen.Summaries;

/// <summary>Reads the rows of a summary off what a call runs: a module before its layers, in the order in which they run.</summary>
internal sealed class Rows(Source source, Func<string, Dim?> value)
{
    private readonly List<LayerSummary> rows = [];
    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);
    private readonly List<int> indexes = [];

    public static LayerSummary[] Of(Source source, Func<string, Dim?> value)
    {
        var reader = new Rows(source, value);
        foreach (var way in Unrolling.Choose(source.Graph, value))
        {
            // What several ways run that no size tells apart stands once.
            var before = reader.seen.Keys.ToHashSet(StringComparer.Ordinal);
            reader.Read(Unrolling.Unroll(way, value), "", 1, before);
        }

        return [.. reader.rows];
    }

    /// <summary>Reads the steps of a way; gives the bytes of what they make.</summary>
    private Dim Read(ExecutionPath way, string path, int depth, IReadOnlySet<string> besides)
    {
        var shapes = way.Inputs.Select(i => i.Shape.Substitute(value)).ToList();
        var bytes = Dim.Zero;
        foreach (var step in way.Steps)
        {
            var made = Made(step);
            if (step.Kind is StepKind.Layer or StepKind.Module or StepKind.Unused && !besides.Contains(path + step.Name))
            {
                made = Read(step, path + step.Name, depth, step.Operands.Count > 0 ? shapes[step.Operands[0]] : Shape.UnknownRank, made,
                    besides);
            }

            bytes += made;
            shapes.AddRange(step.Outputs.Select(t => t.Shape.Substitute(value)));
        }

        return bytes;
    }

    private Dim Read(TraceStep step, string path, int depth, Shape input, Dim made, IReadOnlySet<string> besides)
    {
        while (indexes.Count <= depth)
        {
            indexes.Add(0);
        }

        var at = rows.Count;
        var isRepeated = !seen.TryAdd(path, at);
        var (index, cost) = (++indexes[depth], step.MultiplyAdds.Substitute(value));
        var parameters = step.Parameters.Substitute(value);
        rows.Add(null!);
        if (step.Inner is { } inner && Unrolling.Choose(inner, value).FirstOrDefault() is { } way)
        {
            made = Read(Unrolling.Unroll(way, value), path + ".", depth + 1, besides);
        }

        rows[at] = new LayerSummary(path, step.Type, step.Written)
        {
            Depth = depth,
            Index = index,
            HasLayers = rows.Count > at + 1,
            IsRepeated = isRepeated,
            TiedElements = step.Tied.Substitute(value),
            IsUnused = step.Kind == StepKind.Unused,
            Input = input,
            Output = step.Outputs.Count > 0 ? step.Outputs[0].Shape.Substitute(value) : Shape.UnknownRank,
            ParameterElements = parameters,
            FrozenParameters = Frozen.Within(source.Frozen, path),
            Cost = cost,
            TorchinfoCost = step.TorchinfoMultiplyAdds.Substitute(value),
            OutputBytes = made,
            ParameterShare = Share(parameters, source.Parameters.Substitute(value)),
            MultiplyAddShare = Share(cost, source.MultiplyAdds.Substitute(value)),
        };
        return made;
    }

    /// <summary>The bytes of new memory that a step takes.</summary>
    private Dim Made(TraceStep step) => step.Outputs.Where(t => t.Storage == Storage.Own && !t.IsHidden)
        .Aggregate(Dim.Zero, (sum, slot) => sum + slot.Bytes.Substitute(value));

    private static double? Share(Dim part, Dim whole) => part.Constant is { } a && whole.Constant is { } b ? b == 0 ? 0 : (double)a / b
        : part.Terms is [{ } x] && whole.Terms is [{ } y] && x.Key == y.Key ? (double)x.Coefficient / y.Coefficient
        : part.Constant == 0 ? 0 : null;
}
