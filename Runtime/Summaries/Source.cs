using Gen.Graph;
using Gen.Shapes;


namespace Gen.Summaries;

/// <summary>What a summary is made from, before sizes are given.</summary>
/// <param name="Name">The module's name.</param>
/// <param name="Signature">Its shape string; null where it declares none.</param>
/// <param name="Graph">What a call runs.</param>
/// <param name="Parameters">The elements of all parameters, shared ones once.</param>
/// <param name="MultiplyAdds">Multiply-adds by the conventional rule.</param>
/// <param name="TorchinfoMultiplyAdds">Multiply-adds by torchinfo's rule.</param>
/// <param name="Sizes">What the constructor was given.</param>
/// <param name="Frozen">The keys and elements of the parameters that are not trained.</param>
/// <param name="Trained">The keys of those that are.</param>
internal sealed record Source(
    string Name, string? Signature, Trace Graph, Dim Parameters, Dim MultiplyAdds, Dim TorchinfoMultiplyAdds,
    IReadOnlyDictionary<string, long> Sizes, IReadOnlyList<Frozen> Frozen, IReadOnlyList<string> Trained)
{
    /// <summary>A chain of rows that somebody wrote down.</summary>
    public static Source Of(string name, string? signature, IReadOnlyList<LayerSummary> layers)
    {
        var inputs = new[] { new TraceValue(layers.Count > 0 ? layers[0].Input : Shape.UnknownRank, Name: "input") };
        var steps =
            layers.Select((l, i) => new TraceStep(StepKind.Layer, l.Name, l.TypeName, l.Type, [i], [new TraceValue(l.Output)],
                l.ParameterElements,
                l.Cost, l.TorchinfoCost, Dim.Zero, null)).ToArray();
        return new(
            name,
            signature,
            new Trace([new ExecutionPath(Dim.One, FreeingPolicy.Next, inputs, steps, [], [steps.Length])]),
            layers.Where(l => !l.IsRepeated).Aggregate(Dim.Zero, static (sum, l) => sum + l.ParameterElements),
            layers.Aggregate(Dim.Zero, static (sum, l) => sum + l.Cost),
            layers.Aggregate(Dim.Zero, static (sum, l) => sum + l.TorchinfoCost),
            new Dictionary<string, long>(),
            [],
            []);
    }

    /// <summary>Every name that a size may be given for, in the order in which they come up.</summary>
    public IReadOnlyList<string> Names()
    {
        var names = new List<string>();
        Of(Graph, [], names);
        Add(names, Parameters);
        Add(names, MultiplyAdds);
        return names.Where(n => n.All(c => char.IsLetterOrDigit(c) || c is '_' or '.')).ToArray();
    }

    private static void Of(Trace graph, HashSet<Trace> seen, List<string> names)
    {
        if (!seen.Add(graph))
        {
            return;
        }

        foreach (var way in graph.Paths)
        {
            foreach (var dim in way.Inputs.SelectMany(i => i.Shape.Dims).Append(way.When).Concat(way.Loops.Select(l => l.Times)))
            {
                Add(names, dim);
            }

            foreach (var step in way.Steps)
            {
                foreach (var dim in step.Outputs.SelectMany(t => t.Shape.Dims).Append(step.Parameters))
                {
                    Add(names, dim);
                }

                if (step.Inner is { } inner)
                {
                    Of(inner, seen, names);
                }
            }
        }
    }

    private static void Add(List<string> names, Dim dim) => names.AddRange(dim.Names.Where(n => !names.Contains(n)));
}
