#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: AdaptiveMaxPool3d throws when it is called. The same pooling in one and in two dimensions works, and
# so does the average in three.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'max, 1: [1,2,2]
max, 2: [1,2,2,2]
average, 3: [1,2,2,2,2]
max, 3: throws'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

string Try(Module<Tensor, Tensor> layer, params long[] shape)
{
    try
    {
        return $"[{string.Join(",", layer.call(rand(shape)).shape)}]";
    }
    catch (Exception)
    {
        return "throws";
    }
}

Console.WriteLine($"max, 1: {Try(AdaptiveMaxPool1d(2), 1, 2, 8)}");
Console.WriteLine($"max, 2: {Try(AdaptiveMaxPool2d([2, 2]), 1, 2, 8, 8)}");
Console.WriteLine($"average, 3: {Try(AdaptiveAvgPool3d([2, 2, 2]), 1, 2, 8, 8, 8)}");
Console.WriteLine($"max, 3: {Try(AdaptiveMaxPool3d([2, 2, 2]), 1, 2, 8, 8, 8)}");
CSHARP
