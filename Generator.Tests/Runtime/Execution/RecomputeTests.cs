using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>A module that is computed again in backward has the gradients of its twin, bit for bit.</summary>
[Collection("TorchSharp")]
public sealed class RecomputeTests
{
    [Fact]
    public void Gradients_buffers_and_random_numbers_are_those_of_the_twin()
    {
        Assert.Equal(Trained(new KeptBlock()), Trained(new RecomputedBlock()));

        // In eval there is neither dropout nor a new running mean.
        Assert.Equal(Trained(new KeptBlock(), isTraining: false), Trained(new RecomputedBlock(), isTraining: false));
        Assert.NotEqual(Trained(new KeptBlock(), isTraining: false), Trained(new RecomputedBlock()));
    }

    [Fact]
    public void Modules_in_modules_and_modules_that_are_called_twice_are_those_of_the_twin() =>
        Assert.Equal(Trained(new KeptStack()), Trained(new RecomputedStack()));

    /// <summary>Frozen parameters, and an input that requires no gradient.</summary>
    [Fact]
    public void What_needs_no_gradient_gets_none()
    {
        Assert.Equal(Trained(new KeptBlock(), needsInput: false, frozen: "up.weight"),
            Trained(new RecomputedBlock(), needsInput: false, frozen: "up.weight"));
        using var module = new RecomputedBlock();
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad = false;
        }

