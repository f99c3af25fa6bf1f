#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: std, var, std_mean and var_mean along a dimension have a parameter `type`, as sum and mean do.
# It is ignored: the result has the type of the input, whatever is asked for, where sum and mean convert.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'sum Float64
mean Float64
std Float32
var Float32
std_mean Float32
var_mean Float32'
using TorchSharp;
using static TorchSharp.torch;

var x = rand(4, 3);
Console.WriteLine($"sum {x.sum(0L, type: ScalarType.Float64).dtype}");
Console.WriteLine($"mean {x.mean([0L], type: ScalarType.Float64).dtype}");
Console.WriteLine($"std {x.std(0L, type: ScalarType.Float64).dtype}");
Console.WriteLine($"var {x.var(0L, type: ScalarType.Float64).dtype}");
Console.WriteLine($"std_mean {x.std_mean(0L, type: ScalarType.Float64).std.dtype}");
Console.WriteLine($"var_mean {x.var_mean(0L, type: ScalarType.Float64).var.dtype}");
CSHARP
