#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: Sequential frees what is between its layers. A last layer that gives back the very tensor it gets,
# as a hand-written module may, gives a disposed tensor out of a Sequential of two layers or more; alone in one it does not.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'the layer alone: valid
Sequential of it: valid
Sequential with a layer before it: disposed'
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

static string State(Tensor y) => y.IsInvalid ? "disposed" : "valid";

var x = rand(2, 4);
Console.WriteLine($"the layer alone: {State(new PassThrough().call(x))}");
Console.WriteLine($"Sequential of it: {State(Sequential(new PassThrough()).call(x))}");
Console.WriteLine($"Sequential with a layer before it: {State(Sequential(Linear(4, 4), new PassThrough()).call(x))}");

class PassThrough() : Module<Tensor, Tensor>("PassThrough")
{
    public override Tensor forward(Tensor input) => input;
}
CSHARP
