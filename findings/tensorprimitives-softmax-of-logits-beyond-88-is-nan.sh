#!/usr/bin/env bash
# System.Numerics.Tensors 11.0.0 beside TorchSharp 0.107.0, libtorch 2.10.0: TensorPrimitives.SoftMax divides the exponentials as they
# are. A float logit from 89 up gives NaN, and so do logits that are all below -103. torch's softmax and, in the same package, that of
# Tensor subtract the largest logit first.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp System.Numerics.Tensors=11.0.0 <<'CSHARP' | expect '88 87: TensorPrimitives 0.731 0.269, torch 0.731 0.269
100 99: TensorPrimitives NaN NaN, torch 0.731 0.269
-104 -105: TensorPrimitives NaN NaN, torch 0.731 0.269
100 0: TensorPrimitives NaN 0, torch 1 0
Tensor.SoftMax of 100 99: 0.731 0.269'
#pragma warning disable SYSLIB5001
using System.Numerics.Tensors;
using TorchSharp;

foreach (var logits in new[] { new[] { 88f, 87f }, [100f, 99f], [-104f, -105f], [100f, 0f] })
{
    var own = new float[2];
    TensorPrimitives.SoftMax<float>(logits, own);
    Console.WriteLine($"{Text(logits)}: TensorPrimitives {Text(own)}, torch {Text(torch.tensor(logits).softmax(0).data<float>())}");
}

var probabilities = new float[2];
Tensor.SoftMax<float>(Tensor.Create(new[] { 100f, 99f })).FlattenTo(probabilities);
Console.WriteLine($"Tensor.SoftMax of 100 99: {Text(probabilities)}");

static string Text(IEnumerable<float> values) => string.Join(" ", values.Select(value => $"{value:0.###}"));
CSHARP
