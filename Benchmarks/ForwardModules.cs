using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Benchmarks;

/// <summary>Eight linear layers, straight through.</summary>
[Shape("B 256 -> B 10")]
public sealed partial class DeepMlp
{
    [Layer(256, 256)] private readonly Linear fc1;
    [Layer] private readonly ReLU relu1;
    [Layer(-1, 256)] private readonly Linear fc2;
    [Layer] private readonly ReLU relu2;
    [Layer(-1, 256)] private readonly Linear fc3;
    [Layer] private readonly ReLU relu3;
    [Layer(-1, 256)] private readonly Linear fc4;
    [Layer] private readonly ReLU relu4;
    [Layer(-1, 256)] private readonly Linear fc5;
    [Layer] private readonly ReLU relu5;
    [Layer(-1, 256)] private readonly Linear fc6;
    [Layer] private readonly ReLU relu6;
    [Layer(-1, 256)] private readonly Linear fc7;
    [Layer] private readonly ReLU relu7;
    [Layer(-1, 10)] private readonly Linear fc8;
}

/// <summary>The same with a <c>Forward</c>.</summary>
[Shape("B 256 -> B 10")]
public sealed partial class DeepMlpForward
{
    [Layer] private readonly Linear fc1 = Linear(256, 256);
    [Layer] private readonly Linear fc2 = Linear(256, 256);
    [Layer] private readonly Linear fc3 = Linear(256, 256);
    [Layer] private readonly Linear fc4 = Linear(256, 256);
    [Layer] private readonly Linear fc5 = Linear(256, 256);
    [Layer] private readonly Linear fc6 = Linear(256, 256);
    [Layer] private readonly Linear fc7 = Linear(256, 256);
    [Layer] private readonly Linear fc8 = Linear(256, 10);

    private Tensor Forward(Tensor x)
    {
        x = fc1.call(x).relu();
        x = fc2.call(x).relu();
        x = fc3.call(x).relu();
        x = fc4.call(x).relu();
        x = fc5.call(x).relu();
        x = fc6.call(x).relu();
        x = fc7.call(x).relu();
        return fc8.call(x);
    }
}

/// <summary>What the hand-written forms have in common.</summary>
public abstract class PlainDeepMlp : Module<Tensor, Tensor>
{
    protected PlainDeepMlp(string name)
        : base(name)
    {
        for (var i = 0; i < Layers.Length; i++)
        {
            register_module($"layer{i}", Layers[i]);
        }
    }

    /// <summary>In the order in which they are called.</summary>
    protected Module<Tensor, Tensor>[] Layers { get; } =
    [
        .. Enumerable.Range(0, 7).SelectMany(_ => new Module<Tensor, Tensor>[] { Linear(256, 256), ReLU() }),
        Linear(256, 10),
    ];
}

/// <summary>By hand: what is computed on the way is left to the garbage collector.</summary>
public sealed class LeftToCollector() : PlainDeepMlp(nameof(LeftToCollector))
{
    public override Tensor forward(Tensor input)
    {
        foreach (var layer in Layers)
        {
            input = layer.call(input);
        }

        return input;
    }
}

/// <summary>By hand: a scope frees all but the result at the end.</summary>
public sealed class FreedByScope() : PlainDeepMlp(nameof(FreedByScope))
{
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        foreach (var layer in Layers)
        {
            input = layer.call(input);
        }

        return scope.MoveToOuter(input);
    }
}

/// <summary>By hand, and the fastest: each tensor is disposed of as soon as the next is there.</summary>
public sealed class DisposedAtLastUse() : PlainDeepMlp(nameof(DisposedAtLastUse))
{
    public override Tensor forward(Tensor input)
    {
        var x = Layers[0].call(input);
        for (var i = 1; i < Layers.Length; i++)
        {
            var next = Layers[i].call(x);
            x.Dispose();
            x = next;
        }

        return x;
    }
}

/// <summary>By hand: TorchSharp's own <c>Sequential</c>.</summary>
public sealed class InSequential : PlainDeepMlp
{
    private readonly Sequential all;

    public InSequential()
        : base(nameof(InSequential))
    {
        all = Sequential(Layers);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => all.call(input);
}
