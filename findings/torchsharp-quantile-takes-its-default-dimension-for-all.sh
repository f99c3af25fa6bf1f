#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: quantile and nanquantile take dim: -1, which is their default, for all dimensions and not for the
# last one. In PyTorch -1 is the last dimension, and the default is None. The last dimension has to be counted from the front.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'default: [] 2.5
last, as -1: [] 2.5
last, as 1: [2] 1, 4
keepdim: [1,1]
-2 is the second last: [3]
nanquantile: []'
using TorchSharp;
using static TorchSharp.torch;

var x = tensor(new float[] { 0, 1, 2, 3, 4, 5 }, 2, 3);
var half = tensor(0.5f);
string Shape(Tensor t) => $"[{string.Join(",", t.shape)}]";
Console.WriteLine($"default: {Shape(x.quantile(half))} {x.quantile(half).item<float>()}");
Console.WriteLine($"last, as -1: {Shape(x.quantile(half, -1))} {x.quantile(half, -1).item<float>()}");
Console.WriteLine($"last, as 1: {Shape(x.quantile(half, 1))} {string.Join(", ", x.quantile(half, 1).data<float>())}");
Console.WriteLine($"keepdim: {Shape(x.quantile(half, -1, true))}");
Console.WriteLine($"-2 is the second last: {Shape(x.quantile(half, -2))}");
Console.WriteLine($"nanquantile: {Shape(x.nanquantile(half, -1))}");
CSHARP
