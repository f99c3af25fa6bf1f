using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Each family of layers, with each of the diagnostics that apply to it.</summary>
[Collection("TorchSharp")]
public sealed class FamilyTests
{
    [Theory]
    // Features and channels.
    [InlineData("B 784", "[Layer(100, 10)] private readonly Linear {|GEN1001:layer|};")]
    [InlineData("B 3 8 8", "[Layer(4, 10, 3)] private readonly Conv2d {|GEN1001:layer|};")]
    [InlineData("B 3 8 8", "[Layer(4, 10, 3)] private readonly ConvTranspose2d {|GEN1001:layer|};")]
    [InlineData("B 3 8 8", "[Layer(4)] private readonly BatchNorm2d {|GEN1001:layer|};")]
    [InlineData("B 3 8 8", "[Layer(1, 4)] private readonly GroupNorm {|GEN1001:{|GEN4010:layer|}|};")]
    [InlineData("B 3 8", "[Layer] private readonly LayerNorm {|GEN1001:layer|} = LayerNorm(9);")]
    [InlineData("T B 8", "[Layer(9, 4)] private readonly LSTM {|GEN1001:layer|};")]
    [InlineData("T B 8", "[Layer(16, 4)] private readonly TransformerEncoderLayer {|GEN1001:layer|};")]
    [InlineData("B 3 8 8", "[Layer(5)] private readonly PReLU {|GEN1001:layer|};")]
    // Ranks.
    [InlineData("", "[Layer(100, 10)] private readonly Linear {|GEN1002:layer|};")]
    [InlineData("B 8", "[Layer(3, 10, 3)] private readonly ConvTranspose2d {|GEN1002:layer|};")]
    [InlineData("B 8", "[Layer(2)] private readonly AvgPool2d {|GEN1002:layer|};")]
    [InlineData("B 8", "[Layer(2)] private readonly AdaptiveAvgPool2d {|GEN1002:layer|} = AdaptiveAvgPool2d(2);")]
    [InlineData("B 8", "[Layer(8)] private readonly BatchNorm2d {|GEN1002:layer|};")]
    [InlineData("B 8", "[Layer(1)] private readonly ReflectionPad2d {|GEN1002:layer|};")]
    [InlineData("B", "[Layer(8, 4)] private readonly GRU {|GEN1002:layer|};")]
    [InlineData("B 8", "[Layer] private readonly Softmax2d {|GEN1002:layer|};")]
    [InlineData("B 8", "[Layer(2)] private readonly PixelShuffle {|GEN1002:layer|};")]
    [InlineData("B 8", "[Layer(3)] private readonly Unfold {|GEN1002:layer|};")]
    // Arguments.
    [InlineData("B 6 8 8", "[Layer] private readonly Conv2d {|GEN1006:layer|} = Conv2d(6, 8, 3, groups: 4);")]
    [InlineData("B 6 8 8", "[Layer] private readonly ConvTranspose2d {|GEN1006:layer|} = ConvTranspose2d(6, 8, 3, groups: 4);")]
    [InlineData("B 6 8 8", "[Layer(4, 6)] private readonly GroupNorm {|GEN1006:{|GEN4010:layer|}|};")]
    [InlineData("B 6 8 8", "[Layer(2, 2, 3)] private readonly MaxPool2d {|GEN1006:layer|};")]
    [InlineData("B 6", "[Layer(1.5)] private readonly Dropout {|GEN1006:layer|};")]
    [InlineData("T B 8", "[Layer(8, 3)] private readonly TransformerEncoderLayer {|GEN1006:layer|};")]
    [InlineData("B 6 8 8", "[Layer] private readonly Upsample {|GEN1006:layer|};")]
    // Sizes below one.
    [InlineData("B 1 3 9", "[Layer(1, 2, 5)] private readonly Conv2d {|GEN1007:layer|};")]
    [InlineData("B 1 1 9", "[Layer] private readonly ConvTranspose2d {|GEN1007:layer|} = ConvTranspose2d(1, 2, 1, padding: 1);")]
    [InlineData("B 1 3 9", "[Layer(5)] private readonly MaxPool2d {|GEN1007:layer|};")]
    [InlineData("B 1 3 9", "[Layer(5)] private readonly AvgPool2d {|GEN1007:layer|};")]
    [InlineData("B 1 3 9", "[Layer(5)] private readonly Unfold {|GEN1007:layer|};")]
    // Sizes that cannot be inferred.
    [InlineData("...", "[Layer({|GEN1010:-1|}, 10)] private readonly Linear layer;")]
    [InlineData("B C 8 8", "[Layer({|GEN1010:-1|}, 10, 3)] private readonly Conv2d layer;")]
    [InlineData("B C 8 8", "[Layer({|GEN1010:-1|}, 10, 3)] private readonly ConvTranspose2d layer;")]
    [InlineData("B C 8 8", "[Layer({|GEN1010:-1|})] private readonly BatchNorm2d layer;")]
    [InlineData("T B d", "[Layer({|GEN1010:-1|}, 4)] private readonly LSTM layer;")]
    public void A_family_says_what_is_wrong(string shape, string field) =>
        Markup.Verify($"[Shape(\"{shape}\")] public partial class Net {{ {field} }}");

