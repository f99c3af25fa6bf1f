using Seed;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>The models of the tests and of the seed, with inputs of sizes that a summary is made for.</summary>
internal static class Zoo
{
    /// <summary>A model, what it is called with, and its summary for these sizes.</summary>
    /// <param name="Module">The model, in eval mode.</param>
    /// <param name="Summary">Its summary.</param>
    /// <param name="Inputs">What it is called with.</param>
    /// <param name="Call">Calls it.</param>
    /// <param name="Viewed">The bytes of buffers of which the call makes views: they live with the views, and are no activations.</param>
    public sealed record Animal(Module Module, ModuleSummary Summary, Tensor[] Inputs, Func<Tensor[], Tensor> Call,
        long Viewed = 0) : IDisposable
    {
        public void Dispose()
        {
            Module.Dispose();
            foreach (var input in Inputs)
            {
                input.Dispose();
            }
        }
    }

    private static readonly Dictionary<string, Func<Animal>> Animals = new(StringComparer.Ordinal)
    {
        ["Mnist"] = () => new Mnist.MnistClassifier() is var m ? Of(m, m.Summary("B=64"), randn(64, 1, 28, 28)) : null!,
        [nameof(LeNet5)] = () => new LeNet5() is var m ? Of(m, m.Summary("B=4"), randn(4, 1, 28, 28)) : null!,
        [nameof(AlexNet)] = () => new AlexNet() is var m ? Of(m, m.Summary("B=2"), randn(2, 3, 224, 224)) : null!,
        [nameof(Vgg11)] = () => new Vgg11() is var m ? Of(m, m.Summary("B=1"), randn(1, 3, 224, 224)) : null!,
        [nameof(Vgg16)] = () => new Vgg16() is var m ? Of(m, m.Summary("B=1"), randn(1, 3, 224, 224)) : null!,
        [nameof(Vgg16Bn)] = () => new Vgg16Bn() is var m ? Of(m, m.Summary("B=1"), randn(1, 3, 224, 224)) : null!,
        [nameof(ResNet18)] = () => new ResNet18() is var m ? Of(m, m.Summary("B=1"), randn(1, 3, 224, 224)) : null!,
        [nameof(ResNet34)] = () => new ResNet34() is var m ? Of(m, m.Summary("B=1"), randn(1, 3, 224, 224)) : null!,
        [nameof(ResNet50)] = () => new ResNet50() is var m ? Of(m, m.Summary("B=1"), randn(1, 3, 224, 224)) : null!,
        ["BasicBlock 64 64"] = () => new BasicBlock(64, 64) is var m ? Of(m, m.Summary("B=2, H=9, W=8"), randn(2, 64, 9, 8)) : null!,
        ["BasicBlock 32 64"] = () => new BasicBlock(32, 64, 2) is var m ? Of(m, m.Summary("B=2, H=9, W=8"), randn(2, 32, 9, 8)) : null!,
        ["Bottleneck 64 64"] = () => new Bottleneck(64, 64) is var m ? Of(m, m.Summary("B=1, H=7, W=7"), randn(1, 64, 7, 7)) : null!,
        ["InvertedResidual"] = () => new InvertedResidual(16, 16, 1, 6) is var m ? Of(m, m.Summary("B=1, H=7, W=7"), randn(1, 16, 7, 7))
            : null!,
        [nameof(MobileNetV2)] = () => new MobileNetV2() is var m ? Of(m, m.Summary("B=1"), randn(1, 3, 224, 224)) : null!,
        [nameof(UNet)] = () => new UNet() is var m ? Of(m, m.Summary("B=1"), randn(1, 1, 572, 572)) : null!,
        [nameof(GptBlock)] = () => new GptBlock(32, 4, 64) is var m
            ? Of(m, m.Summary("B=2, T=16"), randn(2, 16, 32)) with { Viewed = 64 * 64 * 4 } : null!,
        [nameof(GptBody)] = () => new GptBody(100, 64, 32, 4, 3) is var m
            ? Of(m, m.Summary("B=2, T=16"), randint(100, [2, 16])) with { Viewed = 64 * 64 * 4 } : null!,
        [nameof(Gpt2)] = () => new Gpt2() is var m ? Of(m, m.Summary("B=1, T=64"), randint(50257, [1, 64])) : null!,
        [nameof(VitBlock)] = () => new VitBlock(96, 4) is var m ? Of(m, m.Summary("B=2, N=10"), randn(2, 10, 96)) : null!,
        [nameof(LstmClassifier)] = () => new LstmClassifier(100, 3) is var m ? Of(m, m.Summary("B=5, T=9"), randint(100, [5, 9])) : null!,
        [nameof(GruClassifier)] = () => new GruClassifier(100, 3) is var m ? Of(m, m.Summary("B=5, T=9"), randint(100, [5, 9])) : null!,
        [nameof(Seq2Seq)] = () => new Seq2Seq(50) is var m
            ? new Animal(m.Evaluating(), m.Summary("B=2, S=8, T=6"), [randint(50, [8, 2]), randint(50, [6, 2])], x => m.call(x[0], x[1]))
            : null!,
        [nameof(Rectified)] = () => new Rectified() is var m ? Of(m, m.Summary(), randn(3, 4)) : null!,
        [nameof(Anatomy)] = () => new Anatomy() is var m ? Of(m, m.Summary("B=3"), randn(3, 784)) : null!,
        [nameof(BlockWithSkip)] = () => new BlockWithSkip() is var m ? Of(m, m.Summary("B=2"), randn(2, 64)) : null!,
        [nameof(FullyConnected)] = () => new FullyConnected() is var m ? Of(m, m.Summary("B=2"), randn(2, 784)) : null!,
        [nameof(ImageFilter)] = () => new ImageFilter() is var m ? Of(m, m.Summary("B=2, H=9, W=7"), randn(2, 1, 9, 7)) : null!,
        [nameof(SequenceModel)] = () => new SequenceModel() is var m ? Of(m, m.Summary("B=2, T=5"), randn(5, 2, 10)) : null!,
        [nameof(WordVectors)] = () => new WordVectors() is var m ? Of(m, m.Summary("B=2, T=5"), randint(10_000, [2, 5])) : null!,
        ["Seed.Mnist"] = () => new Seed.MnistClassifier() is var m ? Of(m, m.Summary("B=1"), randn(1, 1, 28, 28)) : null!,
        [nameof(MyNetwork)] = () => new MyNetwork() is var m ? Of(m, m.Summary("B=7"), randn(7, 10)) : null!,
        [nameof(QuickModel)] = () => new QuickModel() is var m ? Of(m, m.Summary("B=2"), randn(2, 784)) : null!,
        [nameof(SequentialClassifier)] = () => new SequentialClassifier() is var m ? Of(m, m.Summary("B=2"), randn(2, 1, 28, 28)) : null!,
    };

    public static TheoryData<string> Names => [.. Animals.Keys];

    /// <summary>Those whose sizes are all given: a variadic name takes none.</summary>
    public static TheoryData<string> Sized => [.. Animals.Keys.Where(n => n != nameof(Rectified))];

    public static Animal Make(string name) => Animals[name]();

    private static Animal Of(Module<Tensor, Tensor> module, ModuleSummary summary, Tensor input) =>
        new(module.Evaluating(), summary, [input], x => module.call(x[0]));

    private static T Evaluating<T>(this T module)
        where T : Module
    {
        module.eval();
        return module;
    }
}
