using Seed;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>No tensor is left behind: counted over hundreds of forwards, and over 50,000 in a long run.</summary>
[Collection("TorchSharp")]
public sealed class MemoryTests
{
    private static readonly string[] Kinds =
    [
        nameof(MyNetwork), nameof(Anatomy), nameof(BlockWithSkip), nameof(ShortSequence), nameof(PassesThrough), nameof(PassesThroughAndOn),
        nameof(Tuples),
        nameof(SequentialThatPasses), nameof(NothingButPassing), nameof(OwnForward), nameof(Nested), nameof(Recursive),
        nameof(AfterConstant), nameof(AroundBuffer), nameof(CallsTwice),
    ];

    public static IEnumerable<object[]> KindsAndModes =>
        Kinds.SelectMany(k => new[] { "inference", "no_grad", "training" }.Select(m => new object[] { k, m }));

    [Theory]
    [MemberData(nameof(KindsAndModes))]
    public void Live_tensors_stay_constant(string kind, string mode) => Repeat(kind, mode, 500);

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(KindsAndModes))]
    public void Live_tensors_stay_constant_over_50_000_forwards(string kind, string mode) => Repeat(kind, mode, 50_000);

    [Theory]
    [InlineData(typeof(ThrowsAtTheEnd))]
    [InlineData(typeof(ForwardThrows))]
    public void Nothing_is_left_when_it_throws(Type type)
    {
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var x = randn(4, 8);
        LiveCount.AssertConstant(500, () => Assert.Throws<InvalidOperationException>(() => module.call(x)));
    }

    [Fact]
    public void Every_result_can_be_disposed_by_its_caller()
    {
        using var x = randn(4, 8);
        using var views = new Views();
        using var record = new GivesRecord();
        using var target = randn(4, 8);
        using var mode = no_grad();
        LiveCount.AssertConstant(500, () =>
        {
            var (same, view, _, parts, list) = views.call(x);
            Assert.Same(x, same);
            view.Dispose();
            Array.ForEach(parts, p => p.Dispose());
            list.ForEach(t => t.Dispose());
        });
        var outcome = record.call(x, target);
        Assert.Equal([4, 8], outcome.Logits.shape);
        Assert.Empty(outcome.Loss!.shape);
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
        Assert.Same(x, passes.call(x));
        Assert.Equal(4, x.shape[0]);

        using var skip = new BlockWithSkip();
        using var input = randn(2, 64);
        skip.call(input).Dispose();
        Assert.Equal(2, input.shape[0]);

        // A view lives on after the input, and the input after a view.
        using var views = new Views();
        var (_, view, _, _, list) = views.call(x);
        view.Dispose();
        Assert.Equal(4, x.shape[0]);
        x.Dispose();
        Assert.Equal([8, 4], list[1].shape);
    }

    [Fact]
    public void A_sequential_of_layers_that_pass_their_input_on()
    {
        using var x = randn(4, 8);
        using var module = new SequentialThatPasses();
        module.call(x).Dispose();
        Assert.Equal(4, x.shape[0]);

        // TorchSharp alone: the caller's tensor is gone.
        using var alone = Sequential(new SameObject(), Linear(8, 8));
        var given = randn(4, 8);
        alone.call(given).Dispose();
        Assert.True(given.IsInvalid);

        using var crash = Sequential(Linear(8, 8), new SameObject(), ReLU());
        Assert.ThrowsAny<Exception>(() => crash.call(x));
    }

    [Fact]
    public void A_tensor_of_a_layer_is_never_freed()
    {
        using var x = randn(4, 8);
        using var after = new AfterConstant();
        using var around = new AroundConstant();
        using var buffer = new AroundBuffer();
        for (var i = 0; i < 3; i++)
        {
            after.call(x).Dispose();
            around.call(x).Dispose();
            buffer.call(x).Dispose();
        }

        Assert.Equal([4, 8], after.constant.Held.shape);
        Assert.Equal([4, 8], around.inner.constant.Held.shape);
        Assert.Equal([4, 8], buffer.inner.table.shape);

        // TorchSharp's own chain disposes it.
        var constant = new Constant();
        using var alone = Sequential(Linear(8, 8), constant, ReLU());
        alone.call(x).Dispose();
        Assert.True(constant.Held.IsInvalid);
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

    private static void Repeat(string kind, string mode, int times)
    {
        var (module, x) = Make(kind);
        using (module)
        using (x)
        {
            module.train(mode == "training");
            using var how = mode == "inference" ? (IDisposable)inference_mode() : mode == "no_grad" ? no_grad() : enable_grad();
            LiveCount.AssertConstant(times, () =>
            {
                var result = module.call(x);
                if (mode == "training" && result.requires_grad)
                {
                    using var loss = result.sum();
                    loss.backward();
                }

                if (!ReferenceEquals(result, x))
                {
                    result.Dispose();
                }
            });
        }
    }

    private static (Module<Tensor, Tensor> Module, Tensor Input) Make(string kind) => kind switch
    {
        nameof(MyNetwork) => (new MyNetwork(), randn(4, 10)),
        nameof(Anatomy) => (new Anatomy(), randn(2, 784)),
        nameof(BlockWithSkip) => (new BlockWithSkip(), randn(4, 64)),
        nameof(ShortSequence) => (new ShortSequence(), randn(3, 2, 4)),
        nameof(PassesThrough) => (new PassesThrough(), randn(4, 8)),
        nameof(PassesThroughAndOn) => (new PassesThroughAndOn(), randn(4, 8)),
        nameof(Tuples) => (new Tuples(), randn(4, 8)),
        nameof(SequentialThatPasses) => (new SequentialThatPasses(), randn(4, 8)),
        nameof(NothingButPassing) => (new NothingButPassing(), randn(4, 8)),
        nameof(OwnForward) => (new OwnForward(), randn(4, 8)),
        nameof(Nested) => (new Nested(), randn(4, 8)),
        nameof(Recursive) => (new Recursive(), randn(5, 8)),
        nameof(AfterConstant) => (new AfterConstant(), randn(4, 8)),
        nameof(AroundBuffer) => (new AroundBuffer(), randn(4, 8)),
        nameof(CallsTwice) => (new CallsTwice(), randn(4, 8)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