    [Theory]
    [InlineData("B d", "[Layer(8, 4)] private readonly Linear layer;", new long[] { 2, 8 }, new long[] { 2, 9 })]
    [InlineData("B C 8 8", "[Layer(3, 4, 3)] private readonly Conv2d layer;", new long[] { 2, 3, 8, 8 }, new long[] { 2, 4, 8, 8 })]
    [InlineData("B 3 H W", "[Layer(3, 4, 3)] private readonly Conv2d layer;", new long[] { 2, 3, 3, 9 }, new long[] { 2, 3, 2, 9 })]
    [InlineData("B C 8 8", "[Layer(3, 4, 3)] private readonly ConvTranspose2d layer;", new long[] { 2, 3, 8, 8 },
        new long[] { 2, 4, 8, 8 })]
    [InlineData("B 3 H H", "[Layer(2)] private readonly MaxPool2d layer;", new long[] { 2, 3, 2, 2 }, new long[] { 2, 3, 1, 1 })]
    [InlineData("B C 8 8", "[Layer(3)] private readonly BatchNorm2d layer;", new long[] { 2, 3, 8, 8 }, new long[] { 2, 4, 8, 8 })]
    [InlineData("B 3 d", "[Layer] private readonly LayerNorm layer = LayerNorm(8);", new long[] { 2, 3, 8 }, new long[] { 2, 3, 7 })]
    [InlineData("T B d", "[Layer(8, 4)] private readonly LSTM layer;", new long[] { 5, 2, 8 }, new long[] { 5, 2, 7 })]
    [InlineData("T B d", "[Layer(8, 2)] private readonly TransformerEncoderLayer layer;", new long[] { 5, 2, 8 }, new long[] { 5, 2, 6 })]
    [InlineData("B C 4 4", "[Layer(2)] private readonly PixelShuffle layer;", new long[] { 1, 8, 4, 4 }, new long[] { 1, 6, 4, 4 })]
    [InlineData("B C", "[Layer(-1)] private readonly GLU layer;", new long[] { 1, 8 }, new long[] { 1, 7 })]
    [InlineData("B 3 H", "[Layer(3)] private readonly ReflectionPad1d layer;", new long[] { 1, 3, 4 }, new long[] { 1, 3, 3 })]
    public void A_family_guards_what_is_not_proved(string shape, string field, long[] right, long[] wrong)
    {
        var source = $"[Shape(\"{shape}\")] public partial class Net {{ {field} }}";
        Assert.All(Compilations.Diagnose(Compilations.Of(source)), d => Assert.Equal("GEN2001", d.Id));
        Assert.NotEmpty(Compilations.Diagnose(Compilations.Of(source)));
        using var scope = NewDisposeScope();
        var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        net.call(ones(right));
        Assert.Throws<ShapeMismatchException>(() => net.call(ones(wrong)));
    }

    /// <summary>What depends on more than shapes, or on a choice of the library, is said to be unknown, once.</summary>
    [Theory]
    [InlineData("B C H W", "[Layer] private readonly Upsample {|GEN2002:layer|} = Upsample(scale_factor: [1.5, 1.5]);")]
    [InlineData("B C H W K", "[Layer] private readonly AdaptiveAvgPool2d {|GEN2002:layer|} = AdaptiveAvgPool2d(1);")]
    public void A_family_says_where_it_does_not_know(string shape, string field) =>
        Markup.Verify(
            $"[Shape(\"{shape}\")] public partial class Net {{ [Layer] private readonly ReLU relu; {field} [Layer] private readonly "
            + $"Tanh tanh; }}");
}
