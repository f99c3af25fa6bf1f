using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>A text classifier on the last step of an LSTM.</summary>
[Shape("B T -> B classes")]
internal sealed partial class LstmClassifier(long vocabulary, long classes)
{
    [Layer] private readonly Embedding embedding = Embedding(vocabulary, 64);
    [Layer] private readonly LSTM lstm = LSTM(64, 128, batchFirst: true);
    [Layer] private readonly Linear fc = Linear(128, classes);

    private Tensor Forward(Tensor tokens)
    {
        var (y, _, _) = lstm.call(embedding.call(tokens));
        return fc.call(y[TensorIndex.Colon, -1]);
    }
}

/// <summary>A text classifier on the mean over the steps of a bidirectional GRU.</summary>
[Shape("B T -> B classes")]
internal sealed partial class GruClassifier(long vocabulary, long classes)
{
    [Layer] private readonly Embedding embedding = Embedding(vocabulary, 64);
    [Layer] private readonly GRU gru = GRU(64, 96, batchFirst: true, bidirectional: true);
    [Layer] private readonly Linear fc = Linear(192, classes);

    private Tensor Forward(Tensor tokens)
    {
        var (y, state) = gru.call(embedding.call(tokens));
        state.Dispose();
        return fc.call(y.mean([1]));
    }
}

/// <summary>Vaswani et al. 2017: source and target in, the target's next tokens out.</summary>
[Shape("S B, T B -> T B vocabulary")]
internal sealed partial class Seq2Seq(long vocabulary)
{
    [Layer] private readonly Embedding source = Embedding(vocabulary, 128);
    [Layer] private readonly Embedding target = Embedding(vocabulary, 128);
    [Layer] private readonly Transformer transformer = Transformer(128, 4, 2, 2, 256);
    [Layer] private readonly Linear generator = Linear(128, vocabulary);

    private Tensor Forward(Tensor input, Tensor output)
    {
        var mask = triu(full([output.shape[0], output.shape[0]], float.NegativeInfinity, device: output.device), 1);
        return generator.call(transformer.call(source.call(input), target.call(output), null!, mask));
    }
}

/// <summary>Dosovitskiy et al. 2020: one block over the patches of an image.</summary>
[Shape("B N d -> B N d", Where = "d % heads == 0")]
internal sealed partial class VitBlock(long d, long heads)
{
    [Layer] private readonly LayerNorm norm1 = LayerNorm(d);
    [Layer] private readonly Linear qkv = Linear(d, 3 * d);
    [Layer] private readonly Linear proj = Linear(d, d);
    [Layer] private readonly LayerNorm norm2 = LayerNorm(d);
    [Layer] private readonly Sequential mlp = Sequential(Linear(d, 4 * d), GELU(), Linear(4 * d, d));
    private readonly long heads = heads;

    private Tensor Forward(Tensor x)
    {
        x = x + Attend(norm1.call(x));
        return x + mlp.call(norm2.call(x));
    }

    private Tensor Attend(Tensor x)
    {
        var (batch, patches, size) = (x.shape[0], x.shape[1], x.shape[2]);
        var parts = qkv.call(x).reshape(batch, patches, 3, heads, size / heads).permute(2, 0, 3, 1, 4).unbind(0);
        var y = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
        return proj.call(y.transpose(1, 2).reshape(batch, patches, size));
    }
}
