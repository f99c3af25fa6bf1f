namespace Seed;

// Every input connects to every output: 784 * 256 weights and 256 biases.
[Shape("B 784 -> B 256")]
[Expect(Parameters = 200_704 + 256)]
public sealed partial class FullyConnected
{
    [Layer(784, 256)] private readonly Linear fc;
}

// A filter of 3x3 slides over the image: 32 * 3 * 3 weights and 32 biases.
[Shape("B 1 H W", Where = "H >= 3, W >= 3")]
[Expect(Parameters = 320)]
public sealed partial class ImageFilter
{
    [Layer(1, 32, 3)] private readonly Conv2d conv;
}

// A sequence of T steps; the chain passes on the output of every step.
[Shape("T B 10 -> T B 20")]
public sealed partial class SequenceModel
{
    [Layer(10, 20)] private readonly LSTM lstm;
}

// Word indexes in, word vectors out.
[Shape("B T -> B T 300")]
public sealed partial class WordVectors
{
    [Layer(10_000, 300)] private readonly Embedding embedding;
}
