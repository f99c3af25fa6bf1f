using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Huang et al. 2016: a layer whose output is put behind its input.</summary>
[Shape("B inC H W -> B growth H W")]
internal sealed partial class DenseLayer(long inC, long growth, long bnSize = 4, double drop = 0)
{
    [Layer] private readonly BatchNorm2d norm1 = BatchNorm2d(inC);
    [Layer] private readonly Conv2d conv1 = Conv2d(inC, bnSize * growth, 1, bias: false);
    [Layer] private readonly BatchNorm2d norm2 = BatchNorm2d(bnSize * growth);
    [Layer] private readonly Conv2d conv2 = Conv2d(bnSize * growth, growth, 3, padding: 1, bias: false);
    private readonly double drop = drop;

    private Tensor Forward(Tensor x)
    {
        x = conv1.call(functional.relu(norm1.call(x)));
        x = conv2.call(functional.relu(norm2.call(x)));
        if (drop > 0)
        {
            x = functional.dropout(x, drop, training);
        }

        return x;
    }
}

/// <summary>Layers whose inputs grow.</summary>
[Shape("B inC H W -> B inC+n*growth H W")]
internal sealed partial class DenseBlock(int n, long inC, long growth)
{
    [Layer]
        private readonly ModuleList<DenseLayer> layers =
            ModuleList(Enumerable.Range(0, n).Select(i => new DenseLayer(inC + i * growth, growth)).ToArray());

    private Tensor Forward(Tensor x)
    {
        var features = new List<Tensor> { x };
        foreach (var layer in layers)
        {
            features.Add(layer.call(cat(features.ToArray(), 1)));
        }

        return cat(features.ToArray(), 1);
    }
}

/// <summary>Half the size, half the channels.</summary>
[Shape("B inC H W -> B outC H//2 W//2", Where = "H >= 2, W >= 2")]
internal sealed partial class Transition(long inC, long outC)
{
    [Layer] private readonly BatchNorm2d norm = BatchNorm2d(inC);
    [Layer] private readonly ReLU relu = ReLU();
    [Layer] private readonly Conv2d conv = Conv2d(inC, outC, 1, bias: false);
    [Layer] private readonly AvgPool2d pool = AvgPool2d(2, 2);
}

/// <summary>DenseNet-121 with the keys of torchvision's blocks.</summary>
[Shape("B 3 224 224 -> B 1000")]
[Expect(Parameters = 7_978_856)]
internal sealed partial class DenseNet121
{
    [Layer] private readonly Sequential features = Sequential(
        ("conv0", Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false)),
        ("norm0", BatchNorm2d(64)),
        ("relu0", ReLU(inplace: true)),
        ("pool0", MaxPool2d(3, stride: 2, padding: 1)),
        ("denseblock1", new DenseBlock(6, 64, 32)),
        ("transition1", new Transition(256, 128)),
        ("denseblock2", new DenseBlock(12, 128, 32)),
        ("transition2", new Transition(512, 256)),
        ("denseblock3", new DenseBlock(24, 256, 32)),
        ("transition3", new Transition(1024, 512)),
        ("denseblock4", new DenseBlock(16, 512, 32)),
        ("norm5", BatchNorm2d(1024)));
    [Layer] private readonly Linear classifier = Linear(1024, 1000);

    private Tensor Forward(Tensor x)
    {
        var f = functional.relu(features.call(x), inplace: true);
        var o = functional.adaptive_avg_pool2d(f, 1);
        return classifier.call(flatten(o, 1));
    }
}
