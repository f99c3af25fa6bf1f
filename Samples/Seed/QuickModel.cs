namespace Seed;

// The course's example of nn.Sequential.
[Shape("B 784 -> B 10")]
public sealed partial class QuickModel
{
    [Layer] private readonly Sequential layers = Sequential(
        Linear(784, 256),
        ReLU(),
        Linear(256, 128),
        ReLU(),
        Linear(128, 10));
}
