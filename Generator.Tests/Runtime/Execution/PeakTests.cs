using System.Reflection;
using Gen.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>The most bytes of tensors that live at once during a call.</summary>
[Collection("TorchSharp")]
public sealed class PeakTests
{
    private const long Float = 4;

    [Fact]
    public void A_chain_holds_two_neighbours_at_most()
    {
        using var module = new Wide();
        using var x = randn(16, 8);
        using var mode = inference_mode();

        // The widest pair: 128 features before and after the ReLU; the input is the caller's.
        Assert.Equal(16 * (128 + 128) * Float, LiveTensors.Measure(() => module.call(x)).PeakBytes);

        // By hand, left to the garbage collector: all of them.
        Assert.Equal(16 * (64 + 128 + 128 + 8) * Float,
            LiveTensors.Measure(() => module.c.call(module.relu.call(module.b.call(module.a.call(x))))).PeakBytes);
    }

    [Fact]
    public void A_chain_of_sequentials_holds_two_neighbours_at_most()
    {
        using var module = new WideSequential();
        using var x = randn(16, 8);
        using var mode = inference_mode();
        Assert.Equal(16 * (64 + 128) * Float, LiveTensors.Measure(() => module.call(x)).PeakBytes);
    }

    [Fact]
    public void A_residual_block_holds_what_is_still_used()
    {
        using var block = new BasicBlock(16, 16);
        block.eval();
        using var x = randn(1, 16, 32, 32);
        using var mode = inference_mode();
        const long Map = 16 * 32 * 32 * Float;
        var usage = LiveTensors.Measure(() => block.call(x));
        Assert.Equal(2 * Map, usage.PeakBytes);

        // The user's own Forward in a scope that frees at its end: seven maps and the result.
        Assert.Equal(7 * Map, InScope(block, x).PeakBytes);
        Assert.Equal(7, usage.Created);
    }

    [Fact]
    public void A_block_of_GPT_2_holds_what_is_still_used()
    {
        const long T = 64, D = 96, Heads = 4;
        using var block = new GptBlock(D, Heads, T);
        block.eval();
        using var x = randn(1, T, D);
        using var mode = inference_mode();
        const long Stream = T * D * Float, Weights = Heads * T * T * Float;
        var freed = LiveTensors.Measure(() => block.call(x)).PeakBytes;

        // In the perceptron: the stream, its normalised copy, the hidden layer before its activation and after it.
        var perceptron = Stream + Stream + 4 * Stream + 4 * Stream;

        // In the attention: its input, queries, keys and values in one storage, two tables of weights and the mask.
        var attention = Stream + 3 * Stream + 2 * Weights + T * T;
        Assert.Equal(Math.Max(perceptron, attention), freed);

        // Freed at the end of Forward alone: both normalised copies and both sums are there still.
        Assert.Equal(12 * Stream, InScope(block, x).PeakBytes);
    }

    [Fact]
    public void A_loop_over_a_list_holds_no_more_with_more_blocks()
    {
        using var two = new GptBody(50, 16, 32, 2, blocks: 2);
        using var eight = new GptBody(50, 16, 32, 2, blocks: 8);
        using var tokens = randint(50, [1, 16]);
        two.eval();
        eight.eval();
        using var mode = inference_mode();
        Assert.Equal(LiveTensors.Measure(() => two.call(tokens)).PeakBytes, LiveTensors.Measure(() => eight.call(tokens)).PeakBytes);
    }

    private static LiveTensors.Usage InScope(Module<Tensor, Tensor> module, Tensor x)
    {
        var forward = module.GetType().GetMethod("Forward",
            BindingFlags.NonPublic | BindingFlags.Instance)!.CreateDelegate<Func<Tensor, Tensor>>(module);
        return LiveTensors.Measure(() =>
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(forward(x));
        });
    }
}

[Shape("B 8 -> B 8")]
internal sealed partial class Wide
{
    [Layer(8, 64)] public readonly TorchSharp.Modules.Linear a;
    [Layer(64, 128)] public readonly TorchSharp.Modules.Linear b;
    [Layer] public readonly TorchSharp.Modules.ReLU relu;
    [Layer(128, 8)] public readonly TorchSharp.Modules.Linear c;
}

[Shape("B 8 -> B 8")]
internal sealed partial class WideSequential
{
    [Layer] private readonly TorchSharp.Modules.Sequential first = Sequential(Linear(8, 64), Linear(64, 64));
    [Layer] private readonly TorchSharp.Modules.Sequential second = Sequential(Linear(64, 128), Linear(128, 8));
}
