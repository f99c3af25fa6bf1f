using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

[Shape("T B 4 -> T B 6")]
internal sealed partial class ShortSequence
{
    [Layer(4, 5)] private readonly LSTM lstm;
    [Layer(5, 6)] private readonly GRU gru;
}

internal sealed class SameObject() : Module<Tensor, Tensor>(nameof(SameObject))
{
    public override Tensor forward(Tensor input) => input;
}

internal sealed class Throws() : Module<Tensor, Tensor>(nameof(Throws))
{
    public override Tensor forward(Tensor input) => throw new InvalidOperationException("a layer that throws");
}

internal sealed class Pair() : Module<Tensor, (Tensor, Tensor)>(nameof(Pair))
{
    public override (Tensor, Tensor) forward(Tensor input) => (input * 2, input.sum());
}

internal sealed partial class PassesThrough
{
    [Layer] private readonly SameObject first = new();
    [Layer] private readonly SameObject second = new();
}

internal sealed partial class PassesThroughAndOn
{
    [Layer] private readonly SameObject first = new();
    [Layer(8, 8)] private readonly Linear fc;
    [Layer] private readonly SameObject second = new();
    [Layer] private readonly ReLU relu;
}

internal sealed partial class Tuples
{
    [Layer(8, 8)] private readonly Linear fc;
    [Layer] private readonly Pair pair = new();
    [Layer] private readonly ReLU relu;
}

internal sealed partial class ThrowsAtTheEnd
{
    [Layer(8, 8)] private readonly Linear fc;
    [Layer] private readonly ReLU relu;
    [Layer] private readonly Throws throws = new();
}

internal sealed partial class ForwardThrows
{
    [Layer(8, 8)] private readonly Linear fc;

    private Tensor Forward(Tensor x)
    {
        var y = fc.call(x) + x;
        throw new InvalidOperationException($"after {y.Dimensions} dimensions");
    }
}

internal sealed partial class ManyResults
{
    [Layer(8, 8)] private readonly Linear fc;

    private ((Tensor, Tensor?), Tensor[], Dictionary<string, Tensor>) Forward(Tensor x)
    {
        var y = fc.call(x);
        return ((y, null), [y + 1, x], new() { ["sum"] = y.sum(1) });
    }
}

/// <summary>A hand-written module whose result is its own: it returns the same tensor every time.</summary>
internal sealed class Constant() : Module<Tensor, Tensor>(nameof(Constant))
{
    public readonly Tensor Held = ones(4, 8);

    public override Tensor forward(Tensor input) => Held;
}

[Shape("B 8 -> B 8")]
internal sealed partial class AfterConstant
{
    [Layer(8, 8)] private readonly Linear fc;
    [Layer] public readonly Constant constant = new();
    [Layer] private readonly ReLU relu;
}

internal sealed partial class EndsInConstant
{
    [Layer(8, 8)] private readonly Linear fc;
    [Layer] public readonly Constant constant = new();
}

internal sealed partial class AroundConstant
{
    [Layer] public readonly EndsInConstant inner = new();
    [Layer] private readonly ReLU relu;
}

/// <summary>Layers that TorchSharp's own Sequential cannot pass through: the middle one returns its input, and that is disposed.</summary>
internal sealed partial class SequentialThatPasses
{
    [Layer] private readonly Sequential layers = Sequential(new SameObject(), Linear(8, 8), new SameObject(), ReLU(), new SameObject());
}

internal sealed partial class NothingButPassing
{
    [Layer] private readonly Identity identity;
    [Layer(0.5)] private readonly Dropout dropout;
    [Layer] private readonly Sequential layers = Sequential(new SameObject(), new SameObject());
    [Layer] private readonly PassesThrough inner = new();
}

internal sealed partial class OwnForward
{
    [Layer(8, 8)] private readonly Linear fc;
    [Layer] private readonly ReLU relu;

    public override Tensor forward(Tensor input)
    {
        using var y = fc.call(input);
        return relu.call(y);
    }
}

/// <summary>Every kind of module in one.</summary>
internal sealed partial class Nested
{
    [Layer] private readonly OwnForward own = new();
    [Layer] private readonly Tuples chain = new();
    [Layer] private readonly ModuleList<Skip> blocks = ModuleList(new Skip(), new Skip());

    private Tensor Forward(Tensor x)
    {
        x = chain.call(own.call(x));
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return x.narrow(0, 0, 2);
    }
}

internal sealed partial class Skip
{
    [Layer(8, 8)] private readonly Linear fc;
    [Layer(8)] private readonly LayerNorm norm;

    private Tensor Forward(Tensor x) => x + norm.call(fc.call(x)).relu();
}

/// <summary>Calls itself until nothing is left to halve.</summary>
[Shape("B d -> B d")]
internal sealed partial class Recursive
{
    [Layer(8, 8)] private readonly Linear fc;

    private Tensor Forward(Tensor x)
    {
        if (x.shape[0] <= 1)
        {
            return fc.call(x);
        }

        var half = x.shape[0] / 2;
        return cat([call(x.narrow(0, 0, half)), call(x.narrow(0, half, x.shape[0] - half))], 0);
    }
}

internal sealed partial class Views
{
    [Layer(8, 8)] private readonly Linear fc;

    private (Tensor Same, Tensor View, Tensor? Nothing, Tensor[] Parts, List<Tensor> List) Forward(Tensor x)
    {
        var y = fc.call(x);
        return (x, x.view(-1), null, y.chunk(2, 1), [y, x.t()]);
    }
}

internal sealed record Outcome(Tensor Logits, Tensor? Loss);

internal sealed partial class GivesRecord
{
    [Layer(8, 8)] private readonly Linear fc;

    private Outcome Forward(Tensor x, Tensor? target)
    {
        var logits = fc.call(x);
        return new Outcome(logits, target is null ? null : functional.mse_loss(logits, target));
    }
}

internal sealed partial class GivesBuffer
{
    [Layer(8, 8)] private readonly Linear fc;
    [Buffer] public readonly Tensor table = ones(4, 8);

    private Tensor Forward(Tensor x) => x.shape[0] == 4 ? table : fc.call(x);
}

internal sealed partial class AroundBuffer
{
    [Layer] public readonly GivesBuffer inner = new();
    [Layer] private readonly ReLU relu;
}

/// <summary>The same tensor stands in the result several times: it is the caller's all the same.</summary>
internal sealed partial class Twice
{
    [Layer(8, 8)] private readonly Linear fc;

    private (Tensor, Tensor[], Dictionary<string, Tensor>) Forward(Tensor x)
    {
        var y = fc.call(x);
        return (y, [y, x, y], new() { ["y"] = y });
    }
}

internal sealed partial class CallsTwice
{
    [Layer] private readonly Twice inner;

    private Tensor Forward(Tensor x)
    {
        var (y, all, named) = inner.call(x);
        return y + all[2] + named["y"];
    }
}
