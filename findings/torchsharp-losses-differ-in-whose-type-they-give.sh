#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: a prediction of float64 and a target of float32, and the other way round. Some losses give the
# common type, some that of the prediction; binary_cross_entropy_with_logits gives that of the target, though the gradient is the
# prediction's. binary_cross_entropy refuses both.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'mse_loss: Float64, Float64
smooth_l1_loss: Float64, Float64
huber_loss: Float64, Float32
soft_margin_loss: Float64, Float32
binary_cross_entropy_with_logits: Float32, Float64
binary_cross_entropy: refused, refused'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var (wide, narrow) = (rand(4, dtype: ScalarType.Float64), rand(4));
Show("mse_loss", (x, y) => functional.mse_loss(x, y));
Show("smooth_l1_loss", (x, y) => functional.smooth_l1_loss(x, y));
Show("huber_loss", (x, y) => functional.huber_loss(x, y));
Show("soft_margin_loss", (x, y) => functional.soft_margin_loss(x, y));
Show("binary_cross_entropy_with_logits", (x, y) => functional.binary_cross_entropy_with_logits(x, y));
Show("binary_cross_entropy", (x, y) => functional.binary_cross_entropy(x, y));

void Show(string name, Func<Tensor, Tensor, Tensor> loss) => Console.WriteLine($"{name}: {Type(loss, wide, narrow)}, {Type(loss, narrow, wide)}");

static string Type(Func<Tensor, Tensor, Tensor> loss, Tensor x, Tensor y)
{
    try
    {
        return loss(x, y).dtype.ToString();
    }
    catch (System.Runtime.InteropServices.ExternalException)
    {
        return "refused";
    }
}
CSHARP
