using Gen.Model;
using Gen.Rules.Layers;

namespace Gen.Diagnostics;

/// <summary>Which layers do something else in training.</summary>
internal static class TrainingMode
{
    /// <summary>The first layer of a module that does, as a reader knows it; null where none is known to.</summary>
    public static string? Reason(LayerModel layer) => Reason(layer, []);

    private static string? Reason(LayerModel layer, IReadOnlyList<ModuleModel> within)
    {
        if (layer.Condition is not null)
        {
            return null;
        }

        if (layer.Nested is { } nested)
        {
            return within.Contains(nested) ? null : nested.Layers.Select(l => Reason(l, [.. within, nested]))
                .FirstOrDefault(r => r is not null);
        }

        if (Chain.Items(layer) is { } items)
        {
            return items.Select(i => Reason(i.Layer, within)).FirstOrDefault(r => r is not null);
        }

        if (Chain.Parts(layer) is { } parts)
        {
            return parts.SelectMany(p => p.Layers).Select(l => Reason(l.Layer, within)).FirstOrDefault(r => r is not null);
        }

        var differs = layer.NotUnderstood is null && LayerRules.Find(layer.Factory) is { } rule
            && rule.DiffersInTraining(new LayerArguments(layer.Arguments));
        return differs ? layer.Name.Length > 0 ? $"'{layer.Name}' ({layer.Written})" : layer.Written : null;
    }
}
