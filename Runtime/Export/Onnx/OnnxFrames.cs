namespace Gen.Export.Onnx;

/// <summary>The values of a call and of those that lead to it, by their numbers.</summary>
internal static class OnnxFrames
{
    /// <summary>Copies, so that what one way that the code may go changes is not changed on the other. Lists that stand at several places
    /// do so afterwards.</summary>
    /// <param name="frames">The values.</param>
    /// <param name="instead">What stands in the place of some objects.</param>
    public static List<Dictionary<int, object?>> Copy(List<Dictionary<int, object?>> frames,
        IEnumerable<(object Old, object By)>? instead = null)
    {
        var copies = new Dictionary<object, object?>(ReferenceEqualityComparer.Instance);
        foreach (var (old, by) in instead ?? [])
        {
            copies[old] = by;
        }

        return [.. frames.Select(f => f.ToDictionary(static v => v.Key, v => Copy(v.Value, copies)))];
    }

    private static object? Copy(object? value, Dictionary<object, object?> copies)
    {
        if (value is null || copies.TryGetValue(value, out var there))
        {
            return value is null ? null : copies[value];
        }

        switch (value)
        {
            case ExportPair pair:
                return copies[value] = new ExportPair(Copy(pair.Key, copies), Copy(pair.Value, copies));
            case List<object?> list:
                var items = new List<object?>(list.Count);
                copies[value] = items;
                items.AddRange(list.Select(i => Copy(i, copies)));
                return items;
            case ExportMap map:
                var other = new ExportMap();
                copies[value] = other;
                other.Items.AddRange(map.Items.Select(i => (ExportPair)Copy(i, copies)!));
                return other;
            case OnnxGrowing growing:
                var grown = new OnnxGrowing();
                copies[value] = grown;
                grown.Added.AddRange(growing.Added.Select(i => Copy(i, copies)));
                return grown;
            default:
                return value;
        }
    }
}

/// <summary>A list that a loop fills whose number of turns only a call knows: within it, items can be added, and nothing else.</summary>
internal sealed class OnnxGrowing
{
    /// <summary>What one turn adds.</summary>
    public List<object?> Added { get; } = [];

    public static NotExportableException Refused() => new(
        "a list that a loop fills is read in it, and only a call knows how many items it has; keep what is read in a variable of its own");
}

/// <summary>Items of which only a call knows how many there are.</summary>
/// <param name="Count">How many.</param>
/// <param name="At">The item of a number.</param>
/// <param name="Tensor">The tensor whose parts along an axis they are; null where they are something else.</param>
/// <param name="Axis">The axis.</param>
internal sealed record OnnxSeries(Gen.Shapes.Dim Count, Func<Gen.Shapes.Dim, object?> At, OnnxValue? Tensor = null, int Axis = 0)
{
    /// <summary>The parts of a tensor along an axis.</summary>
    public static OnnxSeries Of(OnnxBuilder builder, OnnxValue tensor, int axis, OnnxInterpreter? sharing = null)
    {
        return new(tensor.Dims[axis], Part, tensor, axis);

        OnnxValue Part(Gen.Shapes.Dim index)
        {
            var part = builder.Select(tensor, axis, index);
            sharing?.Shares(part, tensor);
            return part;
        }
    }

    public static NotExportableException Refused() => new(
        "how many items there are only a call knows; go through them with foreach or for, or stack them");
}
