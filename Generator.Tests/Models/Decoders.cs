using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Bahdanau et al. 2014: a decoder that runs step by step and keeps what it says.</summary>
internal sealed partial class AttnDecoder(long hidden, long vocab, int maxLength)
{
    [Layer] private readonly Embedding embedding = Embedding(vocab, hidden);
    [Layer] private readonly Linear wa = Linear(hidden, hidden);
    [Layer] private readonly Linear ua = Linear(hidden, hidden);
    [Layer] private readonly Linear va = Linear(hidden, 1);
    [Layer] private readonly GRU gru = GRU(2 * hidden, hidden, batchFirst: true);
    [Layer] private readonly Linear output = Linear(hidden, vocab);

    [return: Shape("B maxLength vocab")]
    private Tensor Forward([Shape("B S hidden")] Tensor encoderOutputs, [Shape("1 B hidden")] Tensor encoderHidden)
    {
        var batch = encoderOutputs.size(0);
        var input = zeros([batch, 1], dtype: ScalarType.Int64, device: encoderOutputs.device);
        var state = encoderHidden;
        var outputs = new List<Tensor>();
        for (var i = 0; i < maxLength; i++)
        {
            var embedded = embedding.call(input);
            var query = state.permute(1, 0, 2);
            var scores = va.call(tanh(wa.call(query) + ua.call(encoderOutputs)));
            scores = scores.squeeze(2).unsqueeze(1);
            var weights = softmax(scores, -1);
            var context = bmm(weights, encoderOutputs);
            var (o, h) = gru.call(cat([embedded, context], 2), state);
            state = h;
            var step = output.call(o);
            outputs.Add(step);
            input = step.topk(1).indexes.squeeze(-1).detach();
        }

        return functional.log_softmax(cat(outputs, 1), -1);
    }
}

/// <summary>Kim 2014: convolutions of several widths over words.</summary>
[Shape("B T -> B classes", Where = "T >= 5")]
internal sealed partial class TextCnn(long vocab, long d, long kernels, long classes)
{
    [Layer] private readonly Embedding embedding = Embedding(vocab, d);
    [Layer] private readonly ModuleList<Conv1d> convs = ModuleList(new long[] { 3, 4, 5 }.Select(k => Conv1d(d, kernels, k)).ToArray());
    [Layer] private readonly Dropout dropout = Dropout(0.5);
    [Layer] private readonly Linear fc = Linear(3 * kernels, classes);

    private Tensor Forward(Tensor x)
    {
        var e = embedding.call(x).transpose(1, 2);
        var pooled = convs.Select(c => functional.relu(c.call(e)).max(2).values).ToArray();
        return fc.call(dropout.call(cat(pooled, 1)));
    }
}

/// <summary>Devlin et al. 2018: words, places and kinds.</summary>
[Shape("B T, B T -> B T d", Where = "T <= 512")]
internal sealed partial class BertEmbeddings(long vocab, long d)
{
    [Layer] private readonly Embedding word_embeddings = Embedding(vocab, d, padding_idx: 0);
    [Layer] private readonly Embedding position_embeddings = Embedding(512, d);
    [Layer] private readonly Embedding token_type_embeddings = Embedding(2, d);
    [Layer] private readonly LayerNorm norm = LayerNorm(d, eps: 1e-12);
    [Layer] private readonly Dropout dropout = Dropout(0.1);
    [Buffer] private readonly Tensor position_ids = arange(512).unsqueeze(0);

    private Tensor Forward(Tensor ids, Tensor types)
    {
        var length = ids.size(1);
        var positions = position_ids[.., ..(int)length];
        return dropout.call(norm.call(word_embeddings.call(ids) + position_embeddings.call(positions) + token_type_embeddings.call(types)));
    }
}

/// <summary>The positions of Vaswani et al. 2017.</summary>
[Shape("T B d -> T B d", Where = "T <= 5000")]
internal sealed partial class PositionalEncoding(long d, double dropout = 0.1)
{
    [Layer] private readonly Dropout drop = Dropout(dropout);
    [Buffer(Persistent = false)] private readonly Tensor pe = Make(d, 5000);

    private static Tensor Make(long d, long maxLen)
    {
        var pe = zeros(maxLen, d);
        var position = arange(0, maxLen, dtype: float32).unsqueeze(1);
        var div = (arange(0, d, 2).to(float32) * (-Math.Log(10000.0) / d)).exp();
        pe[TensorIndex.Colon, TensorIndex.Slice(0, null, 2)] = (position * div).sin();
        pe[TensorIndex.Colon, TensorIndex.Slice(1, null, 2)] = (position * div).cos();
        return pe.unsqueeze(0).transpose(0, 1);
    }

    private Tensor Forward(Tensor x) => drop.call(x + pe[TensorIndex.Slice(0, x.shape[0])]);
}

/// <summary>The language model of PyTorch's examples.</summary>
[Shape("T B -> T B ntoken", Where = "T <= 5000")]
internal sealed partial class TransformerLm(long ntoken, long d, long nhead, long nhid, int nlayers, double p = 0.5)
{
    [Layer] private readonly PositionalEncoding pos_encoder = new(d, p);
    [Layer] private readonly Embedding encoder = Embedding(ntoken, d);
    [Layer]
        private readonly TransformerEncoder transformer_encoder = TransformerEncoder(TransformerEncoderLayer(d, nhead, nhid, p), nlayers);
    [Layer] private readonly Linear decoder = Linear(d, ntoken);

    private Tensor Forward(Tensor src)
    {
        using var mask = Mask(src.shape[0], src.device);
        var x = pos_encoder.call(encoder.call(src) * Math.Sqrt(d));
        var enc = transformer_encoder.call(x, mask);
        return decoder.call(enc);
    }

    private static Tensor Mask(long size, Device device)
    {
        var mask = (ones([size, size], device: device) == 1).triu().transpose(0, 1);
        return mask.to_type(ScalarType.Float32).masked_fill(mask == 0, float.NegativeInfinity).masked_fill(mask == 1, 0.0f);
    }
}
