using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Guards;

/// <summary>A size of the constructor that a shape names is 1 or more, unless the facts say otherwise: held at run time.</summary>
[Collection("TorchSharp")]
public sealed class PositiveSizeTests
{
    /// <summary>Nothing of TorchSharp's refuses a width of 0 here.</summary>
    private const string Body =
        "[Layer] private readonly ReLU relu; private Tensor Forward(Tensor x) => relu.call(x).view(x.shape[0], h); }";

    [Theory]
    [InlineData("[Shape(\"B h -> B h\")] public sealed partial class Net(int h) { ")]
    [InlineData("[Shape(\"B h -> B h\")] public sealed partial class Net(long h) { ")]
    public void A_size_below_1_is_refused_when_the_module_is_built(string head)
    {
        var type = Compilations.Load(head + Body).GetType("Net")!;
        using var scope = NewDisposeScope();
        using var net = Build(type, 1);
        Assert.Equal([2, 1], net.call(ones(2, 1)).shape);
        foreach (var size in new[] { 0, -3 })
        {
            var error = Assert.IsType<ShapeMismatchException>(
                Assert.Throws<TargetInvocationException>(() => Build(type, size)).InnerException);
            Assert.Equal($"Net: h must be 1 or more but is {size}.", error.Message);
            Assert.Equal("h", error.ParamName);
        }
    }

    /// <summary>The fields of a constructor with a body are set after the generated code has seen them.</summary>
    [Fact]
    public void A_size_that_a_constructor_keeps_is_refused_by_the_first_call()
    {
        var type =
            Compilations.Load("[Shape(\"B h -> B h\")] public sealed partial class Net : Module<Tensor, Tensor> { private readonly int h; "
            + "public Net(int h) : base(\"Net\") { this.h = h; relu = ReLU(); RegisterComponents(); } " + Body).GetType("Net")!;
        using var scope = NewDisposeScope();
        using var right = Build(type, 3);
        Assert.Equal([2, 3], right.call(ones(2, 3)).shape);
        using var net = Build(type, 0);
        var error = Assert.Throws<ShapeMismatchException>(() => net.call(ones(2, 0)));
        Assert.Equal("Net: h >= 1 does not hold (h=0).", error.Message);
    }

    [Theory]
    [InlineData("[Shape(\"B h -> B h\", Where = \"h >= 0\")] public sealed partial class Net(int h) { ")]
    [InlineData("[Shape(\"B 3 -> B 3\")] public sealed partial class Net(int h) { ")]
    public void A_size_that_may_be_0_is_not_refused(string head)
    {
        var type = Compilations.Load(head + "[Layer] private readonly ReLU relu; private Tensor Forward(Tensor x) => relu.call(x) + h; }")
            .GetType("Net")!;
        using var scope = NewDisposeScope();
        using var net = Build(type, 0);
        var width = head.Contains("h >= 0", StringComparison.Ordinal) ? 0 : 3;
        Assert.Equal([2, width], net.call(ones(2, width)).shape);
    }

    private static nn.Module<Tensor, Tensor> Build(Type type, int size) => (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type,
        Convert.ChangeType(size, type.GetConstructors()[0].GetParameters()[0].ParameterType,
            System.Globalization.CultureInfo.InvariantCulture))!;
}
