using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Ronneberger et al. 2015, as published: convolutions without padding, skips cropped to what comes up.</summary>
[Shape("B 1 572 572 -> B 2 388 388")]
[Expect(Parameters = 31_030_658, MultiplyAdds = 150_428_424_448, At = "B=1")]
internal sealed partial class UNet
{
    [Layer] private readonly Sequential down1 = Twice(1, 64);
    [Layer] private readonly Sequential down2 = Twice(64, 128);
    [Layer] private readonly Sequential down3 = Twice(128, 256);
    [Layer] private readonly Sequential down4 = Twice(256, 512);
    [Layer] private readonly Sequential bottom = Twice(512, 1024);
    [Layer] private readonly MaxPool2d pool = MaxPool2d(2);
    [Layer(1024, 512, 2, 2)] private readonly ConvTranspose2d up4;
    [Layer] private readonly Sequential conv4 = Twice(1024, 512);
    [Layer(512, 256, 2, 2)] private readonly ConvTranspose2d up3;
    [Layer] private readonly Sequential conv3 = Twice(512, 256);
    [Layer(256, 128, 2, 2)] private readonly ConvTranspose2d up2;
    [Layer] private readonly Sequential conv2 = Twice(256, 128);
    [Layer(128, 64, 2, 2)] private readonly ConvTranspose2d up1;
    [Layer] private readonly Sequential conv1 = Twice(128, 64);
    [Layer(64, 2, 1)] private readonly Conv2d head;

    private Tensor Forward(Tensor x)
    {
        var skip1 = down1.call(x);
        var skip2 = down2.call(pool.call(skip1));
        var skip3 = down3.call(pool.call(skip2));
        var skip4 = down4.call(pool.call(skip3));
        var y = bottom.call(pool.call(skip4));
        y = conv4.call(Join(skip4, up4.call(y)));
        y = conv3.call(Join(skip3, up3.call(y)));
        y = conv2.call(Join(skip2, up2.call(y)));
        y = conv1.call(Join(skip1, up1.call(y)));
        return head.call(y);
    }

    private static Tensor Join(Tensor skip, Tensor up)
    {
        var (height, width) = (up.shape[2], up.shape[3]);
        var (top, left) = ((skip.shape[2] - height) / 2, (skip.shape[3] - width) / 2);
        return cat([skip.narrow(2, top, height).narrow(3, left, width), up], dim: 1);
    }

    private static Sequential Twice(long inC, long outC) => Sequential(Conv2d(inC, outC, 3), ReLU(), Conv2d(outC, outC, 3), ReLU());
}
