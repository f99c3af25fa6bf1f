#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: a name that ends in an underscore promises to write into its argument. The static functions
# torch.clamp_min_, torch.clamp_max_ and torch.lgamma_ do not: they give a new tensor and leave the argument as it was. The methods of
# the same names on Tensor, and torch.clamp_, do write. A call whose result is thrown away does nothing at all.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'torch.clamp_min_: -1 3 -> -1 3
torch.clamp_max_: -1 3 -> -1 3
torch.lgamma_: 3 5 -> 3 5
torch.clamp_: -1 3 -> 0 2
x.clamp_min_: -1 3 -> 0 3
x.clamp_max_: -1 3 -> -1 2'
using TorchSharp;
using static TorchSharp.torch;

Show("torch.clamp_min_", [-1, 3], x => clamp_min_(x, 0));
Show("torch.clamp_max_", [-1, 3], x => clamp_max_(x, 2));
Show("torch.lgamma_", [3, 5], x => lgamma_(x));
Show("torch.clamp_", [-1, 3], x => clamp_(x, 0, 2));
Show("x.clamp_min_", [-1, 3], x => x.clamp_min_(0));
Show("x.clamp_max_", [-1, 3], x => x.clamp_max_(2));

static void Show(string name, float[] values, Func<Tensor, Tensor> call)
{
    var x = tensor(values);
    call(x);
    Console.WriteLine($"{name}: {string.Join(" ", values)} -> {string.Join(" ", x.data<float>().ToArray())}");
}
CSHARP
