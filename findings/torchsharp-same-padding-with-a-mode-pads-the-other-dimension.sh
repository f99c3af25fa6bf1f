#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: a convolution with Padding.Same and another padding mode than zeros pads the dimensions in the wrong
# order: a kernel of 1 x 3 widens the height instead of the width. The result is of another size than the input. PyTorch keeps the size.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'Zeros: [1,1,4,6]
Reflect: [1,1,6,4]
Replicate: [1,1,6,4]
Circular: [1,1,6,4]'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

string Shape(Tensor t) => $"[{string.Join(",", t.shape)}]";
foreach (var mode in new[] { PaddingModes.Zeros, PaddingModes.Reflect, PaddingModes.Replicate, PaddingModes.Circular })
{
    var conv = Conv2d(1, 1, (1, 3), padding: Padding.Same, padding_mode: mode);
    Console.WriteLine($"{mode}: {Shape(conv.call(ones(1, 1, 4, 6)))}");
}
CSHARP
