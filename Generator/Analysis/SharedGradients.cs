using Gen.Shapes;

namespace Gen.Analysis;

/// <summary>The gradients of parameters that are used more than once: they are added up, and held until the last of them is
/// there.</summary>
internal sealed class SharedGradients
{
    private readonly TrainingHeap heap;
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Block> held = new(StringComparer.Ordinal);

    /// <param name="heap">Where they are held.</param>
    /// <param name="uses">What is used, each time by the same name.</param>
    public SharedGradients(TrainingHeap heap, IEnumerable<string> uses)
    {
        this.heap = heap;
        foreach (var use in uses.Where(static u => u.Length > 0))
        {
            open[use] = open.TryGetValue(use, out var count) ? count + 1 : 1;
        }

        // How autograd adds up what several branches give at the same time is not modelled.
        if (open.Values.Count(static count => count > 1) > 1)
        {
            heap.Fail("the gradients of several layers that run more than once are added up in an order that is not known at compile time");
        }
    }

    /// <summary>The gradient of one of the uses is there.</summary>
    public void Add(string use, Dim bytes)
    {
        if (!open.TryGetValue(use, out var count))
        {
            return;
        }

        open[use] = count - 1;
        if (held.TryGetValue(use, out var block))
        {
            if (count == 1)
            {
                heap.Release(block);
            }
        }
        else if (count > 1)
        {
            held[use] = block = new Block(bytes);
            heap.Retain(block);
        }
    }
}
