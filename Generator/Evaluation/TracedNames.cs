using Gen.Graph;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>The names that shapes and figures of steps had while they were not recorded: those of a turn that stands for all tell whether
/// the turns differ.</summary>
internal sealed class TracedNames
{
    private readonly HashSet<string> shapes = new(StringComparer.Ordinal);
    private readonly HashSet<string> figures = new(StringComparer.Ordinal);

    public bool AreInShapes(string name) => shapes.Contains(name);

    public bool AreInFigures(string name) => figures.Contains(name);

    public void Forget(string name)
    {
        shapes.Remove(name);
        figures.Remove(name);
    }

    public void Add(TraceStep step, IEnumerable<Shape> outputs)
    {
        foreach (var dim in outputs.SelectMany(static s => s.Dims))
        {
            shapes.UnionWith(dim.Names);
        }

        foreach (var figure in new[] { step.Parameters, step.MultiplyAdds, step.TorchinfoMultiplyAdds })
        {
            figures.UnionWith(figure.Names);
        }

        foreach (var inner in (step.Inner?.Paths ?? []).SelectMany(static p => p.Steps))
        {
            Add(inner, inner.Outputs.Select(static o => o.Shape));
        }
    }

    /// <summary>A step of which the sizes are those of one turn, and not of all.</summary>
    public static TraceStep WithoutShapes(TraceStep step) => step with
    {
        Outputs = step.Outputs.Select(WithoutShape).ToArray(),
        Inner = step.Inner is null ? null : step.Inner with
        {
            Paths = step.Inner.Paths.Select(static p => p with
            {
                Inputs = p.Inputs.Select(WithoutShape).ToArray(),
                Steps = p.Steps.Select(WithoutShapes).ToArray(),
            }).ToArray(),
        },
    };

    public static TraceValue WithoutShape(TraceValue value) => value with
    {
        Shape = value.Shape.Rank is { } rank ? Shape.Of([.. Enumerable.Repeat(Dim.Unknown, rank)]) : value.Shape,
    };
}
