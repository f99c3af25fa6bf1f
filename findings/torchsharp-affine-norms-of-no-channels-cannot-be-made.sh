#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: BatchNorm and InstanceNorm with weights cannot be made for 0 channels; the error speaks of an index.
# Without weights they can, and GroupNorm and LayerNorm can with them. An empty selection of features is refused by the one norm and not by the other.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'BatchNorm1d: select(): index 0 out of range for tensor of size [0] at dimension 0
BatchNorm1d without weights: [2, 0, 4]
InstanceNorm1d with weights: select(): index 0 out of range for tensor of size [0] at dimension 0
InstanceNorm1d: [2, 0, 4]
GroupNorm: [2, 0, 4]
LayerNorm: [2, 4, 0]'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

Show("BatchNorm1d", () => BatchNorm1d(0), zeros(2, 0, 4));
Show("BatchNorm1d without weights", () => BatchNorm1d(0, affine: false), zeros(2, 0, 4));
Show("InstanceNorm1d with weights", () => InstanceNorm1d(0, affine: true), zeros(2, 0, 4));
Show("InstanceNorm1d", () => InstanceNorm1d(0), zeros(2, 0, 4));
Show("GroupNorm", () => GroupNorm(1, 0), zeros(2, 0, 4));
Show("LayerNorm", () => LayerNorm(0), zeros(2, 4, 0));

static void Show(string name, Func<Module<Tensor, Tensor>> make, Tensor x)
{
    try
    {
        Console.WriteLine($"{name}: [{string.Join(", ", make().call(x).shape)}]");
    }
    catch (Exception error)
    {
        Console.WriteLine($"{name}: {error.Message.Split('\n')[0]}");
    }
}
CSHARP
