using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Registration;

/// <summary>Each module of a tree is asked once: counted, not timed.</summary>
[Collection("TorchSharp")]
public sealed class LinearTimeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(64)]
    public void The_state_of_nested_modules_is_asked_for_once_each(int depth)
    {
        using var module = new Nest(depth, () => new Counts());
        using var plain = new PlainNest(depth, () => new Counts());
        Counts.Reset();
        Assert.Equal(2 * depth, module.state_dict().Count);
        Assert.Equal((depth, 0), (Counts.States, Counts.Parameters));
        Counts.Reset();
        Assert.Equal(2 * depth, plain.state_dict().Count);

        // The parameters of a layer at depth n are walked by each of the n modules above it.
        Assert.Equal((depth, depth * (depth + 1) / 2), (Counts.States, Counts.Parameters));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    public void The_mode_of_nested_Sequentials_is_set_once_each(int depth)
    {
        using var module = new InSequentials(depth);
        using var plain = InSequentials.Nested(depth, new Counts());
        Counts.Reset();
        module.eval();
        Assert.Equal(1, Counts.Trains);
        Assert.All(module.modules(), m => Assert.False(m.training));
        module.train();
        Assert.Equal(2, Counts.Trains);
        Assert.All(module.modules(), m => Assert.True(m.training));

        Counts.Reset();
        plain.train();
        Assert.Equal(1 << depth, Counts.Trains);
    }

    [Fact]
    public void Sixty_four_nested_Sequentials_are_no_trouble()
    {
        // By hand this would take 2^64 calls.
        using var module = new InSequentials(64);
        Counts.Reset();
        module.eval();
        module.train();
        Assert.Equal(2, Counts.Trains);
        Assert.Equal(2, module.state_dict().Count);
        Assert.Equal(1, Counts.States);
    }

    [Fact]
    public void Modules_of_Gen_and_Sequentials_in_turns_are_set_once_each()
    {
        using var module = new Turns(12);
        Counts.Reset();
        module.eval();
        Assert.Equal(1, Counts.Trains);
        Assert.Equal(2, module.state_dict().Count);
        Assert.Equal(1, Counts.States);
        Assert.All(module.modules(), m => Assert.False(m.training));
    }
}

/// <summary>A layer that counts who asks it.</summary>
internal sealed class Counts : Module<Tensor, Tensor>
{
    private readonly Linear fc = Linear(2, 2);

    public Counts()
        : base(nameof(Counts)) => RegisterComponents();

    public static int Trains { get; private set; }

    public static int States { get; private set; }

    public static int Parameters { get; private set; }

    public static void Reset() => (Trains, States, Parameters) = (0, 0, 0);

    public override void train(bool train = true)
    {
        Trains++;
        base.train(train);
    }

    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        States++;
        var parameters = Parameters;
        var state = base.state_dict(destination, prefix);
        Parameters = parameters;
        return state;
    }

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        Parameters++;
        return base.named_parameters(recurse);
    }

    public override Tensor forward(Tensor input) => fc.call(input);
}

internal sealed partial class Nest(int depth, Func<Module<Tensor, Tensor>> make)
{
    [Layer] private readonly Module<Tensor, Tensor> layer = make();
    [Layer] private readonly Nest? next = depth > 1 ? new Nest(depth - 1, make) : null;

    private Tensor Forward(Tensor x)
    {
        var h = layer.call(x);
        return next is null ? h : next.call(h);
    }
}

internal sealed class PlainNest : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> layer;
    private readonly PlainNest? next;

    public PlainNest(int depth, Func<Module<Tensor, Tensor>> make)
        : base(nameof(PlainNest))
    {
        layer = make();
        next = depth > 1 ? new PlainNest(depth - 1, make) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => next is null ? layer.call(input) : next.call(layer.call(input));
}

internal sealed partial class InSequentials(int depth)
{
    [Layer] private readonly Sequential body = Nested(depth, new Counts());

    public static Sequential Nested(int depth, Module<Tensor, Tensor> innermost) =>
        Sequential(depth > 1 ? Nested(depth - 1, innermost) : innermost);

    private Tensor Forward(Tensor x) => body.call(x);
}

internal sealed partial class Turns(int depth)
{
    [Layer] private readonly Sequential body = Sequential(depth > 1 ? new Turns(depth - 1) : new Counts());

    private Tensor Forward(Tensor x) => body.call(x);
}
