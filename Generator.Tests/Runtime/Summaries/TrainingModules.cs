using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>Large enough that their tensors are most of what a process allocates.</summary>
[Shape("B 512 -> B 100")]
internal sealed partial class WidePerceptron
{
    [Layer] private readonly Linear fc1 = Linear(512, 1024);
    [Layer] private readonly ReLU relu;
    [Layer] private readonly Linear fc2 = Linear(1024, 2048);
    [Layer] private readonly GELU gelu;
    [Layer] private readonly Dropout drop = Dropout(0.2);
    [Layer] private readonly Linear fc3 = Linear(2048, 512);
    [Layer] private readonly Tanh tanh;
    [Layer] private readonly Linear fc4 = Linear(512, 100);
}

[Shape("B 3 32 32 -> B 10")]
internal sealed partial class NormalizedCnn
{
    [Layer] private readonly Conv2d conv1 = Conv2d(3, 32, 3, padding: 1);
    [Layer] private readonly BatchNorm2d norm1 = BatchNorm2d(32);
    [Layer] private readonly ReLU relu1;
    [Layer] private readonly MaxPool2d pool1 = MaxPool2d(2);
    [Layer] private readonly Conv2d conv2 = Conv2d(32, 64, 3, padding: 1);
    [Layer] private readonly BatchNorm2d norm2 = BatchNorm2d(64);
    [Layer] private readonly ReLU relu2;
    [Layer] private readonly AvgPool2d pool2 = AvgPool2d(2);
    [Layer] private readonly Dropout2d drop = Dropout2d(0.25);
    [Layer] private readonly Conv2d conv3 = Conv2d(64, 64, 3, padding: 1);
    [Layer] private readonly LeakyReLU relu3 = LeakyReLU(0.1);
    [Layer] private readonly AdaptiveAvgPool2d mean = AdaptiveAvgPool2d([1, 1]);
    [Layer] private readonly Flatten flatten;
    [Layer] private readonly Linear fc = Linear(64, 10);
}

[Shape("B T width -> B T width", Where = "width % heads == 0")]
internal sealed partial class FusedBlock(long width, long heads)
{
    [Layer] private readonly LayerNorm norm1 = LayerNorm(width);
    [Layer] private readonly Linear projection = Linear(width, 3 * width);
    [Layer] private readonly Linear output = Linear(width, width);
    [Layer] private readonly LayerNorm norm2 = LayerNorm(width);
    [Layer] private readonly Linear expand = Linear(width, 4 * width);
    [Layer] private readonly GELU gelu;
    [Layer] private readonly Linear contract = Linear(4 * width, width);
    [Layer] private readonly Dropout drop = Dropout(0.1);

    private Tensor Forward(Tensor x)
    {
        var parts = projection.call(norm1.call(x)).chunk(3, dim: -1);
        var heard = functional.scaled_dot_product_attention(Split(parts[0]), Split(parts[1]), Split(parts[2]), is_casual: true);
        x = x + drop.call(output.call(heard.transpose(1, 2).flatten(2)));
        return x + drop.call(contract.call(gelu.call(expand.call(norm2.call(x)))));
    }

    private Tensor Split(Tensor x) => x.unflatten(2, [heads, width / heads]).transpose(1, 2);
}

[Recompute]
[Shape("B T width -> B T width", Where = "width % heads == 0")]
internal sealed partial class RepeatedBlock(long width, long heads)
{
    [Layer] private readonly FusedBlock block = new(width, heads);
}

[Shape("int64: B T -> B T 96")]
internal sealed partial class KeptGpt
{
    [Layer] private readonly Embedding tokens = Embedding(96, 128);
    [Layer] private readonly Embedding positions = Embedding(256, 128);
    [Layer] private readonly ModuleList<FusedBlock> blocks =
        ModuleList([.. Enumerable.Range(0, 4).Select(_ => new FusedBlock(128, 4))]);

    [Layer] private readonly LayerNorm norm = LayerNorm(128);
    [Layer] private readonly Linear scores = Linear(128, 96);

    private Tensor Forward(Tensor text)
    {
        var x = tokens.call(text) + positions.call(arange(text.shape[1], device: text.device));
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return scores.call(norm.call(x));
    }
}

[Shape("B T 128 -> B T 128")]
internal sealed partial class RepeatedBlocks
{
    [Layer] private readonly ModuleList<RepeatedBlock> blocks =
        ModuleList([.. Enumerable.Range(0, 4).Select(_ => new RepeatedBlock(128, 4))]);

    private Tensor Forward(Tensor x)
    {
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return x;
    }
}

[Shape("B T 128 -> B T 128")]
internal sealed partial class PairsOfBlocks
{
    [Layer, Recompute(Every = 2)] private readonly ModuleList<FusedBlock> blocks =
        ModuleList([.. Enumerable.Range(0, 4).Select(_ => new FusedBlock(128, 4))]);

    private Tensor Forward(Tensor x)
    {
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return x;
    }
}

/// <summary>Layers of a list, one by one and two by two, and a layer alone.</summary>
[Shape("B 256 -> B 256")]
internal sealed partial class RepeatedLists
{
    [Layer, Recompute]
    private readonly Sequential first = Sequential(Linear(256, 1024), GELU(), Linear(1024, 1024), Tanh(), Linear(1024, 256));

