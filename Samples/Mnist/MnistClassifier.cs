using Gen;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Mnist;

// A digit of 28x28 pixels in, ten scores out. No softmax at the end: the cross-entropy loss applies it itself.
[Shape("B 1 28 28 -> B 10")]
public sealed partial class MnistClassifier
{
    [Layer] private readonly Flatten flatten;                // (B, 1, 28, 28) -> (B, 784)
    [Layer] private readonly Linear fc1 = Linear(784, 128);
    [Layer] private readonly ReLU relu1;
    [Layer] private readonly Linear fc2 = Linear(128, 64);
    [Layer] private readonly ReLU relu2;
    [Layer(-1, 10)] private readonly Linear fc3;             // -1: inferred, 64
}
