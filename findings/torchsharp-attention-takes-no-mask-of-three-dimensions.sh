#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: MultiheadAttention takes an attn_mask of (L, S), and none of (N * num_heads, L, S), which PyTorch's
# documentation gives as the other form: it puts a dimension before the mask whatever its rank, and the sum has one dimension too many.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect '[5, 5]: [5, 2, 8]
[4, 5, 5]: ExternalException
[1, 5, 5]: ExternalException'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var attention = MultiheadAttention(8, 2);
var x = rand(5, 2, 8);
foreach (var shape in new long[][] { [5, 5], [4, 5, 5], [1, 5, 5] })
{
    string seen;
    try
    {
        var (y, _) = attention.call(x, x, x, null, false, zeros(shape));
        seen = $"[{string.Join(", ", y.shape)}]";
    }
    catch (Exception error)
    {
        seen = error.GetType().Name;
    }

    Console.WriteLine($"[{string.Join(", ", shape)}]: {seen}");
}
CSHARP
