#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: x.type_as(y) takes the element type of y and stays on the device of x. PyTorch's method of that name
# goes to the device of y too. x.to(y) takes both.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'type_as: cpu Float64
to: meta Float64
back: meta Float32'
using TorchSharp;
using static TorchSharp.torch;

var (x, y) = (zeros(3), zeros([2], dtype: float64, device: META));
Console.WriteLine($"type_as: {x.type_as(y).device} {x.type_as(y).dtype}");
Console.WriteLine($"to: {x.to(y).device} {x.to(y).dtype}");
Console.WriteLine($"back: {y.type_as(x).device} {y.type_as(x).dtype}");
CSHARP
