#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: ConvTranspose2d takes an output padding for each dimension, and uses the first for all. The function
# of the same name takes each for its dimension, as PyTorch's layer does, so that layer and function differ in shape.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'output_padding (0, 1): layer 7x7, function 7x8
output_padding (1, 0): layer 8x8, function 8x7'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var x = rand(1, 2, 3, 3);
foreach (var (height, width) in new (long, long)[] { (0, 1), (1, 0) })
{
    var layer = ConvTranspose2d(2, 2, (3, 3), stride: (2, 2), output_padding: (height, width));
    var function = functional.conv_transpose2d(x, layer.weight, layer.bias, [2, 2], [0, 0], [height, width]);
    var y = layer.call(x);
    Console.WriteLine($"output_padding ({height}, {width}): layer {y.shape[2]}x{y.shape[3]}, function {function.shape[2]}x{function.shape[3]}");
}
CSHARP
