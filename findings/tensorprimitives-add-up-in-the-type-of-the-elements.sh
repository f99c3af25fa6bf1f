#!/usr/bin/env bash
# System.Numerics.Tensors 11.0.0 beside TorchSharp 0.107.0, libtorch 2.10.0: sums, averages, norms and deviations are made in the type of
# the elements. A Half stops growing at 2048, so the average of 5000 ones is 0.41; bytes wrap, so that of 200 and 100 is 22. torch adds up
# halves in float and integers in int64.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp System.Numerics.Tensors=11.0.0 <<'CSHARP' | expect 'sum of 5000 halves of 1: TensorPrimitives 2048, torch 5000
their average: TensorPrimitives 0.41, torch 1
their deviation: TensorPrimitives 0.453, torch 0
sum of the bytes 200 and 100: TensorPrimitives 44, torch 300
their average: TensorPrimitives 22, torch 150'
using System.Numerics.Tensors;
using TorchSharp;
using static TorchSharp.torch;

var halves = new Half[5000];
Array.Fill(halves, (Half)1);
var ones = torch.ones(5000, dtype: float16);
Show("sum of 5000 halves of 1", (double)TensorPrimitives.Sum<Half>(halves), ones.sum());
Show("their average", (double)TensorPrimitives.Average<Half>(halves), ones.mean());
Show("their deviation", (double)TensorPrimitives.StdDev<Half>(halves), ones.std());

byte[] bytes = [200, 100];
Show("sum of the bytes 200 and 100", TensorPrimitives.Sum<byte>(bytes), tensor(bytes).sum());
Show("their average", TensorPrimitives.Average<byte>(bytes), tensor(bytes).mean([0], type: float32));

static void Show(string text, double own, torch.Tensor other) =>
    Console.WriteLine($"{text}: TensorPrimitives {own:0.###}, torch {other.to(float64).item<double>():0.###}");
CSHARP
