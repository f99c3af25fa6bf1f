using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Benchmarks;

/// <summary>Modules in modules in modules.</summary>
public sealed partial class Nest(int depth)
{
    [Layer] private readonly Linear layer = Linear(8, 8);
    [Layer] private readonly Nest? next = depth > 1 ? new Nest(depth - 1) : null;

    private Tensor Forward(Tensor x) => next is null ? layer.call(x) : next.call(layer.call(x));
}

/// <summary>The same by hand.</summary>
public sealed class PlainNest : Module<Tensor, Tensor>
{
    private readonly Linear layer = Linear(8, 8);
    private readonly PlainNest? next;

    public PlainNest(int depth)
        : base(nameof(PlainNest))
    {
        next = depth > 1 ? new PlainNest(depth - 1) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => next is null ? layer.call(input) : next.call(layer.call(input));
}

/// <summary>Holds what TorchSharp's Sequentials make slow.</summary>
public sealed partial class GeneratedInSequentials
{
    [Layer] private readonly Sequential body;

    public GeneratedInSequentials(Sequential body) => this.body = body;

    private Tensor Forward(Tensor x) => body.call(x);
}

/// <summary>Four layers.</summary>
[Shape("B 64 -> B 10")]
public sealed partial class Mlp
{
    [Layer(64, 128)] private readonly Linear fc1;
    [Layer] private readonly ReLU relu1;
    [Layer(-1, 128)] private readonly Linear fc2;
    [Layer] private readonly ReLU relu2;
    [Layer(-1, 64)] private readonly Linear fc3;
    [Layer] private readonly ReLU relu3;
    [Layer(-1, 10)] private readonly Linear fc4;
}

/// <summary>The same by hand.</summary>
public sealed class PlainMlp : Module<Tensor, Tensor>
{
    private readonly Linear fc1 = Linear(64, 128);
    private readonly ReLU relu1 = ReLU();
    private readonly Linear fc2 = Linear(128, 128);
    private readonly ReLU relu2 = ReLU();
    private readonly Linear fc3 = Linear(128, 64);
    private readonly ReLU relu3 = ReLU();
    private readonly Linear fc4 = Linear(64, 10);

    public PlainMlp()
        : base(nameof(PlainMlp)) => RegisterComponents();

    public override Tensor forward(Tensor input) => fc4.call(relu3.call(fc3.call(relu2.call(fc2.call(relu1.call(fc1.call(input)))))));
}

/// <summary>Eight layers that are there already.</summary>
public sealed partial class Registered(Linear[] layers)
{
    [Layer] private readonly Linear a = layers[0];
    [Layer] private readonly Linear b = layers[1];
    [Layer] private readonly Linear c = layers[2];
    [Layer] private readonly Linear d = layers[3];
    [Layer] private readonly Linear e = layers[4];
    [Layer] private readonly Linear f = layers[5];
    [Layer] private readonly Linear g = layers[6];
    [Layer] private readonly Linear h = layers[7];

    private Tensor Forward(Tensor x) => h.call(g.call(f.call(e.call(d.call(c.call(b.call(a.call(x))))))));
}

/// <summary>The same by hand.</summary>
public sealed class PlainRegistered : Module<Tensor, Tensor>
{
    private readonly Linear a, b, c, d, e, f, g, h;

    public PlainRegistered(Linear[] layers)
        : base(nameof(PlainRegistered))
    {
        (a, b, c, d, e, f, g, h) = (layers[0], layers[1], layers[2], layers[3], layers[4], layers[5], layers[6], layers[7]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => h.call(g.call(f.call(e.call(d.call(c.call(b.call(a.call(input))))))));
}
