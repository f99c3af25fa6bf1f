namespace Gpt;

/// <summary>
/// A small GPT (Radford et al. 2019) over characters. For each character it gives the scores of the one that follows.
/// </summary>
/// <param name="vocabulary">How many different characters there are.</param>
/// <param name="context">How many characters it looks back at most.</param>
/// <param name="width">Features of each character.</param>
/// <param name="heads">How many parts attention works in.</param>
/// <param name="depth">How many blocks.</param>
[Shape("B T -> B T vocabulary", Where = "T <= context, width % heads == 0")]
public sealed partial class CharacterGpt(long vocabulary, long context, long width, long heads, int depth)
{
    [Layer] private readonly Embedding characters = Embedding(vocabulary, width);
    [Layer] private readonly Embedding positions = Embedding(context, width);
    [Layer] private readonly ModuleList<Block> blocks = ModuleList([.. Enumerable.Range(0, depth).Select(_ => new Block(width, heads))]);
    [Layer] private readonly LayerNorm norm = LayerNorm(width);
    [Layer] private readonly Linear scores = Linear(width, vocabulary);

    /// <summary>How many characters it looks back at most.</summary>
    public long Context => context;

    private Tensor Forward(Tensor text)
    {
        var places = arange(text.shape[1], device: text.device);
        var x = characters.call(text) + positions.call(places); // (B, T, width)
        foreach (var block in blocks)
        {
            x = block.call(x); // (B, T, width)
        }

        return scores.call(norm.call(x)); // (B, T, vocabulary)
    }
}

/// <summary>Characters look at one another, then each thinks for itself. Both add to what was there.</summary>
[Shape("B T width -> B T width", Where = "width % heads == 0")]
public sealed partial class Block(long width, long heads)
{
    [Layer] private readonly LayerNorm norm1 = LayerNorm(width);
    [Layer] private readonly CausalAttention attention = new(width, heads);
    [Layer] private readonly LayerNorm norm2 = LayerNorm(width);
    [Layer] private readonly FeedForward feedForward = new(width);

    private Tensor Forward(Tensor x)
    {
        x = x + attention.call(norm1.call(x));
        return x + feedForward.call(norm2.call(x));
    }
}

/// <summary>Each character asks the ones before it, and itself, for what it needs to know.</summary>
[Shape("B T width -> B T width", Where = "width % heads == 0")]
public sealed partial class CausalAttention(long width, long heads)
{
    [Layer] private readonly Linear query = Linear(width, width);
    [Layer] private readonly Linear key = Linear(width, width);
    [Layer] private readonly Linear value = Linear(width, width);
    [Layer] private readonly Linear output = Linear(width, width);

    private Tensor Forward(Tensor x)
    {
        var q = Split(query.call(x)); // (B, heads, T, width // heads)
        var k = Split(key.call(x));
        var v = Split(value.call(x));
        var heard = functional.scaled_dot_product_attention(q, k, v, is_casual: true);
        return output.call(heard.transpose(1, 2).flatten(2)); // (B, T, width)
    }

    private Tensor Split(Tensor x) => x.unflatten(2, [heads, width / heads]).transpose(1, 2);
}

/// <summary>Two linear layers with a GELU between them: a chain, which needs no <c>Forward</c>.</summary>
[Shape("*B width -> *B width")]
public sealed partial class FeedForward(long width)
{
    [Layer] private readonly Linear expand = Linear(width, 4 * width);
    [Layer] private readonly GELU gelu = GELU();
    [Layer] private readonly Linear contract = Linear(4 * width, width);
    [Layer] private readonly Dropout dropout = Dropout(0.1);
}
