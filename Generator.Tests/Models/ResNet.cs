using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>He et al. 2015: two convolutions and a skip, which is projected where the shape changes.</summary>
[Shape("B inC H W -> B outC (H-1)//stride+1 (W-1)//stride+1")]
internal sealed partial class BasicBlock(long inC, long outC, long stride = 1)
{
    [Layer] private readonly Conv2d conv1 = Conv2d(inC, outC, 3, stride: stride, padding: 1, bias: false);
    [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d(outC);
    [Layer] private readonly ReLU relu = ReLU();
    [Layer] private readonly Conv2d conv2 = Conv2d(outC, outC, 3, padding: 1, bias: false);
    [Layer] private readonly BatchNorm2d bn2 = BatchNorm2d(outC);
    [Layer]
        private readonly Sequential? downsample = stride != 1 || inC != outC
            ? Sequential(Conv2d(inC, outC, 1, stride: stride, bias: false), BatchNorm2d(outC)) : null;

    private Tensor Forward(Tensor x)
    {
        var identity = downsample is null ? x : downsample.call(x);
        var y = relu.call(bn1.call(conv1.call(x)));
        y = bn2.call(conv2.call(y));
        return relu.call(y + identity);
    }
}

/// <summary>He et al. 2015: 1x1, 3x3, 1x1, the middle one narrower by four.</summary>
[Shape("B inC H W -> B 4*width (H-1)//stride+1 (W-1)//stride+1")]
internal sealed partial class Bottleneck(long inC, long width, long stride = 1)
{
    [Layer] private readonly Conv2d conv1 = Conv2d(inC, width, 1, bias: false);
    [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d(width);
    [Layer] private readonly Conv2d conv2 = Conv2d(width, width, 3, stride: stride, padding: 1, bias: false);
    [Layer] private readonly BatchNorm2d bn2 = BatchNorm2d(width);
    [Layer] private readonly Conv2d conv3 = Conv2d(width, 4 * width, 1, bias: false);
    [Layer] private readonly BatchNorm2d bn3 = BatchNorm2d(4 * width);
    [Layer] private readonly ReLU relu = ReLU();
    [Layer]
        private readonly Sequential? downsample = stride != 1 || inC != 4 * width
            ? Sequential(Conv2d(inC, 4 * width, 1, stride: stride, bias: false), BatchNorm2d(4 * width)) : null;

    private Tensor Forward(Tensor x)
    {
        var y = relu.call(bn1.call(conv1.call(x)));
        y = relu.call(bn2.call(conv2.call(y)));
        y = bn3.call(conv3.call(y));
        y += downsample?.call(x) ?? x;
        return relu.call(y);
    }
}

[Shape("B 3 224 224 -> B 1000")]
[Expect(Parameters = 11_689_512, MultiplyAdds = 1_814_073_344, At = "B=1")]
internal sealed partial class ResNet18
{
    [Layer] private readonly Conv2d conv1 = Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false);
    [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d(64);
    [Layer] private readonly ReLU relu = ReLU();
    [Layer] private readonly MaxPool2d maxpool = MaxPool2d(3, stride: 2, padding: 1);
    [Layer] private readonly Sequential layer1 = ResNet.Basic(64, 64, 2, 1);
    [Layer] private readonly Sequential layer2 = ResNet.Basic(64, 128, 2, 2);
    [Layer] private readonly Sequential layer3 = ResNet.Basic(128, 256, 2, 2);
    [Layer] private readonly Sequential layer4 = ResNet.Basic(256, 512, 2, 2);
    [Layer(1)] private readonly AdaptiveAvgPool2d avgpool;
    [Layer] private readonly Flatten flatten;
    [Layer(-1, 1000)] private readonly Linear fc;
}

[Shape("B 3 224 224 -> B 1000")]
[Expect(Parameters = 21_797_672, MultiplyAdds = 3_663_761_408, At = "B=1")]
internal sealed partial class ResNet34
{
    [Layer] private readonly Conv2d conv1 = Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false);
    [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d(64);
    [Layer] private readonly ReLU relu = ReLU();
    [Layer] private readonly MaxPool2d maxpool = MaxPool2d(3, stride: 2, padding: 1);
    [Layer] private readonly Sequential layer1 = ResNet.Basic(64, 64, 3, 1);
    [Layer] private readonly Sequential layer2 = ResNet.Basic(64, 128, 4, 2);
    [Layer] private readonly Sequential layer3 = ResNet.Basic(128, 256, 6, 2);
    [Layer] private readonly Sequential layer4 = ResNet.Basic(256, 512, 3, 2);
    [Layer(1)] private readonly AdaptiveAvgPool2d avgpool;
    [Layer] private readonly Flatten flatten;
    [Layer(-1, 1000)] private readonly Linear fc;
}

[Shape("B 3 224 224 -> B 1000")]
[Expect(Parameters = 25_557_032, MultiplyAdds = 4_089_184_256, At = "B=1")]
internal sealed partial class ResNet50
{
    [Layer] private readonly Conv2d conv1 = Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false);
    [Layer] private readonly BatchNorm2d bn1 = BatchNorm2d(64);
    [Layer] private readonly ReLU relu = ReLU();
    [Layer] private readonly MaxPool2d maxpool = MaxPool2d(3, stride: 2, padding: 1);
    [Layer] private readonly Sequential layer1 = ResNet.Deep(64, 64, 3, 1);
    [Layer] private readonly Sequential layer2 = ResNet.Deep(256, 128, 4, 2);
    [Layer] private readonly Sequential layer3 = ResNet.Deep(512, 256, 6, 2);
    [Layer] private readonly Sequential layer4 = ResNet.Deep(1024, 512, 3, 2);
    [Layer(1)] private readonly AdaptiveAvgPool2d avgpool;
    [Layer] private readonly Linear fc = Linear(2048, 1000);

    private Tensor Forward(Tensor x)
    {
        x = maxpool.call(relu.call(bn1.call(conv1.call(x))));
        x = layer4.call(layer3.call(layer2.call(layer1.call(x))));
        return fc.call(torch.flatten(avgpool.call(x), 1));
    }
}

/// <summary>The stages of residual networks: a block that may change the shape, then some that keep it.</summary>
internal static class ResNet
{
    public static Sequential Basic(long inC, long outC, int count, long stride) =>
        Sequential([new BasicBlock(inC, outC, stride), .. Enumerable.Range(1, count - 1).Select(_ => new BasicBlock(outC, outC))]);

    public static Sequential Deep(long inC, long width, int count, long stride) =>
        Sequential([new Bottleneck(inC, width, stride), .. Enumerable.Range(1, count - 1).Select(_ => new Bottleneck(4 * width, width))]);
}
