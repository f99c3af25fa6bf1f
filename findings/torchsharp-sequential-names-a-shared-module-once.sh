#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: a module that stands in a Sequential twice is saved under its first key only. PyTorch's state_dict
# has both keys, so that a checkpoint of such a model has keys there which TorchSharp neither writes nor asks for.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'modules: 3, called twice: True
keys: 0.weight, 0.bias'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var shared = Linear(3, 3);
var model = Sequential(shared, ReLU(), shared);
var x = rand(2, 3);
var isTwice = model.call(x).allclose(shared.call(functional.relu(shared.call(x))));
Console.WriteLine($"modules: {model.children().Count()}, called twice: {isTwice}");
Console.WriteLine($"keys: {string.Join(", ", model.state_dict().Keys)}");
CSHARP
