using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>GEN1xxx: proved shape errors, with the words of their messages.</summary>
public sealed class ShapeAnalyzerTests
{
    [Fact]
    public void GEN1001_features_with_the_way_they_came() => Assert.Equal(
        "'fc2' (Linear 100 -> 10) needs 100 features but gets 128: input [B, 784] -> fc1 [B, 128] -> relu1 [B, 128]. Change it to "
        + "Linear(128, 10).",
        Markup.Message("""
            [Shape("B 784 -> B 10")] public partial class Net
            {
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu1;
                [Layer(100, 10)] private readonly Linear {|GEN1001:fc2|};
            }
            """));

    [Fact]
    public void GEN1001_features_that_are_a_product() => Assert.Equal(
        "'fc1' (Linear 576 -> 120) needs 576 features but gets 400 = 16*5*5 (flatten of pool2 [B, 16, 5, 5]). Change it to Linear(16 * 5 "
        + "* 5, 120).",
        Markup.Message("""
            [Shape("B 1 28 28")] public partial class LeNet
            {
                [Layer] private readonly Conv2d conv1 = Conv2d(1, 6, 5, padding: 2);
                [Layer(2)] private readonly MaxPool2d pool1;
                [Layer(6, 16, 5)] private readonly Conv2d conv2;
                [Layer(2)] private readonly MaxPool2d pool2;
                [Layer] private readonly Flatten flatten;
                [Layer(576, 120)] private readonly Linear {|GEN1001:fc1|};
            }
            """));

    [Fact]
    public void GEN1001_channels_and_who_gives_them() => Assert.Equal(
        "'conv2' (Conv2d 32 -> 64) needs 32 channels but 'conv1' gives 16. Change it to Conv2d(16, 64, 3, padding: 1).",
        Markup.Message("""
            [Shape("B 3 H W", Where = "H >= 3, W >= 3")] public partial class Net
            {
                [Layer(3, 16, 3)] private readonly Conv2d conv1;
                [Layer] private readonly ReLU relu;
                [Layer] private readonly Conv2d {|GEN1001:conv2|} = Conv2d(32, 64, 3, padding: 1);
            }
            """));

    [Fact]
    public void GEN1001_channels_of_the_input() => Assert.Equal(
        "'conv' (Conv2d 3 -> 8) needs 3 channels but the input has 1. Change it to Conv2d(1, 8, 3).",
        Markup.Message("""[Shape("B 1 28 28")] public partial class Net { [Layer(3, 8, 3)] private readonly Conv2d {|GEN1001:conv|}; }"""));

    [Fact]
    public void GEN1001_inside_a_sequential() => Assert.StartsWith(
        "'network.2' (Linear 100 -> 10) needs 100 features but gets 128: ",
        Markup.Message("""
            [Shape("B 784 -> B 10")] public partial class Net
            {
                [Layer] private readonly Sequential {|GEN1001:network|} = Sequential(Linear(784, 128), ReLU(), Linear(100, 10));
            }
            """),
        StringComparison.Ordinal);

    [Fact]
    public void GEN1001_leads_back_step_by_step()
    {
        var diagnostic = Assert.Single(Markup.Verify("""
            [Shape("B 784")] public partial class Net
            {
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu1;
                [Layer(100, 10)] private readonly Linear {|GEN1001:fc2|};
            }
            """));
        Assert.Equal(["relu1", "fc1"], diagnostic.AdditionalLocations.Select(l => l.SourceTree!.GetText().ToString(l.SourceSpan)));
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
    }

    [Theory]
    [InlineData("B 784", "[Layer(1, 8, 3)] private readonly Conv2d {|GEN1002:layer|};",
        "'layer' (Conv2d 1 -> 8) needs (N, C, H, W) or (C, H, W) but gets input [B, 784].")]
    [InlineData("B 784", "[Layer(2)] private readonly MaxPool2d {|GEN1002:layer|};",
        "'layer' (MaxPool2d) needs (N, C, H, W) or (C, H, W) but gets input [B, 784].")]
    [InlineData("B 10", "[Layer(10, 5)] private readonly LSTM {|GEN1002:layer|};",
        "'layer' (LSTM 10 -> 5) needs (T, N, C), or (N, T, C) with batchFirst but gets input [B, 10].")]
    [InlineData("", "[Layer(10, 5)] private readonly Linear {|GEN1002:layer|};",
        "'layer' (Linear 10 -> 5) needs (*, in_features) but gets input [].")]
    [InlineData("B", "[Layer(2, 3)] private readonly Flatten {|GEN1002:layer|};",
        "'layer' (Flatten) needs 4 dimensions or more but gets input [B].")]
    public void GEN1002_another_rank(string shape, string field, string message) =>
        Assert.Equal(message, Markup.Message($"[Shape(\"{shape}\")] public partial class Net {{ {field} }}"));

    [Theory]
    [InlineData("B 784 -> B 5", "the result is declared [B, 5] but is [B, 10]: input [B, 784] -> fc [B, 10]. Declare '-> B 10'.")]
    [InlineData("B 784 -> B 1 10", "the result is declared [B, 1, 10] but is [B, 10]: input [B, 784] -> fc [B, 10]. Declare '-> B 10'.")]
    [InlineData("B 784 -> B+1 10", "the result is declared [B+1, 10] but is [B, 10]: input [B, 784] -> fc [B, 10]. Declare '-> B 10'.")]
    public void GEN1005_another_result(string shape, string message) =>
        Assert.Equal(message,
            Markup.Message(
                $"[Shape({{|GEN1005:\"{shape}\"|}})] public partial class Net {{ [Layer(784, 10)] private readonly Linear fc; }}"));

