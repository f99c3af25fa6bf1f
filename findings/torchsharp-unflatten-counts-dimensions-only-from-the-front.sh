#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: Tensor.unflatten refuses every negative dimension, which PyTorch and the rest of TorchSharp count
# from the end: flatten takes -2 and -1 on the same tensor.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'unflatten(1): [2,2,4]
unflatten(-1): ArgumentException
unflatten(-2): ArgumentException
flatten(-2, -1): [16]'
using TorchSharp;
using static TorchSharp.torch;

var x = ones(2, 8);
string Try(Func<Tensor> call)
{
    try
    {
        return $"[{string.Join(",", call().shape)}]";
    }
    catch (Exception error)
    {
        return error.GetType().Name;
    }
}

Console.WriteLine($"unflatten(1): {Try(() => x.unflatten(1, [2, 4]))}");
Console.WriteLine($"unflatten(-1): {Try(() => x.unflatten(-1, [2, 4]))}");
Console.WriteLine($"unflatten(-2): {Try(() => x.unflatten(-2, [1, 2]))}");
Console.WriteLine($"flatten(-2, -1): {Try(() => x.flatten(-2, -1))}");
CSHARP
