using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>LeCun et al. 1998, as it is usually counted: 28x28 images padded by 2, tanh, average pooling.</summary>
[Shape("B 1 28 28 -> B 10")]
[Expect(Parameters = 61_706)]
internal sealed partial class LeNet5
{
    [Layer] private readonly Conv2d conv1 = Conv2d(1, 6, 5, padding: 2);
    [Layer] private readonly Tanh tanh1;
    [Layer(2)] private readonly AvgPool2d pool1;
    [Layer(-1, 16, 5)] private readonly Conv2d conv2;
    [Layer] private readonly Tanh tanh2;
    [Layer(2)] private readonly AvgPool2d pool2;
    [Layer] private readonly Flatten flatten;
    [Layer(-1, 120)] private readonly Linear fc1;
    [Layer] private readonly Tanh tanh3;
    [Layer(-1, 84)] private readonly Linear fc2;
    [Layer] private readonly Tanh tanh4;
    [Layer(-1, 10)] private readonly Linear fc3;
}
