namespace Gen.Blocks;

/// <summary>
/// A block of a decoder such as LLaMA's (Touvron et al. 2023): attention, then a gated feed-forward part, each behind a normalisation and
/// added to what came in. With a <see cref="KeyValueCache"/> it continues where the last call ended.
/// </summary>
/// <param name="width">Features of each position; a multiple of twice the heads.</param>
/// <param name="heads">Heads of queries.</param>
/// <param name="keyValueHeads">Heads of keys and values, which divides <paramref name="heads"/>.</param>
/// <param name="hidden">Features between the layers of the feed-forward part.</param>
/// <param name="context">How many positions there are at most.</param>
/// <param name="dropout">The probability with which what is added is dropped in training, 0 to 1.</param>
/// <param name="eps">Of the normalisations.</param>
/// <param name="theta">The base of the rotary embedding.</param>
[Shape("B T width -> B T width", Where = "width % heads == 0, width // heads % 2 == 0, heads % keyValueHeads == 0, T <= context")]
public sealed partial class DecoderBlock(long width, long heads, long keyValueHeads, long hidden, long context, double dropout = 0,
    double eps = 1e-6, double theta = 10_000)
{
    [Layer] private readonly RMSNorm norm1 = new(width, eps);
    [Layer] private readonly CausalSelfAttention attention = new(width, heads, keyValueHeads, context, theta: theta);
    [Layer] private readonly RMSNorm norm2 = new(width, eps);
    [Layer] private readonly SwiGLU feedForward = new(width, hidden);
    [Layer] private readonly Dropout drop = Dropout(dropout);

    private Tensor Forward(Tensor x, KeyValueCache? cache = null)
    {
        x = x + drop.call(attention.call(norm1.call(x), cache));
        return x + drop.call(feedForward.call(norm2.call(x)));
    }
}
