namespace Cookbook;

/// <summary>A graph convolutional network (Kipf and Welling 2017): each node hears of its neighbours, twice.</summary>
/// <param name="features">Features of a node.</param>
/// <param name="hidden">Features between.</param>
/// <param name="classes">Scores of a node.</param>
[Shape("N features, N N -> N classes")]
public sealed partial class GraphNetwork(long features, long hidden, long classes)
{
    [Layer] private readonly GraphConvolution first = new(features, hidden);
    [Layer] private readonly GraphConvolution second = new(hidden, classes);
    [Layer(0.2)] private readonly Dropout dropout;

    private Tensor Forward(Tensor nodes, Tensor adjacency)
    {
        var x = functional.relu(first.call(nodes, adjacency)); // (N, hidden)
        return second.call(dropout.call(x), adjacency);
    }
}

/// <summary>The sum of a node and its neighbours, weighted by the adjacency, after a linear layer.</summary>
[Shape("N i, N N -> N o")]
public sealed partial class GraphConvolution(long i, long o)
{
    [Layer] private readonly Linear project = Linear(i, o);

    private Tensor Forward(Tensor nodes, Tensor adjacency) => adjacency.mm(project.call(nodes));
}

/// <summary>A few nodes are known; the graph tells about the others.</summary>
public static class GraphTraining
{
    /// <param name="model">Gives [N, classes].</param>
    /// <param name="nodes">[N, features].</param>
    /// <param name="adjacency">Normalised: [N, N].</param>
    /// <param name="known">Which nodes have a known class: int64 [K].</param>
    /// <param name="classes">The classes of all nodes, of which only the known are read: int64 [N].</param>
    /// <returns>One number.</returns>
    public static Tensor Loss(GraphNetwork model, Tensor nodes, Tensor adjacency, Tensor known, Tensor classes) =>
        functional.cross_entropy(model.call(nodes, adjacency)[known], classes[known]);

    /// <summary>D^-1/2 (A + I) D^-1/2: with an edge from each node to itself, and divided by the roots of how many each has.</summary>
    [return: Shape("N N")]
    public static Tensor Normalized([Shape("N N")] Tensor edges)
    {
        var joined = edges + eye(edges.shape[0]);
        var roots = joined.sum(1, keepdim: true).rsqrt(); // (N, 1)
        return roots * joined * roots.t();
    }
}

/// <summary>Learns who belongs to which of three clubs, from two known members of each and from who knows whom.</summary>
public static class GraphRecipe
{
    private const int Clubs = 3;
    private const int Members = 20;

    /// <summary>Nodes have no features but their own number.</summary>
    public static GraphNetwork Model() => new(Clubs * Members, hidden: 16, Clubs);

    /// <summary>Trains on two nodes of each club; the metric is about the others.</summary>
    public static Figures Train(GraphNetwork model, int steps = 100)
    {
        using var scope = NewDisposeScope();
        var (edges, classes) = Draw();
        var (nodes, adjacency) = (eye(Clubs * Members), GraphTraining.Normalized(edges));
        var order = arange(Clubs * Members);
        var (known, others) = (order[order % Members < 2], order[order % Members >= 2]);
        (double Loss, double Right) Measured() => Training.Measure(model, () =>
            (GraphTraining.Loss(model, nodes, adjacency, known, classes).ToDouble(),
                model.call(nodes, adjacency).argmax(1).eq(classes)[others].to(float32).mean().ToDouble()));

        var before = Measured();
        Training.Run(model, steps, learningRate: 2e-2, () => GraphTraining.Loss(model, nodes, adjacency, known, classes));
        return Figures.Of(before, Measured(), "share of the other nodes that are classified right");
    }

    /// <summary>Who knows whom: in a club one pair of three, outside one of fifty. [N, N], and the clubs [N].</summary>
    public static (Tensor Edges, Tensor Clubs) Draw()
    {
        var clubs = arange(Clubs).repeat_interleave(Members);
        var likely = where(clubs.unsqueeze(0).eq(clubs.unsqueeze(1)), 0.33f, 0.02f);
        var upper = (rand_like(likely) < likely).to(float32).triu(1);
        return (upper + upper.t(), clubs);
    }
}
