using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Radford et al. 2019, with the names of nanoGPT.</summary>
[Shape("B T d -> B T d", Where = "d % heads == 0, T <= context")]
internal sealed partial class CausalSelfAttention(long d, long heads, long context)
{
    [Layer] private readonly Linear c_attn = Linear(d, 3 * d);
    [Layer] private readonly Linear c_proj = Linear(d, d);
    [Layer] private readonly Dropout attn_dropout = Dropout(0.1);
    [Layer] private readonly Dropout resid_dropout = Dropout(0.1);
    [Buffer(Persistent = false)] private readonly Tensor mask = tril(ones(context, context)).view(1, 1, context, context);
    private readonly long heads = heads;

    private Tensor Forward(Tensor x)
    {
        var (batch, length, size) = (x.shape[0], x.shape[1], x.shape[2]);
        var parts = c_attn.call(x).split(size, dim: 2);
        var q = Heads(parts[0]);
        var k = Heads(parts[1]);
        var v = Heads(parts[2]);
        var weights = q.matmul(k.transpose(-2, -1)) / Math.Sqrt(size / heads);
        weights = weights.masked_fill(mask[.., .., ..(int)length, ..(int)length] == 0, float.NegativeInfinity);
        weights = attn_dropout.call(functional.softmax(weights, dim: -1));
        var y = weights.matmul(v).transpose(1, 2).contiguous().view(batch, length, size);
        return resid_dropout.call(c_proj.call(y));
    }

    private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], heads, x.shape[2] / heads).transpose(1, 2);
}

[Shape("*B d -> *B d")]
internal sealed partial class Mlp(long d)
{
    [Layer] private readonly Linear c_fc = Linear(d, 4 * d);
    [Layer] private readonly GELU gelu = GELU();
    [Layer] private readonly Linear c_proj = Linear(4 * d, d);
    [Layer] private readonly Dropout dropout = Dropout(0.1);
}

[Shape("B T d -> B T d", Where = "d % heads == 0, T <= context")]
internal sealed partial class GptBlock(long d, long heads, long context)
{
    [Layer] private readonly LayerNorm ln_1 = LayerNorm(d);
    [Layer] private readonly CausalSelfAttention attn = new(d, heads, context);
    [Layer] private readonly LayerNorm ln_2 = LayerNorm(d);
    [Layer] private readonly Mlp mlp = new(d);

    private Tensor Forward(Tensor x)
    {
        x = x + attn.call(ln_1.call(x));
        return x + mlp.call(ln_2.call(x));
    }
}

[Shape("B T -> B T d", Where = "d % heads == 0, T <= context")]
internal sealed partial class GptBody(long vocabulary, long context, long d, long heads, int blocks)
{
    [Layer] internal readonly Embedding wte = Embedding(vocabulary, d);
    [Layer] private readonly Embedding wpe = Embedding(context, d);
    [Layer] private readonly Dropout drop = Dropout(0.1);
    [Layer]
        private readonly ModuleList<GptBlock> h = ModuleList([.. Enumerable.Range(0, blocks).Select(_ => new GptBlock(d, heads, context))]);
    [Layer] private readonly LayerNorm ln_f = LayerNorm(d);

    private Tensor Forward(Tensor tokens)
    {
        var positions = arange(tokens.shape[1], dtype: int64, device: tokens.device);
        var x = drop.call(wte.call(tokens) + wpe.call(positions));
        foreach (var block in h)
        {
            x = block.call(x);
        }

        return ln_f.call(x);
    }
}

[Shape("B T -> B T 50257", Where = "T <= 1024")]
[Expect(Parameters = 124_439_808)]
internal sealed partial class Gpt2
{
    [Layer] private readonly GptBody transformer = new(vocabulary: 50257, context: 1024, d: 768, heads: 12, blocks: 12);
    [Layer] private readonly Linear lm_head = Linear(768, 50257, hasBias: false);

    public Gpt2()
    {
        lm_head.weight = transformer.wte.weight!;
    }
}
