using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

// Each between two layers, so few that what autograd keeps of one is far more than the measure's tolerance.

[Shape("B 64 -> B 64")]
public sealed partial class RectifyingFunctions
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = functional.leaky_relu(y, 0.1);
        y = functional.relu6(y);
        y = functional.threshold(y, 0.1, 0.2);
        return last.call(y);
    }
}

/// <summary>What a method is given lives until it returns, though backward needs nothing of it.</summary>
[Shape("B 64 -> B 64")]
public sealed partial class InMethods
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        return last.call(Again(Raised(first.call(x))));

        static Tensor Again(Tensor y) => Raised(y) - 2;
    }

    private static Tensor Raised(Tensor y)
    {
        var z = y + 1;
        return z + 2;
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class SmoothFunctions
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = functional.silu(y);
        y = functional.hardswish(y);
        y = functional.hardsigmoid(y);
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class ExponentialUnits
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = functional.elu(y, 1.0);
        y = functional.selu(y);
        y = y.celu();
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class LogarithmicFunctions
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = functional.logsigmoid(y);
        y = y.abs().log1p();
        y = (y + 1).log2();
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class ExponentialFunctions
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = y.exp2();
        y = y.expm1();
        y = y.sigmoid().logit(1e-3);
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class AngleFunctions
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = y.tan();
        y = y.atan();
        y = y.sinh();
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class ErrorFunctions
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = y.erf();
        y = y.log_sigmoid();
        y = y.cosh();
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class Bounds
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = y.clamp(-1.0, 1.0);
        y = y.clamp(min: 0.1);
        y = y.round() + y;
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class Differences
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = y - y.mean([1L], keepdim: true);
        y = (y * 2) - y;
        y = y.sin() - y.cos();
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class Extremes
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = y - y.max(1, keepdim: true).values;
        y = y.sort(1).Values;
        y = cat([y.topk(32, 1).values, y[.., ..32]], 1);
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class Moved
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = y.flip(1);
        y = y.roll(1L, 1L);
        y = y.repeat(1, 2)[.., ..64];
        y = y.repeat_interleave(2, 1)[.., ..64];
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class Normed
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = functional.normalize(y, dim: 1);
        y = y - y.logsumexp(1, keepdim: true);
        y = functional.softmin(y, 1);
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class Gated
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = functional.glu(cat([y, y], 1), 1);
        y = functional.dropout(y, 0.1, training);
        y = functional.pad(y, [1, 1])[.., 1..^1];
        return last.call(y);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class FunctionsOfWeights
{
    [Layer(64, 64)] private readonly Linear first;
    [Parameter] private readonly Parameter weight = Parameter(randn(64, 64) * 0.1);
    [Parameter] private readonly Parameter bias = Parameter(randn(64));

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = functional.linear(y, weight, bias);
        return functional.linear(y, weight);
    }
}

[Shape("B 64 -> B 64")]
public sealed partial class AddedRows
{
    [Layer(64, 64)] private readonly Linear first;
    [Layer(64, 64)] private readonly Linear last;
    [Buffer] private readonly Tensor index = arange(16384);

    private Tensor Forward(Tensor x)
    {
        var y = first.call(x);
        y = y.index_add(0, index, y * 2, 1);
        y = y.index_add(0, index, y, 1);
        return last.call(y);
    }
}

[Shape("B 8 32 32")]
public sealed partial class PooledByFunctions
{
    [Parameter] private readonly Parameter scale = Parameter(ones(8, 1, 1));

    private Tensor Forward(Tensor x)
    {
        var y = (x * scale).tanh();
        y = functional.max_pool2d(y, 2);
        y = functional.avg_pool2d(y, 2);
        return functional.adaptive_avg_pool2d(y, [4, 4]);
    }
}

[Shape("B 8 32 32")]
public sealed partial class ResizedByFunctions
{
    [Parameter] private readonly Parameter scale = Parameter(ones(8, 1, 1));

    private Tensor Forward(Tensor x)
    {
        var y = (x * scale).tanh();
        y = functional.interpolate(y, scale_factor: [2.0, 2.0]);
        y = functional.interpolate(y, scale_factor: [2.0, 1.0], mode: InterpolationMode.Bilinear);
        return functional.pad(y, [1, 1, 1, 1]);
    }
}

[Shape("B 8 32 32")]
public sealed partial class Folded
{
    [Parameter] private readonly Parameter scale = Parameter(ones(8, 1, 1));
    [Layer] private readonly Unfold unfold = Unfold(2, stride: 2);

    private Tensor Forward(Tensor x)
    {
        var y = (x * scale).tanh();
        y = functional.fold(functional.unfold(y, 2, stride: 2), 32, 2, stride: 2);
        return unfold.call(y);
    }
}

[Shape("B 8 32 32")]
public sealed partial class Shuffled
{
    [Parameter] private readonly Parameter scale = Parameter(ones(8, 1, 1));
    [Layer] private readonly PixelShuffle shuffle = PixelShuffle(2);
    [Layer] private readonly ChannelShuffle channels = ChannelShuffle(2);
    [Layer] private readonly PixelUnshuffle back = PixelUnshuffle(4);

    private Tensor Forward(Tensor x)
    {
        var y = (x * scale).tanh();
        y = shuffle.call(y);
        y = channels.call(y);
        return back.call(y);
    }
}

[Shape("B 8 32 32")]
public sealed partial class Upsampled
{
    [Parameter] private readonly Parameter scale = Parameter(ones(8, 1, 1));
    [Layer] private readonly Upsample nearest = Upsample(scale_factor: [2.0, 2.0]);
    [Layer] private readonly Upsample bicubic = Upsample(scale_factor: [1.5, 1.5], mode: UpsampleMode.Bicubic);

    private Tensor Forward(Tensor x)
    {
        var y = (x * scale).tanh();
        y = nearest.call(y);
        return bicubic.call(y);
    }
}