        using var x = randn(4, 8);
        Assert.False(module.call(x).requires_grad);
        using var wanted = randn(4, 8, requires_grad: true);
        Assert.True(module.call(wanted).requires_grad);
    }

    [Fact]
    public void Without_gradients_it_is_called_as_it_is()
    {
        using var module = new RecomputedBlock();
        module.eval();
        using var x = randn(4, 8, requires_grad: true);
        using (no_grad())
        {
            Assert.False(module.call(x).requires_grad);
        }

        Assert.True(module.call(x).requires_grad);
    }

    [Fact]
    public void Several_inputs_and_results_are_followed()
    {
        var (kept, again) = (Pair((m, x, y, mask) => ((KeptPair)m).call(x, y, mask, 2), new KeptPair()),
            Pair((m, x, y, mask) => ((RecomputedPair)m).call(x, y, mask, 2), new RecomputedPair()));
        Assert.Equal(kept, again);

        static float[] Pair(Func<Module, Tensor, Tensor, Tensor, (Tensor Sum, Tensor Best, Tensor Same)> call, Module module)
        {
            manual_seed(3);
            foreach (var parameter in module.parameters())
            {
                init.uniform_(parameter);
            }

            var (x, y) = (randn(5, 4, requires_grad: true), randn(5, 4, requires_grad: true));
            Tensor sum, best, same;
            using (var mask = rand(5, 4))
            {
                // The mask is disposed before backward.
                (sum, best, same) = call(module, x, y, mask);
            }

            Assert.Equal(ScalarType.Int64, best.dtype);
            Assert.False(best.requires_grad);
            (sum.square().sum() + (same * 3).sum()).backward();
            return [.. Numbers(x.grad!), .. Numbers(y.grad!), .. module.parameters().SelectMany(p => Numbers(p.grad!)), .. Numbers(sum),
                .. Numbers(best)];
        }
    }

    [Fact]
    public void Autograd_grad_gives_the_gradients_and_adds_none()
    {
        Assert.Equal(Found(new KeptBlock()), Found(new RecomputedBlock()));

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

    [Fact]
    public void A_result_can_be_used_twice_and_gone_back_through_twice()
    {
        Assert.Equal(Twice(new KeptBlock()), Twice(new RecomputedBlock()));

        static float[] Twice(Module<Tensor, Tensor> module)
        {
            manual_seed(6);
            module.apply(Fill);
            using var x = randn(6, 8, requires_grad: true);
            var y = module.call(x);
            var loss = y.square().sum() + y.exp().sum();
            loss.backward(retain_graph: true);
            loss.backward();
            return [.. Numbers(x.grad!), .. module.parameters().SelectMany(p => Numbers(p.grad!))];
        }
    }

    /// <summary>Those on a layer inside see both passes, those on the module one.</summary>
    [Fact]
    public void Hooks_run()
    {
        using var module = new RecomputedBlock();
        var (outside, inside) = (0, 0);
        module.register_forward_hook((_, _, y) =>
        {
            outside++;
            return y;
        });
        ((TorchSharp.Modules.Linear)module.named_children().First().module).register_forward_hook((_, _, y) =>
        {
            inside++;
            return y;
        });
        using var x = randn(4, 8);
        module.call(x).sum().backward();
        Assert.Equal((1, 2), (outside, inside));
    }

    [Fact]
    public void An_exception_goes_out_and_the_next_call_works()
    {
        using var module = new FailingBlock { Fails = true };
        using var x = randn(2, 4);
        Assert.Equal("on request", Assert.Throws<InvalidOperationException>(() => module.call(x)).Message);
        Assert.True(is_grad_enabled());
        module.Fails = false;
        module.call(x).sum().backward();
        Assert.NotNull(module.get_parameter("fc.weight")!.grad);
        using var wrong = randn(2, 5);
        Assert.Throws<ShapeMismatchException>(() => module.call(wrong));
        Assert.True(module.call(x).requires_grad);
    }

    /// <summary>Native code lies between, through which no exception of .NET gets.</summary>
    [Fact]
    public void An_exception_in_the_second_pass_is_printed_and_backward_throws()
    {
        using var module = new FailingBlock();
        using var x = randn(2, 4);
        using var loss = module.call(x).sum();
        module.Fails = true;
        var (error, said) = (Console.Error, new StringWriter());
        Console.SetError(said);
        try
        {
            Assert.Contains("invalid gradient",
                Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => loss.backward()).Message, StringComparison.Ordinal);
        }
        finally
        {
            Console.SetError(error);
        }

        Assert.StartsWith("FailingBlock was computed again in backward, and has thrown: System.InvalidOperationException: on request",
            said.ToString());
        module.Fails = false;
        module.call(x).sum().backward();
        Assert.NotNull(module.get_parameter("fc.weight")!.grad);
    }

    /// <summary>The wide values are not kept from the forward pass to backward.</summary>
    [Fact]
    public void Many_calls_leave_no_tensor_behind()
    {
        using var module = new RecomputedWide();
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
        var (plain, again) = (Compilations.GeneratedText(Plain), Compilations.GeneratedText("[Recompute]\n" + Plain));
        Assert.DoesNotContain("Recomputation", plain, StringComparison.Ordinal);
        const string Call = "Recomputation.Run(this, inputs => forward((global::TorchSharp.torch.Tensor)inputs[0]!), input);";
        Assert.Contains("if (global::Gen.CompilerServices.Recomputation.Begins(this))", again, StringComparison.Ordinal);
        Assert.Contains($"return global::Gen.CompilerServices.{Call}", again, StringComparison.Ordinal);
    }

    private static float[] Trained(Module<Tensor, Tensor> module, bool isTraining = true, bool needsInput = true, string? frozen = null)
    {
        manual_seed(4);
        module.apply(Fill);
        module.train(isTraining);
        if (frozen is not null)
        {
            module.get_parameter(frozen)!.requires_grad = false;
        }

        using var x = randn(6, 8, requires_grad: needsInput);
        for (var step = 0; step < 2; step++)
        {
            using var y = module.call(x);
            y.square().sum().backward();
        }

        Assert.Equal(frozen is not null, frozen is not null && module.get_parameter(frozen)!.grad is null);
        float[] all = [.. x.grad is { } grad ? Numbers(grad) : [], .. module.parameters().Where(p => p.grad is not null)
            .SelectMany(p => Numbers(p.grad!)), .. module.state_dict().Values.SelectMany(Numbers), .. Numbers(rand(2))];
        module.Dispose();
        return all;
    }

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
