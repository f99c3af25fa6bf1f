using System.Collections;

namespace Gen.Distributed;

/// <summary>
/// The indices of this rank's part of a data set: each rank has equally many, and in every epoch all ranks together have all. The order is
/// that of PyTorch's <c>DistributedSampler</c>, for the same seed and epoch.
/// </summary>
/// <example><code>
/// var sampler = new DistributedSampler(dataset.Count, group);
/// using var loader = new DataLoader(dataset, 64, sampler);      // enumerates the sampler again in each epoch
/// sampler.SetEpoch(epoch);
/// </code></example>
public sealed class DistributedSampler : IEnumerable<long>
{
    private readonly long length;
    private readonly int size;
    private readonly int rank;
    private readonly bool shuffle;
    private readonly long seed;
    private long epoch;

    /// <summary>The part of a rank of a group.</summary>
    /// <param name="length">How many items the data set has: one at least.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="shuffle">Whether the order is random, another one in each epoch.</param>
    /// <param name="seed">Of the order; the same on all ranks.</param>
    /// <param name="dropLast">Where the length is no multiple of the ranks: whether the rest is left out, or the first items are taken
    /// twice.</param>
    public DistributedSampler(long length, ProcessGroup group, bool shuffle = true, long seed = 0, bool dropLast = false)
        : this(length, (group ?? throw new ArgumentNullException(nameof(group))).Size, group.Rank, shuffle, seed, dropLast)
    {
    }

    /// <summary>The part of a rank that is given by its number.</summary>
    /// <param name="length">How many items the data set has: one at least.</param>
    /// <param name="size">How many ranks there are.</param>
    /// <param name="rank">Which one this is: 0 to <paramref name="size"/> - 1.</param>
    /// <param name="shuffle">Whether the order is random, another one in each epoch.</param>
    /// <param name="seed">Of the order; the same on all ranks.</param>
    /// <param name="dropLast">Where the length is no multiple of the ranks: whether the rest is left out, or the first items are taken
    /// twice.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or no item; or all items would be left out.</exception>
    public DistributedSampler(long length, int size, int rank, bool shuffle = true, long seed = 0, bool dropLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, size);
        (this.length, this.size, this.rank, this.shuffle, this.seed) = (length, size, rank, shuffle, seed);
        Count = dropLast ? length / size : (length + size - 1) / size;
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1, nameof(length));
    }

    /// <summary>How many indices each rank has.</summary>
    public long Count { get; }

    /// <summary>Chooses the order of an epoch; every rank must be told the same.</summary>
    /// <param name="value">The number of the epoch: from 0.</param>
    public void SetEpoch(long value) => epoch = value;

    /// <inheritdoc/>
    public IEnumerator<long> GetEnumerator()
    {
        var order = shuffle ? Shuffled() : null;
        for (var i = 0L; i < Count; i++)
        {
            // Where the indices are at an end, they begin again.
            var index = (rank + (i * size)) % length;
            yield return order is null ? index : order[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private long[] Shuffled()
    {
        // A generator of its own: the numbers of the model's dropout stay what they are.
        using var generator = new Generator((ulong)(seed + epoch));
        using var order = randperm(length, ScalarType.Int64, generator: generator);
        return order.data<long>().ToArray();
    }
}
