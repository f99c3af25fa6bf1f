using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>What a hook was given stays alive as long as the hook holds it.</summary>
[Collection("TorchSharp")]
public sealed class HookMemoryTests
{
    public static TheoryData<string> Kinds => ["a layer of a chain", "the last layer of a chain", "a layer of a Forward",
        "a layer of a nested module", "a layer in a list", "a layer in a sequential", "a nested module", "a hand-written layer",
        "a recurrent layer"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_that_a_hook_was_given_is_freed(string kind)
    {
        using var x = randn(4, 8);
        using var module = Watched.Make();
        var kept = new List<Tensor>();
        Watch(module, kind, kept);
        module.call(x);
        module.call(x);
        Assert.NotEmpty(kept);
        Assert.All(kept, t => Assert.False(t.IsInvalid));
        Assert.All(kept, t => Assert.True(t.numel() > 0));
    }

    [Fact]
    public void Nothing_that_a_hook_of_a_chain_was_given_is_freed_by_the_chain_around_it()
    {
        using var x = randn(4, 8);
        using var module = new Outer();
        var kept = new List<Tensor>();
        module.inner.first.register_forward_pre_hook((_, input) => Keep(kept, input));
        module.inner.last.register_forward_hook((_, _, output) => Keep(kept, output));
        module.call(x);
        Assert.Equal(2, kept.Count);
        Assert.All(kept, t => Assert.Equal([4, 8], t.shape));
    }

    [Fact]
    public void Nothing_that_a_hook_within_a_hand_written_module_was_given_is_freed()
    {
        using var x = randn(4, 8);
        using var module = new AroundHand();
        var kept = new List<Tensor>();
        module.inner.hand.fc.register_forward_hook((_, input, output) =>
        {
            kept.AddRange([input, output]);
            return output;
        });
        module.call(x);
        Assert.All(kept, t => Assert.Equal([4, 8], t.shape));
    }

    [Fact]
    public void A_removed_hook_costs_nothing_any_more()
    {
        using var x = randn(4, 8);
        using var module = new Outer();
        module.inner.first.register_forward_hook((_, _, output) => output).remove();
        using var mode = no_grad();
        LiveCount.AssertConstant(500, () => module.call(x).Dispose());
    }

    [Fact]
    public void A_hook_that_puts_another_tensor_in_its_place()
    {
        using var x = randn(4, 8);
        using var module = new Outer();
        using var other = zeros(4, 8);
        module.inner.first.register_forward_hook((_, _, _) => other);
        module.call(x);
        module.call(x);
        Assert.Equal([4, 8], other.shape);
    }

    [Fact]
    public void TorchSharps_own_chain_frees_what_a_hook_was_given()
    {
        using var x = randn(4, 8);
        var first = Linear(8, 8);
        using var module = Sequential(first, ReLU());
        var kept = new List<Tensor>();
        first.register_forward_hook((_, _, output) => Keep(kept, output));
        module.call(x);
        Assert.All(kept, t => Assert.True(t.IsInvalid));
    }

    private static Tensor Keep(List<Tensor> kept, Tensor tensor)
    {
        kept.Add(tensor);
        return tensor;
    }

    private static void Watch(Watched module, string kind, List<Tensor> kept)
    {
        if (kind == "a recurrent layer")
        {
            module.recurrent.lstm.register_forward_hook((_, input, state, output) =>
            {
                kept.AddRange([input, output.Item1, output.Item2, output.Item3]);
                return output;
            });
            return;
        }

        Module<Tensor, Tensor> watched = kind switch
        {
            "a layer of a chain" => module.chain.inner.first,
            "the last layer of a chain" => module.chain.inner.last,
            "a layer of a Forward" => module.fc,
            "a layer of a nested module" => module.skip.fc,
            "a layer in a list" => module.list[1],
            "a layer in a sequential" => (Module<Tensor, Tensor>)module.sequential[0],
            "a nested module" => module.skip,
            "a hand-written layer" => module.hand.fc,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        watched.register_forward_pre_hook((_, input) => Keep(kept, input));
        watched.register_forward_hook((_, _, output) => Keep(kept, output));
    }
}

internal sealed partial class Inner
{
    [Layer(8, 8)] public readonly Linear first;
    [Layer] private readonly ReLU relu;
    [Layer(8, 8)] public readonly Linear last;
}

internal sealed partial class Outer
{
    [Layer(8, 8)] private readonly Linear before;
    [Layer] public readonly Inner inner = new();
    [Layer] private readonly ReLU after;
}

internal sealed partial class Hooked
{
    [Layer(8, 8)] public readonly Linear fc;

    private Tensor Forward(Tensor x) => (x * 2 + fc.call(x + 1)) * 2;
}

internal sealed class HandWritten : Module<Tensor, Tensor>
{
    public readonly Linear fc = Linear(8, 8);

    public HandWritten()
        : base(nameof(HandWritten)) => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        using var y = input + 1;
        return fc.call(y.alias());
    }
}

internal sealed partial class RecurrentChain
{
    [Layer(8, 8)] public readonly LSTM lstm;
}

internal sealed partial class Watched
{
    [Layer(8, 8)] public readonly Linear fc;
    [Layer] public readonly Outer chain = new();
    [Layer] public readonly Hooked skip = new();
    [Layer] public readonly ModuleList<Module<Tensor, Tensor>> list = ModuleList<Module<Tensor, Tensor>>(ReLU(), Linear(8, 8));
    [Layer] public readonly Sequential sequential = Sequential(Linear(8, 8));
    [Layer] public readonly HandWritten hand = new();
    [Layer] public readonly RecurrentChain recurrent = new();

    public static Watched Make() => new();

    private Tensor Forward(Tensor x)
    {
        var y = hand.call(skip.call(chain.call(fc.call(x + 1))));
        foreach (var layer in list)
        {
            y = layer.call(y);
        }

        return sequential.call(y + recurrent.call(y.unsqueeze(0)).squeeze(0));
    }
}

internal sealed partial class HandInChain
{
    [Layer(8, 8)] private readonly Linear before;
    [Layer] public readonly HandWritten hand = new();
    [Layer] private readonly ReLU after;
}

internal sealed partial class AroundHand
{
    [Layer] public readonly HandInChain inner = new();

    private Tensor Forward(Tensor x) => inner.call(x) + x;
}
