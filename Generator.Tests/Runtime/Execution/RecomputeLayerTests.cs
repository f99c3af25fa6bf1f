using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>Layers that are computed again in backward have the gradients of their twins, bit for bit.</summary>
[Collection("TorchSharp")]
public sealed class RecomputeLayerTests
{
    [Fact]
    public void In_a_chain_gradients_buffers_and_random_numbers_are_those_of_the_twin()
    {
        var kept = Trained(new KeptChain());
        Assert.Equal(kept, Trained(new RecomputedChain()));
        Assert.Equal(kept, Trained(new RecomputedChainByTwo()));
        Assert.Equal(Trained(new KeptChain(), isTraining: false), Trained(new RecomputedChain(), isTraining: false));
        Assert.Equal(Trained(new KeptChain(), isTraining: false), Trained(new RecomputedChainByTwo(), isTraining: false));
        Assert.Equal(Trained(new KeptChain(), needsInput: false), Trained(new RecomputedChainByTwo(), needsInput: false));
    }

    [Fact]
    public void In_a_Forward_gradients_buffers_and_random_numbers_are_those_of_the_twin()
    {
        Assert.Equal(Trained(new KeptForward()), Trained(new RecomputedForward()));
        Assert.Equal(Trained(new KeptForward(), isTraining: false), Trained(new RecomputedForward(), isTraining: false));
        Assert.Equal(Trained(new KeptForward(), needsInput: false), Trained(new RecomputedForward(), needsInput: false));
    }

    [Fact]
    public void In_a_Forward_that_is_taken_as_it_stands_they_are_too()
    {
        Assert.Equal(Trained(new KeptAsItStands()), Trained(new RecomputedAsItStands()));
        Assert.Equal(Trained(new KeptAsItStands(), needsInput: false), Trained(new RecomputedAsItStands(), needsInput: false));
    }

    [Fact]
    public void In_a_list_whose_items_are_taken_together_they_are_too()
    {
        Assert.Equal(Trained(new KeptList()), Trained(new RecomputedList()));
        Assert.Equal(Trained(new KeptList(), isTraining: false), Trained(new RecomputedList(), isTraining: false));
        Assert.Equal(Trained(new KeptList(), needsInput: false), Trained(new RecomputedList(), needsInput: false));
    }

    [Fact]
    public void Layers_of_several_inputs_and_results_are_followed()
    {
        Assert.Equal(Trained(new KeptSeveral(), shape: [5, 5, 8]), Trained(new RecomputedSeveral(), shape: [5, 5, 8]));
        Assert.Equal(Trained(new KeptSeveral(), needsInput: false, shape: [5, 5, 8]),
            Trained(new RecomputedSeveral(), needsInput: false, shape: [5, 5, 8]));
    }

    [Fact]
    public void Recurrent_layers_in_a_chain_are_followed()
    {
        Assert.Equal(Trained(new KeptRecurrent(), shape: [3, 5, 8]), Trained(new RecomputedRecurrent(), shape: [3, 5, 8]));
        Assert.Equal(Trained(new KeptRecurrent(), needsInput: false, shape: [3, 5, 8]),
            Trained(new RecomputedRecurrent(), needsInput: false, shape: [3, 5, 8]));
    }

    [Fact]
    public void Autograd_grad_gives_the_gradients_and_adds_none()
    {
        Assert.Equal(Found(new KeptForward()), Found(new RecomputedForward()));

        static float[] Found(Module<Tensor, Tensor> module)
        {
            manual_seed(5);
            module.apply(Fill);
            using var x = randn(6, 8, requires_grad: true);
            var found = autograd.grad([module.call(x).square().sum()], [x, .. module.parameters()]);
            Assert.All(module.parameters(), p => Assert.Null(p.grad));
            return [.. found.SelectMany(Numbers)];
        }
    }

    /// <summary>What a layer keeps of its own is not freed, neither in the first pass nor in the second.</summary>
    [Fact]
    public void A_layer_that_remembers_its_result_still_has_it_after_backward()
    {
        Assert.Equal(Remembered(new KeptRemembering(), static m => m.Second),
            Remembered(new RecomputedRemembering(), static m => m.Second));

        static float[] Remembered<T>(T module, Func<T, Remembering> second)
            where T : Module<Tensor, Tensor>
        {
            manual_seed(7);
            module.apply(Fill);
            using var x = randn(6, 4, requires_grad: true);
            using var y = module.call(x);
            var first = Numbers(second(module).Last!);
            y.square().sum().backward();
            return [.. first, .. Numbers(second(module).Last!), .. Numbers(x.grad!),
                .. module.parameters().SelectMany(p => Numbers(p.grad!))];
        }
    }

