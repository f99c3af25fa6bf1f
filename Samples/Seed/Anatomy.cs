namespace Seed;

// One activation and one dropout, both without weights, stand twice in the chain.
[Shape("B 784 -> B 10")]
[Chain(nameof(fc1), nameof(relu), nameof(dropout), nameof(fc2), nameof(relu), nameof(dropout), nameof(fc3))]
public sealed partial class Anatomy
{
    [Layer(784, 256)] private readonly Linear fc1;
    [Layer(256, 128)] private readonly Linear fc2;
    [Layer(128, 10)] private readonly Linear fc3;
    [Layer] private readonly ReLU relu;
    [Layer(0.2)] private readonly Dropout dropout;
}
