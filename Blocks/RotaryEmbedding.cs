namespace Gen.Blocks;

/// <summary>
/// Rotary position embedding (Su et al. 2021): turns each pair of features by an angle that grows with the position, so that the product
/// of a query and a key depends on how far they are apart. Feature <c>i</c> is paired with <c>i + width / 2</c>, as in LLaMA's published
/// weights for the transformers library. It has no parameters; its tables are not saved.
/// </summary>
/// <param name="width">Features of each head; even.</param>
/// <param name="context">How many positions there are at most.</param>
/// <param name="theta">The base of the angles: pair <c>i</c> turns by <c>theta^(-2i / width)</c> radians a position.</param>
[Shape("B H T width -> B H T width", Where = "width % 2 == 0, T <= context")]
public sealed partial class RotaryEmbedding(long width, long context, double theta = 10_000)
{
    [Buffer(Persistent = false)] private readonly Tensor cos = outer(arange(context), pow(theta, arange(0, width, 2) / -width)).cos();
    [Buffer(Persistent = false)] private readonly Tensor sin = outer(arange(context), pow(theta, arange(0, width, 2) / -width)).sin();

    /// <param name="x">Queries or keys.</param>
    /// <param name="start">The position of the first one: how many are in the cache before it.</param>
    private Tensor Forward(Tensor x, long start = 0)
    {
        if (start < 0 || start + x.shape[2] > context)
        {
            throw new ArgumentOutOfRangeException(nameof(start), $"positions {start} to {start + x.shape[2] - 1} are not within the "
                + $"context of {context}.");
        }

        var (c, s) = (cos.narrow(0, start, x.shape[2]).to(x.dtype), sin.narrow(0, start, x.shape[2]).to(x.dtype));
        var halves = x.chunk(2, dim: -1);
        return cat([(halves[0] * c) - (halves[1] * s), (halves[1] * c) + (halves[0] * s)], -1);
    }
}
