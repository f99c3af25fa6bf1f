namespace Seed;

// The smallest network of the course: two layers with an activation between them.
[Shape("B 10 -> B 2")]
public sealed partial class MyNetwork
{
    [Layer(10, 5)] private readonly Linear layer1;
    [Layer] private readonly ReLU relu;
    [Layer(5, 2)] private readonly Linear layer2;
}
