namespace Gen.Tests.CodeFixes;

/// <summary>GEN1001: the layer gets the size that arrives, wherever it is built.</summary>
public sealed class SizeFixTests
{
    [Theory]
    [InlineData("[Layer(100, 10)] private readonly Linear fc2;", "[Layer(128, 10)] private readonly Linear fc2;", "Linear(128, 10)")]
    [InlineData("[Layer(Sizes.Wide, /* scores */ 10)] private readonly Linear fc2;",
        "[Layer(128, /* scores */ 10)] private readonly Linear fc2;", "Linear(128, 10)")]
    [InlineData("[Layer] private readonly Linear fc2 = Linear(100, 10, hasBias: false);",
        "[Layer] private readonly Linear fc2 = Linear(128, 10, hasBias: false);", "Linear(128, 10, hasBias: false)")]
    [InlineData("[Layer] private readonly Linear fc2 = Linear(outputSize: 10, inputSize: 100);",
        "[Layer] private readonly Linear fc2 = Linear(outputSize: 10, inputSize: 128);", "Linear(outputSize: 10, inputSize: 128)")]
    [InlineData("[Layer] private readonly Sequential fc2 = Sequential(ReLU(), Linear(100, 10));",
        "[Layer] private readonly Sequential fc2 = Sequential(ReLU(), Linear(128, 10));", "Linear(128, 10)")]
    [InlineData("[Layer] private readonly Sequential fc2 = Sequential((\"act\", ReLU()), (\"out\", Linear(100, 10)));",
        "[Layer] private readonly Sequential fc2 = Sequential((\"act\", ReLU()), (\"out\", Linear(128, 10)));", "Linear(128, 10)")]
    [InlineData("[Layer] private readonly Sequential fc2 = Sequential(ReLU(), Sequential(Linear(128, 100), Linear(7, 10)));",
        "[Layer] private readonly Sequential fc2 = Sequential(ReLU(), Sequential(Linear(128, 100), Linear(100, 10)));", "Linear(100, 10)")]
    [InlineData("[Layer(7)] private readonly LayerNorm fc2;", "[Layer(128)] private readonly LayerNorm fc2;", "LayerNorm(128)")]
    public void In_a_chain(string wrong, string right, string edit)
    {
        string Class(string field) => $$"""
            public static class Sizes { public const int Wide = 100; }
            [Shape("B 784")] public partial class Net
            {
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu;
                {{field}} // the last one
            }
            """;
        Assert.Equal(($"Change it to {edit}", Class(right)), FixHarness.Fix(Class(wrong), "GEN1001"));
    }

    [Theory]
    [InlineData("[Layer(100, 10)] private readonly Linear fc2;", "[Layer(128, 10)] private readonly Linear fc2;")]
    [InlineData("[Layer] private readonly Linear fc2 = Linear(100, 10);", "[Layer] private readonly Linear fc2 = Linear(128, 10);")]
    [InlineData("[Layer] private readonly Linear fc2; public Net() { fc2 = Linear(100, 10); }",
        "[Layer] private readonly Linear fc2; public Net() { fc2 = Linear(128, 10); }")]
    [InlineData("[Layer] private readonly ModuleList<Module<Tensor, Tensor>> list = [ReLU(), Linear(100, 10)]; private Linear fc2 => "
        + "(Linear)list[1];", "[Layer] private readonly ModuleList<Module<Tensor, Tensor>> list = [ReLU(), Linear(128, 10)]; "
        + "private Linear fc2 => (Linear)list[1];")]
    public void In_a_forward_method(string wrong, string? right)
    {
        string Class(string field) => $$"""
            [Shape("B 784")] public partial class Net
            {
                [Layer(784, 128)] private readonly Linear fc1;
                {{field}}

                private Tensor Forward(Tensor x)
                {
                    x = functional.relu(fc1.call(x));
                    return fc2.call(x);
                }
            }
            """;
        if (right is not null)
        {
            Assert.Equal(("Change it to Linear(128, 10)", Class(right)), FixHarness.Fix(Class(wrong), "GEN1001"));
        }
        else
        {
            Assert.DoesNotContain(FixHarness.Diagnose(FixHarness.Project(Class(wrong))), d => d.Id == "GEN1001");
        }
    }

    [Fact]
    public void A_product_is_written_as_one() => Assert.Equal(
        ("Change it to Linear(16 * 5 * 5, 120)", LeNet("16 * 5 * 5")),
        FixHarness.Fix(LeNet("576"), "GEN1001"));

    [Fact]
    public void A_channel_is_changed_where_the_layer_normalises() => Assert.Equal(
        ("Change it to BatchNorm2d(16)", Norm("16")),
        FixHarness.Fix(Norm("32"), "GEN1001"));

    [Fact]
    public void A_size_may_be_the_constructors() => Assert.Equal(
        ("Change it to Linear(2*width, 10)", Wide("2*width")),
        FixHarness.Fix(Wide("width"), "GEN1001"));

    [Fact]
    public void What_an_attribute_cannot_say_is_not_offered()
    {
        var project = FixHarness.Project("""
            [Shape("B 784")] public partial class Net(int width)
            {
                [Layer] private readonly Linear fc1 = Linear(784, 2 * width);
                [Layer(1, 10)] private readonly Linear fc2;
            }
            """);
        var diagnostic = Assert.Single(FixHarness.Diagnose(project), d => d.Id == "GEN1001");
        Assert.Empty(FixHarness.Offered(project, diagnostic));
    }

    [Fact]
    public void Those_of_several_classes_are_changed_at_once() => Assert.Equal(
        """
        [Shape("B 8")] public partial class A { [Layer(8, 4)] private readonly Linear fc; }
        [Shape("B 9")] public partial class B { [Layer(9, 4)] private readonly Linear fc; [Layer(4, 2)] private readonly Linear fc2; }
        """,
        FixHarness.FixAll("""
        [Shape("B 8")] public partial class A { [Layer(1, 4)] private readonly Linear fc; }
        [Shape("B 9")] public partial class B { [Layer(2, 4)] private readonly Linear fc; [Layer(4, 2)] private readonly Linear fc2; }
        """, "GEN1001"));

    private static string LeNet(string size) => $$"""
        [Shape("B 1 28 28")] public partial class LeNet
        {
            [Layer] private readonly Conv2d conv1 = Conv2d(1, 6, 5, padding: 2);
            [Layer(2)] private readonly MaxPool2d pool1;
            [Layer(6, 16, 5)] private readonly Conv2d conv2;
            [Layer(2)] private readonly MaxPool2d pool2;
            [Layer] private readonly Flatten flatten;
            [Layer({{size}}, 120)] private readonly Linear fc1;
        }
        """;

    private static string Norm(string channels) => $$"""
        [Shape("B 3 32 32")] public partial class Net
        {
            [Layer(3, 16, 3)] private readonly Conv2d conv;
            [Layer({{channels}})] private readonly BatchNorm2d bn;
        }
        """;

    private static string Wide(string size) => $$"""
        [Shape("B 784", Where = "width >= 1")] public partial class Net(int width)
        {
            [Layer] private readonly Linear fc1 = Linear(784, 2 * width);
            [Layer] private readonly Linear fc2 = Linear({{size}}, 10);
        }
        """;
}
