namespace Gen.Summaries;

/// <summary>A box to be placed.</summary>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal readonly record struct Box(double Width, double Height);

/// <summary>
/// Places the nodes of a graph in layers from top to bottom, after Sugiyama: a node's layer is the longest way to it, an edge over several
/// layers goes through a point in each, and the longest way through the graph is a straight line with what skips it to its right.
/// </summary>
internal sealed class LayeredLayout
{
    private const double BesideBoxes = 26;
    private const double BesidePoints = 14;
    private const double TrunkWeight = 50;
    private const int Sweeps = 12;

    private readonly int boxes;
    private readonly List<int> layer = [];
    private readonly List<double> width = [];
    private readonly List<List<int>> above = [];
    private readonly List<List<int>> below = [];
    private readonly HashSet<int> trunk = [];
    private readonly List<List<int>> order = [];
    private double[] x = [];

    /// <param name="sizes">The boxes.</param>
    /// <param name="edges">Who feeds whom: from a lower number to a higher one.</param>
    /// <param name="inputs">How many of the first boxes stand above all others.</param>
    public LayeredLayout(IReadOnlyList<Box> sizes, IReadOnlyList<(int From, int To)> edges, int inputs)
    {
        boxes = sizes.Count;
        Layers(edges, inputs);
        foreach (var box in sizes)
        {
            Point(box.Width);
        }

        Routes = edges.Select(Route).ToArray();
        Trunk();
        Order();
        Place();
    }

    /// <summary>The layer of each box.</summary>
    public IReadOnlyList<int> Layer => layer;

    /// <summary>The middle of each box and of each point of a route.</summary>
    public IReadOnlyList<double> X => x;

    /// <summary>The boxes and points that each edge passes, both ends among them.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Routes { get; }

    public bool IsBox(int point) => point < boxes;

    /// <summary>The longest way to each box; what hangs on no input comes right before the first that takes it.</summary>
    private void Layers(IReadOnlyList<(int From, int To)> edges, int inputs)
    {
        var hangs = Enumerable.Range(0, boxes).Select(i => i < inputs).ToArray();
        layer.AddRange(Enumerable.Repeat(0, boxes));
        for (var i = 0; i < boxes; i++)
        {
            foreach (var edge in edges.Where(e => e.To == i))
            {
                layer[i] = Math.Max(layer[i], layer[edge.From] + 1);
                hangs[i] |= hangs[edge.From];
            }
        }

        for (var i = boxes - 1; i >= inputs; i--)
        {
            if (!hangs[i] && edges.Where(e => e.From == i).Select(e => layer[e.To]).DefaultIfEmpty(-1).Min() is >= 0 and var first)
            {
                layer[i] = first - 1;
            }
        }

        // Nothing stands beside the inputs.
        var highest = Enumerable.Range(inputs, Math.Max(0, boxes - inputs)).Select(i => layer[i]).DefaultIfEmpty(1).Min();
        for (var i = inputs; i < boxes && highest < 1; i++)
        {
            layer[i] += 1 - highest;
        }
    }

    private void Point(double size)
    {
        width.Add(size);
        above.Add([]);
        below.Add([]);
    }

    private int[] Route((int From, int To) edge)
    {
        var route = new List<int> { edge.From };
        for (var at = layer[edge.From] + 1; at < layer[edge.To]; at++)
        {
            layer.Add(at);
            Point(0);
            route.Add(width.Count - 1);
        }

        route.Add(edge.To);
        for (var i = 1; i < route.Count; i++)
        {
            below[route[i - 1]].Add(route[i]);
            above[route[i]].Add(route[i - 1]);
        }

        return [.. route];
    }

    /// <summary>The longest way, from the last box back.</summary>
    private void Trunk()
    {
        if (boxes == 0)
        {
            return;
        }

        var at = Enumerable.Range(0, boxes).OrderByDescending(i => layer[i]).ThenByDescending(i => i).First();
        for (var more = true; more;)
        {
            trunk.Add(at);
            var next = above[at].Where(IsBox).OrderBy(i => i).Cast<int?>().FirstOrDefault();
            more = next is not null;
            at = next ?? at;
        }
    }

