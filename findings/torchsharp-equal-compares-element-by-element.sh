#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: torch.equal and Tensor.equal give a tensor with one truth for each element and stretch their
# operands: they are torch.eq. In PyTorch torch.equal gives one bool, and False for tensors of different shapes. Tensor.Equals gives
# one bool.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'torch.equal of [2, 3] and [3]: Bool [2, 3]
Tensor.equal: Bool [2, 3]
the same as eq: True
Equals of [2, 3] and the same: True'
using TorchSharp;
using static TorchSharp.torch;

var x = arange(6, float32).view(2, 3);
var row = arange(3, float32);
string Show(Tensor t) => $"{t.dtype} [{string.Join(", ", t.shape)}]";
Console.WriteLine($"torch.equal of [2, 3] and [3]: {Show(torch.equal(x, row))}");
Console.WriteLine($"Tensor.equal: {Show(x.equal(row))}");
Console.WriteLine($"the same as eq: {x.equal(row).Equals(x.eq(row))}");
Console.WriteLine($"Equals of [2, 3] and the same: {x.Equals(x.clone())}");
CSHARP
