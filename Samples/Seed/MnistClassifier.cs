namespace Seed;

// A digit of 28x28 pixels in, ten scores out. No softmax at the end: the cross-entropy loss applies it itself.
[Shape("B 1 28 28 -> B 10")]
[Expect(Parameters = 109_386)]
public sealed partial class MnistClassifier
{
    [Layer] private readonly Flatten flatten;              // (B, 1, 28, 28) -> (B, 784)
    [Layer(784, 128)] private readonly Linear fc1;
    [Layer] private readonly ReLU relu1;
    [Layer(-1, 64)] private readonly Linear fc2;           // -1: inferred, 128
    [Layer] private readonly ReLU relu2;
    [Layer] private readonly Linear fc3 = Linear(64, 10);  // or any factory of torch.nn
}
