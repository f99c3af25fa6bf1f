namespace Gen.Blocks;

/// <summary>
/// Self-attention over a batch of sequences, batch first, in which each position sees itself and those before it. Positions are told by a
/// rotary embedding. Several query heads may share a head of keys and values (Ainslie et al. 2023). With a <see cref="KeyValueCache"/> it
/// continues where the last call ended.
/// </summary>
/// <param name="width">Features of each position; a multiple of twice the heads.</param>
/// <param name="heads">Heads of queries.</param>
/// <param name="keyValueHeads">Heads of keys and values, which divides <paramref name="heads"/>; the same for ordinary multi-head
/// attention, 1 for multi-query attention.</param>
/// <param name="context">How many positions there are at most.</param>
/// <param name="hasBias">Whether the linear layers have biases.</param>
/// <param name="theta">The base of the rotary embedding.</param>
[Shape("B T width -> B T width", Where = "width % heads == 0, width // heads % 2 == 0, heads % keyValueHeads == 0, T <= context")]
public sealed partial class CausalSelfAttention(long width, long heads, long keyValueHeads, long context, bool hasBias = false,
    double theta = 10_000)
{
    [Layer] private readonly Linear query = Linear(width, width, hasBias: hasBias);
    [Layer] private readonly Linear key = Linear(width, width / heads * keyValueHeads, hasBias: hasBias);
    [Layer] private readonly Linear value = Linear(width, width / heads * keyValueHeads, hasBias: hasBias);
    [Layer] private readonly Linear output = Linear(width, width, hasBias: hasBias);
    [Layer] private readonly RotaryEmbedding rotary = new(width / heads, context, theta);

    /// <param name="x">What comes after what the cache holds.</param>
    /// <param name="cache">The cache of this layer, which is longer afterwards; null for whole sequences.</param>
    private Tensor Forward(Tensor x, KeyValueCache? cache = null)
    {
        var start = cache?.Length ?? 0;
        var q = rotary.call(query.call(x).unflatten(2, [heads, width / heads]).transpose(1, 2), start); // (B, heads, T, width // heads)
        var k = rotary.call(key.call(x).unflatten(2, [keyValueHeads, width / heads]).transpose(1, 2), start);
        var v = value.call(x).unflatten(2, [keyValueHeads, width / heads]).transpose(1, 2);
        if (cache is not null)
        {
            (k, v) = cache.Append(k, v);
        }

        k = k.repeat_interleave(heads / keyValueHeads, 1);
        v = v.repeat_interleave(heads / keyValueHeads, 1);

        // is_casual alone would align the first query with the first key; a lone query sees all keys.
        var mask = start > 0 && x.shape[1] > 1 ? ones(x.shape[1], k.shape[2], dtype: ScalarType.Bool, device: x.device).tril(start) : null;
        var heard = functional.scaled_dot_product_attention(q, k, v, mask, is_casual: start == 0);
        return output.call(heard.transpose(1, 2).flatten(2));
    }
}
