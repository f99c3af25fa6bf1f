using Gen.Model;

namespace Gen.Reading;

/// <summary>
/// One module may stand in several places of a class: <c>Sequential(one, ReLU(), one)</c>. TorchSharp has its parameters once, so they are
/// counted in one place.
/// </summary>
internal sealed class SharedModules
{
    /// <summary>The modules that have been met, and whether they are certainly there.</summary>
    private readonly Dictionary<string, bool> met = new(StringComparer.Ordinal);

    public static EquatableArray<LayerModel> Resolve(IEnumerable<LayerModel> layers)
    {
        var shared = new SharedModules();
        layers = layers.ToArray();
        foreach (var layer in layers.Where(static l => l.Condition is null && !l.IsOptional))
        {
            shared.met[layer.Name] = true;
        }

        return layers.Select(l => shared.Read(l, isCertain: true)).ToEquatableArray();
    }

    private LayerModel Read(LayerModel layer, bool isCertain)
    {
        isCertain &= layer.Condition is null;
        if (layer.Otherwise is { } otherwise)
        {
            layer = layer with { Otherwise = Read(otherwise, isCertain: false) };
        }

        if (layer.Holder is { } holder)
        {
            if (holder.IsLayer)
            {
                return layer with { Counted = Counted.Elsewhere };
            }

            if (holder.IsRepeated)
            {
                return layer with { Counted = Counted.Unknown };
            }

            if (met.TryGetValue(holder.Key, out var isThere))
            {
                return layer with { Counted = isThere ? Counted.Elsewhere : Counted.Unknown };
            }

            met.Add(holder.Key, isCertain);
        }

        return layer.Factory is not ("Sequential" or "ModuleList" or "ModuleDict") ? layer : layer with
        {
            Arguments = layer.Arguments.Select(a => a with { Value = Read(a.Value, isCertain) }).ToEquatableArray(),
        };
    }

    private Value Read(Value value, bool isCertain) => value switch
    {
        Value.Module module => module with { Layer = Read(module.Layer, isCertain) },
        Value.List list => list with { Items = list.Items.Select(i => Read(i, isCertain)).ToEquatableArray() },
        Value.Repeat repeat => repeat with { Item = Read(repeat.Item, isCertain) },
        Value.Spread spread => spread with { Items = Read(spread.Items, isCertain) },
        _ => value,
    };
}
