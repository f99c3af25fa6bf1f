namespace Gen.Shapes;

/// <summary>What authors call the dimension of the batch.</summary>
internal static class BatchNames
{
    private static readonly HashSet<string> All =
        new(["B", "N", "b", "n", "bs", "batch", "batch_size", "batchSize", "batchsize"], StringComparer.Ordinal);

    public static bool Contains(string name) => All.Contains(name);

    /// <summary>The batch, and no second dimension of that kind behind it.</summary>
    public static bool AreFirst(Shape shape) => shape is { HasVariadic: false, Dims: [{ AsName: { } first }, var second, _] }
        && Contains(first) && !(second.AsName is { } name && Contains(name));
}