    [Theory]
    [InlineData("[Layer] private readonly Conv2d {|GEN1006:layer|} = Conv2d(6, 8, 3, groups: 4);",
        "'layer' (Conv2d(6, 8, 3, groups: 4)): in_channels 6 is not divisible by groups 4 (6 % 4 = 2).")]
    [InlineData("[Layer] private readonly Conv2d {|GEN1006:layer|} = Conv2d(6, 8, 3, stride: 0);",
        "'layer' (Conv2d(6, 8, 3, stride: 0)): stride must be 1 or more, but is 0.")]
    [InlineData("[Layer(1.5)] private readonly Dropout {|GEN1006:layer|};",
        "'layer' (Dropout(1.5)): p must be between 0 and 1, but is 1.5.")]
    [InlineData("[Layer(2, 2, 3)] private readonly MaxPool2d {|GEN1006:layer|};",
        "'layer' (MaxPool2d(2, 2, 3)): padding 3 is more than half of kernel_size 2.")]
    public void GEN1006_arguments_that_contradict_each_other(string field, string message) =>
        Assert.Equal(message, Markup.Message($"[Shape(\"B 6 28 28\")] public partial class Net {{ {field} }}"));

    [Fact]
    public void GEN1007_a_size_below_one() => Assert.Equal(
        "'conv' (Conv2d(1, 8, 5)): its output would have height -1 = (3 - 5)//1 + 1: input [B, 1, 3, 28].",
        Markup.Message("""[Shape("B 1 3 28")] public partial class Net { [Layer(1, 8, 5)] private readonly Conv2d {|GEN1007:conv|}; }"""));

    [Theory]
    [InlineData("x.view(-1, 24)", "gets 24: x [B, 10, 24] -> view [10*B, 24]. Change it to Linear(24, 3).")]
    [InlineData("x.reshape(-1, 12)", "gets 12: x [B, 10, 24] -> reshape [20*B, 12]. Change it to Linear(12, 3).")]
    [InlineData("x.view(-1, 240)", "gets 240 = 10*24 (flatten of x [B, 10, 24]). Change it to Linear(10 * 24, 3).")]
    [InlineData("x.flatten(1)", "gets 240 = 10*24 (flatten of x [B, 10, 24]). Change it to Linear(10 * 24, 3).")]
    public void GEN1001_a_view_is_a_flatten_where_it_makes_the_product(string view, string rest) => Assert.Equal(
        $"'fc' (Linear 20 -> 3) needs 20 features but {rest}",
        Markup.Message($$"""
            [Shape("B 10 24 -> N 3")] public partial class Rows
            {
                [Layer(20, 3)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => {|GEN1001:fc.call({{view}})|};
            }
            """));

    [Theory]
    [InlineData("...", "'fc': 'inputSize' cannot be inferred: the shape that arrives is not known. Write the number.")]
    [InlineData("B d",
        "'fc': 'inputSize' cannot be inferred: the features that arrive are d, known only when the module is called. Write the number.")]
    public void GEN1010_a_size_that_cannot_be_inferred(string shape, string message) =>
        Assert.Equal(message,
            Markup.Message(
                $"[Shape(\"{shape}\")] public partial class Net {{ [Layer({{|GEN1010:-1|}}, 10)] private readonly Linear fc; }}"));

    [Theory]
    [InlineData("return x;")]
    [InlineData("if (x.shape[1] > 7) { return fc.call(x); } return x;")]
    public void GEN1010_a_layer_that_nothing_calls(string body) => Assert.Equal(
        "'fc': 'inputSize' cannot be inferred: no call reaches it. Write the number.",
        Markup.Message(
            $"[Shape(\"B 4\")] public partial class Net {{ [Layer({{|GEN1010:-1|}}, 10)] private readonly Linear fc; private Tensor "
            + $"Forward(Tensor x) {{ {body} }} }}"));

    [Fact]
    public void After_a_shape_error_the_path_is_silent() => Markup.Verify("""
        [Shape("B 784 -> B 3")] public partial class Net
        {
            [Layer(100, 128)] private readonly Linear {|GEN1001:fc1|};
            [Layer(7, 9)] private readonly Linear fc2;
            [Layer(1, 8, 3)] private readonly Conv2d conv;
        }
        """);

    [Fact]
    public void GEN1008_a_nested_module_that_is_given_another_shape() => Assert.Equal(
        "'inner' (Inner) is declared for [B, 8] but gets [B, 9]: input [B, 9].",
        Markup.Message("""
            [Shape("B 8 -> B 2")] public partial class Inner { [Layer(8, 2)] private readonly Linear fc; }
            [Shape("B 9")] public partial class Outer { [Layer] private readonly Inner {|GEN1008:inner|} = new(); }
            """));

    [Theory]
    [InlineData("MnistClassifier")]
    [InlineData("SequentialClassifier")]
    [InlineData("Anatomy")]
    [InlineData("CoreLayers")]
    [InlineData("Activations")]
    [InlineData("MyNetwork")]
    public void The_seeds_chains_are_proved_without_a_word(string file) =>
        Assert.Empty(Compilations.Diagnose(Compilations.Of(SampleSources.Read($"Seed/{file}.cs"))));
}
