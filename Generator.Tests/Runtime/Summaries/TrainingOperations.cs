using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>A loss at the end: so many classes that it is where most is held.</summary>
[Shape("B 512 ->")]
internal sealed partial class ClassifierWithLoss
{
    [Layer] private readonly Linear fc1 = Linear(512, 1024);
    [Layer] private readonly ReLU relu;
    [Layer] private readonly Linear fc2 = Linear(1024, 4096);
    [Layer] private readonly CrossEntropyLoss loss = CrossEntropyLoss();

    private Tensor Forward(Tensor x) => loss.call(fc2.call(relu.call(fc1.call(x))), x.argmax(1));
}

[Shape("B T 128 ->")]
internal sealed partial class LanguageModelWithLoss
{
    [Layer] private readonly Linear fc1 = Linear(128, 256);
    [Layer] private readonly GELU gelu;
    [Layer] private readonly Linear scores = Linear(256, 512);

    private Tensor Forward(Tensor x)
    {
        var all = scores.call(gelu.call(fc1.call(x))).flatten(0, 1);
        return functional.cross_entropy(all, x.argmax(2).flatten());
    }
}

[Shape("B 1024 ->")]
internal sealed partial class Autoencoder
{
    [Layer] private readonly Linear encode = Linear(1024, 64);
    [Layer] private readonly Tanh tanh;
    [Layer] private readonly Linear decode = Linear(64, 1024);

    private Tensor Forward(Tensor x) => functional.mse_loss(decode.call(tanh.call(encode.call(x))), x);
}

[Shape("B 1024 ->")]
internal sealed partial class SeveralLosses
{
    [Layer] private readonly Linear encode = Linear(1024, 64);
    [Layer] private readonly Linear decode = Linear(64, 1024);
    [Layer] private readonly SmoothL1Loss smooth = SmoothL1Loss();
    [Layer] private readonly HuberLoss huber = HuberLoss(reduction: Reduction.Sum);

    private Tensor Forward(Tensor x)
    {
        var y = decode.call(encode.call(x));
        var each = functional.l1_loss(y, x, Reduction.None).mean();
        return smooth.call(y, x) + huber.call(y, x) + functional.l1_loss(y, x) + each
            + functional.binary_cross_entropy_with_logits(y, x.sigmoid()) + functional.nll_loss(y.log_softmax(1), x.argmax(1));
    }
}

/// <summary>Attention as it is written by hand.</summary>
[Shape("B T 256 -> B T 256")]
internal sealed partial class AttentionByHand(double scale)
{
    [Layer] private readonly Linear query = Linear(256, 256);
    [Layer] private readonly Linear key = Linear(256, 256);
    [Layer] private readonly Linear value = Linear(256, 256);
    [Layer] private readonly Linear output = Linear(256, 256);
    [Layer] private readonly Dropout drop = Dropout(0.1);

    private Tensor Forward(Tensor x)
    {
        var length = x.shape[1];
        var (q, k, v) = (Split(query.call(x)), Split(key.call(x)), Split(value.call(x)));
        var hidden = ones(length, length, dtype: ScalarType.Bool).triu(1);
        var scores = (matmul(q, k.transpose(-2, -1)) / scale).masked_fill(hidden, float.NegativeInfinity);
        var heard = matmul(drop.call(scores.softmax(-1)), v);
        return output.call(heard.transpose(1, 2).contiguous().view(x.shape[0], length, 256));
    }

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], 8, 32).transpose(1, 2);
}

/// <summary>Attention in one pass, with a mask of truths.</summary>
[Shape("B T 256 -> B T 256")]
internal sealed partial class MaskedAttention
{
    [Layer] private readonly Linear projection = Linear(256, 768);
    [Layer] private readonly Linear output = Linear(256, 256);

    private Tensor Forward(Tensor x)
    {
        var length = x.shape[1];
        var parts = projection.call(x).chunk(3, dim: -1);
        var seen = ones(x.shape[0], 1, length, length, dtype: ScalarType.Bool).tril();
        var heard = functional.scaled_dot_product_attention(Split(parts[0]), Split(parts[1]), Split(parts[2]), seen);
        return output.call(heard.transpose(1, 2).flatten(2));
    }

