using Gen.Model;
using Gen.Shapes;

namespace Gen.Model;

/// <summary>A chain: each layer reads what the one before made; a <c>Sequential</c> is the layers in it.</summary>
internal static class Chain
{
    public static EquatableArray<LayerUse> Of(ModuleModel module)
    {
        var operations = new List<LayerUse>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in Steps(module))
        {
            Add(layer, layer.Name, layer.Name, !seen.Add(layer.Name), operations);
        }

        return operations.ToEquatableArray();
    }

    /// <summary>The layers in the order of the chain; names that are no layers are passed over.</summary>
    public static IEnumerable<LayerModel> Steps(ModuleModel module) => module.Chain is { } names
        ? names.Select(n => module.Layers.FirstOrDefault(l => l.Name == n)).OfType<LayerModel>()
        : module.Layers;

    /// <summary>The modules in a container with their keys; null where they are not all known.</summary>
    public static IReadOnlyList<(string Key, LayerModel Layer)>? Items(LayerModel layer)
    {
        if (layer.NotUnderstood is not null || layer.Factory is not ("Sequential" or "ModuleList" or "ModuleDict"))
        {
            return null;
        }

        var values = layer.Arguments.Select(a => a.Value).ToArray();
        var all = values switch
        {
            [] or [Value.Null] => [],
            [var only] when Bindings.Expand(only) is Value.List list => Bindings.Flatten(list.Items),
            _ => null,
        };
        var items = all?.Select((item, i) => item switch
        {
            Value.Module module => (Key: i.ToString(System.Globalization.CultureInfo.InvariantCulture), module.Layer),
            Value.List { Items: [Value.Text name, Value.Module module] } => (Key: name.Characters, module.Layer),
            _ => (Key: "", Layer: null!),
        }).ToArray();
        if (items is null || items.Any(i => i.Layer is null))
        {
            return null;
        }

        return layer.Place is { } place ? items.Select(i => (i.Key, i.Layer with { Place = place.Within(i.Key) })).ToArray() : items;
    }

    /// <summary>A container of equal modules whose number is not known at compile time.</summary>
    public static RepeatedLayer? Repeated(LayerModel layer) =>
        Parts(layer) is [{ IsOne: false, Layers: [var only] }] ? only : null;

    /// <summary>The modules in a container, one by one or several times over; null where they are not all known.</summary>
    public static IReadOnlyList<ContainerPart>? Parts(LayerModel layer)
    {
        if (layer.NotUnderstood is not null || layer.Factory is not ("Sequential" or "ModuleList"))
        {
            return null;
        }

        var parts = new List<ContainerPart>();
        return layer.Arguments.All(a => a.Value is Value.Null || Add(a.Value, parts)) ? parts : null;
    }

    private static bool Add(Value value, List<ContainerPart> parts)
    {
        switch (Bindings.Expand(value))
        {
            case Value.Module module:
                parts.Add(new([new(module.Layer, "", Dim.One)]));
                return true;
            case Value.Spread spread:
                return Add(spread.Items, parts);
            case Value.List list:
                return list.Items.All(i => Add(i, parts));
            case Value.Repeat { Item: Value.Module module } repeat:
                parts.Add(new([new(module.Layer, repeat.Index, repeat.Count)]));
                return true;
            case Value.Repeat { Item: Value.Spread { Items: Value.List { Items: { Count: > 0 } items } } } repeat
                when items.All(static i => i is Value.Module):
                parts.Add(new([.. items.Select(i => new RepeatedLayer(((Value.Module)i).Layer, repeat.Index, repeat.Count))]));
                return true;
            default:
                return false;
        }
    }

    private static void Add(LayerModel layer, string path, string field, bool isRepeated, List<LayerUse> operations)
    {
        if (Items(layer) is { } items)
        {
            foreach (var (key, item) in items)
            {
                Add(item, $"{path}.{key}", field, isRepeated, operations);
            }
        }
        else
        {
            operations.Add(new(layer, path, field, Anchor.Member(field), isRepeated) { IsItem = path != field });
        }
    }
}

/// <summary>Layers that stand in a container one after the other, as often as their count says.</summary>
internal sealed record ContainerPart(IReadOnlyList<RepeatedLayer> Layers)
{
    public Dim Count => Layers[0].Count;

    public bool IsOne => Layers is [{ Index.Length: 0 }] && Count.Equals(Dim.One);

    /// <summary>How many modules that are.</summary>
    public Dim Modules => Count * Dim.Of(Layers.Count);
}

/// <summary>A layer for each number from 0 below a count, which may use the number by a name.</summary>
internal sealed record RepeatedLayer(LayerModel Layer, string Index, Dim Count)
{
    public LayerModel At(Dim number) => Index.Length == 0 ? Layer
        : new Bindings([new Argument(Index, new Value.Integer(number), null)]).Bind(Layer);
}
