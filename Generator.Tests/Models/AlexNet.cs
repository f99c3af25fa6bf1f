using TorchSharp.Modules;

namespace Gen.Tests.Models;

/// <summary>Krizhevsky 2014, as torchvision has it.</summary>
[Shape("B 3 224 224 -> B 1000")]
[Expect(Parameters = 61_100_840, MultiplyAdds = 714_188_480, At = "B=1")]
internal sealed partial class AlexNet
{
    [Layer(-1, 64, 11, 4, 2)] private readonly Conv2d conv1;
    [Layer] private readonly ReLU relu1;
    [Layer(3, 2)] private readonly MaxPool2d pool1;
    [Layer(-1, 192, 5, 1, 2)] private readonly Conv2d conv2;
    [Layer] private readonly ReLU relu2;
    [Layer(3, 2)] private readonly MaxPool2d pool2;
    [Layer(-1, 384, 3, 1, 1)] private readonly Conv2d conv3;
    [Layer] private readonly ReLU relu3;
    [Layer(-1, 256, 3, 1, 1)] private readonly Conv2d conv4;
    [Layer] private readonly ReLU relu4;
    [Layer(-1, 256, 3, 1, 1)] private readonly Conv2d conv5;
    [Layer] private readonly ReLU relu5;
    [Layer(3, 2)] private readonly MaxPool2d pool5;
    [Layer(6)] private readonly AdaptiveAvgPool2d average;
    [Layer] private readonly Flatten flatten;
    [Layer] private readonly Dropout dropout6;
    [Layer(-1, 4096)] private readonly Linear fc6;
    [Layer] private readonly ReLU relu6;
    [Layer] private readonly Dropout dropout7;
    [Layer(-1, 4096)] private readonly Linear fc7;
    [Layer] private readonly ReLU relu7;
    [Layer(-1, 1000)] private readonly Linear fc8;
}
