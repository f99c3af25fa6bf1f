#!/usr/bin/env bash
# TorchVision 0.107.0 (for TorchSharp), libtorch 2.10.0: rgb_to_grayscale of a byte image gives floats up to 1 where the other transforms
# keep bytes. With three channels it disposes the image that it made of it before it asks for its shape: an exception. So a pipeline with
# RandomGrayscale, which makes three, throws for bytes by chance, at one image in ten. convert_image_dtype before it is the way out.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp TorchVision=0.107.0 <<'CSHARP' | expect 'adjust_brightness: Byte 100
rgb_to_grayscale: Float32 0.784
of three channels: InvalidOperationException
RandomGrayscale, always: InvalidOperationException
of floats: Float32 0.784 [3, 2, 2]'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torchvision;
using F = TorchSharp.torchvision.transforms.functional;

var bytes = full([3, 2, 2], 200, dtype: uint8);
var bright = F.adjust_brightness(bytes, 0.5);
Console.WriteLine($"adjust_brightness: {bright.dtype} {bright[0, 0, 0].ToSingle()}");
var gray = F.rgb_to_grayscale(bytes);
Console.WriteLine($"rgb_to_grayscale: {gray.dtype} {gray[0, 0, 0].ToSingle():0.###}");
Console.WriteLine($"of three channels: {Thrown(() => F.rgb_to_grayscale(bytes, 3))}");
Console.WriteLine($"RandomGrayscale, always: {Thrown(() => transforms.RandomGrayscale(1).call(bytes))}");
var floats = F.rgb_to_grayscale(F.convert_image_dtype(bytes, float32), 3);
Console.WriteLine($"of floats: {floats.dtype} {floats[0, 0, 0].ToSingle():0.###} [{string.Join(", ", floats.shape)}]");

static string Thrown(Func<Tensor> make)
{
    try
    {
        make();
        return "nothing";
    }
    catch (Exception error)
    {
        return error.GetType().Name;
    }
}
CSHARP
