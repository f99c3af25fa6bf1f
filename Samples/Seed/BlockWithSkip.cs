namespace Seed;

// Data does not flow straight through: what goes in is added to what comes out.
[Shape("B 64 -> B 64")]
public sealed partial class BlockWithSkip
{
    [Layer] private readonly Sequential layers = Sequential(Linear(64, 64), ReLU(), Linear(64, 64));

    private Tensor Forward(Tensor x)
    {
        var original = x;           // save the input
        var output = layers.call(x); // process through the layers
        return output + original;    // add the original back
    }
}
