using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>A size that the shape which arrives puts in the place of <c>-1</c>.</summary>
internal sealed record InferredSize(string Layer, string Parameter, Dim Size);

internal static class InferredSizes
{
    /// <summary>The layer with the sizes that were inferred for it.</summary>
    public static LayerModel Complete(this IEnumerable<InferredSize> inferred, LayerModel layer)
    {
        if (layer.Origin != LayerOrigin.Attribute || inferred.Where(i => i.Layer == layer.Name).ToArray() is not { Length: > 0 } holes)
        {
            return layer;
        }

        return layer with
        {
            Arguments = layer.Arguments.Select(a => holes.FirstOrDefault(h => h.Parameter == a.Parameter) is { } hole
                ? a with { Value = new Value.Integer(hole.Size), Written = hole.Size.ToString() }
                : a).ToEquatableArray(),
            Written = ConstructionText.Rewrite(layer, holes[0].Parameter, holes[0].Size.ToString()),
        };
    }
}
