#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: tensors on the meta device have shapes and no data, which lends itself to inferring shapes. libtorch
# alone has no kernels there for many common operations, relu and convolutions among them: those of PyTorch are written in Python. Products
# run, and do not ask whether their operands are on one device; sums do.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'add: runs
matmul: runs
sigmoid: runs
softmax: runs
mean: runs
relu: refused
abs: refused
conv2d: refused
layer_norm: refused
where: refused
flip: refused
std: refused
meta and cpu, matmul: runs
meta and cpu, add: refused'
using TorchSharp;
using static TorchSharp.torch;

var x = zeros([4, 4], device: META);
Try("add", () => x + x);
Try("matmul", () => x.matmul(x));
Try("sigmoid", () => x.sigmoid());
Try("softmax", () => x.softmax(1));
Try("mean", () => x.mean([1]));
Try("relu", () => x.relu());
Try("abs", () => x.abs());
Try("conv2d", () => nn.functional.conv2d(zeros([1, 2, 8, 8], device: META), zeros([3, 2, 3, 3], device: META)));
Try("layer_norm", () => nn.functional.layer_norm(x, [4]));
Try("where", () => where(x > 0, x, x));
Try("flip", () => x.flip(0));
Try("std", () => x.std(1));
Try("meta and cpu, matmul", () => x.matmul(zeros(4, 4)));
Try("meta and cpu, add", () => x + zeros(4, 4));

static void Try(string name, Func<Tensor> operation)
{
    try
    {
        Console.WriteLine($"{name}: {(operation().device_type == DeviceType.META ? "runs" : "leaves the device")}");
    }
    catch (System.Runtime.InteropServices.ExternalException)
    {
        Console.WriteLine($"{name}: refused");
    }
}
CSHARP
