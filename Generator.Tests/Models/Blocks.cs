using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Hu et al. 2017.</summary>
[Shape("B c H W -> B c H W")]
internal sealed partial class SqueezeExcite(long c, long reduction = 16)
{
    [Layer] private readonly AdaptiveAvgPool2d pool = AdaptiveAvgPool2d(1);
    [Layer]
        private readonly Sequential fc = Sequential(Linear(c, c / reduction, hasBias: false), ReLU(inplace: true),
            Linear(c / reduction, c, hasBias: false), Sigmoid());

    private Tensor Forward(Tensor x)
    {
        var (b, ch) = (x.size(0), x.size(1));
        var y = pool.call(x).view(b, ch);
        y = fc.call(y).view(b, ch, 1, 1);
        return x * y.expand_as(x);
    }
}

/// <summary>Szegedy et al. 2014.</summary>
[Shape("B inC H W -> B c1+c3+c5+cp H W")]
internal sealed partial class Inception(long inC, long c1, long c3r, long c3, long c5r, long c5, long cp)
{
    [Layer] private readonly Sequential branch1 = Sequential(Conv2d(inC, c1, 1), ReLU());
    [Layer] private readonly Sequential branch2 = Sequential(Conv2d(inC, c3r, 1), ReLU(), Conv2d(c3r, c3, 3, padding: 1), ReLU());
    [Layer] private readonly Sequential branch3 = Sequential(Conv2d(inC, c5r, 1), ReLU(), Conv2d(c5r, c5, 5, padding: 2), ReLU());
    [Layer] private readonly Sequential branch4 = Sequential(MaxPool2d(3, stride: 1, padding: 1), Conv2d(inC, cp, 1), ReLU());

    private Tensor Forward(Tensor x) => cat(new[] { branch1.call(x), branch2.call(x), branch3.call(x), branch4.call(x) }, dim: 1);
}

/// <summary>Liu et al. 2022.</summary>
[Shape("B dim H W -> B dim H W")]
internal sealed partial class ConvNeXtBlock(long dim, double scale = 1e-6)
{
    [Layer] private readonly Conv2d dwconv = Conv2d(dim, dim, 7, padding: 3, groups: dim);
    [Layer] private readonly LayerNorm norm = LayerNorm([dim], eps: 1e-6);
    [Layer] private readonly Linear pwconv1 = Linear(dim, 4 * dim);
    [Layer] private readonly GELU act = GELU();
    [Layer] private readonly Linear pwconv2 = Linear(4 * dim, dim);
    [Parameter] private readonly Parameter gamma = Parameter(scale * ones(dim));

    private Tensor Forward(Tensor x)
    {
        var input = x;
        x = dwconv.call(x);
        x = x.permute(0, 2, 3, 1);
        x = norm.call(x);
        x = pwconv1.call(x);
        x = act.call(x);
        x = pwconv2.call(x);
        x = gamma * x;
        x = x.permute(0, 3, 1, 2);
        return input + x;
    }
}

/// <summary>Lin et al. 2016: three results of three sizes.</summary>
[Shape("B 64 H W, B 128 H//2 W//2, B 256 H//4 W//4", Where = "H % 4 == 0, W % 4 == 0")]
internal sealed partial class Fpn
{
    [Layer] private readonly Conv2d lat1 = Conv2d(64, 96, 1);
    [Layer] private readonly Conv2d lat2 = Conv2d(128, 96, 1);
    [Layer] private readonly Conv2d lat3 = Conv2d(256, 96, 1);

    private (Tensor, Tensor, Tensor) Forward(Tensor c3, Tensor c4, Tensor c5)
    {
        var p5 = lat3.call(c5);
        var p4 = lat2.call(c4) + functional.interpolate(p5, size: [c4.shape[2], c4.shape[3]], mode: InterpolationMode.Nearest);
        var p3 = lat1.call(c3) + functional.interpolate(p4, scale_factor: [2.0, 2.0]);
        return (p3, p4, p5);
    }
}

/// <summary>Redmon and Farhadi 2018: a view, a permutation, a view.</summary>
[Shape("B 256 S S -> B 3*S*S 85")]
internal sealed partial class YoloHead
{
    [Layer] private readonly Conv2d conv = Conv2d(256, 3 * 85, 1);

    private Tensor Forward(Tensor x)
    {
        var b = x.shape[0]; var s = x.shape[2];
        return conv.call(x).view(b, 3, 85, s, s).permute(0, 1, 3, 4, 2).contiguous().view(b, 3 * s * s, 85);
    }
}

