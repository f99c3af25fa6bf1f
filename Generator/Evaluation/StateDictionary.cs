using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>A key of a <c>state_dict</c>.</summary>
/// <param name="Key">The key: <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Shape">The tensor's shape; unknown as far as it is not known at compile time.</param>
/// <param name="Type">Its element type.</param>
/// <param name="IsCertain">Every instance has it.</param>
/// <param name="Field">The field of the class that brings it.</param>
/// <param name="Layer">The layer that has it, as a message names it: <c>Linear 512 -> 10</c>.</param>
/// <param name="Tensor">The tensor that it stands for: tied keys have one.</param>
internal sealed record StateKey(string Key, Shape Shape, ElementType Type, bool IsCertain, string Field, string Layer, string Tensor);

/// <summary>The keys that a module's <c>state_dict</c> has, as far as they are known at compile time.</summary>
internal sealed class StateDictionary
{
    private const int Deepest = 32;
    private const int MostItems = 10_000;
    private readonly List<StateKey> keys = [];
    private readonly List<string> open = [];
    private readonly HashSet<string> classes = new(StringComparer.Ordinal);
    private readonly EvaluationCache walked = new();

    private StateDictionary()
    {
    }

    /// <summary>The keys, each once.</summary>
    public IReadOnlyList<StateKey> Keys => keys;

    /// <summary>How keys may begin that are not known.</summary>
    public IReadOnlyList<string> Open => open;

    /// <summary>The classes whose declarations were read, by their metadata names.</summary>
    public IEnumerable<string> Classes => classes;

    public static StateDictionary Of(ModuleModel module)
    {
        var all = new StateDictionary();
        all.Add(module, "", null, isCertain: true, depth: 0);
        var once = all.keys.GroupBy(k => k.Key, StringComparer.Ordinal).Select(Merged).ToArray();
        all.keys.Clear();
        all.keys.AddRange(once);
        return all;
    }

    /// <summary>Of a key that different ways bring only what they agree on is known.</summary>
    private static StateKey Merged(IGrouping<string, StateKey> same)
    {
        var first = same.First();
        return same.Skip(1).Aggregate(first, static (a, b) => a with
        {
            Shape = a.Shape.Equals(b.Shape) ? a.Shape : Shape.UnknownRank,
            Type = a.Type.Or(b.Type),
            IsCertain = a.IsCertain || b.IsCertain,
        });
    }

    private void Add(ModuleModel module, string prefix, string? field, bool isCertain, int depth)
    {
        classes.Add(module.Type.MetadataName);
        if (module.Contract is not null || module.IsHandWritten || module.Occupied.Contains("RegisterComponents") || depth > Deepest)
        {
            open.Add(prefix);
            return;
        }

        if (module.Type.Base is { Module: not null } basis)
        {
            Add(basis.Built(new Bindings(module.Bound))!, prefix, field, isCertain, depth + 1);
        }
        else if (module.Type.Base is { TakesName: false })
        {
            open.Add(prefix);
        }

        var from = keys.Count;
        foreach (var state in module.States.Where(s => s.IsParameter || s.IsPersistent))
        {
            Add(module, state, prefix, field, isCertain);
        }

        var inferred = ParameterCounts.Inferred(module, walked);
        foreach (var layer in module.Layers)
        {
            Add(inferred.Complete(layer), $"{prefix}{layer.Key}", field ?? layer.Name, isCertain, depth);
        }

        Tie(module, prefix, from);
    }

    /// <summary>A tied tensor has its source's shape, and is there by either of its keys.</summary>
    private void Tie(ModuleModel module, string prefix, int from)
    {
        string? Key(string? layer, string? tensor) =>
            module.Layers.FirstOrDefault(l => l.Name == layer) is { } found ? $"{prefix}{found.Key}.{tensor}" : null;
        foreach (var tie in module.Ties)
        {
            var at = keys.FindIndex(from, k => k.Key == Key(tie.Layer, tie.Tensor));
            if (at >= 0)
            {
                keys[at] = keys.Skip(from).FirstOrDefault(k => k.Key == Key(tie.Source, tie.SourceTensor)) is { } source
                    ? keys[at] with { Shape = source.Shape, Type = source.Type, Tensor = source.Tensor, IsCertain = source.IsCertain }
                    : keys[at] with { Shape = Shape.UnknownRank, Type = ElementType.Unknown, IsCertain = false };
            }
        }

        for (var i = from; i < keys.Count && module.NotUnderstoodTie is not null; i++)
        {
            keys[i] = keys[i] with { Shape = Shape.UnknownRank, Type = ElementType.Unknown, IsCertain = false };
        }
    }

