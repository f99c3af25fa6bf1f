#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0, CPU: layers whose weights are float32, given float16. The normalisations take it, and give float16.
# Linear, convolutions and PReLU refuse it. float64 is refused by all of them.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'LayerNorm: Float16, refused
BatchNorm1d: Float16, refused
GroupNorm: Float16, refused
InstanceNorm1d with weights: Float16, refused
Linear: refused, refused
Conv1d: refused, refused
PReLU: refused, refused'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var x = rand(2, 4, 4);
Show("LayerNorm", LayerNorm(4));
Show("BatchNorm1d", BatchNorm1d(4));
Show("GroupNorm", GroupNorm(2, 4));
Show("InstanceNorm1d with weights", InstanceNorm1d(4, affine: true));
Show("Linear", Linear(4, 2));
Show("Conv1d", Conv1d(4, 2, 3));
Show("PReLU", PReLU(4));

void Show(string name, nn.Module<Tensor, Tensor> layer) =>
    Console.WriteLine($"{name}: {Type(layer, ScalarType.Float16)}, {Type(layer, ScalarType.Float64)}");

string Type(nn.Module<Tensor, Tensor> layer, ScalarType type)
{
    try
    {
        return layer.call(x.to(type)).dtype.ToString();
    }
    catch (System.Runtime.InteropServices.ExternalException)
    {
        return "refused";
    }
}
CSHARP