    private Tensor Split(Tensor x) => x.unflatten(2, [8, 32]).transpose(1, 2);
}

/// <summary>Parts of tensors, and tensors put together.</summary>
[Shape("B T 128 -> B 128")]
internal sealed partial class PartsAndRows
{
    [Layer] private readonly Linear fc = Linear(128, 256);
    [Layer] private readonly Linear back = Linear(256, 128);

    private Tensor Forward(Tensor x)
    {
        var y = fc.call(x);
        var order = x.select(2, 0).argsort(1);
        var sorted = y.gather(1, order.unsqueeze(2).expand(-1, -1, 256));
        var both = stack([y, sorted], 0).mean([0]);
        var chosen = where(both > 0, both, both.cumsum(1));
        return back.call(chosen[TensorIndex.Ellipsis, -1, TensorIndex.Colon] + chosen.index_select(1, arange(4)).sum(1));
    }
}

/// <summary>Quotients, powers and deviations.</summary>
[Shape("B 256 -> B 256")]
internal sealed partial class Quotients
{
    [Layer] private readonly Linear fc = Linear(256, 1024);
    [Layer] private readonly Linear back = Linear(1024, 256);

    private Tensor Forward(Tensor x)
    {
        var y = fc.call(x);
        y = (y - y.mean([1], keepdim: true)) / y.std(1, keepdim: true);
        return back.call(y.pow(3) / 6.0 + y);
    }
}

/// <summary>Layers that are not trained before one that is.</summary>
[Shape("B 512 -> B 100")]
internal sealed partial class FineTuned
{
    [Layer] private readonly Linear fc1 = Linear(512, 2048);
    [Layer] private readonly GELU gelu;
    [Layer] private readonly Linear fc2 = Linear(2048, 1024);
    [Layer] private readonly ReLU relu;
    [Layer] private readonly Linear head = Linear(1024, 100);

    public FineTuned Freeze()
    {
        foreach (var parameter in fc1.parameters().Concat(fc2.parameters()))
        {
            parameter.requires_grad = false;
        }

        return this;
    }
}

/// <summary>A layer that runs twice.</summary>
[Shape("B 1024 -> B 1024")]
internal sealed partial class SharedLayer
{
    [Layer] private readonly Linear fc = Linear(1024, 1024);

    private Tensor Forward(Tensor x)
    {
        for (var i = 0; i < 2; i++)
        {
            x = fc.call(x).tanh();
        }

        return x;
    }
}

/// <summary>Parameters to which no gradient comes.</summary>
[Shape("B 1024 -> B 1024")]
internal sealed partial class PartlyReached
{
    [Layer] private readonly Linear below = Linear(1024, 1024);
    [Layer] private readonly Linear aside = Linear(1024, 1024);
    [Layer] private readonly Linear fc = Linear(1024, 1024);

    private Tensor Forward(Tensor x)
    {
        Tensor y;
        using (no_grad())
        {
            y = below.call(x).relu();
        }

        var way = aside.call(y).argmax(1, keepdim: true) % 2;
        return fc.call(y).relu() * way;
    }
}

/// <summary>Work in place, and what <c>using</c> disposes.</summary>
[Shape("B 1024 -> B 1024")]
internal sealed partial class InPlaceWork
{
    [Layer] private readonly Linear fc = Linear(1024, 1024);
    [Layer] private readonly Linear back = Linear(1024, 1024);
    [Layer] private readonly Linear fc2 = Linear(1024, 1024);
    [Layer] private readonly Linear back2 = Linear(1024, 1024);

    private Tensor Forward(Tensor x)
    {
        using var y = fc.call(x);
        y.add_(x).mul_(0.5);
        y.relu_();
        x = back.call(y);
        using var z = fc2.call(x);
        z.add_(x).mul_(0.5);
        z.relu_();
        return back2.call(z);
    }
}