    private void Add(ModuleModel module, StateModel state, string prefix, string? field, bool isCertain)
    {
        var ways = StateShapes.Ways(module, state, walked);
        if (ways is not null && ways.All(w => w.Value is AbstractValue.Null))
        {
            return;
        }

        var tensors = ways?.Select(w => w.Value as AbstractValue.Tensor).ToArray();
        var first = tensors is [{ } one, ..] && tensors.All(t => t is not null && t.Shape.Equals(one.Shape) && t.Type == one.Type)
            ? one : null;
        var key = prefix + state.Key;
        keys.Add(new(key, first?.Shape ?? Shape.UnknownRank, first?.Type ?? ElementType.Unknown, isCertain && first is not null,
            field ?? state.Name, state.IsParameter ? "parameter" : "buffer", key));
    }

    private void Add(LayerModel layer, string path, string field, bool isCertain, int depth)
    {
        if (layer.NotUnderstood is not null || layer is { Condition: null, Counted: not Counted.Here })
        {
            open.Add(path + ".");
        }
        else if (layer.Condition is { } condition)
        {
            var holds = condition.Indicator.Constant;
            if (holds != 0)
            {
                Add(layer with { Condition = null, Otherwise = null, IsOptional = false }, path, field, isCertain && holds == 1, depth);
            }

            if (holds != 1 && layer.Otherwise is { } otherwise)
            {
                Add(otherwise, path, field, isCertain && holds == 0, depth);
            }
        }
        else if (Chain.Items(layer) is { } items)
        {
            foreach (var (key, item) in items)
            {
                Add(item, $"{path}.{key}", field, isCertain && !layer.IsOptional, depth);
            }
        }
        else if (Chain.Parts(layer) is { } parts)
        {
            var at = 0L;
            foreach (var part in parts)
            {
                // The keys after a number of modules that is not known are not known either.
                if (part.Count.Constant is not { } count || at + (count * part.Layers.Count) > MostItems)
                {
                    open.Add(path + ".");
                    return;
                }

                for (var i = 0L; i < count; i++)
                {
                    foreach (var repeated in part.Layers)
                    {
                        Add(repeated.At(Dim.Of(i)), $"{path}.{Dim.Of(at++)}", field, isCertain && !layer.IsOptional, depth);
                    }
                }
            }
        }
        else if (layer.Nested is { } nested)
        {
            Add(new Bindings(layer.Arguments).Bind(nested), path + ".", field, isCertain && !layer.IsOptional, depth + 1);
        }
        else if (LayerRules.Find(layer.Factory) is { } rule)
        {
            Add(rule, layer, path, field, isCertain && !layer.IsOptional);
        }
        else
        {
            open.Add(path + ".");
        }
    }

    private void Add(LayerRule rule, LayerModel layer, string path, string field, bool isCertain)
    {
        var arguments = new LayerArguments(layer.Arguments);
        var isKnown = layer.Arguments.All(a => !LayerEvaluator.IsHole(layer, a));
        var brief = isKnown ? rule.BriefOf(arguments) : rule.Factory;
        foreach (var tensor in rule.State(arguments))
        {
            // What is not known of it may be its number too: layers.*.linear1.weight.
            if (tensor.Shape.IsUnknownRank || tensor.Name.Contains('*'))
            {
                open.Add(path + ".");
                continue;
            }

            var key = $"{path}.{tensor.Name}";
            var type = tensor.Name == "num_batches_tracked" ? ElementType.Int64 : LayerRule.WeightsOf(arguments);
            keys.Add(new(key, isKnown ? tensor.Shape : Shape.UnknownRank, type, isCertain && tensor.Presence.Constant == 1, field, brief,
                key));
        }
    }
}