    /// <summary>Each layer is one function to autograd, and without gradients none.</summary>
    [Fact]
    public void Each_layer_runs_twice_in_training_and_once_without_gradients()
    {
        using var module = new RecomputedList();
        var inside = 0;
        foreach (var linear in module.modules().OfType<KeptBlock>().Select(b => (Linear)b.named_children().First().module))
        {
            linear.register_forward_hook((_, _, y) =>
            {
                inside++;
                return y;
            });
        }

        using var x = randn(4, 8);
        using (no_grad())
        {
            module.call(x).Dispose();
            Assert.Equal(3, inside);
        }

        using var loss = module.call(x).sum();
        Assert.Equal(6, inside);
        loss.backward();
        Assert.Equal(9, inside);
    }

    [Fact]
    public void Keys_types_and_texts_stay_as_they_are()
    {
        using var kept = new KeptForward();
        using var again = new RecomputedForward();
        using var x = randn(4, 8);
        again.call(x).sum().backward();
        Assert.Equal(kept.state_dict().Keys, again.state_dict().Keys);
        Assert.Equal(kept.named_children().Select(c => c.name), again.named_children().Select(c => c.name));
        Assert.Equal(kept.named_children().First().module.ToString(), again.named_children().First().module.ToString());
    }

    /// <summary>Before and behind the layer, registered before and after its first call; what they change counts in both passes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hooks_on_the_layer_itself_change_what_is_computed_as_they_do_without(bool isEarly)
    {
        Assert.Equal(Hooked(new KeptChain()), Hooked(new RecomputedChain()));
        Assert.Equal(Hooked(new KeptChain()), Hooked(new RecomputedChainByTwo()));

        float[] Hooked(Module<Tensor, Tensor> module)
        {
            manual_seed(8);
            module.apply(Fill);
            using var x = randn(6, 8, requires_grad: true);
            if (!isEarly)
            {
                module.call(x).sum().backward();
            }

            var scale = ones(1, requires_grad: true);
            foreach (var layer in module.named_children().Select(c => c.module).SelectMany(m => m is Sequential s ? [.. s.children(), m]
                : new[] { m }).Cast<Module<Tensor, Tensor>>())
            {
                layer.register_forward_pre_hook((_, t) => t * scale * 2);
                layer.register_forward_hook((_, _, t) => t.sin() * scale);
            }

            for (var i = 0; i < 2; i++)
            {
                module.call(x).square().sum().backward();
            }

            return [.. Numbers(x.grad!), .. module.parameters().SelectMany(p => Numbers(p.grad!)),
                .. module.state_dict().Values.SelectMany(Numbers)];
        }
    }

    [Fact]
    public void An_exception_goes_out_and_the_next_call_works()
    {
        using var module = new Throwing();
        using var x = randn(2, 4);
        module.Inner.Fails = true;
        Assert.Equal("on request", Assert.Throws<InvalidOperationException>(() => module.call(x)).Message);
        Assert.True(is_grad_enabled());
        Assert.False(Gen.CompilerServices.Recomputation.IsRunning);

        // Forward goes on without the layer.
        module.Catches = true;
        using var wanted = randn(2, 4, requires_grad: true);
        module.call(wanted).sum().backward();
        Assert.Equal([2f, 2, 2, 2, 2, 2, 2, 2], Numbers(wanted.grad!));
        module.Inner.Fails = false;
        module.call(x).sum().backward();
        Assert.NotNull(module.get_parameter("inner.fc.weight")!.grad);
    }

    /// <summary>The wide values of six blocks, of two, and of none.</summary>
    [Fact]
    public void What_backward_would_need_is_not_kept()
    {
        long Kept(Module<Tensor, Tensor> module)
        {
            using var x = randn(8, 64, requires_grad: true);
            module.call(x).Dispose();
            var before = AllocatedBytes();
            using var y = module.call(x);
            return AllocatedBytes() - before;
        }

        using var kept = new KeptWide();
        using var again = new RecomputedWideList();

        // Each block keeps the value before and after its tanh, of 8 by 4096 floats; two of the three segments keep what enters them.
        Assert.InRange(Kept(kept), 6 * 8 * 4096 * 4, 2 * 6 * 8 * 4096 * 4 + 100_000);
        Assert.InRange(Kept(again), 0, 8 * 4096 * 4);
    }

