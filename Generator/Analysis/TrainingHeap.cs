using Gen.Shapes;

namespace Gen.Analysis;

/// <summary>The bytes that are held in training, and when they were.</summary>
internal sealed class TrainingHeap(Dim always)
{
    private readonly List<Moment> moments = [];
    private Dim total = always;

    public IReadOnlyList<Moment> Moments => moments;

    /// <summary>Why the bytes are not known; null where they are.</summary>
    public string? Unknown { get; private set; }

    /// <summary>Another step of training begins.</summary>
    public void Clear() => moments.Clear();

    /// <summary>So much less is held all the time.</summary>
    public void Lower(Dim bytes) => total -= bytes;

    public void Retain(Block block)
    {
        if (block.Holders++ == 0)
        {
            total += block.Bytes;
        }
    }

    public void Release(Block block)
    {
        if (--block.Holders == 0)
        {
            total -= block.Bytes;
        }
    }

    public void Release(IEnumerable<Block> blocks)
    {
        foreach (var block in blocks)
        {
            Release(block);
        }
    }

    /// <summary>What is held now, and what a step needs for itself.</summary>
    public void Look(string step, Dim working)
    {
        var bytes = total + working;
        moments.Add(new(step, bytes));
        if (bytes.IsUnknown)
        {
            Fail($"the shape at '{step}' is not known");
        }
    }

    public void Fail(string why) => Unknown ??= why;
}

/// <summary>Memory, and how many hold it.</summary>
internal sealed class Block(Dim bytes)
{
    public Dim Bytes => bytes;

    public int Holders { get; set; }
}
