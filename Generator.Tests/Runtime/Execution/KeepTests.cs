using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>A tensor that a module keeps on purpose, whatever class it comes from.</summary>
[Collection("TorchSharp")]
public sealed class KeepTests
{
    [Fact]
    public void A_cache_of_keys_grows_from_call_to_call()
    {
        using var module = new CachedAttention();
        using var x = randn(1, 1, 8);
        using var mode = no_grad();
        for (var step = 1; step <= 4; step++)
        {
            module.call(x).Dispose();
            Assert.Equal([1, step, 8], module.Keys!.shape);
        }
    }

    [Fact]
    public void What_is_replaced_is_freed()
    {
        using var module = new KeepsLast();
        using var x = randn(4, 8);
        using var mode = no_grad();
        LiveCount.AssertConstant(500, () => module.call(x).Dispose());
        Assert.Equal([4, 8], module.Last!.shape);
    }

    [Fact]
    public void A_tensor_stored_without_Keep_is_freed_when_forward_returns()
    {
        using var module = new StoresLast();
        using var x = randn(4, 8);
        module.call(x).Dispose();
        Assert.True(module.Last!.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => module.Last.shape);
    }

    [Fact]
    public void A_module_with_a_base_class_that_the_user_chose_keeps_too()
    {
        using var module = new KeepsInModule();
        using var x = randn(4, 8);
        using (NewDisposeScope())
        {
            module.call(x);
        }

        Assert.Equal([4, 8], module.Last!.shape);
    }

    [Fact]
    public void A_kept_result_survives_the_chain_around_it()
    {
        using var module = new AroundKeeper();
        using var x = randn(4, 8);
        module.call(x).Dispose();
        Assert.Equal([4, 8], module.keeper.Last!.shape);
        module.call(x).Dispose();
        Assert.Equal([4, 8], module.keeper.Last!.shape);
    }

    [Fact]
    public void An_input_that_is_kept_survives_the_chain_around_it()
    {
        using var module = new AroundInputKeeper();
        using var x = randn(4, 8);
        module.call(x).Dispose();
        Assert.Equal([4, 8], module.keeper.Last!.shape);
    }
}

[Shape("B T 8 -> B T 8")]
internal sealed partial class CachedAttention
{
    [Layer(8, 8)] private readonly Linear key;
    [Layer(8, 8)] private readonly Linear value;

    public Tensor? Keys { get; private set; }

    private Tensor Forward(Tensor x)
    {
        var k = key.call(x);
        Keys = (Keys is null ? k : cat([Keys, k], 1)).Keep(replacing: Keys);
        return functional.softmax(x.matmul(Keys.transpose(1, 2)), -1).matmul(value.call(x).expand(-1, Keys.shape[1], -1));
    }
}

internal sealed partial class KeepsLast
{
    [Layer(8, 8)] private readonly Linear fc;

    public Tensor? Last { get; private set; }

    private Tensor Forward(Tensor x)
    {
        Last = fc.call(x).Keep(replacing: Last);
        return Last + 1;
    }
}

internal sealed partial class StoresLast
{
    [Layer(8, 8)] private readonly Linear fc;

    public Tensor? Last { get; private set; }

    private Tensor Forward(Tensor x)
    {
#pragma warning disable GEN4008 // The mistake that this test shows.
        Last = fc.call(x);
#pragma warning restore GEN4008
        return Last + 1;
    }
}

internal sealed partial class KeepsInModule : Module<Tensor, Tensor>
{
    [Layer(8, 8)] private readonly Linear fc;

    public Tensor? Last { get; private set; }

    private Tensor Forward(Tensor x)
    {
        Last = fc.call(x).Keep(replacing: Last);
        return Last + 1;
    }
}

internal sealed partial class KeepsResult
{
    [Layer(8, 8)] private readonly Linear fc;

    public Tensor? Last { get; private set; }

    private Tensor Forward(Tensor x) => Last = fc.call(x).Keep(replacing: Last);
}

internal sealed partial class KeepsInput
{
    [Layer(8, 8)] private readonly Linear fc;

    public Tensor? Last { get; private set; }

    private Tensor Forward(Tensor x)
    {
        Last = x.Keep();
        return fc.call(x);
    }
}

internal sealed partial class AroundKeeper
{
    [Layer] public readonly KeepsResult keeper = new();
    [Layer] private readonly ReLU relu;
}

internal sealed partial class AroundInputKeeper
{
    [Layer(8, 8)] private readonly Linear fc;
    [Layer] public readonly KeepsInput keeper = new();
}