    [Layer, Recompute(Every = 3)]
    private readonly Sequential second = Sequential(Linear(256, 1024), GELU(), Linear(1024, 1024), Tanh(), Linear(1024, 512), ReLU());

    [Layer, Recompute] private readonly Sigmoid sigmoid;
    [Layer] private readonly Linear last = Linear(512, 256);
}

[Recompute]
[Shape("B 256 -> B 256")]
internal sealed partial class RepeatedWhole
{
    [Layer] private readonly Linear up = Linear(256, 2048);
    [Layer] private readonly SiLU silu;
    [Layer] private readonly Dropout drop = Dropout(0.3);
    [Layer] private readonly Linear down = Linear(2048, 256);
}

/// <summary>Few enough that each is a large part of the whole.</summary>
[Shape("B 64 -> B 512")]
internal sealed partial class SmoothActivations
{
    [Layer] private readonly Linear fc = Linear(64, 512);
    [Layer] private readonly ELU elu = ELU(1);
    [Layer] private readonly SELU selu;
    [Layer] private readonly CELU celu = CELU(1);
    [Layer] private readonly SiLU silu;
    [Layer] private readonly Softplus softplus;
    [Layer] private readonly LogSigmoid logSigmoid;
    [Layer] private readonly Sigmoid sigmoid;
}

[Shape("B 64 -> B 512")]
internal sealed partial class BrokenActivations
{
    [Layer] private readonly Linear fc = Linear(64, 512);
    [Layer] private readonly LeakyReLU leaky = LeakyReLU(0.1);
    [Layer] private readonly Hardswish hardswish;
    [Layer] private readonly Hardsigmoid hardsigmoid;
    [Layer] private readonly ReLU6 relu6;
    [Layer] private readonly Threshold threshold = Threshold(0.1, 0.2);
    [Layer] private readonly ReLU inPlace = ReLU(inplace: true);
    [Layer] private readonly Hardshrink hardshrink = Hardshrink(0.01);
    [Layer] private readonly Softshrink softshrink = Softshrink(0.01);
}

[Shape("B 64 -> B 256")]
internal sealed partial class Distributions
{
    [Layer] private readonly Linear fc = Linear(64, 512);
    [Layer] private readonly Softmax softmax = Softmax(-1);
    [Layer] private readonly LayerNorm norm = LayerNorm(512);
    [Layer] private readonly Softmin softmin = Softmin(-1);
    [Layer] private readonly PReLU prelu = PReLU(1);
    [Layer] private readonly LogSoftmax logSoftmax = LogSoftmax(-1);
    [Layer] private readonly GLU glu = GLU(-1);
    [Layer] private readonly Dropout none = Dropout(0.0);
}

[Shape("B 16 32 32 -> B 16 32 32")]
internal sealed partial class Normalizing
{
    [Layer] private readonly Conv2d conv = Conv2d(16, 16, 1);
    [Layer] private readonly GroupNorm groups = GroupNorm(4, 16);
    [Layer] private readonly InstanceNorm2d instances = InstanceNorm2d(16, affine: true);
    [Layer] private readonly BatchNorm2d batch = BatchNorm2d(16);
    [Layer] private readonly ReLU relu;
    [Layer] private readonly Dropout2d drop = Dropout2d(0.3);
}

[Shape("B 16 32 32 -> B 16 4 4")]
internal sealed partial class Windowed
{
    [Layer] private readonly Conv2d conv = Conv2d(16, 32, 3, padding: 1);
    [Layer] private readonly ReflectionPad2d reflect = ReflectionPad2d(1);
    [Layer] private readonly MaxPool2d largest = MaxPool2d(2);
    [Layer] private readonly ZeroPad2d pad = ZeroPad2d(1);
    [Layer] private readonly ReplicationPad2d repeat = ReplicationPad2d(1);
    [Layer] private readonly AvgPool2d mean = AvgPool2d(2);
    [Layer] private readonly Conv2d narrow = Conv2d(32, 16, 3, padding: 1);
    [Layer] private readonly AdaptiveAvgPool2d last = AdaptiveAvgPool2d([4, 4]);
}

[Recompute]
[Shape("B 1 -> B 1")]
internal sealed partial class RepeatedLeast
{
    [Layer] private readonly Linear fc = Linear(1, 1);
}

/// <summary>Products, sums, views and reductions.</summary>
[Shape("B T 128 -> B 128")]
internal sealed partial class Operations
{
    [Layer] private readonly Linear fc = Linear(128, 256);
    [Layer] private readonly Linear gate = Linear(128, 256);
    [Layer] private readonly Linear back = Linear(256, 128);
    [Parameter] private readonly Parameter scale = new(ones(256));

    private Tensor Forward(Tensor x)
    {
        var y = fc.call(x) * gate.call(x).sigmoid();
        y = y * (y.square().mean([-1], keepdim: true) + 1e-5).rsqrt() * scale;
        var parts = y.split(128, 2);
        var z = cat([parts[0].exp(), parts[1] - parts[0]], -1);
        return back.call(z.transpose(1, 2).contiguous().transpose(1, 2) + z).mean([1]) + x.sum(1);
    }
}
