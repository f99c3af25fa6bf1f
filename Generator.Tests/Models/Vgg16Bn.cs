using TorchSharp.Modules;

namespace Gen.Tests.Models;

/// <summary>Configuration D with batch normalisation: its channels are inferred.</summary>
[Shape("B 3 224 224 -> B 1000")]
[Expect(Parameters = 138_365_992, MultiplyAdds = 15_470_264_320, At = "B=1")]
internal sealed partial class Vgg16Bn
{
    [Layer(-1, 64, 3, 1, 1)] private readonly Conv2d conv1;
    [Layer] private readonly BatchNorm2d bn1;
    [Layer] private readonly ReLU relu1;
    [Layer(-1, 64, 3, 1, 1)] private readonly Conv2d conv2;
    [Layer] private readonly BatchNorm2d bn2;
    [Layer] private readonly ReLU relu2;
    [Layer(2)] private readonly MaxPool2d pool1;
    [Layer(-1, 128, 3, 1, 1)] private readonly Conv2d conv3;
    [Layer] private readonly BatchNorm2d bn3;
    [Layer] private readonly ReLU relu3;
    [Layer(-1, 128, 3, 1, 1)] private readonly Conv2d conv4;
    [Layer] private readonly BatchNorm2d bn4;
    [Layer] private readonly ReLU relu4;
    [Layer(2)] private readonly MaxPool2d pool2;
    [Layer(-1, 256, 3, 1, 1)] private readonly Conv2d conv5;
    [Layer] private readonly BatchNorm2d bn5;
    [Layer] private readonly ReLU relu5;
    [Layer(-1, 256, 3, 1, 1)] private readonly Conv2d conv6;
    [Layer] private readonly BatchNorm2d bn6;
    [Layer] private readonly ReLU relu6;
    [Layer(-1, 256, 3, 1, 1)] private readonly Conv2d conv7;
    [Layer] private readonly BatchNorm2d bn7;
    [Layer] private readonly ReLU relu7;
    [Layer(2)] private readonly MaxPool2d pool3;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv8;
    [Layer] private readonly BatchNorm2d bn8;
    [Layer] private readonly ReLU relu8;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv9;
    [Layer] private readonly BatchNorm2d bn9;
    [Layer] private readonly ReLU relu9;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv10;
    [Layer] private readonly BatchNorm2d bn10;
    [Layer] private readonly ReLU relu10;
    [Layer(2)] private readonly MaxPool2d pool4;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv11;
    [Layer] private readonly BatchNorm2d bn11;
    [Layer] private readonly ReLU relu11;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv12;
    [Layer] private readonly BatchNorm2d bn12;
    [Layer] private readonly ReLU relu12;
    [Layer(-1, 512, 3, 1, 1)] private readonly Conv2d conv13;
    [Layer] private readonly BatchNorm2d bn13;
    [Layer] private readonly ReLU relu13;
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
