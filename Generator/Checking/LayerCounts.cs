using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Counts the parameters that a layer registers.</summary>
internal static class LayerCounts
{
    /// <summary>The elements of the layer's parameters; unknown, with the reason, where an argument or the layer itself is not known.</summary>
    public static (Dim Count, string? Reason) Parameters(LayerModel layer)
    {
        if (layer.NotUnderstood is { } text)
        {
            return (Dim.Unknown, $"how '{layer.Name}' is built is not understood: {text}");
        }

        if (ChainGraph.Items(layer) is { } items)
        {
            var counts = items.Select(i => Parameters(i.Layer with { Name = $"{layer.Name}.{i.Key}" })).ToArray();
            return (counts.Aggregate(Dim.Zero, static (sum, c) => sum + c.Count), counts.FirstOrDefault(c => c.Reason is not null).Reason);
        }

        if (layer.Nested is { } nested)
        {
            var inner = ModuleChecker.Check(nested).ParameterCount.Substitute(n => Bound(layer, n));
            return (inner, inner.IsUnknown ? $"'{layer.Name}' ({layer.TypeName}) cannot be counted" : null);
        }

        if (LayerRules.Find(layer.Factory) is not { } rule)
        {
            return (Dim.Unknown, $"there is no rule for '{layer.Name}' ({layer.TypeName})");
        }

        var count = rule.State(new LayerArguments(layer.Arguments)).Where(t => t.IsParameter).Aggregate(Dim.Zero, static (sum, t) => sum + t.Shape.ElementCount());
        if (layer.IsOptional && count != Dim.Zero)
        {
            return (Dim.Unknown, $"'{layer.Name}' may be null");
        }

        return (count, count.IsUnknown ? $"a size of '{layer.Name}' ({layer.Written}) is not known when compiling" : null);
    }

    /// <summary>What a nested module's constructor parameter is, where it is built with it.</summary>
    public static Dim? Bound(LayerModel layer, string name) => layer.Arguments.FirstOrDefault(a => a.Parameter == name)?.Value switch
    {
        Value.Integer integer => integer.Dim,
        null => null,
        _ => Dim.Unknown,
    };
}
