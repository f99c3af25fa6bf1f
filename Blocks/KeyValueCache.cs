namespace Gen.Blocks;

/// <summary>
/// The keys and values that one attention layer has seen, so that the next token does not compute them again. Give each layer a cache of
/// its own, and each conversation new ones. A cache is for inference: it takes no tensor that needs a gradient.
/// </summary>
/// <remarks>The memory doubles when it is full, so that appending one position costs the same, however many there are.</remarks>
public sealed class KeyValueCache : IDisposable
{
    private Tensor? keys;
    private Tensor? values;

    /// <summary>How many positions it holds.</summary>
    public long Length { get; private set; }

    /// <summary>Appends positions.</summary>
    /// <param name="newKeys"><c>(B, H, T, d)</c>; of the same batch, heads, width, type and device as before.</param>
    /// <param name="newValues">Of the same shape.</param>
    /// <returns>All keys and all values so far, <c>(B, H, S, d)</c>: views of the cache, which hold until the next call.</returns>
    /// <exception cref="ArgumentException">The two are not alike, or their sizes or type are not those of before.</exception>
    /// <exception cref="InvalidOperationException">A tensor needs a gradient.</exception>
    [return: Shape("B H S d, B H S d")]
    public (Tensor Keys, Tensor Values) Append([Shape("B H T d")] Tensor newKeys, [Shape("B H T d")] Tensor newValues)
    {
        ArgumentNullException.ThrowIfNull(newKeys);
        ArgumentNullException.ThrowIfNull(newValues);
        if (newKeys.requires_grad || newValues.requires_grad)
        {
            throw new InvalidOperationException("A cache is for inference: call the model under torch.no_grad().");
        }

        if (newKeys.dim() != 4 || !newKeys.shape.SequenceEqual(newValues.shape) || newKeys.dtype != newValues.dtype)
        {
            throw new ArgumentException(
                $"keys and values must be (B, H, T, d) and alike, but {Text(newKeys)} and {Text(newValues)} come.");
        }

        if (keys is not null && (keys.dtype != newKeys.dtype || keys.shape[0] != newKeys.shape[0] || keys.shape[1] != newKeys.shape[1]
            || keys.shape[3] != newKeys.shape[3]))
        {
            throw new ArgumentException($"the cache holds ({keys.shape[0]}, {keys.shape[1]}, {Length}, {keys.shape[3]}) of {keys.dtype}, "
                + $"but {Text(newKeys)} comes.", nameof(newKeys));
        }

        var end = Length + newKeys.shape[2];
        keys = Reserve(keys, newKeys, end);
        values = Reserve(values, newValues, end);
        using (var place = keys.narrow(2, Length, newKeys.shape[2]))
        {
            place.copy_(newKeys);
        }

        using (var place = values.narrow(2, Length, newValues.shape[2]))
        {
            place.copy_(newValues);
        }

        Length = end;
        return (keys.narrow(2, 0, end), values.narrow(2, 0, end));
    }

    /// <summary>Forgets all positions from one on, such as those of tokens that were drawn in vain.</summary>
    /// <param name="length">How many to keep, 0 to <see cref="Length"/>.</param>
    public void Truncate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        keys?.Dispose();
        values?.Dispose();
        (keys, values, Length) = (null, null, 0);
    }

    /// <summary>What holds at least so many positions, with those of before.</summary>
    private Tensor Reserve(Tensor? all, Tensor more, long end)
    {
        if (all is not null && all.shape[2] >= end)
        {
            return all;
        }

        long[] size = [more.shape[0], more.shape[1], Math.Max(end, 2 * (all?.shape[2] ?? 0)), more.shape[3]];
        var larger = empty(size, more.dtype, more.device).Keep();
        if (all is not null)
        {
            using var before = all.narrow(2, 0, Length);
            using var place = larger.narrow(2, 0, Length);
            place.copy_(before);
            all.Dispose();
        }

        return larger;
    }

    private static string Text(Tensor tensor) => $"({string.Join(", ", tensor.shape)}) of {tensor.dtype}";
}