/// <summary>Jaderberg et al. 2015, as PyTorch's tutorials have it.</summary>
[Shape("B 1 28 28 -> B 10")]
internal sealed partial class SpatialTransformer
{
    [Layer] private readonly Conv2d conv1 = Conv2d(1, 10, 5);
    [Layer] private readonly Conv2d conv2 = Conv2d(10, 20, 5);
    [Layer] private readonly Dropout2d drop = Dropout2d();
    [Layer] private readonly Linear fc1 = Linear(320, 50);
    [Layer] private readonly Linear fc2 = Linear(50, 10);
    [Layer]
        private readonly Sequential localization = Sequential(Conv2d(1, 8, 7), MaxPool2d(2, 2), ReLU(true), Conv2d(8, 10, 5),
            MaxPool2d(2, 2), ReLU(true));
    [Layer] private readonly Sequential fc_loc = Sequential(Linear(10 * 3 * 3, 32), ReLU(true), Linear(32, 3 * 2));

    private Tensor Stn(Tensor x)
    {
        var xs = localization.call(x);
        xs = xs.view(-1, 10 * 3 * 3);
        var theta = fc_loc.call(xs);
        theta = theta.view(-1, 2, 3);
        var grid = functional.affine_grid(theta, x.size());
        return functional.grid_sample(x, grid);
    }

    private Tensor Forward(Tensor x)
    {
        x = Stn(x);
        x = functional.relu(functional.max_pool2d(conv1.call(x), 2));
        x = functional.relu(functional.max_pool2d(drop.call(conv2.call(x)), 2));
        x = x.view(-1, 320);
        x = functional.relu(fc1.call(x));
        x = functional.dropout(x, training: training);
        x = fc2.call(x);
        return functional.log_softmax(x, 1);
    }
}

/// <summary>Bai et al. 2018: padding that is cut off again.</summary>
[Shape("B inC T -> B outC T", Where = "kernel >= 2, dilation >= 1")]
internal sealed partial class TemporalBlock(long inC, long outC, long kernel, long dilation)
{
    [Layer] private readonly Conv1d conv1 = Conv1d(inC, outC, kernel, padding: (kernel - 1) * dilation, dilation: dilation);
    [Layer] private readonly Conv1d conv2 = Conv1d(outC, outC, kernel, padding: (kernel - 1) * dilation, dilation: dilation);
    [Layer] private readonly Conv1d? downsample = inC != outC ? Conv1d(inC, outC, 1) : null;
    [Layer] private readonly ReLU relu = ReLU();
    private readonly long chomp = (kernel - 1) * dilation;

    private Tensor Chomp(Tensor x) => x[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(null, -chomp)].contiguous();

    private Tensor Forward(Tensor x)
    {
        var y = relu.call(Chomp(conv1.call(x)));
        y = relu.call(Chomp(conv2.call(y)));
        var res = downsample is null ? x : downsample.call(x);
        return relu.call(y + res);
    }
}

/// <summary>Blocks from a helper's loop.</summary>
[Shape("B 1 T -> B classes")]
internal sealed partial class Tcn(long classes)
{
    [Layer] private readonly Sequential network = Build([25, 25, 25, 25], 7);
    [Layer] private readonly Linear linear = Linear(25, classes);

    private static Sequential Build(long[] channels, long kernel)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        for (var i = 0; i < channels.Length; i++)
        {
            var inC = i == 0 ? 1 : channels[i - 1];
            layers.Add(new TemporalBlock(inC, channels[i], kernel, 1L << i));
        }

        return Sequential(layers);
    }

    private Tensor Forward(Tensor x) => linear.call(network.call(x)[.., .., -1]);
}

/// <summary>Shi et al. 2015: columns of an image as steps.</summary>
[Shape("B 1 32 W -> W//4-1 B classes", Where = "W % 4 == 0, W >= 16")]
internal sealed partial class Crnn
{
    private readonly int hidden;
    [Layer] private readonly Sequential cnn;
    [Layer] private readonly LSTM rnn;
    [Layer] private readonly Linear fc;

    public Crnn(long classes, int hidden = 256)
    {
        this.hidden = hidden;
        cnn = Sequential(
            Conv2d(1, 64, 3, padding: 1), ReLU(), MaxPool2d(2, 2),
            Conv2d(64, 128, 3, padding: 1), ReLU(), MaxPool2d(2, 2),
            Conv2d(128, 256, 3, padding: 1), BatchNorm2d(256), ReLU(),
            MaxPool2d((2, 1), (2, 1)),
            Conv2d(256, 512, 3, padding: 1), ReLU(), MaxPool2d((2, 1), (2, 1)),
            Conv2d(512, 512, 2), ReLU());
        rnn = LSTM(512, hidden, numLayers: 2, bidirectional: true);
        fc = Linear(2 * hidden, classes);
    }

    private Tensor Forward(Tensor x)
    {
        var conv = cnn.call(x);
        var (b, c, h, w) = (conv.shape[0], conv.shape[1], conv.shape[2], conv.shape[3]);
        if (h != 1) throw new ArgumentException("the height of conv must be 1");
        conv = conv.squeeze(2).permute(2, 0, 1);
        var (y, _, _) = rnn.call(conv);
        return fc.call(y);
    }
}
