namespace Cookbook;

/// <summary>A GPT that keeps the keys and values of the tokens that it has seen, so that each new token costs one column.</summary>
/// <param name="vocabulary">How many tokens there are.</param>
/// <param name="context">How many it sees at most.</param>
/// <param name="width">Features of a token.</param>
/// <param name="heads">Parts that attention works in.</param>
/// <param name="depth">How many blocks.</param>
[Shape("B T, depth B P 2*width -> B T vocabulary, depth B P+T 2*width", Where = "T <= context, P + T <= context, width % heads == 0")]
public sealed partial class CachedGpt(long vocabulary, long context, long width, long heads, int depth)
{
    [Layer] private readonly Embedding tokens = Embedding(vocabulary, width);
    [Layer] private readonly Embedding positions = Embedding(context, width);
    [Layer] private readonly ModuleList<CachedBlock> blocks =
        ModuleList([.. Enumerable.Range(0, depth).Select(_ => new CachedBlock(width, heads))]);

    [Layer] private readonly LayerNorm norm = LayerNorm(width);
    [Layer] private readonly Linear scores = Linear(width, vocabulary);

    private (Tensor Scores, Tensor Cache) Forward(Tensor text, Tensor? past = null)
    {
        var seen = past is null ? 0 : past.shape[2];
        var places = arange(seen, seen + text.shape[1], device: text.device);
        var x = tokens.call(text) + positions.call(places); // (B, T, width)
        var caches = new List<Tensor>();
        for (var i = 0; i < blocks.Count; i++)
        {
            (x, var cache) = blocks[i].call(x, past?[i]);
            caches.Add(cache);
        }

        return (scores.call(norm.call(x)), stack(caches));
    }
}

/// <summary>Attention and two linear layers, each added to what was there.</summary>
[Shape("B T width, B P 2*width -> B T width, B P+T 2*width", Where = "width % heads == 0")]
public sealed partial class CachedBlock(long width, long heads)
{
    [Layer] private readonly LayerNorm norm1 = LayerNorm(width);
    [Layer] private readonly Linear query = Linear(width, width);
    [Layer] private readonly Linear keyValue = Linear(width, 2 * width);
    [Layer] private readonly Linear output = Linear(width, width);
    [Layer] private readonly LayerNorm norm2 = LayerNorm(width);
    [Layer] private readonly Linear expand = Linear(width, 4 * width);
    [Layer] private readonly GELU gelu;
    [Layer] private readonly Linear contract = Linear(4 * width, width);

    private (Tensor Output, Tensor Cache) Forward(Tensor x, Tensor? past = null)
    {
        var normed = norm1.call(x);
        var cache = keyValue.call(normed); // (B, T, 2*width)
        if (past is not null)
        {
            cache = cat([past, cache], 1); // (B, P+T, 2*width)
        }

        var (length, all) = (x.shape[1], cache.shape[1]);
        var parts = cache.chunk(2, dim: -1);
        var mask = ones(length, all, dtype: @bool, device: x.device).tril(all - length);
        var heard = functional.scaled_dot_product_attention(
            Split(query.call(normed)), Split(parts[0]), Split(parts[1]), attn_mask: mask); // (B, heads, T, width//heads)
        x = x + output.call(heard.transpose(1, 2).flatten(2));
        return (x + contract.call(gelu.call(expand.call(norm2.call(x)))), cache);
    }

    private Tensor Split(Tensor x) => x.unflatten(2, [heads, width / heads]).transpose(1, 2);
}

/// <summary>The loss of the tokens that follow a question, and how the answer is written.</summary>
public static class GptTraining
{
    /// <summary>Only the answer counts: what stands in the question cannot be known.</summary>
    /// <param name="model">Gives the scores of the next token.</param>
    /// <param name="text">Question and answer: int64 [B, T].</param>
    /// <param name="question">Tokens of the question.</param>
    /// <returns>One number.</returns>
    public static Tensor Loss(CachedGpt model, Tensor text, int question)
    {
        var (scores, _) = model.call(text[.., ..^1]);
        return functional.cross_entropy(scores[.., (question - 1)..].flatten(0, 1), text[.., question..].flatten());
    }

    /// <summary>Writes on: the prompt once, and then one token at a time with the cache.</summary>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="prompt">int64 [B, T].</param>
    /// <param name="count">How many tokens.</param>
    /// <returns>The tokens that were written: int64 [B, count].</returns>
    public static Tensor Write(CachedGpt model, Tensor prompt, int count)
    {
        using var scope = NewDisposeScope();
        var written = new List<Tensor>();
        var (scores, cache) = model.call(prompt);
        while (true)
        {
            written.Add(scores[.., ^1].argmax(-1, keepdim: true)); // (B, 1)
            if (written.Count == count)
            {
                return cat(written, 1).MoveToOuterDisposeScope();
            }

            (scores, cache) = model.call(written[^1], cache);
        }
    }
}

/// <summary>Learns to sort: six digits, a mark, and the same digits in order.</summary>
public static class GptRecipe
{
    /// <summary>Digits in a row.</summary>
    public const int Count = 6;

    private const int Digits = 6;

    /// <summary>A small one.</summary>
    public static CachedGpt Model() => new(Digits + 1, context: 2 * Count, width: 32, heads: 4, depth: 2);

    /// <summary>Trains on rows that are drawn anew for each step.</summary>
    public static Figures Train(CachedGpt model, int steps = 400)
    {
        using var scope = NewDisposeScope();
        var text = Draw(200);
        (double Loss, double Sorted) Measured() => Training.Measure(model, () =>
            (GptTraining.Loss(model, text, Count + 1).ToDouble(),
                GptTraining.Write(model, text[.., ..(Count + 1)], Count).eq(text[.., (Count + 1)..]).all(1).to(float32).mean().ToDouble()));

        var before = Measured();
        Training.Run(model, steps, learningRate: 3e-3, () => GptTraining.Loss(model, Draw(64), Count + 1));
        return Figures.Of(before, Measured(), "share of rows that are sorted without a mistake");
    }

    /// <summary>Rows, the mark, and the rows in order: int64 [count, 13].</summary>
    public static Tensor Draw(int count)
    {
        var rows = randint(Digits, [count, Count], dtype: int64);
        return cat([rows, full(count, 1, Digits, dtype: int64), rows.sort(1).Values], 1);
    }
}
