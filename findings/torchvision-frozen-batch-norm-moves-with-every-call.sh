#!/usr/bin/env bash
# TorchVision 0.107.0 (for TorchSharp), libtorch 2.10.0: ops.FrozenBatchNorm2d is there for statistics that shall stay. Its forward writes
# what it adds into its own bias, and subtracts the mean again at the next call: the same input gives another result each time. The state
# keeps the bias that was loaded, so nothing is seen in a file. A BatchNorm2d in eval mode gives the same number every time.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp TorchVision=0.107.0 <<'CSHARP' | expect 'frozen: 2 1 0 -1
its bias: [1, 1, 1, 1] of -4, in its state: [1] of 0
BatchNorm2d in eval mode: 2 2 2 2'
using TorchSharp;
using static TorchSharp.torch;

using var _ = no_grad();
var input = full([1, 1, 1, 1], 3f);
var frozen = torchvision.ops.FrozenBatchNorm2d(1);
frozen.running_mean.fill_(1);
Console.WriteLine($"frozen: {Four(frozen)}");
var saved = frozen.state_dict()["bias"];
Console.WriteLine($"its bias: {Text(frozen.bias)}, in its state: {Text(saved)}");

var normal = nn.BatchNorm2d(1);
normal.running_mean!.fill_(1);
normal.eval();
Console.WriteLine($"BatchNorm2d in eval mode: {Four(normal)}");

string Four(nn.Module<Tensor, Tensor> module) =>
    string.Join(" ", Enumerable.Range(0, 4).Select(_ => $"{module.call(input).ToSingle():0.###}"));

static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}] of {tensor.sum().ToSingle():0}";
CSHARP
