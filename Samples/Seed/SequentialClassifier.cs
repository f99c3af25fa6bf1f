namespace Seed;

// The classifier as the course writes it: one Sequential, with the keys network.1.weight, network.1.bias, network.3.weight, ...
[Shape("B 1 28 28 -> B 10")]
[Expect(Parameters = 109_386)]
public sealed partial class SequentialClassifier
{
    [Layer] private readonly Sequential network = Sequential(
        Flatten(),
        Linear(784, 128),
        ReLU(),
        Linear(128, 64),
        ReLU(),
        Linear(64, 10));
}
