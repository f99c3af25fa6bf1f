using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Zhang and Sennrich 2019: a layer with a parameter and no layers.</summary>
[Shape("*B d -> *B d")]
internal sealed partial class RmsNorm(long d, double eps = 1e-5)
{
    [Parameter] private readonly Parameter weight = Parameter(ones(d));
    private readonly double eps = eps;

    private Tensor Forward(Tensor x) => x * rsqrt(x.pow(2).mean([-1L], keepdim: true) + eps) * weight;
}

/// <summary>Touvron et al. 2023: rotary positions, fewer heads for keys and values than for queries.</summary>
[Shape("B T d -> B T d", Where = "d % heads == 0, heads % kvHeads == 0, d // heads % 2 == 0, T <= context")]
internal sealed partial class LlamaAttention(long d, long heads, long kvHeads, long context)
{
    [Layer] private readonly Linear wq = Linear(d, d, hasBias: false);
    [Layer] private readonly Linear wk = Linear(d, kvHeads * (d / heads), hasBias: false);
    [Layer] private readonly Linear wv = Linear(d, kvHeads * (d / heads), hasBias: false);
    [Layer] private readonly Linear wo = Linear(d, d, hasBias: false);
    [Buffer(Persistent = false)] private readonly Tensor cos = RotaryAngles(d / heads, context).cos();
    [Buffer(Persistent = false)] private readonly Tensor sin = RotaryAngles(d / heads, context).sin();
    private readonly long headDim = d / heads;

    private static Tensor RotaryAngles(long headDim, long context)
    {
        var frequencies = 1.0 / pow(10000.0, arange(0, headDim, 2).to(float32) / headDim);
        return outer(arange(context).to(float32), frequencies);
    }

    private Tensor Rotate(Tensor x)
    {
        var half = headDim / 2;
        var x1 = x.narrow(-1, 0, half);
        var x2 = x.narrow(-1, half, half);
        var c = cos.narrow(0, 0, x.shape[2]);
        var s = sin.narrow(0, 0, x.shape[2]);
        return cat([x1 * c - x2 * s, x1 * s + x2 * c], -1);
    }

    private Tensor Forward(Tensor x)
    {
        var (b, t, c) = (x.shape[0], x.shape[1], x.shape[2]);
        var q = wq.call(x).view(b, t, heads, headDim).transpose(1, 2);
        var k = wk.call(x).view(b, t, kvHeads, headDim).transpose(1, 2);
        var v = wv.call(x).view(b, t, kvHeads, headDim).transpose(1, 2);
        q = Rotate(q);
        k = Rotate(k).repeat_interleave(heads / kvHeads, 1);
        v = v.repeat_interleave(heads / kvHeads, 1);
        var y = functional.scaled_dot_product_attention(q, k, v, is_casual: true);
        return wo.call(y.transpose(1, 2).contiguous().view(b, t, c));
    }
}

/// <summary>Shazeer 2020.</summary>
[Shape("*B d -> *B d")]
internal sealed partial class SwiGlu(long d, long hidden)
{
    [Layer] private readonly Linear w1 = Linear(d, hidden, hasBias: false);
    [Layer] private readonly Linear w2 = Linear(hidden, d, hasBias: false);
    [Layer] private readonly Linear w3 = Linear(d, hidden, hasBias: false);

    private Tensor Forward(Tensor x) => w2.call(functional.silu(w1.call(x)) * w3.call(x));
}

/// <summary>Attention and feed-forward, each with a skip.</summary>
[Shape("B T d -> B T d", Where = "d % heads == 0, heads % kvHeads == 0, d//heads % 2 == 0, T <= context")]
internal sealed partial class LlamaBlock(long d, long heads, long kvHeads, long hidden, long context)
{
    [Layer] private readonly RmsNorm attention_norm = new(d);
    [Layer] private readonly LlamaAttention attention = new(d, heads, kvHeads, context);
    [Layer] private readonly RmsNorm ffn_norm = new(d);
    [Layer] private readonly SwiGlu feed_forward = new(d, hidden);

    private Tensor Forward(Tensor x)
    {
        var h = x + attention.call(attention_norm.call(x));
        return h + feed_forward.call(ffn_norm.call(h));
    }
}

/// <summary>Blocks that the constructor appends.</summary>
[Shape("B T -> B T vocab", Where = "T <= 128")]
internal sealed partial class Llama
{
    private const long vocab = 1000;
    [Layer] private readonly Embedding tok_embeddings = Embedding(vocab, 64);
    [Layer] private readonly ModuleList<LlamaBlock> layers;
    [Layer] private readonly RmsNorm norm = new(64);
    [Layer] private readonly Linear output = Linear(64, vocab, hasBias: false);

    public Llama()
    {
        layers = new ModuleList<LlamaBlock>();
        for (int i = 0; i < 2; i++)
        {
            layers.append(new LlamaBlock(64, 8, 2, 172, 128));
        }
    }

    private Tensor Forward(Tensor tokens)
    {
        var h = tok_embeddings.call(tokens);
        foreach (var layer in layers) h = layer.call(h);
        return output.call(norm.call(h));
    }
}
