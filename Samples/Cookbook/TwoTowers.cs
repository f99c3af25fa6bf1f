namespace Cookbook;

/// <summary>A tower: the words of a text, in any order, to a point on the unit sphere.</summary>
/// <param name="vocabulary">How many words there are.</param>
/// <param name="width">Features of a word.</param>
/// <param name="size">Features of the point.</param>
[Shape("N, B -> B size")]
public sealed partial class Tower(long vocabulary, long width, long size)
{
    [Layer] private readonly EmbeddingBag words = EmbeddingBag(vocabulary, width, mode: EmbeddingBagMode.Mean);
    [Layer] private readonly Linear project = Linear(width, size);

    private Tensor Forward(Tensor text, Tensor starts) =>
        functional.normalize(project.call(words.call(text, starts)), dim: 1);
}

/// <summary>Two towers: how well each query fits each item.</summary>
[Shape("N, B, M, C -> B C")]
public sealed partial class TwoTowers(long queryWords, long itemWords, long width, long size)
{
    [Layer] private readonly Tower query = new(queryWords, width, size);
    [Layer] private readonly Tower item = new(itemWords, width, size);
    [Parameter] private readonly Parameter scale = Parameter(tensor(10f));

    private Tensor Forward(Tensor queries, Tensor queryStarts, Tensor items, Tensor itemStarts) =>
        scale * query.call(queries, queryStarts).matmul(item.call(items, itemStarts).t());
}

/// <summary>The loss with the other items of the batch as wrong answers.</summary>
public static class TwoTowersTraining
{
    /// <summary>Query i belongs to item i.</summary>
    /// <returns>One number.</returns>
    public static Tensor Loss(TwoTowers model, Bags queries, Bags items)
    {
        var fits = model.call(queries.Words, queries.Starts, items.Words, items.Starts); // (B, B)
        return functional.cross_entropy(fits, arange(fits.shape[0]));
    }
}

/// <summary>Texts one behind the other: the numbers of their words [N], and where each text begins [B].</summary>
public sealed record Bags(Tensor Words, Tensor Starts)
{
    /// <summary>Of texts of any lengths.</summary>
    public static Bags Of(IReadOnlyList<long[]> texts)
    {
        var starts = new long[texts.Count];
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + texts[i - 1].Length;
        }

        return new(tensor(texts.SelectMany(t => t).ToArray()), tensor(starts));
    }
}

/// <summary>Learns which words of one language mean which of another, from queries that found their item.</summary>
public static class TwoTowersRecipe
{
    private const int Words = 80;

    /// <summary>A small one.</summary>
    public static TwoTowers Model() => new(Words, Words, width: 32, size: 32);

    /// <summary>Trains on items that are written anew for each step; the test is about 200 items that were never seen.</summary>
    public static Figures Train(TwoTowers model, int steps = 300)
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var (queries, items) = Pairs(random, 200);
        (double Loss, double Found) Measured() => Training.Measure(model, () =>
            (TwoTowersTraining.Loss(model, queries, items).ToDouble(),
                model.call(queries.Words, queries.Starts, items.Words, items.Starts).argmax(1).eq(arange(200)).to(float32).mean()
                    .ToDouble()));

        var before = Measured();
        Training.Run(model, steps, learningRate: 2e-2, () =>
        {
            var (some, theirs) = Pairs(random, 64);
            return TwoTowersTraining.Loss(model, some, theirs);
        });

        return Figures.Of(before, Measured(), "share of queries whose item is found first among 200");
    }

    /// <summary>Items of five to eight words, and queries of four of them in another language, where word w is called 7w + 3.</summary>
    public static (Bags Queries, Bags Items) Pairs(Random random, int count)
    {
        var items = Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, random.Next(5, 9)).Select(_ => random.NextInt64(Words)).ToArray()).ToArray();
        var queries = items.Select(i => i.Take(4).Select(w => ((7 * w) + 3) % Words).ToArray()).ToArray();
        return (Bags.Of(queries), Bags.Of(items));
    }
}
