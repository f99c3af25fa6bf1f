using TorchSharp;
using static TorchSharp.torch;

namespace Mnist;

/// <summary>What a model makes of a test set.</summary>
/// <param name="Loss">The mean cross entropy.</param>
/// <param name="Accuracy">The share of right predictions.</param>
/// <param name="Predictions">The digit with the highest score, for each image.</param>
internal sealed record Evaluation(double Loss, double Accuracy, byte[] Predictions)
{
    private const int BatchSize = 1000;

    /// <summary>Tests under <c>eval()</c>, which turns dropout off, and without gradients.</summary>
    public static Evaluation Of(MnistClassifier model, Tensors test)
    {
        model.eval();
        using var mode = inference_mode();
        var (loss, correct) = (0.0, 0L);
        var predictions = new byte[test.Count];
        for (var start = 0; start < test.Count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, test.Count - start);
            var labels = test.Labels.narrow(0, start, count);
            var scores = model.call(test.Images.narrow(0, start, count));
            var digits = scores.argmax(1);
            loss += nn.functional.cross_entropy(scores, labels).item<float>() * count;
            correct += digits.eq(labels).sum().item<long>();
            digits.to(ScalarType.Byte).data<byte>().CopyTo(predictions.AsSpan(start, count));
        }

        return new(loss / test.Count, correct / (double)test.Count, predictions);
    }
}
