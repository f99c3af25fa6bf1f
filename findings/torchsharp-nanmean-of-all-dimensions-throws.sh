#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: nanmean without a dimension throws, with and without numbers that are none among the elements. In
# PyTorch it is the mean of the elements that are numbers. Their sum by their number is the same: nansum, and isnan for the number.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'nanmean: Unsupported TypeMeta in ATen: nullptr (uninitialized) (please report this error)
nansum by the number of numbers: 2'
using TorchSharp;
using static TorchSharp.torch;

var x = tensor(new[] { 1f, float.NaN, 3f });
try
{
    Console.WriteLine($"nanmean: {x.nanmean().item<float>()}");
}
catch (Exception error)
{
    Console.WriteLine($"nanmean: {error.Message.Split('\n')[0]}");
}

Console.WriteLine($"nansum by the number of numbers: {x.nansum().item<float>() / x.isnan().logical_not().sum().item<long>()}");
CSHARP
