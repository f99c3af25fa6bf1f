using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Wang et al. 2015.</summary>
[Shape("B 4 84 84 -> B actions")]
internal sealed partial class Dqn(long actions)
{
    [Layer] private readonly Conv2d conv1 = Conv2d(4, 32, 8, stride: 4);
    [Layer] private readonly Conv2d conv2 = Conv2d(32, 64, 4, stride: 2);
    [Layer] private readonly Conv2d conv3 = Conv2d(64, 64, 3, stride: 1);
    [Layer] private readonly Linear value = Linear(64 * 7 * 7, 1);
    [Layer] private readonly Linear advantage = Linear(64 * 7 * 7, actions);

    private Tensor Forward(Tensor x)
    {
        x = functional.relu(conv1.call(x));
        x = functional.relu(conv2.call(x));
        x = functional.relu(conv3.call(x));
        x = x.view(x.size(0), -1);
        var v = value.call(x);
        var a = advantage.call(x);
        return v + a - a.mean([1], keepdim: true);
    }
}

/// <summary>Mnih et al. 2016: two results.</summary>
[Shape("B obs")]
internal sealed partial class ActorCritic(long obs, long actions)
{
    [Layer] private readonly Sequential body = Sequential(Linear(obs, 64), Tanh(), Linear(64, 64), Tanh());
    [Layer] private readonly Linear actor = Linear(64, actions);
    [Layer] private readonly Linear critic = Linear(64, 1);

    private (Tensor policy, Tensor value) Forward(Tensor x)
    {
        var h = body.call(x);
        return (softmax(actor.call(h), dim: -1), critic.call(h).squeeze(-1));
    }
}

/// <summary>Kipf and Welling 2016.</summary>
[Shape("N inF, N N -> N outF")]
internal sealed partial class GraphConvolution(long inF, long outF)
{
    [Parameter] private readonly Parameter weight = Parameter(init.xavier_uniform_(empty(inF, outF)));
    [Parameter] private readonly Parameter bias = Parameter(zeros(outF));

    private Tensor Forward(Tensor x, Tensor adjacency) => mm(adjacency, mm(x, weight)) + bias;
}

/// <summary>Two inputs, two layers.</summary>
[Shape("N f, N N -> N classes")]
internal sealed partial class Gcn(long f, long hidden, long classes, double p)
{
    [Layer] private readonly GraphConvolution gc1 = new(f, hidden);
    [Layer] private readonly GraphConvolution gc2 = new(hidden, classes);

    private Tensor Forward(Tensor x, Tensor adj)
    {
        x = functional.relu(gc1.call(x, adj));
        x = functional.dropout(x, p, training);
        x = gc2.call(x, adj);
        return functional.log_softmax(x, dim: 1);
    }
}

/// <summary>Shazeer et al. 2017.</summary>
[Shape("B d -> B d", Where = "experts >= k, experts >= 1")]
internal sealed partial class MixtureOfExperts(long d, int experts, int k)
{
    [Layer] private readonly Linear gate = Linear(d, experts);
    [Layer]
        private readonly ModuleList<Sequential> experts_ =
            ModuleList(Enumerable.Range(0, experts).Select(_ => Sequential(Linear(d, 4 * d), GELU(), Linear(4 * d, d))).ToArray());

    private Tensor Forward(Tensor x)
    {
        var (values, indices) = gate.call(x).topk(k);
        var weights = softmax(values, -1);
        var mask = zeros_like(gate.call(x)).scatter(1, indices, weights);
        var all = stack(experts_.Select(e => e.call(x)).ToList(), 1);
        return (mask.unsqueeze(-1) * all).sum(1);
    }
}

/// <summary>Koch et al. 2015: one set of weights for two inputs.</summary>
[Shape("B 1 105 105, B 1 105 105 -> B 1")]
internal sealed partial class Siamese
{
    [Layer]
        private readonly Sequential features = Sequential(Conv2d(1, 64, 10), ReLU(), MaxPool2d(2), Conv2d(64, 128, 7), ReLU(), MaxPool2d(2),
            Conv2d(128, 128, 4), ReLU(), MaxPool2d(2), Conv2d(128, 256, 4), ReLU(), Flatten(), Linear(9216, 4096), Sigmoid());
    [Layer] private readonly Linear head = Linear(4096, 1);

    private Tensor Forward(Tensor a, Tensor b) => head.call(abs(features.call(a) - features.call(b)));
}
