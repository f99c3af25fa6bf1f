using TorchSharp.Modules;

namespace Gen.Tests.Models;

/// <summary>Simonyan and Zisserman 2014, configuration A.</summary>
[Shape("B 3 224 224 -> B 1000")]
[Expect(Parameters = 132_863_336, MultiplyAdds = 7_609_090_048, At = "B=1")]
internal sealed partial class Vgg11
{
    [Layer(-1, 64, 3, 1, 1)] private readonly Conv2d conv1;
    [Layer] private readonly ReLU relu1;
    [Layer(2)] private readonly MaxPool2d pool1;
    [Layer(-1, 128, 3, 1, 1)] private readonly Conv2d conv2;
    [Layer] private readonly ReLU relu2;
    [Layer(2)] private readonly MaxPool2d pool2;
    [Layer(-1, 256, 3, 1, 1)] private readonly Conv2d conv3;
    [Layer] private readonly ReLU relu3;
    [Layer(-1, 256, 3, 1, 1)] private readonly Conv2d conv4;
    [Layer] private readonly ReLU relu4;
    [Layer(2)] private readonly MaxPool2d pool3;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv5;
    [Layer] private readonly ReLU relu5;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv6;
    [Layer] private readonly ReLU relu6;
    [Layer(2)] private readonly MaxPool2d pool4;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv7;
    [Layer] private readonly ReLU relu7;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv8;
    [Layer] private readonly ReLU relu8;
    [Layer(2)] private readonly MaxPool2d pool5;
    [Layer(7)] private readonly AdaptiveAvgPool2d average;
    [Layer] private readonly Flatten flatten;
    [Layer(-1, 4096)] private readonly Linear fc1;
    [Layer] private readonly ReLU relu_fc1;
    [Layer] private readonly Dropout dropout1;
    [Layer(-1, 4096)] private readonly Linear fc2;
    [Layer] private readonly ReLU relu_fc2;
    [Layer] private readonly Dropout dropout2;
    [Layer(-1, 1000)] private readonly Linear fc3;
}
