using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GenClassifier._1;

/// <summary>An image of 28 x 28 pixels in, a score for each of ten classes out. The loss turns scores into probabilities.</summary>
[Shape("B 1 28 28 -> B 10")]
public sealed partial class Classifier
{
    [Layer] private readonly Conv2d conv1 = Conv2d(1, 8, kernel_size: 3, padding: 1);
    [Layer] private readonly ReLU relu1;
    [Layer(2)] private readonly MaxPool2d pool1;       // (B, 8, 14, 14)
    [Layer] private readonly Conv2d conv2 = Conv2d(8, 16, kernel_size: 3, padding: 1);
    [Layer] private readonly ReLU relu2;
    [Layer(2)] private readonly MaxPool2d pool2;       // (B, 16, 7, 7)
    [Layer] private readonly Flatten flatten;          // (B, 784)
    [Layer] private readonly Dropout dropout = Dropout(0.2);
    [Layer(-1, 10)] private readonly Linear scores;    // -1: the size that arrives, 784
}
