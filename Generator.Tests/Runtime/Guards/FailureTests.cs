using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Guards;

/// <summary>Where an exception comes from: the path of the module, and what it was given.</summary>
[Collection("TorchSharp")]
public sealed class FailureTests
{
    [Fact]
    public void An_error_of_the_native_library_in_a_chain_names_the_layer()
    {
        using var module = new WrongChain();
        using var x = randn(4, 8);
        var error = Assert.Throws<ModuleFailedException>(() => module.call(x));
        Assert.Equal("WrongChain.second", error.Path);
        Assert.Equal("WrongChain.second: mat1 and mat2 shapes cannot be multiplied (4x8 and 9x3). It was given input [4, 8] Float32.",
            error.Message);
        Assert.Equal(typeof(ExternalException), error.InnerException!.GetType());

        // TorchSharp alone: the frames of C++, and no path.
        using var alone = Sequential(new Gate(), Linear(9, 3));
        var plain = Assert.Throws<ExternalException>(() => alone.call(x));
        Assert.Contains("Exception raised from", plain.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_path_leads_through_nested_modules_lists_and_sequentials()
    {
        using var module = new Deep();
        using var x = randn(4, 8);
        module.Blocks[1].Fails = true;
        var error = Assert.Throws<ModuleFailedException>(() => module.call(x));
        Assert.Equal("Deep.encoder.layers.1.body.0.second", error.Path);
        Assert.Equal(["input [4, 8] Float32"], error.Inputs);
        Assert.Equal(typeof(ExternalException), error.InnerException!.GetType());
    }

    [Fact]
    public void An_error_of_the_native_library_in_a_Forward_names_the_module_and_its_inputs()
    {
        using var module = new AroundWrongForward();
        using var x = randn(4, 8);
        using var y = randn(5, 8);
        var error = Assert.Throws<ModuleFailedException>(() => module.call(x, y));
        Assert.Equal("AroundWrongForward.inner", error.Path);
        Assert.Equal(["x [4, 8] Float32", "y [5, 8] Float32"], error.Inputs);
        Assert.StartsWith("AroundWrongForward.inner: The size of tensor a (4) must match the size of tensor b (5)", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_tensor_is_told_by_its_value_or_its_type()
    {
        using var module = new Picking();
        using var x = randn(4, 8);
        using var past = randn(2, 8);
        Assert.Equal(["x [4, 8] Float32", "past null", "row 100", "source null"],
            Assert.Throws<ModuleFailedException>(() => module.call(x)).Inputs);
        Assert.Equal(["x [4, 8] Float32", "past ([2, 8] Float32, [2, 8] Float32)", "row 7", "source Random"],
            Assert.Throws<ModuleFailedException>(() => module.call(x, [past, past], 7, new Random(1))).Inputs);
    }

    [Fact]
    public void Code_that_catches_TorchSharps_errors_catches_these()
    {
        using var module = new WrongChain();
        using var x = randn(4, 8);
        try
        {
            module.call(x);
            Assert.Fail("it throws");
        }
        catch (ExternalException error)
        {
            Assert.IsType<ModuleFailedException>(error);
        }
    }

    [Fact]
    public void A_guard_of_a_nested_module_names_its_path()
    {
        using var module = new Outermost();
        using var x = randn(4, 9);
        var error = Assert.Throws<ShapeMismatchException>(() => module.call(x));
        Assert.Equal("Outermost.inner.guarded: x must be [B, 8] but is [4, 9]: dimension 1 must be 8 but is 9 (B=4).", error.Message);
        Assert.Equal("Outermost.inner.guarded", error.Path);
        Assert.Equal("x", error.ParamName);
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(ShapeMismatchException))]
    [InlineData(typeof(COMException))]
    public void An_exception_thrown_on_purpose_keeps_its_type_and_carries_the_path(Type type)
    {
        var thrown = type == typeof(ShapeMismatchException) ? new ShapeMismatchException("mine")
            : (Exception)Activator.CreateInstance(type)!;
        using var module = new ThrowsWhatItIsTold();
        module.inner.Told = thrown;
        using var x = randn(4, 8);
        var error = Assert.ThrowsAny<Exception>(() => module.call(x));
        Assert.Same(thrown, error);
        Assert.Equal("ThrowsWhatItIsTold.inner", error is ShapeMismatchException mismatch ? mismatch.Path : error.Data["Gen.Path"]);
        Assert.Contains(nameof(Telling), error.StackTrace!, StringComparison.Ordinal);
    }
}

internal sealed partial class WrongChain
{
    [Layer] private readonly Gate first = new();
    [Layer] private readonly Linear second = Linear(9, 3);
}

internal sealed partial class MayFail
{
    [Layer] private readonly Flatten first;
    [Layer] private readonly Gate second = new();

    public bool Fails
    {
        get => second.Fails;
        set => second.Fails = value;
    }
}

internal sealed class Gate : Module<Tensor, Tensor>
{
    public Gate()
        : base(nameof(Gate))
    {
    }

    public bool Fails { get; set; }

    public override Tensor forward(Tensor input) => Fails ? input.view(Wrong()) : input + 1;

    // The compiler must not see that it fails.
    private static long Wrong() => long.Parse("-5", System.Globalization.CultureInfo.InvariantCulture);
}

internal sealed partial class Block
{
    [Layer] private readonly Sequential body = Sequential(new MayFail());

    public bool Fails
    {
        set => ((MayFail)body[0]).Fails = value;
    }

    private Tensor Forward(Tensor x) => x + body.call(x);
}

internal sealed partial class Encoder
{
    [Layer] public readonly ModuleList<Block> layers = ModuleList(new Block(), new Block());

    private Tensor Forward(Tensor x)
    {
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return x;
    }
}

internal sealed partial class Deep
{
    [Layer] private readonly Encoder encoder = new();
    [Layer] private readonly ReLU relu;

    public ModuleList<Block> Blocks => encoder.layers;
}

internal sealed partial class WrongForward
{
    [Layer(8, 8)] private readonly Linear fc;

    private Tensor Forward(Tensor x, Tensor y) => fc.call(x) + y;
}

internal sealed partial class AroundWrongForward
{
    [Layer] private readonly WrongForward inner = new();

    private Tensor Forward(Tensor x, Tensor y) => inner.call(x, y);
}

internal sealed partial class Guarded
{
    [Layer(8, 8)] private readonly Linear fc;

    [Shape("B 8 -> B 8")]
    private Tensor Forward(Tensor x) => fc.call(x);
}

internal sealed partial class Middle
{
    [Layer] private readonly Guarded guarded = new();

    public override Tensor forward(Tensor input) => guarded.call(input);
}

internal sealed partial class Outermost
{
    [Layer] private readonly Middle inner = new();
}

internal sealed class Telling() : Module<Tensor, Tensor>(nameof(Telling))
{
    public Exception? Told { get; set; }

    public override Tensor forward(Tensor input) => throw Told!;
}

internal sealed partial class ThrowsWhatItIsTold
{
    [Layer] public readonly Telling inner = new();
}

[Shape("B 8")]
public sealed partial class Picking
{
    [Layer(8, 8)] private readonly Linear fc;

    private Tensor Forward(Tensor x, Tensor[]? past = null, long row = 100, Random? source = null) =>
        fc.call(x).index_select(0, tensor(new[] { row + (past?.Length ?? 0) + (source is null ? 0 : 1) }));
}
