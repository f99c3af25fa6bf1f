#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: MultiheadAttention with need_weights: false gives no null in the place of the weights, but a tensor
# without a handle: "weights is null" is false, and reading its shape throws. Each such tensor stays in Tensor.TotalCount for ever, also
# within a DisposeScope, so that a count of live tensors looks like a leak. In PyTorch the second item is None.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'weights is null: False
weights.IsInvalid: True
weights.shape: InvalidOperationException
counted after 100 calls with weights: 0
counted after 100 calls without: 100'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using var attention = MultiheadAttention(8, 2);
using var x = randn(5, 3, 8);
var (_, weights) = attention.call(x, x, x, need_weights: false);
Console.WriteLine($"weights is null: {weights is null}");
Console.WriteLine($"weights.IsInvalid: {weights!.IsInvalid}");
try
{
    Console.WriteLine($"weights.shape: [{string.Join(", ", weights.shape)}]");
}
catch (Exception thrown)
{
    Console.WriteLine($"weights.shape: {thrown.GetType().Name}");
}

long Counted(bool needsWeights)
{
    var before = Tensor.TotalCount;
    for (var i = 0; i < 100; i++)
    {
        using var scope = NewDisposeScope();
        attention.call(x, x, x, need_weights: needsWeights);
    }

    return Tensor.TotalCount - before;
}

Console.WriteLine($"counted after 100 calls with weights: {Counted(true)}");
Console.WriteLine($"counted after 100 calls without: {Counted(false)}");
CSHARP
