using Gen.Tests.Behaviour;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Published models as chains: parameters and both rules of multiply-adds to the unit, and TorchSharp agrees.</summary>
[Collection("TorchSharp")]
public sealed class PublishedCountsTests
{
    /// <summary>Torchvision's figures (<c>num_params</c>, <c>_ops</c>) and torchinfo's; LeNet-5's are the usual ones.</summary>
    public static TheoryData<string, long, long, long, long[]> Published => new()
    {
        { nameof(LeNet5), 61_706, 416_520, 423_038, [1, 1, 28, 28] },
        { nameof(AlexNet), 61_100_840, 714_188_480, 714_682_664, [1, 3, 224, 224] },
        { nameof(Vgg11), 132_863_336, 7_609_090_048, 7_616_525_288, [1, 3, 224, 224] },
        { nameof(Vgg16), 138_357_544, 15_470_264_320, 15_483_821_032, [1, 3, 224, 224] },
        { nameof(Vgg16Bn), 138_365_992, 15_470_264_320, 15_483_829_480, [1, 3, 224, 224] },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Counts_equal_the_published_ones_and_TorchSharps(string name, long parameters, long multiplyAdds, long torchinfo, long[] input)
    {
        using var scope = NewDisposeScope();
        var (module, summary, constant) = Make(name);
        using (module)
        {
            Assert.Equal(parameters, constant);
            Assert.Equal((parameters, multiplyAdds, torchinfo), (summary.Parameters, summary.MultiplyAdds, summary.TorchinfoMultiplyAdds));
            Assert.Equal(parameters, module.parameters().Sum(p => p.numel()));
            module.eval();
            using var mode = inference_mode();
            var output = module.call(randn(input));
            Assert.Equal(summary.Layers[^1].OutputShape, $"[{string.Join(", ", output.shape)}]");
        }
    }

    private static (nn.Module<Tensor, Tensor> Module, ModuleSummary Summary, long Parameters) Make(string name)
    {
        switch (name)
        {
            case nameof(LeNet5): var lenet = new LeNet5(); return (lenet, lenet.Summary("B=1"), LeNet5.ParameterCount);
            case nameof(AlexNet): var alexnet = new AlexNet(); return (alexnet, alexnet.Summary("B=1"), AlexNet.ParameterCount);
            case nameof(Vgg11): var vgg11 = new Vgg11(); return (vgg11, vgg11.Summary("B=1"), Vgg11.ParameterCount);
            case nameof(Vgg16): var vgg16 = new Vgg16(); return (vgg16, vgg16.Summary("B=1"), Vgg16.ParameterCount);
            default: var vgg16Bn = new Vgg16Bn(); return (vgg16Bn, vgg16Bn.Summary("B=1"), Vgg16Bn.ParameterCount);
        }
    }
}
