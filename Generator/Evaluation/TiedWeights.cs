using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>
/// A layer with another's weight computes with that, whatever it was built for. Where the two are not proved to have one shape, what the
/// layer needs and gives is not known.
/// </summary>
internal static class TiedWeights
{
    public static ModuleModel Resolve(ModuleModel module)
    {
        var foreign =
            module.Ties.Where(t => t.Source is not null && ShapeOf(module, t.Layer, t.Tensor) is { } own
                && ShapeOf(module, t.Source, t.SourceTensor!) is { } other && !own.Equals(other))
            .Select(t => t.Layer)
            .ToArray();
        return foreign.Length == 0 ? module : module with
        {
            Layers =
                module.Layers.Select(l => foreign.Contains(l.Name)
                    ? l with { NotUnderstood = "its weight is another layer's, of another shape" } : l).ToEquatableArray(),
        };
    }

    private static Shape? ShapeOf(ModuleModel module, string layer, string tensor) =>
        module.Layers.FirstOrDefault(l => l.Name == layer) is { } found && LayerRules.Find(found.Factory) is { } rule
            ? rule.State(new LayerArguments(found.Arguments)).FirstOrDefault(s => s.Name == tensor)?.Shape
            : null;
}
