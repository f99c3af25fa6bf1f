using Cookbook;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Samples;

/// <summary>The sample Cookbook: each model learns what an untrained one does not know, and has the shapes that it declares.</summary>
[Collection("TorchSharp")]
public sealed class CookbookTests : IDisposable
{
    private readonly int threads = get_num_threads();

    /// <summary>As the sample does: the tensors are so small that a second thread would mostly wait for the first.</summary>
    public CookbookTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(threads);

    [Fact]
    public void The_dqn_learns_to_catch() => Learns(DqnRecipe.Model, m => DqnRecipe.Train(m), 0.6, 0.9);

    [Fact]
    public void The_sentiment_lstm_learns_what_not_means() => Learns(SentimentRecipe.Model, m => SentimentRecipe.Train(m), 0.65, 0.95);

    [Fact]
    public void The_u_net_learns_to_find_discs() => Learns(UNetRecipe.Model, m => UNetRecipe.Train(m), 0.3, 0.7);

    [Fact]
    public void The_gpt_learns_to_sort() => Learns(GptRecipe.Model, m => GptRecipe.Train(m), 0.05, 0.9);

    [Fact]
    public void The_vae_learns_where_a_spot_is() => Learns(VaeRecipe.Model, m => VaeRecipe.Train(m), 0, 0.85);

    [Fact]
    public void The_crnn_learns_to_read() => Learns(CrnnRecipe.Model, m => CrnnRecipe.Train(m), 0.05, 0.9);

    [Fact]
    public void The_towers_learn_what_words_mean() => Learns(TwoTowersRecipe.Model, m => TwoTowersRecipe.Train(m), 0.05, 0.8);

    [Fact]
    public void The_graph_network_learns_who_belongs_together() => Learns(GraphRecipe.Model, m => GraphRecipe.Train(m), 0.6, 0.9);

