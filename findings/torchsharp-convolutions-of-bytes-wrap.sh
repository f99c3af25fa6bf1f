#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0 (CPU): a convolution of an image of bytes with a kernel of bytes is no error, as matmul of mixed
# types is. It is computed in bytes, so that the sum of a 2 by 2 window of 100s is 400 - 256 = 144. The average pooling of the same
# image is refused, and a kernel of another type too.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'conv2d of bytes: Byte 144
conv2d of int64: Int64 400
conv2d of bytes by floats: refused
avg_pool2d of bytes: refused'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var image = full(1, 1, 2, 2, 100, dtype: ScalarType.Byte);
var kernel = ones(1, 1, 2, 2, dtype: ScalarType.Byte);
Show("conv2d of bytes", () => functional.conv2d(image, kernel));
Show("conv2d of int64", () => functional.conv2d(image.to(ScalarType.Int64), kernel.to(ScalarType.Int64)));
Show("conv2d of bytes by floats", () => functional.conv2d(image, kernel.to(ScalarType.Float32)));
Show("avg_pool2d of bytes", () => functional.avg_pool2d(image, 2));

static void Show(string name, Func<Tensor> call)
{
    try
    {
        var result = call();
        Console.WriteLine($"{name}: {result.dtype} {result.sum().ToInt64()}");
    }
    catch (System.Runtime.InteropServices.ExternalException)
    {
        Console.WriteLine($"{name}: refused");
    }
}
CSHARP
