using Gen;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

//#if (writtenNamespace != "")
namespace GEN_NAMESPACE;

//#endif
/// <summary>What it takes and returns stands in its shape: B is any number, the others are sizes.</summary>
[Shape("B 784 -> B 10")]
public sealed partial class GenModule__1
{
    [Layer(784, 128)] private readonly Linear fc1;
    [Layer] private readonly ReLU relu;
    [Layer(-1, 10)] private readonly Linear fc2; // -1: what arrives, 128
}
