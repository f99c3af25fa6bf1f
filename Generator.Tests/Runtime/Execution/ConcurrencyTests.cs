using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>Callers that await between calls, and callers on several threads at once.</summary>
[Collection("TorchSharp")]
public sealed class ConcurrencyTests
{
    [Theory]
    [InlineData(typeof(PassesThroughAndOn))]
    [InlineData(typeof(Nested))]
    [InlineData(typeof(Recursive))]
    public async Task Callers_that_await_between_calls(Type type)
    {
        using var module = Make(type);
        using var x = randn(4, 8);
        using var expected = Result(module, x);
        for (var i = 0; i < 50; i++)
        {
            using var scope = NewDisposeScope();
            var result = Result(module, x);
            result.DetachFromDisposeScope();
            await Task.Yield();
            await Task.Run(() => Assert.True(expected.allclose(result)));
            result.Dispose();
        }
    }

    [Theory]
    [InlineData(typeof(PassesThroughAndOn))]
    [InlineData(typeof(Nested))]
    [InlineData(typeof(Recursive))]
    public void Callers_on_several_threads_share_a_module(Type type)
    {
        using var module = Make(type);
        using var x = randn(4, 8);
        using var expected = Result(module, x);
        LiveCount.AssertConstant(500, () =>
        {
            Parallel.For(0, 4, _ =>
            {
                using var result = Result(module, x);
                Assert.True(expected.allclose(result));
            });
        });
    }

    private static Module<Tensor, Tensor> Make(Type type) => (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;

    private static Tensor Result(Module<Tensor, Tensor> module, Tensor x)
    {
        using var mode = no_grad();
        return module.call(x);
    }
}
