using Gpt;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Samples;

/// <summary>The sample Gpt: it learns, it writes what it knows, and it says what it does not know.</summary>
[Collection("TorchSharp")]
public sealed class GptTests
{
    [Fact]
    public void It_learns_and_writes()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var text = Text.Sonnets();
        using var model = new CharacterGpt(text.Vocabulary, context: 16, width: 32, heads: 2, depth: 1);
        var before = Training.Evaluate(model, text.Test);
        var steps = Training.Run(model, text, new(Steps: 150, BatchSize: 16, LearningRate: 3e-3), default).ToArray();
        Assert.InRange(before, Math.Log(text.Vocabulary) - 0.5, Math.Log(text.Vocabulary) + 0.8);
        Assert.InRange(steps[^1].TestLoss!.Value, 1.5, before - 1);
        Assert.Equal(150 / Training.Interval + 1, steps.Count(s => s.TestLoss is not null));
        var written = Writer.Write(model, text, "Shall I", 40, temperature: 0.8);
        Assert.StartsWith("Shall I", written, StringComparison.Ordinal);
        Assert.Equal(47, written.Length);
    }

    [Fact]
    public void It_sees_nothing_of_what_follows()
    {
        using var scope = NewDisposeScope();
        using var model = new CharacterGpt(61, context: 16, width: 32, heads: 2, depth: 2);
        model.eval();
        var text = randint(61, [1, 16]);
        var changed = text.clone();
        changed[0, 10] = (text[0, 10] + 1) % 61;
        var (scores, others) = (model.call(text), model.call(changed));
        Assert.True(scores[.., ..10].allclose(others[.., ..10]));
        Assert.False(scores[.., 10..].allclose(others[.., 10..]));
    }

    [Fact]
    public void A_text_that_is_too_long_and_a_character_that_it_does_not_know_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new CharacterGpt(61, context: 16, width: 32, heads: 2, depth: 1);
        Assert.Contains("T <= context", Assert.Throws<ShapeMismatchException>(() => model.call(zeros(1, 17, dtype: int64))).Message,
            StringComparison.Ordinal);
        Assert.Contains("'#'", Assert.Throws<ArgumentException>(() => Text.Sonnets().Encode("#")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_are_pieces_and_what_follows()
    {
        using var scope = NewDisposeScope();
        var (text, next) = Text.Batch(arange(100), 8, 5);
        Assert.Equal([8L, 5L], text.shape);
        Assert.True((text + 1).eq(next).all().ToBoolean());
        Assert.True(next.max().ToInt64() < 100);
    }
}