    /// <summary>The metric stays below one bound before the training, and passes the other after it.</summary>
    private static void Learns<T>(Func<T> make, Func<T, Figures> train, double ignorant, double learned)
        where T : nn.Module
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var model = make();
        var figures = train(model);
        Assert.InRange(figures.Metric.Before, double.NegativeInfinity, ignorant);
        Assert.InRange(figures.Metric.After, learned, 1);
        Assert.InRange(figures.Loss.After, 0, 0.5 * figures.Loss.Before);
        Assert.True(model.training);
    }

    [Fact]
    public void Results_have_the_declared_shapes()
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var (text, lengths) = (ones(3, 5, dtype: int64), tensor([5L, 2, 3]));
        Assert.Equal([7L, 3], new QNetwork(10, 3, 8).call(rand(7, 10)).shape);
        Assert.Equal([3L, 2], new Sentiment(9, 4, 6).call(text, lengths).shape);
        Assert.Equal([2L, 5, 16, 24], new UNet(3, 5, 4).call(rand(2, 3, 16, 24)).shape);
        var (scores, cache) = new CachedGpt(9, 8, 16, 4, 3).call(text);
        Assert.Equal([3L, 5, 9], scores.shape);
        Assert.Equal([3L, 3, 5, 32], cache.shape);
        var (picture, mean, logVariance) = new Vae(12, 8, 2).call(rand(4, 12));
        Assert.Equal([4L, 12], picture.shape);
        Assert.Equal([4L, 2], mean.shape);
        Assert.Equal([4L, 2], logVariance.shape);
        Assert.Equal([6L, 2, 11], new Crnn(11).call(rand(2, 1, 16, 24)).shape);
        var (starts, others) = (tensor([0L, 2]), tensor([0L, 1, 3]));
        Assert.Equal([2L, 3], new TwoTowers(9, 9, 4, 5).call(ones(5, dtype: int64), starts, ones(4, dtype: int64), others).shape);
        Assert.Equal([6L, 2], new GraphNetwork(4, 8, 2).call(rand(6, 4), eye(6)).shape);
    }

    [Fact]
    public void A_size_that_does_not_fit_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("H % 8 == 0", Assert.Throws<ShapeMismatchException>(() => UNetRecipe.Model().call(rand(1, 1, 20, 32))).Message,
            StringComparison.Ordinal);
        using var gpt = GptRecipe.Model();
        var text = ones(1, 7, dtype: int64);
        Assert.Contains("T <= context",
            Assert.Throws<ShapeMismatchException>(() => gpt.call(ones(1, 13, dtype: int64))).Message, StringComparison.Ordinal);
        var (_, cache) = gpt.call(text);
        Assert.Contains("P+T <= context",
            Assert.Throws<ShapeMismatchException>(() => gpt.call(text, cache)).Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever the pieces are in which a text arrives, the scores are those of the whole text.</summary>
    [Fact]
    public void The_gpt_says_the_same_with_its_cache_and_without()
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        manual_seed(1);
        using var model = new CachedGpt(7, context: 16, width: 32, heads: 4, depth: 3);
        model.eval();
        var text = randint(7, [2, 12], dtype: int64);
        var (whole, all) = model.call(text);
        var (first, cache) = model.call(text[.., ..5]);
        var (second, longer) = model.call(text[.., 5..8], cache);
        var pieces = new List<Tensor> { first, second };
        for (var i = 8; i < 12; i++)
        {
            (var next, longer) = model.call(text[.., i..(i + 1)], longer);
            pieces.Add(next);
        }

        Assert.True(cat(pieces, 1).allclose(whole, atol: 1e-5));
        Assert.True(longer.allclose(all, atol: 1e-5));
        Assert.False(cat([first, model.call(text[.., 5..]).Item1], 1).allclose(whole, atol: 1e-5));

        var prompt = text[.., ..4];
        var known = prompt;
        for (var i = 0; i < 8; i++)
        {
            known = cat([known, model.call(known).Item1[.., ^1].argmax(-1, keepdim: true)], 1);
        }

        Assert.True(GptTraining.Write(model, prompt, 8).eq(known[.., 4..]).all().ToBoolean());
    }

    [Fact]
    public void Padding_changes_nothing_and_the_last_step_is_the_packed_state()
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        using var packed = new PackedLstm(4, 6);
        using var last = new LastStep(4, 6);
        last.load_state_dict(packed.state_dict(), strict: false);
        var (x, lengths) = (rand(3, 5, 4), tensor([2L, 5, 3]));
        var states = packed.call(x, lengths);
        Assert.True(states[0].allclose(packed.call(x[..1, ..2], tensor([2L]))[0], atol: 1e-6));
        Assert.True(states[.., ..6].allclose(last.call(x, lengths), atol: 1e-6));
        Assert.False(states[0].allclose(packed.call(x[..1], tensor([5L]))[0], atol: 1e-6));
    }

    [Fact]
    public void A_packed_sequence_leaves_nothing_behind()
    {
        using var packed = new PackedLstm(4, 6);
        using var x = rand(3, 5, 4);
        using var lengths = tensor([2L, 5, 3]);
        using var none = no_grad();
        packed.call(x, lengths).Dispose();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 20; i++)
        {
            packed.call(x, lengths).Dispose();
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void A_u_net_is_saved_and_loaded()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var trained = UNetRecipe.Model();
        UNetRecipe.Train(trained, steps: 2);
        var path = Path.GetTempFileName();
        try
        {
            trained.save(path);
            using var again = UNetRecipe.Model();
            var (pictures, _) = UNetRecipe.Draw(2);
            trained.eval();
            again.eval();
            Assert.False(trained.call(pictures).allclose(again.call(pictures)));
            again.load(path);
            Assert.True(trained.call(pictures).allclose(again.call(pictures), rtol: 0, atol: 0));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_double_dqn_takes_the_action_of_one_network_and_its_worth_from_the_other()
    {
        using var scope = NewDisposeScope();
        using var online = new QNetwork(4, 3, 8);
        using var target = new QNetwork(4, 3, 8);
        var seen = new Transitions(rand(2, 4), tensor([1L, 2]), tensor([0.5f, -1]), rand(2, 4), tensor([0f, 1]));
        var loss = DqnTraining.Loss(online, target, seen, discount: 0.9);
        loss.backward();
        Assert.All(target.parameters(), p => Assert.Null(p.grad));
        Assert.All(online.parameters(), p => Assert.NotNull(p.grad));

        using var none = no_grad();
        var (scores, best) = (online.call(seen.States), online.call(seen.Next)[0].argmax().ToInt64());
        var aims = new[] { 0.5f + (0.9f * target.call(seen.Next)[0, best].ToSingle()), -1 };
        var wrong = new[] { scores[0, 1].ToSingle() - aims[0], scores[1, 2].ToSingle() - aims[1] };
        Assert.Equal(wrong.Average(w => Math.Abs(w) < 1 ? 0.5 * w * w : Math.Abs(w) - 0.5), loss.ToDouble(), 1e-5);
    }
}
