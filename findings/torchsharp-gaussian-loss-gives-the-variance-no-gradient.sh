#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: the gradient of GaussianNLLLoss reaches the prediction and not the variance, as a module and as a
# function. The loss itself falls when the variance is right, so that nothing shows that the variance is not trained.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'functional: prediction True, variance False
module: prediction True, variance False
written out: prediction True, variance True'
using TorchSharp;
using static TorchSharp.torch;

Show("functional", (x, y, v) => nn.functional.gaussian_nll_loss(x, y, v));
Show("module", (x, y, v) => nn.GaussianNLLLoss().call(x, y, v));
Show("written out", (x, y, v) => (0.5 * (v.log() + (x - y).square() / v)).mean());

static void Show(string name, Func<Tensor, Tensor, Tensor, Tensor> loss)
{
    var prediction = zeros(4).requires_grad_();
    var logarithm = zeros(4).requires_grad_();
    loss(prediction, ones(4), logarithm.exp()).backward();
    Console.WriteLine($"{name}: prediction {prediction.grad is not null}, variance {logarithm.grad is not null}");
}
CSHARP
