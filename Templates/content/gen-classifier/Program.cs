using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace GenClassifier._1;

internal static class Program
{
    private const int Epochs = 3;
    private const int BatchSize = 50;
    private const string Weights = "classifier.weights";

    private static void Main()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        random.manual_seed(1);
        var train = Digits.Draw(count: 3_000, seed: 1);
        var test = Digits.Draw(count: 1_000, seed: 2);

        using var model = new Classifier();
        Console.WriteLine(model.Summary());
        using var optimizer = optim.Adam(model.parameters(), lr: 2e-3);
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            var loss = Train(model, optimizer, train.Images, train.Labels);
            var accuracy = Accuracy(model, test.Images, test.Labels);
            Console.WriteLine($"epoch {epoch}: loss {loss:F3}, {accuracy:P1} of the test images are right");
        }

        model.save(Weights);
        using var loaded = new Classifier();
        loaded.load(Weights);
        Console.WriteLine($"saved to {Weights}; loaded again, {Accuracy(loaded, test.Images, test.Labels):P1} are right");
    }

    /// <summary>Shows every image once, in random order, and returns the mean loss.</summary>
    private static double Train(Classifier model, optim.Optimizer optimizer, Tensor images, Tensor labels)
    {
        model.train();
        using var order = randperm(labels.shape[0]);
        var total = 0.0;
        for (var start = 0; start < labels.shape[0]; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var batch = order.narrow(0, start, BatchSize);
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(model.call(images[batch]), labels[batch]);
            loss.backward();
            optimizer.step();
            total += loss.item<float>() * BatchSize;
        }

        return total / labels.shape[0];
    }

    /// <summary>The share of images whose highest score is that of the right class.</summary>
    private static double Accuracy(Classifier model, Tensor images, Tensor labels)
    {
        model.eval();
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return model.call(images).argmax(1).eq(labels).to(ScalarType.Float32).mean().item<float>();
    }
}