    /// <summary>Within a layer: the trunk, then what hangs on what is further left.</summary>
    private void Order()
    {
        for (var i = 0; i <= layer.DefaultIfEmpty(-1).Max(); i++)
        {
            order.Add([]);
        }

        for (var i = 0; i < width.Count; i++)
        {
            order[layer[i]].Add(i);
        }

        var place = new double[width.Count];
        foreach (var row in order)
        {
            Sort(row, above);
        }

        foreach (var row in Enumerable.Reverse(order))
        {
            Sort(row, below);
        }

        foreach (var row in order)
        {
            Sort(row, above);
        }

        void Sort(List<int> row, List<List<int>> neighbours)
        {
            var sorted = row.OrderBy(i => trunk.Contains(i) ? 0 : 1)
                .ThenBy(i => neighbours[i].Count == 0 ? place[i] : neighbours[i].Average(n => place[n])).ThenBy(i => place[i])
                .ThenBy(i => i).ToArray();
            row.Clear();
            row.AddRange(sorted);
            for (var i = 0; i < row.Count; i++)
            {
                place[row[i]] = i;
            }
        }
    }

    /// <summary>Each goes as near to its neighbours as the order and the room between allow.</summary>
    private void Place()
    {
        x = new double[width.Count];
        foreach (var row in order)
        {
            Near(row, row.Select(_ => 0.0).ToArray());
        }

        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var isDown = sweep % 2 == 0;
            foreach (var row in isDown ? order : Enumerable.Reverse(order))
            {
                Near(row, row.Select(i => Wanted(i, isDown ? above[i] : below[i])).ToArray());
            }
        }

        Straighten();
        var left = width.Count == 0 ? 0 : Enumerable.Range(0, width.Count).Min(i => x[i] - (width[i] / 2));
        for (var i = 0; i < x.Length; i++)
        {
            x[i] -= left;
        }
    }

    /// <summary>The trunk is a straight line, and so is what skips: moved to the right, each time with what stands further right.</summary>
    private void Straighten()
    {
        var lines = Routes.Where(r => r.Count > 3).Select(r => r.Skip(1).Take(r.Count - 2).ToArray()).Prepend([.. trunk])
            .Where(l => l.Length > 0).ToArray();
        for (var round = 0; round < Sweeps; round++)
        {
            var isStill = true;
            foreach (var line in lines)
            {
                var right = line.Max(i => x[i]);
                isStill &= line.All(i => right - x[i] < 0.5);
                foreach (var i in line)
                {
                    x[i] = right;
                }
            }

            foreach (var row in order)
            {
                for (var i = 1; i < row.Count; i++)
                {
                    x[row[i]] = Math.Max(x[row[i]], x[row[i - 1]] + Distance(row[i - 1], row[i]));
                }
            }

            if (isStill)
            {
                break;
            }
        }
    }

    private double Distance(int left, int right) =>
        ((width[left] + width[right]) / 2) + (IsBox(left) || IsBox(right) ? BesideBoxes : BesidePoints);

    private double Wanted(int point, List<int> neighbours)
    {
        if (neighbours.Count == 0)
        {
            return x[point];
        }

        var (sum, weight) = (0.0, 0.0);
        foreach (var neighbour in neighbours)
        {
            var own = trunk.Contains(point) == trunk.Contains(neighbour) && IsBox(point) == IsBox(neighbour) ? TrunkWeight : 1;
            sum += own * x[neighbour];
            weight += own;
        }

        return sum / weight;
    }

    /// <summary>The places nearest to those wanted that keep order and distance: neighbours that push each other share the mean.</summary>
    private void Near(List<int> row, double[] wanted)
    {
        var offsets = new double[row.Count];
        for (var i = 1; i < row.Count; i++)
        {
            offsets[i] = offsets[i - 1] + Distance(row[i - 1], row[i]);
        }

        var blocks = new List<(double Sum, double Weight, int Count)>();
        for (var i = 0; i < row.Count; i++)
        {
            var weight = trunk.Contains(row[i]) ? TrunkWeight : 1;
            blocks.Add(((wanted[i] - offsets[i]) * weight, weight, 1));
            while (blocks is [.., var a, var b] && a.Sum / a.Weight > b.Sum / b.Weight)
            {
                blocks.RemoveRange(blocks.Count - 2, 2);
                blocks.Add((a.Sum + b.Sum, a.Weight + b.Weight, a.Count + b.Count));
            }
        }

        var at = 0;
        foreach (var (sum, weight, count) in blocks)
        {
            for (var i = 0; i < count; i++, at++)
            {
                x[row[at]] = (sum / weight) + offsets[at];
            }
        }
    }
}
