using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>The sizes of a GPT, as nanoGPT's dataclass has them.</summary>
internal sealed record GptConfig(long Vocab, long Context, long Dim, int Heads, int Layers, bool Bias = true)
{
    public static readonly GptConfig Small = new(50257, 1024, 768, 12, 12);

    public static GptConfig Medium => Small with { Dim = 1024, Heads = 16, Layers = 24 };

    public long HeadDim => Dim / Heads;

    public long Hidden => 4 * Dim;
}

[Shape("B T config.Dim -> B T config.Dim", Where = "config.Dim % config.Heads == 0, T <= config.Context")]
internal sealed partial class ConfiguredAttention(GptConfig config)
{
    [Layer] private readonly Linear qkv = Linear(config.Dim, 3 * config.Dim, hasBias: config.Bias);
    [Layer] private readonly Linear project = Linear(config.Dim, config.Dim, hasBias: config.Bias);
    [Buffer(Persistent = false)]
        private readonly Tensor mask = tril(ones(config.Context, config.Context)).view(1, 1, config.Context, config.Context);

    private Tensor Forward(Tensor x)
    {
        var (b, t) = (x.shape[0], x.shape[1]);
        var parts = qkv.call(x).chunk(3, dim: -1);
        var (q, k, v) = (Split(parts[0]), Split(parts[1]), Split(parts[2]));
        var weights = q.matmul(k.transpose(-2, -1)) / Math.Sqrt(config.HeadDim);
        weights = weights.masked_fill(mask[.., .., ..(int)t, ..(int)t] == 0, float.NegativeInfinity);
        var y = functional.softmax(weights, dim: -1).matmul(v);
        return project.call(y.transpose(1, 2).contiguous().view(b, t, config.Heads * config.HeadDim));
    }

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], config.Heads, config.HeadDim).transpose(1, 2);
}

[Shape("*B config.Dim -> *B config.Dim")]
internal sealed partial class ConfiguredMlp(GptConfig config)
{
    [Layer] private readonly Linear up = Linear(config.Dim, config.Hidden, hasBias: config.Bias);
    [Layer] private readonly GELU gelu = GELU();
    [Layer] private readonly Linear down = Linear(config.Hidden, config.Dim, hasBias: config.Bias);
}

[Shape("B T config.Dim -> B T config.Dim", Where = "config.Dim % config.Heads == 0, T <= config.Context")]
internal sealed partial class ConfiguredBlock(GptConfig config)
{
    [Layer] private readonly LayerNorm norm1 = LayerNorm(config.Dim);
    [Layer] private readonly ConfiguredAttention attention = new(config);
    [Layer] private readonly LayerNorm norm2 = LayerNorm(config.Dim);
    [Layer] private readonly ConfiguredMlp mlp = new(config);

    private Tensor Forward(Tensor x)
    {
        x = x + attention.call(norm1.call(x));
        return x + mlp.call(norm2.call(x));
    }
}

/// <summary>The head is the table of tokens.</summary>
[Shape("B T -> B T config.Vocab", Where = "config.Dim % config.Heads == 0, T <= config.Context")]
internal sealed partial class ConfiguredGpt
{
    private readonly GptConfig config;
    [Layer] private readonly Embedding tokens;
    [Layer] private readonly Embedding positions;
    [Layer] private readonly ModuleList<ConfiguredBlock> blocks;
    [Layer] private readonly LayerNorm norm;
    [Layer] private readonly Linear head;

    public ConfiguredGpt(GptConfig config)
    {
        this.config = config;
        tokens = Embedding(config.Vocab, config.Dim);
        positions = Embedding(config.Context, config.Dim);
        blocks = ModuleList(Enumerable.Range(0, config.Layers).Select(_ => new ConfiguredBlock(config)).ToArray());
        norm = LayerNorm(config.Dim);
        head = Linear(config.Dim, config.Vocab, hasBias: false);
        head.weight = tokens.weight!;
    }

    private Tensor Forward(Tensor indices)
    {
        var x = tokens.call(indices) + positions.call(arange(indices.shape[1], dtype: int64, device: indices.device));
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return head.call(norm.call(x));
    }
}

[Shape("B T -> B T 50257", Where = "T <= 1024")]
[Expect(Parameters = 124_439_808)]
internal sealed partial class ConfiguredGptSmall
{
    [Layer] private readonly ConfiguredGpt gpt = new(GptConfig.Small);
}

[Shape("B T -> B T 50257", Where = "T <= 1024")]
[Expect(Parameters = 354_823_168)]
internal sealed partial class ConfiguredGptMedium
{
    [Layer] private readonly ConfiguredGpt gpt = new(GptConfig.Medium);
}