    [Fact]
    public void Many_calls_leave_no_tensor_behind()
    {
        using var module = new WideLayers();
        long Step()
        {
            using (var scope = NewDisposeScope())
            {
                var x = randn(8, 64, requires_grad: true);
                for (var i = 0; i < 3; i++)
                {
                    x = module.call(x);
                }

                x.sum().backward();
            }

            return Tensor.TotalCount;
        }

        Step();
        var before = Step();
        for (var i = 0; i < 20; i++)
        {
            Step();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.InRange(Step(), 0, before);
    }

    [Fact]
    public void Generated_code_is_the_same_without_the_attribute()
    {
        const string Plain = """
            [Shape("B 8 -> B 8")]
            public sealed partial class Block { [Layer(8, 8)] private readonly Linear fc; }
            """;
        var (plain, again) = (Compilations.GeneratedText(Plain), Compilations.GeneratedText(
            Plain.Replace("[Layer(8, 8)]", "[Layer(8, 8), Recompute]", StringComparison.Ordinal)));
        Assert.DoesNotContain("ecompute", plain, StringComparison.Ordinal);
        Assert.Contains("chain.Recomputed(fc);", again, StringComparison.Ordinal);
        Assert.Contains(".Recomputed(1);", again, StringComparison.Ordinal);
        Assert.Equal(plain, again.Replace("chain.Recomputed(fc);", "chain.Through(fc);", StringComparison.Ordinal)
            .Replace(".Recomputed(1);", ";", StringComparison.Ordinal));
    }

    [Fact]
    public void Calls_in_Forward_and_in_what_it_calls_are_replaced()
    {
        var text = Compilations.GeneratedText("""
            [Shape("B 8 -> B 8")]
            public sealed partial class Net
            {
                [Layer(8, 8), Recompute] private readonly Linear fc;
                [Layer, Recompute(Every = 3)] private readonly ModuleList<Linear> list = ModuleList(Linear(8, 8), Linear(8, 8));

                private Tensor Forward(Tensor x) => Rest(fc.call(x)).relu();

                private Tensor Rest(Tensor x)
                {
                    foreach (var item in list) x = item.call(x);
                    return x;
                }
            }
            """);
        const string Prefix = "global::Gen.CompilerServices.Recomputation";
        Assert.Contains("global::TorchSharp.torch.is_grad_enabled() ? ForwardRecomputed(x) : Forward(x)", text, StringComparison.Ordinal);
        Assert.Contains($"RestRecomputed({Prefix}.Call(fc, static (layer, x1) => layer.call(x1), x)).relu()", text,
            StringComparison.Ordinal);
        Assert.Contains($"x = {Prefix}.Together(list, 3, static (layer, x1) => layer.call(x1), x);", text, StringComparison.Ordinal);

        // In the form that frees after the last use, too.
        Assert.Contains($"var t1 = {Prefix}.Call(fc, static (layer, x1) => layer.call(x1), x);", text, StringComparison.Ordinal);
        Assert.Contains("RestRecomputed(t1);", text, StringComparison.Ordinal);
    }

    private static float[] Trained(Module<Tensor, Tensor> module, bool isTraining = true, bool needsInput = true, params long[] shape)
    {
        manual_seed(4);
        module.apply(Fill);
        module.train(isTraining);
        using var x = randn(shape.Length == 0 ? [6, 8] : shape, requires_grad: needsInput);
        var results = new List<float>();
        for (var step = 0; step < 2; step++)
        {
            using var y = module.call(x);
            results.AddRange(Numbers(y));
            y.square().sum().backward();
        }

        Assert.Equal([], module.named_parameters().Where(p => p.parameter.grad is null).Select(p => p.name));
        float[] all = [.. x.grad is { } grad ? Numbers(grad) : [], .. module.parameters().SelectMany(p => Numbers(p.grad!)),
            .. module.state_dict().Values.SelectMany(Numbers), .. Numbers(rand(2)), .. results];
        Assert.Contains(all, static n => n != 0 && float.IsFinite(n));
        module.Dispose();
        return all;
    }

    /// <summary>The bytes that the native heap has given out.</summary>
    private static long AllocatedBytes()
    {
        var (_, _, _, _, mapped, _, _, used, _, _) = mallinfo2();
        return (long)(mapped + used);
    }

    [System.Runtime.InteropServices.DllImport("libc")]
    private static extern HeapInfo mallinfo2();

    private readonly record struct HeapInfo(nuint Arena, nuint FreeChunks, nuint FastChunks, nuint MappedChunks, nuint Mapped,
        nuint MaxUsed, nuint FastBytes, nuint Used, nuint Free, nuint Top);

    private static void Fill(Module module)
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
        {
            using var gradients = no_grad();
            parameter.uniform_(name == "weight" ? -1 : 0, 1);
        }
    }

    private static float[] Numbers(Tensor tensor) => tensor.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray();
}
