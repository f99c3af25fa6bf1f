using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Sandler et al. 2018: widen, filter each channel alone, narrow; a skip where the shape stays.</summary>
[Shape("B inC H W -> B outC (H-1)//stride+1 (W-1)//stride+1")]
internal sealed partial class InvertedResidual(long inC, long outC, long stride, long expand)
{
    [Layer] private readonly Sequential conv = expand != 1
        ? Sequential(MobileNet.ConvBnRelu(inC, expand * inC, 1, 1, 1),
            MobileNet.ConvBnRelu(expand * inC, expand * inC, 3, stride, expand * inC), Conv2d(expand * inC, outC, 1, bias: false),
            BatchNorm2d(outC))
        : Sequential(MobileNet.ConvBnRelu(inC, inC, 3, stride, inC), Conv2d(inC, outC, 1, bias: false), BatchNorm2d(outC));

    private readonly bool isResidual = stride == 1 && inC == outC;

    private Tensor Forward(Tensor x) => isResidual ? x + conv.call(x) : conv.call(x);
}

[Shape("B 3 224 224 -> B 1000")]
[Expect(Parameters = 3_504_872, MultiplyAdds = 300_774_272, At = "B=1")]
internal sealed partial class MobileNetV2
{
    [Layer] private readonly Sequential features = Sequential(
        MobileNet.ConvBnRelu(3, 32, 3, 2, 1),
        new InvertedResidual(32, 16, 1, 1),
        new InvertedResidual(16, 24, 2, 6), new InvertedResidual(24, 24, 1, 6),
        new InvertedResidual(24, 32, 2, 6), new InvertedResidual(32, 32, 1, 6), new InvertedResidual(32, 32, 1, 6),
        new InvertedResidual(32, 64, 2, 6), new InvertedResidual(64, 64, 1, 6), new InvertedResidual(64, 64, 1, 6),
        new InvertedResidual(64, 64, 1, 6),
        new InvertedResidual(64, 96, 1, 6), new InvertedResidual(96, 96, 1, 6), new InvertedResidual(96, 96, 1, 6),
        new InvertedResidual(96, 160, 2, 6), new InvertedResidual(160, 160, 1, 6), new InvertedResidual(160, 160, 1, 6),
        new InvertedResidual(160, 320, 1, 6),
        MobileNet.ConvBnRelu(320, 1280, 1, 1, 1));

    [Layer] private readonly Sequential classifier = Sequential(Dropout(0.2), Linear(1280, 1000));

    private Tensor Forward(Tensor x)
    {
        x = features.call(x);
        x = functional.adaptive_avg_pool2d(x, 1).flatten(1);
        return classifier.call(x);
    }
}

internal static class MobileNet
{
    public static Sequential ConvBnRelu(long inC, long outC, long kernel, long stride, long groups) =>
        Sequential(Conv2d(inC, outC, kernel, stride: stride, padding: (kernel - 1) / 2, groups: groups, bias: false), BatchNorm2d(outC),
            ReLU6());
}
