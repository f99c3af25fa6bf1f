using System.Security.Cryptography;
using Mnist;
using Mnist.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Samples;

/// <summary>The embedded digits, and how hard they are.</summary>
[Collection("TorchSharp")]
public sealed class DigitsTests
{
    [Fact]
    public void A_seed_gives_the_same_images_on_every_machine()
    {
        var set = Digits.Generate(1_000, 42);
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. set.Pixels, .. set.Labels]));
        Assert.True(hash == "1016a5ceccd730d61f019bb0fba29ccc1f52a87beb596ebbc8a5c9c7cf46f33c", hash);
    }

    [Fact]
    public void Another_seed_gives_other_images() => Assert.NotEqual(Digits.Generate(10, 1).Pixels, Digits.Generate(10, 2).Pixels);

    [Fact]
    public void No_image_stands_twice_and_every_digit_is_there_as_often_as_chance_has_it()
    {
        var set = Digits.Generate(5_000, 3);
        Assert.Equal(set.Count, Enumerable.Range(0, set.Count).Select(i => Convert.ToHexString(set.Image(i))).Distinct().Count());
        Assert.All(Enumerable.Range(0, 10), digit => Assert.InRange(set.Labels.Count(l => l == digit), 400, 600));
    }

    [Fact]
    public void Training_and_test_images_are_not_the_same()
    {
        var (train, test) = (Digits.Generate(500, 2), Digits.Generate(500, 3));
        Assert.Empty(Enumerable.Range(0, 500).Select(i => Convert.ToHexString(train.Image(i)))
            .Intersect(Enumerable.Range(0, 500).Select(i => Convert.ToHexString(test.Image(i)))));
    }

    [Fact]
    public void A_short_training_learns_most_digits()
    {
        random.manual_seed(1);
        using var train = new Tensors(Digits.Generate(6_000, 10));
        using var test = new Tensors(Digits.Generate(1_000, 11));
        using var model = new MnistClassifier();
        var before = Mnist.Evaluation.Of(model, test).Accuracy;
        var results = Training.Run(model, train, test, new(3, 64, 3e-3, 1), new Progress<BatchProgress>(), CancellationToken.None)
            .ToArray();
        Assert.InRange(before, 0, 0.3);
        Assert.Equal([1, 2, 3], results.Select(r => r.Epoch));
        Assert.InRange(results[^1].TestAccuracy, 0.85, 1);
        Assert.True(results[2].TrainLoss < results[0].TrainLoss);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void A_linear_model_stays_below_97_percent_and_the_classifier_passes_it()
    {
        random.manual_seed(1);
        var set = Digits.Generate(1);
        using var train = new Tensors(set.Train);
        using var test = new Tensors(set.Test);
        using var model = new MnistClassifier();
        var accuracy = Training.Run(model, train, test, new(6, 64, 1e-3, 1), new Progress<BatchProgress>(), CancellationToken.None)
            .Last().TestAccuracy;
        Assert.InRange(accuracy, 0.97, 1);
        Assert.InRange(Linear(train, test), 0.6, 0.97);
    }

    /// <summary>Softmax regression, trained until it no longer gets better.</summary>
    private static double Linear(Tensors train, Tensors test)
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(ImageSet.PixelsPerImage, 10);
        using var optimizer = optim.Adam(model.parameters(), 1e-3);
        var best = 0.0;
        for (var epoch = 0; epoch < 20; epoch++)
        {
            using var epochScope = NewDisposeScope();
            foreach (var batch in randperm(train.Count, ScalarType.Int64).split(256))
            {
                using var batchScope = NewDisposeScope();
                optimizer.zero_grad();
                nn.functional.cross_entropy(model.call(train.Images.index_select(0, batch).flatten(1)), train.Labels.index_select(0, batch))
                    .backward();
                optimizer.step();
            }

            using var mode = no_grad();
            best = Math.Max(best, model.call(test.Images.flatten(1)).argmax(1).eq(test.Labels).to(ScalarType.Float32).mean().item<float>());
        }

        return best;
    }
}
