using System.Globalization;
using GenClassifier._1;
using TorchSharp;
using static TorchSharp.torch;

const int Epochs = 3;
const int BatchSize = 50;
const string Weights = "classifier.weights";

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
random.manual_seed(1);
var (images, labels) = Digits.Draw(count: 3_000, seed: 1);
var (testImages, testLabels) = Digits.Draw(count: 1_000, seed: 2);

using var model = new Classifier();
using var optimizer = optim.Adam(model.parameters(), lr: 2e-3);
Console.WriteLine(model.Summary());

for (var epoch = 1; epoch <= Epochs; epoch++)
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

    Console.WriteLine($"epoch {epoch}: loss {total / labels.shape[0]:F3}, {Accuracy(model):P1} of the test images are right");
}

model.save(Weights);
using var loaded = new Classifier();
loaded.load(Weights);
Console.WriteLine($"saved to {Weights}; loaded again, {Accuracy(loaded):P1} are right");

// The share of test images whose highest score is that of the right class.
double Accuracy(Classifier classifier)
{
    classifier.eval();
    using var none = no_grad();
    using var scope = NewDisposeScope();
    return classifier.call(testImages).argmax(1).eq(testLabels).to(ScalarType.Float32).mean().item<float>();
}
