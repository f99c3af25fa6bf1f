namespace Gen.Diagnostics;

/// <summary>Which variable, member or value gets what it holds from which. A collection and what is in it are one node.</summary>
internal sealed class FlowGraph
{
    private const int None = -1;

    private readonly List<List<int>> next = [];
    private readonly List<List<int>> previous = [];
    private readonly HashSet<(int, int)> edges = [];
    private readonly HashSet<int> origins = [];
    private readonly HashSet<int> empty = [];

    public int Add()
    {
        next.Add([]);
        previous.Add([]);
        return next.Count - 1;
    }

    /// <summary>A module comes into being here.</summary>
    public void IsOrigin(int node) => origins.Add(node);

    /// <summary>There is nothing in it but what is put there: <c>new List()</c>.</summary>
    public void IsEmpty(int node) => empty.Add(node);

    /// <summary>What the one holds, the other may hold.</summary>
    public void Flow(int from, int to)
    {
        if (from != None && to != None && from != to && edges.Add((from, to)))
        {
            next[from].Add(to);
            previous[to].Add(from);
        }
    }

    public bool Reaches(int from, Func<int, bool> goal) => Any([from], goal, n => next[n]);

    /// <summary>Where that which a node holds comes from: modules that come into being, and what nothing is known of. Nothing behind a node
    /// that is settled is looked at.</summary>
    public IReadOnlyList<int> Sources(int node, Func<int, bool> isSettled, out bool someAreSettled)
    {
        var (sources, settled) = (new List<int>(), false);
        _ = Any([node], _ => false, n =>
        {
            if (n != node && isSettled(n))
            {
                settled = true;
                return [];
            }

            if (origins.Contains(n) || (previous[n].Count == 0 && n != node && !empty.Contains(n)))
            {
                sources.Add(n);
                return [];
            }

            return previous[n];
        });
        someAreSettled = settled;
        return sources;
    }

    private static bool Any(IEnumerable<int> start, Func<int, bool> goal, Func<int, IEnumerable<int>> onward)
    {
        var (seen, open) = (new HashSet<int>(start), new Stack<int>(start));
        while (open.Count > 0)
        {
            var node = open.Pop();
            if (goal(node))
            {
                return true;
            }

            foreach (var other in onward(node))
            {
                if (seen.Add(other))
                {
                    open.Push(other);
                }
            }
        }

        return false;
    }
}
