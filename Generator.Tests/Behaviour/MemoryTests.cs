using Seed;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>No tensor is left behind: counted over thousands of forwards.</summary>
[Collection("TorchSharp")]
public sealed class MemoryTests
{
    private const int Forwards = 10_000;

    public static TheoryData<string> Kinds => [nameof(MyNetwork), nameof(Anatomy), nameof(BlockWithSkip), nameof(ShortSequence), nameof(PassesThrough), nameof(Tuples)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Live_tensors_stay_constant(string kind)
    {
        var (module, x) = Make(kind);
        using (module)
        using (x)
        {
            using var mode = inference_mode();
            AssertConstant(() => module.call(x).Dispose());
        }
    }

    [Fact]
    public void Live_tensors_stay_constant_while_training()
    {
        using var module = new MyNetwork();
        using var x = randn(4, 10);
        AssertConstant(() =>
        {
            using var result = module.call(x);
            using var loss = result.sum();
            loss.backward();
        });
    }

    [Fact]
    public void Nothing_is_left_when_a_layer_throws()
    {
        using var module = new ThrowsAtTheEnd();
        using var x = randn(4, 8);
        AssertConstant(() => Assert.Throws<InvalidOperationException>(() => module.call(x)));
    }

    [Fact]
    public void Nothing_is_left_when_a_Forward_throws()
    {
        using var module = new ForwardThrows();
        using var x = randn(4, 8);
        AssertConstant(() => Assert.Throws<InvalidOperationException>(() => module.call(x)));
    }

    [Fact]
    public void Hand_written_code_does_leave_them_behind()
    {
        // What the tests above protect from: the same loop over layers called by hand.
        using var layer1 = Linear(10, 5);
        using var layer2 = Linear(5, 2);
        using var x = randn(4, 10);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        var kept = new List<WeakReference>();
        for (var i = 0; i < 100; i++)
        {
            layer2.call(layer1.call(x).relu()).Dispose();
        }

        Assert.True(Tensor.TotalCount > before, "the intermediates wait for the garbage collector");
    }

    [Fact]
    public void The_callers_tensors_are_never_freed()
    {
        using var x = randn(4, 8);
        using var passes = new PassesThrough();
        using var result = passes.call(x);
        Assert.Same(x, result);
        Assert.Equal(4, x.shape[0]);

        using var skip = new BlockWithSkip();
        using var input = randn(2, 64);
        skip.call(input).Dispose();
        Assert.Equal(2, input.shape[0]);
    }

    [Fact]
    public void Every_tensor_of_a_tuple_array_or_dictionary_survives_Forward()
    {
        using var x = randn(4, 8);
        using var module = new ManyResults();
        var (pair, list, table) = module.call(x);
        Assert.Equal([4, 8], pair.Item1.shape);
        Assert.Null(pair.Item2);
        Assert.All(list, t => Assert.Equal([4, 8], t.shape));
        Assert.Equal([4], table["sum"].shape);
    }

    private static (Module<Tensor, Tensor> Module, Tensor Input) Make(string kind) => kind switch
    {
        nameof(MyNetwork) => (new MyNetwork(), randn(4, 10)),
        nameof(Anatomy) => (new Anatomy(), randn(2, 784)),
        nameof(BlockWithSkip) => (new BlockWithSkip(), randn(4, 64)),
        nameof(ShortSequence) => (new ShortSequence(), randn(3, 2, 4)),
        nameof(PassesThrough) => (new PassesThroughAndOn(), randn(4, 8)),
        nameof(Tuples) => (new Tuples(), randn(4, 8)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static void AssertConstant(Action action)
    {
        action();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.TryStartNoGCRegion(200_000_000);
        var before = Tensor.TotalCount;
        for (var i = 0; i < Forwards; i++)
        {
            action();
        }

        var after = Tensor.TotalCount;
        if (System.Runtime.GCSettings.LatencyMode == System.Runtime.GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }

        Assert.Equal(before, after);
    }
}

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
