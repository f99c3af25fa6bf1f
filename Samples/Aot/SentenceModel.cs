namespace Aot;

/// <summary>A block with a skip: two layers, a learned scale, a buffer that is not saved.</summary>
[Shape("B T d -> B T d")]
public sealed partial class Block(int d)
{
    [Layer] private readonly LayerNorm norm = LayerNorm(d);
    [Layer] private readonly Linear up = Linear(d, 2 * d);
    [Layer] private readonly Linear down = Linear(2 * d, d);
    [Parameter] private readonly Parameter scale = Parameter(ones(d));
    [Buffer(Persistent = false)] private readonly Tensor offset = zeros(d);

    private Tensor Forward(Tensor x) => x + (down.call(up.call(norm.call(x)).relu()) * scale) + offset;
}

/// <summary>Words in, words out; the head has the words' own weights.</summary>
[Shape("B T -> B T 50")]
public sealed partial class SentenceModel
{
    [Layer] private readonly Embedding words = Embedding(50, 16);
    [Layer] private readonly LSTM lstm = LSTM(16, 16, batchFirst: true);
    [Layer] private readonly ModuleList<Block> blocks = new(new Block(16), new Block(16));
    [Layer] private readonly Linear head = Linear(16, 50, hasBias: false);

    /// <summary>Ties the head to the words.</summary>
    public SentenceModel() => head.weight = words.weight!;

    private Tensor Forward(Tensor x)
    {
        var (h, _, _) = lstm.call(words.call(x));
        foreach (var block in blocks)
        {
            h = block.call(h);
        }

        return head.call(h);
    }
}
