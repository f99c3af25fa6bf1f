using Seed;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Guards;

/// <summary>The guards at run time, on both sides.</summary>
[Collection("TorchSharp")]
public sealed class GuardTests
{
    [Theory]
    [InlineData(new long[] { 32, 784 }, "MnistClassifier: input must be [B, 1, 28, 28] but is [32, 784]: it needs 4 dimensions and has 2.")]
    [InlineData(new long[] { 32, 3, 28, 28 },
        "MnistClassifier: input must be [B, 1, 28, 28] but is [32, 3, 28, 28]: dimension 1 must be 1 but is 3 (B=32).")]
    [InlineData(new long[] { 32, 1, 28, 27 },
        "MnistClassifier: input must be [B, 1, 28, 28] but is [32, 1, 28, 27]: dimension 3 must be 28 but is 27 (B=32).")]
    [InlineData(new long[0], "MnistClassifier: input must be [B, 1, 28, 28] but is []: it needs 4 dimensions and has 0.")]
    public void A_wrong_input_is_told_in_the_words_of_the_declaration(long[] shape, string message)
    {
        using var scope = NewDisposeScope();
        using var module = new Seed.MnistClassifier();
        var error = Assert.Throws<ShapeMismatchException>(() => module.call(randn(shape)));
        Assert.Equal(message, error.Message);
        Assert.Equal("input", error.ParamName);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(0)]
    public void A_right_input_passes(long batch)
    {
        using var scope = NewDisposeScope();
        using var module = new Seed.MnistClassifier();
        Assert.Equal([batch, 10], module.call(randn(batch, 1, 28, 28)).shape);
    }

    [Fact]
    public void What_may_be_left_out_of_Forward_may_be_left_out_of_forward()
    {
        var run = Compilations.Load("""
            [Shape("B 4")] public sealed partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;
                private Tensor Forward(Tensor x, Tensor? skip = null, double scale = 0.5) =>
                    skip is null ? fc.call(x) * scale : fc.call(x) + skip;
            }
            public static class Program
            {
                public static Tensor Run()
                {
                    using var net = new Net();
                    return net.forward(ones(2, 4)) / net.forward(ones(2, 4), null, 1.0);
                }
            }
            """).GetType("Program")!.GetMethod("Run")!;
        using var scope = NewDisposeScope();
        Assert.True(((Tensor)run.Invoke(null, null)!).allclose(ones(2, 4) * 0.5));
    }

