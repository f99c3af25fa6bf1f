using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Published models: parameters and both rules of multiply-adds to the unit, and TorchSharp agrees.</summary>
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
        { nameof(ResNet18), 11_689_512, 1_814_073_344, 1_814_083_944, [1, 3, 224, 224] },
        { nameof(ResNet34), 21_797_672, 3_663_761_408, 3_663_779_432, [1, 3, 224, 224] },
        { nameof(ResNet50), 25_557_032, 4_089_184_256, 4_089_238_376, [1, 3, 224, 224] },
        { nameof(MobileNetV2), 3_504_872, 300_774_272, 300_809_384, [1, 3, 224, 224] },
        { nameof(UNet), 31_030_658, 150_428_424_448, 167_456_910_112, [1, 1, 572, 572] },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Counts_equal_the_published_ones_and_TorchSharps(string name, long parameters, long multiplyAdds, long torchinfo,
        long[] input)
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
            Assert.Equal(name == nameof(UNet) ? [1, 2, 388, 388] : new long[] { 1, name == nameof(LeNet5) ? 10 : 1000 }, output.shape);
        }
    }

    /// <summary>Torchvision's and nanoGPT's keys: their number, and those where C# might have named otherwise.</summary>
    [Theory]
    [InlineData(nameof(ResNet18), 122, "conv1.weight", "layer2.0.downsample.0.weight", "layer4.1.bn2.num_batches_tracked", "fc.bias")]
    [InlineData(nameof(ResNet34), 218, "layer3.5.conv2.weight", "layer3.0.downsample.1.running_var")]
    [InlineData(nameof(ResNet50), 320, "layer1.0.downsample.0.weight", "layer1.2.conv3.weight", "layer4.2.bn3.bias")]
    [InlineData(nameof(MobileNetV2), 314, "features.0.0.weight", "features.1.conv.0.0.weight", "features.1.conv.1.weight",
        "features.17.conv.3.running_mean", "features.18.1.bias", "classifier.1.weight")]
    public void Keys_are_torchvisions(string name, int count, params string[] keys)
    {
        using var module = Make(name).Module;
        var state = module.state_dict();
        Assert.Equal(count, state.Count);
        Assert.Equal([], keys.Except(state.Keys));
    }

    [Fact]
    public void Gpt2_counts_its_tied_head_once_and_runs()
    {
        using var scope = NewDisposeScope();
        using var gpt = new Gpt2();
        gpt.eval();
        Assert.Equal(124_439_808, Gpt2.ParameterCount);
        var (state, tied) = (gpt.state_dict(), 50257 * 768);
        Assert.Equal(Gpt2.ParameterCount, state.Values.Sum(p => p.numel()) - tied);
        using (no_grad())
        {
            state["lm_head.weight"][3, 5] = tensor(7f);
            Assert.Equal(7f, state["transformer.wte.weight"][3, 5].item<float>());
        }

        Assert.Equal((12 * 12) + 2 + 2 + 1, state.Count);
        Assert.Contains("transformer.h.11.attn.c_attn.bias", state.Keys);
        using var mode = inference_mode();
        Assert.Equal([2, 7, 50257], gpt.call(randint(50257, [2, 7])).shape);
        Assert.Throws<ShapeMismatchException>(() => gpt.call(zeros([1, 1025], dtype: int64)));
    }

    [Fact]
    public void Models_of_sequences_run_as_they_are_proved()
    {
        using var scope = NewDisposeScope();
        using var lstm = new LstmClassifier(100, 3);
        using var gru = new GruClassifier(100, 3);
        using var translator = new Seq2Seq(50);
        using var block = new VitBlock(96, 4);
        Assert.Equal([5, 3], lstm.call(randint(100, [5, 9])).shape);
        Assert.Equal([5, 3], gru.call(randint(100, [5, 9])).shape);
        Assert.Equal([6, 2, 50], translator.call(randint(50, [8, 2]), randint(50, [6, 2])).shape);
        Assert.Equal([2, 10, 96], block.call(randn(2, 10, 96)).shape);
        Assert.Equal(lstm.parameters().Sum(p => p.numel()), LstmClassifier.CountParameters(100, 3));
        Assert.Equal(gru.parameters().Sum(p => p.numel()), GruClassifier.CountParameters(100, 3));
        Assert.Equal(translator.parameters().Sum(p => p.numel()), Seq2Seq.CountParameters(50));
        Assert.Equal(block.parameters().Sum(p => p.numel()), VitBlock.CountParameters(96, 4));
    }

    [Theory]
    [InlineData(64, 64, 1)]
    [InlineData(64, 64, 2)]
    [InlineData(32, 64, 1)]
    public void A_block_with_an_optional_layer_is_counted_for_every_value(long inC, long outC, long stride)
    {
        using var scope = NewDisposeScope();
        using var block = new BasicBlock(inC, outC, stride);
        Assert.Equal(block.parameters().Sum(p => p.numel()), BasicBlock.CountParameters(inC, outC, stride));
        Assert.Equal([2, outC, (9 - 1) / stride + 1, (8 - 1) / stride + 1], block.call(randn(2, inC, 9, 8)).shape);
    }

    private static (nn.Module<Tensor, Tensor> Module, ModuleSummary Summary, long Parameters) Make(string name)
    {
        switch (name)
        {
            case nameof(LeNet5): var lenet = new LeNet5(); return (lenet, lenet.Summary("B=1"), LeNet5.ParameterCount);
            case nameof(AlexNet): var alexnet = new AlexNet(); return (alexnet, alexnet.Summary("B=1"), AlexNet.ParameterCount);
            case nameof(Vgg11): var vgg11 = new Vgg11(); return (vgg11, vgg11.Summary("B=1"), Vgg11.ParameterCount);
            case nameof(Vgg16): var vgg16 = new Vgg16(); return (vgg16, vgg16.Summary("B=1"), Vgg16.ParameterCount);
            case nameof(ResNet18): var resnet18 = new ResNet18(); return (resnet18, resnet18.Summary("B=1"), ResNet18.ParameterCount);
            case nameof(ResNet34): var resnet34 = new ResNet34(); return (resnet34, resnet34.Summary("B=1"), ResNet34.ParameterCount);
            case nameof(ResNet50): var resnet50 = new ResNet50(); return (resnet50, resnet50.Summary("B=1"), ResNet50.ParameterCount);
            case nameof(MobileNetV2): var mobile = new MobileNetV2(); return (mobile, mobile.Summary("B=1"), MobileNetV2.ParameterCount);
            case nameof(UNet): var unet = new UNet(); return (unet, unet.Summary("B=1"), UNet.ParameterCount);
            default: var vgg16Bn = new Vgg16Bn(); return (vgg16Bn, vgg16Bn.Summary("B=1"), Vgg16Bn.ParameterCount);
        }
    }
}
