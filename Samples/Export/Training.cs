using Seed;

namespace Export;

/// <summary>Trains the classifier on images that stand for digits: for each of ten classes a pattern, and noise over it.</summary>
internal static class Training
{
    public static void Run(MnistClassifier model, int steps, TextWriter output)
    {
        using var patterns = randn(10, 1, 28, 28);
        using var optimizer = optim.Adam(model.parameters(), lr: 1e-3);
        for (var step = 1; step <= steps; step++)
        {
            using var scope = NewDisposeScope();
            var (images, digits) = Batch(patterns, 64);
            optimizer.zero_grad();
            var loss = functional.cross_entropy(model.call(images), digits);
            loss.backward();
            optimizer.step();
            if (step == 1 || step == steps)
            {
                output.WriteLine($"step {step,4}  loss {loss.item<float>():F3}");
            }
        }

        model.eval();
        using var none = no_grad();
        using var test = NewDisposeScope();
        var (unseen, right) = Batch(patterns, 1000);
        output.WriteLine($"{model.call(unseen).argmax(1).eq(right).sum().item<long>()} of 1,000 new images are right");
        output.WriteLine();
    }

    private static (Tensor Images, Tensor Digits) Batch(Tensor patterns, int count)
    {
        var digits = randint(10, [count]);
        return (patterns[digits] + (6 * randn(count, 1, 28, 28)), digits);
    }
}
