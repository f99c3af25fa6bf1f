using System.Runtime.InteropServices;
using Gen.Distributed.Engines;

namespace Gen.Distributed.Job;

/// <summary>
/// Before every operation the ranks compare what they are about to do: one reduction of four numbers, the same for every operation, so that
/// ranks that do different things meet here instead of waiting for each other for ever.
/// </summary>
internal sealed unsafe class Agreement(CommunicationEngine engine) : IDisposable
{
    private const int Numbers = 4;

    private readonly long* compared = (long*)NativeMemory.Alloc(Numbers, sizeof(long));

    /// <summary>Null where all ranks do the same; else what each does. All ranks get the same answer.</summary>
    /// <param name="collective">What this rank does.</param>
    /// <param name="step">The step in which it is.</param>
    public DistributedException? Difference(Collective collective, long step)
    {
        if (engine.Size == 1)
        {
            return null;
        }

        // The largest of x and the largest of -x: equal but for the sign where all have the same x.
        (compared[0], compared[1]) = (collective.Detail, -collective.Detail);
        (compared[2], compared[3]) = (collective.Count, -collective.Count);
        engine.AllReduce((nint)compared, Numbers, ScalarType.Int64, ReduceOp.Max);
        return compared[0] == -compared[1] && compared[2] == -compared[3] ? null : Describe(collective, step);
    }

    public void Dispose() => NativeMemory.Free(compared);

    private DistributedException Describe(Collective collective, long step)
    {
        var rows = new long[3 * engine.Size];
        (rows[3 * engine.Rank], rows[(3 * engine.Rank) + 1], rows[(3 * engine.Rank) + 2]) = (collective.Detail, collective.Count, step);
        fixed (long* data = rows)
        {
            engine.AllReduce((nint)data, rows.Length, ScalarType.Int64, ReduceOp.Sum);
        }

        var ranks = Enumerable.Range(0, engine.Size)
            .Select(r => (Rank: r, Does: Collective.Of(rows[3 * r], rows[(3 * r) + 1]), Step: rows[(3 * r) + 2])).ToArray();
        var other = ranks.First(r => r.Does != ranks[0].Does);
        return new($"the ranks do not do the same: {Row(ranks[0])}, {Row(other)}. All must call the same operations, equally often: "
            + "DistributedSampler gives all the same number of batches.",
            ranks.Where(r => r.Does.Kind != Collective.End).Min(r => r.Rank), ranks.Any(r => r.Does.Kind == Collective.End));
    }

    private static string Row((int Rank, Collective Does, long Step) row) => $"rank {row.Rank} in step {row.Step} {row.Does}";
}
