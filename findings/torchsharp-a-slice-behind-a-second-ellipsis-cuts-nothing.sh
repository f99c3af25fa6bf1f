#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: behind a second ellipsis in an index a number is an error, and a slice is taken without a word and cuts
# nothing: the result has the whole dimension.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect '[..., ..., 4]: an error
[0, ..., ..., :1]: [3, 4, 5]
[0, ..., :1]: [3, 4, 1]'
using TorchSharp;
using static TorchSharp.torch;

var x = rand(2, 3, 4, 5);
Show("[..., ..., 4]", TensorIndex.Ellipsis, TensorIndex.Ellipsis, 4);
Show("[0, ..., ..., :1]", 0, TensorIndex.Ellipsis, TensorIndex.Ellipsis, TensorIndex.Slice(stop: 1));
Show("[0, ..., :1]", 0, TensorIndex.Ellipsis, TensorIndex.Slice(stop: 1));

void Show(string name, params TensorIndex[] at)
{
    try
    {
        Console.WriteLine($"{name}: [{string.Join(", ", x[at].shape)}]");
    }
    catch (Exception)
    {
        Console.WriteLine($"{name}: an error");
    }
}
CSHARP
