using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Checks;

/// <summary>GEN3003: the keys, shapes and element types of a module against the header of a file of weights. Only what every instance has
/// or has not is said.</summary>
internal static class CheckpointContract
{
    private const int Shown = 4;

    /// <param name="module">The module, with an <c>[Expect(Checkpoint = ...)]</c>.</param>
    /// <param name="state">Its keys.</param>
    /// <param name="header">What the file has.</param>
    /// <param name="registersMore">Code of the class registers what is no field.</param>
    /// <param name="isConverted">The program converts modules: it is not known what type their weights have when they are loaded.</param>
    public static IEnumerable<Finding> Compare(ModuleModel module, StateDictionary state, CheckpointHeader header, bool registersMore,
        bool isConverted)
    {
        var expect = module.Expect!;
        var file = expect.Checkpoint!;
        if (header.Error is { } error)
        {
            yield return new(FindingKind.CheckpointNotRead, Attribute, file, error);
            yield break;
        }

        var given = new Dictionary<string, CheckpointTensor>(StringComparer.Ordinal);
        foreach (var (key, tensor) in header.Tensors.Select(t => (t.Key, t.Value)))
        {
            given[key] = tensor;
        }

        // One of the keys of a tied tensor is enough.
        var filled = new HashSet<string>(state.Keys.Where(k => given.ContainsKey(k.Key)).Select(k => k.Tensor), StringComparer.Ordinal);
        var missing = state.Keys.Where(k => k.IsCertain && !given.ContainsKey(k.Key) && !filled.Contains(k.Tensor)).ToArray();
        if (missing.Length > 0)
        {
            var fields = missing.Select(m => m.Field).Distinct().ToArray();
            yield return new(FindingKind.CheckpointLacks, fields is [var only] ? Anchor.Member(only) : Attribute, file,
                Number(missing.Length), module.Type.Name, List(missing.Select(m => m.Key)));
        }

        var own = new HashSet<string>(state.Keys.Select(k => k.Key), StringComparer.Ordinal);
        var more = header.Tensors.Select(t => t.Key)
            .Where(k => !own.Contains(k) && !state.Open.Any(o => k.StartsWith(o, StringComparison.Ordinal))).ToArray();
        if (more.Length > 0 && !registersMore)
        {
            yield return new(FindingKind.CheckpointHasMore, Attribute, file, Number(more.Length), module.Type.Name, List(more));
        }

        foreach (var field in state.Keys.GroupBy(k => k.Field, StringComparer.Ordinal))
        {
            var others = field.Where(k => given.ContainsKey(k.Key))
                .Select(k => (Key: k, Text: Difference(k, given[k.Key], expect.Convert, isConverted)))
                .Where(d => d.Text is not null).ToArray();
            if (others.Length > 0)
            {
                var layers = others.Select(o => o.Key.Layer).Distinct().ToArray();
                yield return new(FindingKind.CheckpointDiffers, Anchor.Member(field.Key), field.Key,
                    layers is [var layer] ? layer : $"{layers.Length} layers", file, List(others.Select(o => o.Text!)));
            }
        }
    }

    private static readonly Anchor Attribute = new(AnchorKind.Expectation, "Checkpoint");

    /// <summary>What is certainly another; null where nothing is.</summary>
    private static string? Difference(StateKey key, CheckpointTensor given, bool convert, bool isConverted)
    {
        if (!key.Shape.IsUnknownRank && !key.Shape.HasVariadic
            && (key.Shape.Dims.Count != given.Shape.Count
                || key.Shape.Dims.Where((d, i) => d.Constant is { } size && size != given.Shape[i]).Any()))
        {
            return $"{key.Key} is {key.Shape} here and [{string.Join(", ", given.Shape)}] there";
        }

        var isFloat = key.Type.Is(ElementType.Float) && given.Type.Is(ElementType.Float);
        if (!key.Type.IsOne() || (isFloat && convert) || (key.Type == ElementType.Module && isConverted
            && (isFloat || given.Type == ElementType.Unknown)))
        {
            return null;
        }

        var type = key.Type == ElementType.Module ? ElementType.Float32 : key.Type;
        return type == given.Type ? null
            : $"{key.Key} is {type.Text()} here and {(given.Type == ElementType.Unknown ? given.TypeName : given.Type.Text())} there";
    }

    private static string Number(int count) => count == 1 ? "a key" : $"{Expectations.Text(count)} keys";

    private static string List(IEnumerable<string> items)
    {
        var all = items.ToArray();
        return string.Join(", ", all.Take(Shown)) + (all.Length > Shown ? $" and {Expectations.Text(all.Length - Shown)} more" : "");
    }
}
