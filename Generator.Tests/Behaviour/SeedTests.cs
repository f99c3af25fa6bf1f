using Seed;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Behaviour;

/// <summary>Every module of the seed, on TorchSharp.</summary>
[Collection("TorchSharp")]
public sealed class SeedTests
{
    public static TheoryData<string, long, long[], long[]> Modules => new()
    {
        { nameof(MyNetwork), MyNetwork.ParameterCount, [3, 10], [3, 2] },
        { nameof(Anatomy), Anatomy.ParameterCount, [3, 784], [3, 10] },
        { nameof(Seed.MnistClassifier), Seed.MnistClassifier.ParameterCount, [3, 1, 28, 28], [3, 10] },
        { nameof(SequentialClassifier), SequentialClassifier.ParameterCount, [3, 1, 28, 28], [3, 10] },
        { nameof(QuickModel), QuickModel.ParameterCount, [3, 784], [3, 10] },
        { nameof(FullyConnected), FullyConnected.ParameterCount, [1, 784], [1, 256] },
        { nameof(ImageFilter), ImageFilter.ParameterCount, [2, 1, 28, 28], [2, 32, 26, 26] },
        { nameof(SequenceModel), SequenceModel.ParameterCount, [5, 3, 10], [5, 3, 20] },
        { nameof(BlockWithSkip), BlockWithSkip.ParameterCount, [3, 64], [3, 64] },
        { nameof(Rectified), Rectified.ParameterCount, [2, 3, 4], [2, 3, 4] },
        { nameof(Squashed), Squashed.ParameterCount, [7], [7] },
        { nameof(Centred), Centred.ParameterCount, [2, 3], [2, 3] },
        { nameof(Leaky), Leaky.ParameterCount, [2, 3], [2, 3] },
        { nameof(Regularized), Regularized.ParameterCount, [2, 3], [2, 3] },
    };

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_gives_the_declared_shape_and_registers_the_counted_parameters(string name, long parameters, long[] input,
        long[] output)
    {
        using var scope = NewDisposeScope();
        using var module =
            (nn.Module<Tensor, Tensor>)Activator.CreateInstance(typeof(MyNetwork).Assembly.GetType($"Seed.{name}", throwOnError: true)!)!;
        Assert.Equal(output, module.call(randn(input)).shape);
        Assert.Equal(parameters, module.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void The_counts_are_the_courses()
    {
        Assert.Equal(67, MyNetwork.ParameterCount);
        Assert.Equal(235_146, Anatomy.ParameterCount);
        Assert.Equal(109_386, Seed.MnistClassifier.ParameterCount);
        Assert.Equal(109_386, SequentialClassifier.ParameterCount);
        Assert.Equal(200_704 + 256, FullyConnected.ParameterCount);
        Assert.Equal(320, ImageFilter.ParameterCount);
        Assert.Equal(4 * 20 * (10 + 20 + 2), SequenceModel.ParameterCount);
        Assert.Equal(3_000_000, WordVectors.ParameterCount);
    }

    [Fact]
    public void Multiply_adds_follow_the_conventional_rule()
    {
        Assert.Equal(109_184, Seed.MnistClassifier.MultiplyAdds(1));
        Assert.Equal(64 * 109_184, SequentialClassifier.MultiplyAdds(64));
        Assert.Equal(2 * 9 * 32 * 26 * 26, ImageFilter.MultiplyAdds(2, 28, 28));
    }

    [Fact]
    public void A_sequential_field_keeps_the_keys_of_PyTorch()
    {
        using var module = new SequentialClassifier();
        Assert.Equal(["network.1.weight", "network.1.bias", "network.3.weight", "network.3.bias", "network.5.weight", "network.5.bias"],
            module.state_dict().Keys);
    }

    [Fact]
    public void Word_vectors_are_looked_up_by_index()
    {
        using var scope = NewDisposeScope();
        using var module = new WordVectors();
        Assert.Equal([2, 7, 300], module.call(randint(0, 10_000, [2, 7], dtype: ScalarType.Int64)).shape);
    }

    [Fact]
    public void A_skip_adds_the_input_to_the_output()
    {
        using var scope = NewDisposeScope();
        using var module = new BlockWithSkip();
        var x = randn(4, 64);
        var layers = (nn.Module<Tensor, Tensor>)module.named_children().Single().module;
        Assert.True(module.call(x).allclose(layers.call(x) + x));
    }

    [Theory]
    [InlineData(-5, -0.05)]
    [InlineData(-100, -1)]
    [InlineData(3, 3)]
    public void Leaky_relu_keeps_a_small_slope(float input, float output)
    {
        using var scope = NewDisposeScope();
        using var module = new Leaky();
        Assert.Equal(output, module.call(tensor(new[] { input })).item<float>(), 1e-6f);
    }

    [Fact]
    public void The_activations_are_those_of_the_course()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -5f, 0f, 2f });
        Assert.Equal([0f, 0f, 2f], new Rectified().call(x).data<float>());
        Assert.True(new Squashed().call(x).allclose(1 / (1 + (-x).exp())));
        Assert.True(new Centred().call(x).allclose(x.tanh()));
    }

    [Fact]
    public void Dropout_is_on_in_train_and_off_in_eval()
    {
        using var scope = NewDisposeScope();
        using var module = new Regularized();
        var x = ones(10_000);
        module.train();
        var dropped = module.call(x).eq(0).sum().item<long>();
        Assert.InRange(dropped, 4_700, 5_300);
        module.eval();
        Assert.True(module.call(x).Equals(x));
    }

    [Fact]
    public void The_number_is_a_constant_that_an_attribute_takes()
    {
        var attribute = (System.ComponentModel.DefaultValueAttribute)Attribute.GetCustomAttribute(typeof(Marked),
            typeof(System.ComponentModel.DefaultValueAttribute))!;
        Assert.Equal(109_386L, attribute.Value);
    }

    [System.ComponentModel.DefaultValue(Seed.MnistClassifier.ParameterCount)]
    private sealed class Marked;
}
