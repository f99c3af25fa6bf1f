namespace Cookbook;

/// <summary>Reads texts of different lengths in both directions, and says of each whether it is friendly.</summary>
/// <param name="vocabulary">How many words there are; word 0 is the padding.</param>
/// <param name="width">Features of a word.</param>
/// <param name="hidden">Features of the state of each direction.</param>
[Shape("B T, B -> B 2")]
public sealed partial class Sentiment(long vocabulary, long width, long hidden)
{
    [Layer] private readonly Embedding words = Embedding(vocabulary, width, padding_idx: 0);
    [Layer] private readonly PackedLstm lstm = new(width, hidden);
    [Layer] private readonly Linear scores = Linear(2 * hidden, 2);

    private Tensor Forward(Tensor text, Tensor lengths) => scores.call(lstm.call(words.call(text), lengths));
}

/// <summary>The last state of each direction. Packing leaves the padding out, so the backward direction begins at the last word.</summary>
[Shape("B T width, B -> B 2*hidden")]
public sealed partial class PackedLstm(long width, long hidden)
{
    [Layer] private readonly LSTM lstm = LSTM(width, hidden, batchFirst: true, bidirectional: true);

    private Tensor Forward(Tensor x, Tensor lengths)
    {
        using var packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first: true, enforce_sorted: false);
        var (steps, last, _) = lstm.call(packed);
        steps.Dispose();
        return cat([last[0], last[1]], 1); // (B, 2*hidden)
    }
}

/// <summary>The same for one direction, without packing: the step of the last word, which has seen no padding.</summary>
[Shape("B T width, B -> B hidden")]
public sealed partial class LastStep(long width, long hidden)
{
    [Layer] private readonly LSTM lstm = LSTM(width, hidden, batchFirst: true);

    private Tensor Forward(Tensor x, Tensor lengths)
    {
        var (steps, _, _) = lstm.call(x); // (B, T, hidden)
        var places = (lengths - 1).view(-1, 1, 1).expand(-1, 1, hidden); // (B, 1, hidden)
        return steps.gather(1, places).squeeze(1); // (B, hidden)
    }
}

/// <summary>The loss of two classes.</summary>
public static class SentimentTraining
{
    /// <param name="model">Gives [B, 2].</param>
    /// <param name="text">Numbers of words, padded with 0: [B, T].</param>
    /// <param name="lengths">Words of each text: int64 [B].</param>
    /// <param name="friendly">0 or 1: int64 [B].</param>
    /// <returns>One number.</returns>
    public static Tensor Loss(Sentiment model, Tensor text, Tensor lengths, Tensor friendly) =>
        functional.cross_entropy(model.call(text, lengths), friendly);
}

/// <summary>Learns that "not good" is bad, wherever in a text it stands.</summary>
public static class SentimentRecipe
{
    private static readonly string[] Good = ["good", "great", "lovely", "funny", "moving"];
    private static readonly string[] Bad = ["bad", "dull", "awful", "boring", "weak"];
    private static readonly string[] Filler =
        ["the", "film", "was", "and", "we", "saw", "it", "with", "friends", "after", "a", "long", "day", "in", "town"];

    private static readonly Dictionary<string, long> Numbers =
        new[] { "", "not" }.Concat(Good).Concat(Bad).Concat(Filler).Select((word, i) => (word, i))
            .ToDictionary(p => p.word, p => (long)p.i);

    /// <summary>A small one.</summary>
    public static Sentiment Model() => new(Numbers.Count, width: 16, hidden: 16);

    /// <summary>Trains on texts that are written anew for each step.</summary>
    public static Figures Train(Sentiment model, int steps = 200)
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var (text, lengths, friendly) = Batch(random, 500);
        (double Loss, double Right) Measured() => Training.Measure(model, () =>
            (SentimentTraining.Loss(model, text, lengths, friendly).ToDouble(),
                model.call(text, lengths).argmax(1).eq(friendly).to(float32).mean().ToDouble()));

        var before = Measured();
        Training.Run(model, steps, learningRate: 1e-2, () =>
        {
            var (some, words, theirs) = Batch(random, 32);
            return SentimentTraining.Loss(model, some, words, theirs);
        });

        return Figures.Of(before, Measured(), "share of texts that are classified right");
    }

    /// <summary>Words as numbers [B, T], padded with 0; how many each text has [B]; 1 where it is friendly [B].</summary>
    public static (Tensor Text, Tensor Lengths, Tensor Friendly) Batch(Random random, int count)
    {
        var texts = Enumerable.Range(0, count).Select(_ => Write(random)).ToArray();
        var numbers = texts.Select(t => tensor(t.Words.Select(w => Numbers[w]).ToArray())).ToArray();
        return (nn.utils.rnn.pad_sequence(numbers, batch_first: true), tensor(texts.Select(t => (long)t.Words.Count).ToArray()),
            tensor(texts.Select(t => t.Friendly ? 1L : 0L).ToArray()));
    }

    private static (List<string> Words, bool Friendly) Write(Random random)
    {
        var words = Enumerable.Range(0, random.Next(2, 13)).Select(_ => Filler[random.Next(Filler.Length)]).ToList();
        var (isGood, isDenied) = (random.Next(2) == 0, random.Next(2) == 0);
        var opinion = (isGood ? Good : Bad)[random.Next(5)];
        words.InsertRange(random.Next(words.Count + 1), isDenied ? ["not", opinion] : [opinion]);
        return (words, isGood != isDenied);
    }
}
