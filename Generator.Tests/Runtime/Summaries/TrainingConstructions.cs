using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>Modules of random sizes, of the kinds whose steps autograd writes down one by one.</summary>
internal static class TrainingConstructions
{
    private static readonly Dictionary<string, Func<Sizes, Construction>> Kinds = new(StringComparer.Ordinal)
    {
        ["encoder layer"] = static s => new EncoderLayerOnly(s.Width, s.Heads, s.Hidden) is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence()) : null!,
        ["encoder"] = static s => new EncoderAlone(s.Width, s.Heads, s.Hidden, s.Layers) is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence()) : null!,
        ["decoder"] = static s => new DecoderAlone(s.Width, s.Heads, s.Hidden, s.Layers) is var m
            ? new(m, m.Summary(s.AtBoth), x => m.call(x, s.Memory), s.Sequence()) { Beside = s.Memory.numel() * 4 } : null!,
        ["self-attention"] = static s => new SelfAttention(s.Width, s.Heads) is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence()) : null!,
        ["attention with weights"] = static s => new AttentionWithWeights(2 * s.Width, 2 * s.Heads) is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence(2)) : null!,
        ["masked"] = static s => new CausalAttention(s.Width, s.Heads) is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence()) : null!,
        ["padded"] = static s => new PaddedAttention(s.Width, s.Heads) is var m
            ? new(m, m.Summary(s.AtBoth), x => m.call(x, s.Memory, s.Padding), s.Sequence())
            {
                Beside = (s.Memory.numel() * 4) + s.Padding.numel(),
            } : null!,
        ["repeated layer"] = static s => new RepeatedEncoderLayer(s.Width, s.Heads, s.Hidden) is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence()) : null!,
        ["repeated maps"] = static s => new RepeatedMaps(4 * s.Width, 4 * s.Hidden, s.Layers + 1) is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence(4)) : null!,
        ["frozen behind"] = static s => new FrozenBehind(s.Width, s.Heads, s.Hidden).Freeze() is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence()) : null!,
        ["gates"] = static s => new StretchedGates(4 * s.Width) is var m
            ? new(m, m.Summary(s.At), x => m.call(x), s.Sequence(4)) : null!,
    };

    public static IEnumerable<string> Names => Kinds.Keys;

    public static Construction Make(string kind, Random random) => Kinds[kind](new(random));

    /// <summary>Sizes by which the smallest tensors of a sequence are large.</summary>
    public sealed class Sizes
    {
        public Sizes(Random random)
        {
            Heads = random.Next(1, 7);
            Width = Heads * random.Next(6, 40);
            Hidden = random.Next(30, 600);
            Layers = random.Next(1, 4);
            Targets = random.Next(8, 160);
            Sources = random.Next(8, 160);
            Batch = random.Next(1, 20) + (300_000 / (Targets * Width));
            Memory = randn(Sources, Batch, Width);
            Padding = zeros(Batch, Sources, ScalarType.Bool);
        }

        public long Heads { get; }

        public long Width { get; }

        public long Hidden { get; }

        public int Layers { get; }

        public long Targets { get; }

        public long Sources { get; }

        public long Batch { get; }

        public string At => FormattableString.Invariant($"T={Targets}, N={Batch}");

        public string AtBoth => FormattableString.Invariant($"{At}, S={Sources}");

        public Tensor Memory { get; }

        public Tensor Padding { get; }

        public Func<Tensor> Sequence(int wide = 1) => () => randn(Targets, Batch, wide * Width);
    }
}

/// <summary>A module, what calls it, and what is made to call it with.</summary>
internal sealed record Construction(Module Module, ModuleSummary Summary, Func<Tensor, Tensor> Call, Func<Tensor> Input)
{
    /// <summary>The bytes of further inputs.</summary>
    public long Beside { get; init; }
}

[Shape("T N width -> T N width", Where = "width % heads == 0")]
internal sealed partial class EncoderLayerOnly(long width, long heads, long hidden)
{
    [Layer] private readonly TransformerEncoderLayer layer = TransformerEncoderLayer(width, heads, hidden, 0.1);
}

[Shape("T N width -> T N width", Where = "width % heads == 0")]
internal sealed partial class EncoderAlone(long width, long heads, long hidden, int layers)
{
    [Layer] private readonly Linear before = Linear(width, width);
    [Layer] private readonly TransformerEncoder encoder =
        TransformerEncoder(TransformerEncoderLayer(width, heads, hidden, 0, Activations.GELU), layers);

    private Tensor Forward(Tensor x) => encoder.call(before.call(x), null!, null!);
}