    /// <summary>Summary and guards look at the field that keeps a parameter, but not at one of another kind.</summary>
    [Theory]
    [InlineData("int", true)]
    [InlineData("long", true)]
    [InlineData("double", false)]
    public void A_size_is_kept_in_a_field_for_integers(string field, bool isKept)
    {
        var text = Compilations.GeneratedText($$"""
            [Shape("B d -> B 8")] public sealed partial class Net
            {
                private readonly {{field}} ratio;
                [Layer] private readonly Linear fc;
                public Net(int ratio) { this.ratio = ratio; fc = Linear(4 * ratio, 8); }
                private Tensor Forward(Tensor x) => fc.call(x) * ratio;
            }
            """);
        Assert.Equal(isKept, text.Contains("(\"ratio\", ratio)", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_name_is_the_same_number_in_every_input()
    {
        using var scope = NewDisposeScope();
        using var module = new TwoInputs();
        Assert.Equal([2, 5, 8], module.call(randn(2, 5, 8), randn(2, 5, 8)).shape);
        Assert.Equal(
            "TwoInputs: context must be [B, T, 8] but is [2, 6, 8]: dimension 1 must be T = 5 but is 6 (B=2, T=5).",
            Assert.Throws<ShapeMismatchException>(() => module.call(randn(2, 5, 8), randn(2, 6, 8))).Message);
    }

    [Fact]
    public void A_name_that_stands_twice_in_one_input_is_one_number()
    {
        using var scope = NewDisposeScope();
        using var module = new Square();
        Assert.Equal([4, 4], module.call(randn(4, 4)).shape);
        Assert.Equal("Square: input must be [N, N] but is [4, 5]: dimension 1 must be N = 4 but is 5 (N=4).",
            Assert.Throws<ShapeMismatchException>(() => module.call(randn(4, 5))).Message);
    }

    [Fact]
    public void Arithmetic_over_names_is_checked()
    {
        using var scope = NewDisposeScope();
        using var module = new Doubled();
        Assert.Equal([3, 6], module.call(randn(3, 6)).shape);
        Assert.Equal("Doubled: input must be [N, 2*N] but is [3, 7]: dimension 1 must be 2*N = 6 but is 7 (N=3).",
            Assert.Throws<ShapeMismatchException>(() => module.call(randn(3, 7))).Message);
    }

    [Fact]
    public void A_stated_fact_is_checked()
    {
        using var scope = NewDisposeScope();
        using var module = new ImageFilter();
        Assert.Equal([1, 32, 1, 1], module.call(randn(1, 1, 3, 3)).shape);
        Assert.Equal("ImageFilter: W >= 3 does not hold (H=3, W=2).",
            Assert.Throws<ShapeMismatchException>(() => module.call(randn(1, 1, 3, 2))).Message);
    }

    [Fact]
    public void What_could_not_be_proved_is_checked()
    {
        using var scope = NewDisposeScope();
        using var module = new Unproved();
        Assert.Equal([2, 10], module.call(randn(2, 784)).shape);
        Assert.Equal("Unproved: d == 784 does not hold (d=100).",
            Assert.Throws<ShapeMismatchException>(() => module.call(randn(2, 100))).Message);
    }

    [Fact]
    public void A_size_of_the_constructor_is_checked()
    {
        using var scope = NewDisposeScope();
        using var module = new Sized(6);
        Assert.Equal([2, 12], module.call(randn(2, 6)).shape);
        Assert.Equal(6 * 12 + 12, Sized.CountParameters(6));
        Assert.Equal(Sized.CountParameters(6), module.parameters().Sum(p => p.numel()));
        Assert.StartsWith("Sized: input must be [B, d] but is [2, 5]",
            Assert.Throws<ShapeMismatchException>(() => module.call(randn(2, 5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_result_of_a_Forward_is_checked()
    {
        using var scope = NewDisposeScope();
        using var module = new WrongResult();
        Assert.Equal(
            "WrongResult: result must be [B, 4] but is [2, 8]: dimension 1 must be 4 but is 8 (B=2).",
            Assert.Throws<ShapeMismatchException>(() => module.call(randn(2, 8))).Message);
    }

    [Fact]
    public void A_guard_that_throws_leaves_nothing_behind()
    {
        using var module = new WrongResult();
        using var x = randn(2, 8);
        Assert.Throws<ShapeMismatchException>(() => module.call(x));
        var before = Tensor.TotalCount;
        for (var i = 0; i < 100; i++)
        {
            Assert.Throws<ShapeMismatchException>(() => module.call(x));
        }

        Assert.InRange(Tensor.TotalCount, 0, before);
    }
}

internal sealed partial class TwoInputs
{
    [Layer(8, 8)] private readonly Linear fc;

    [Shape("B T 8, B T 8 -> B T 8")]
    private Tensor Forward(Tensor x, Tensor context) => fc.call(x) + context;
}

[Shape("N N")]
internal sealed partial class Square
{
    [Layer] private readonly ReLU relu;
}

[Shape("N 2*N")]
internal sealed partial class Doubled
{
    [Layer] private readonly ReLU relu;
}

[Shape("B d -> B 10")]
internal sealed partial class Unproved
{
    [Layer(784, 10)] private readonly Linear fc;
}

[Shape("B d -> B 2*d")]
internal sealed partial class Sized(int d)
{
    [Layer] private readonly Linear fc = Linear(d, 2 * d);
}

[Shape("B 8 -> B 4")]
internal sealed partial class WrongResult
{
    [Layer(8, 8)] private readonly Linear fc;

    // How many columns a mask leaves is not known, so that the result is checked at run time.
    private Tensor Forward(Tensor x) => fc.call(x)[TensorIndex.Colon, TensorIndex.Tensor(x[0] > float.NegativeInfinity)];
}
