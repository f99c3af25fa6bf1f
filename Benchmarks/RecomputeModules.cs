using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Benchmarks;

/// <summary>A block of a GPT.</summary>
[Shape("B T width -> B T width", Where = "width % heads == 0")]
public sealed partial class KeptBlock(long width, long heads)
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

/// <summary>The same, computed again in backward.</summary>
[Recompute]
[Shape("B T width -> B T width", Where = "width % heads == 0")]
public sealed partial class RecomputedBlock(long width, long heads)
{
    [Layer] private readonly KeptBlock block = new(width, heads);
}

/// <summary>A GPT with blocks of one or the other kind.</summary>
public sealed partial class BlockGpt(long vocabulary, long context, long width, long heads, int depth, bool again)
{
    [Layer] private readonly Embedding tokens = Embedding(vocabulary, width);
    [Layer] private readonly Embedding positions = Embedding(context, width);
    [Layer] private readonly ModuleList<KeptBlock> kept =
        ModuleList([.. Enumerable.Range(0, again ? 0 : depth).Select(_ => new KeptBlock(width, heads))]);

    [Layer] private readonly ModuleList<RecomputedBlock> recomputed =
        ModuleList([.. Enumerable.Range(0, again ? depth : 0).Select(_ => new RecomputedBlock(width, heads))]);

    [Layer] private readonly LayerNorm norm = LayerNorm(width);
    [Layer] private readonly Linear scores = Linear(width, vocabulary);

    private Tensor Forward(Tensor text)
    {
        var x = tokens.call(text) + positions.call(arange(text.shape[1], device: text.device));
        for (var i = 0; i < kept.Count; i++)
        {
            x = kept[i].call(x);
        }

        for (var i = 0; i < recomputed.Count; i++)
        {
            x = recomputed[i].call(x);
        }

        return scores.call(norm.call(x));
    }
}

/// <summary>The same GPT, of which four blocks are computed again together.</summary>
public sealed partial class TogetherGpt(long vocabulary, long context, long width, long heads, int depth)
{
    [Layer] private readonly Embedding tokens = Embedding(vocabulary, width);
    [Layer] private readonly Embedding positions = Embedding(context, width);
    [Layer, Recompute(Every = 4)] private readonly ModuleList<KeptBlock> blocks =
        ModuleList([.. Enumerable.Range(0, depth).Select(_ => new KeptBlock(width, heads))]);

    [Layer] private readonly LayerNorm norm = LayerNorm(width);
    [Layer] private readonly Linear scores = Linear(width, vocabulary);

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