[Shape("T N width, S N width -> T N width", Where = "width % heads == 0")]
internal sealed partial class DecoderAlone(long width, long heads, long hidden, int layers)
{
    [Layer] private readonly Linear before = Linear(width, width);
    [Layer] private readonly TransformerDecoder decoder = TransformerDecoder(TransformerDecoderLayer(width, heads, hidden, 0.1), layers);

    private Tensor Forward(Tensor x, Tensor memory) => decoder.call(x, before.call(memory));
}

[Shape("T N width -> T N width", Where = "width % heads == 0")]
internal sealed partial class SelfAttention(long width, long heads)
{
    [Layer] private readonly Linear before = Linear(width, width);
    [Layer] private readonly MultiheadAttention attention = MultiheadAttention(width, heads, 0.2);

    private Tensor Forward(Tensor x)
    {
        x = before.call(x);
        return x + attention.call(x, x, x, need_weights: false).Item1;
    }
}

[Shape("T N width -> T N width", Where = "width % heads == 0")]
internal sealed partial class AttentionWithWeights(long width, long heads)
{
    [Layer] private readonly MultiheadAttention attention = MultiheadAttention(width, heads, bias: false);

    private Tensor Forward(Tensor x)
    {
        var (heard, weights) = attention.call(x, x, x);
        return heard + weights.mean();
    }
}

[Shape("T N width -> T N width", Where = "width % heads == 0")]
internal sealed partial class CausalAttention(long width, long heads)
{
    [Layer] private readonly Linear before = Linear(width, width);
    [Layer] private readonly MultiheadAttention attention = MultiheadAttention(width, heads, 0.1);

    private Tensor Forward(Tensor x)
    {
        x = before.call(x);
        var mask = ones(x.shape[0], x.shape[0]).triu(1) * -1e9;
        return attention.call(x, x, x, need_weights: false, attn_mask: mask).Item1;
    }
}

[Shape("T N width, S N width, bool: N S -> T N width", Where = "width % heads == 0")]
internal sealed partial class PaddedAttention(long width, long heads)
{
    [Layer] private readonly MultiheadAttention attention = MultiheadAttention(width, heads);

    private Tensor Forward(Tensor x, Tensor memory, Tensor padding) =>
        attention.call(x, memory, memory, padding, need_weights: false).Item1;
}

[Shape("T N width -> T N width", Where = "width % heads == 0")]
internal sealed partial class RepeatedEncoderLayer(long width, long heads, long hidden)
{
    [Layer] private readonly TransformerEncoderLayer layer = TransformerEncoderLayer(width, heads, hidden, 0.1);

    private Tensor Forward(Tensor x)
    {
        for (var i = 0; i < 3; i++)
        {
            x = layer.call(x, null!, null!);
        }

        return x;
    }
}

[Shape("T N width -> T N width")]
internal sealed partial class RepeatedMaps(long width, long hidden, int times)
{
    [Layer] private readonly Linear up = Linear(width, hidden);
    [Layer] private readonly GELU gelu;
    [Layer] private readonly Linear down = Linear(hidden, width);

    private Tensor Forward(Tensor x)
    {
        for (var i = 0; i < times; i++)
        {
            x = down.call(gelu.call(up.call(x)));
        }

        return x;
    }
}

[Shape("T N width -> T N width", Where = "width % heads == 0")]
internal sealed partial class FrozenBehind(long width, long heads, long hidden)
{
    [Layer] private readonly Linear before = Linear(width, width);
    [Layer] private readonly TransformerEncoderLayer layer = TransformerEncoderLayer(width, heads, hidden, 0.1);
    [Layer] private readonly LayerNorm norm = LayerNorm(width);
    [Layer] private readonly Linear wide = Linear(width, 4 * width);
    [Layer] private readonly Linear after = Linear(4 * width, width);

    public FrozenBehind Freeze()
    {
        foreach (var parameter in layer.parameters().Concat(norm.parameters()).Concat(wide.parameters()))
        {
            parameter.requires_grad = false;
        }

        return this;
    }

    private Tensor Forward(Tensor x) => after.call(wide.call(norm.call(layer.call(before.call(x), null!, null!))).tanh());
}

[Shape("T N width -> T N width")]
internal sealed partial class StretchedGates(long width)
{
    [Layer] private readonly Linear map = Linear(width, width);
    [Layer] private readonly Linear gate = Linear(width, 1);
    [Parameter] private readonly Parameter scale = new(rand(width));

    private Tensor Forward(Tensor x)
    {
        x = map.call(x);
        return ((gate.call(x).sigmoid() * x) - gate.call(x)) * scale;
    }
}
