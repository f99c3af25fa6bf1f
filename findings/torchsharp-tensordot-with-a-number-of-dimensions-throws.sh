#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: tensordot with a number of dimensions, its default of 2 included, always throws
# IndexOutOfRangeException. In PyTorch the number is how many last dimensions of the first operand meet the first ones of the second.
# The form with two arrays of dimensions works.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'default: IndexOutOfRangeException
1: IndexOutOfRangeException
0: IndexOutOfRangeException
arrays: [2,5] 12'
using TorchSharp;
using static TorchSharp.torch;

var (x, y) = (ones(2, 3, 4), ones(3, 4, 5));
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

Console.WriteLine($"default: {Try(() => tensordot(x, y))}");
Console.WriteLine($"1: {Try(() => tensordot(ones(2, 3), ones(3, 4), 1))}");
Console.WriteLine($"0: {Try(() => tensordot(ones(2), ones(3), 0))}");
Console.WriteLine($"arrays: {Try(() => tensordot(x, y, [1, 2], [0, 1]))} {tensordot(x, y, [1, 2], [0, 1])[0, 0].item<float>()}");
CSHARP
