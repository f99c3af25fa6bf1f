#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: the layer of nn.Embedding_from_pretrained computes with the given table, and so says its property
# weight. The parameter that it registers, which is trained and saved, is another table, of random numbers.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'computes with: 5 6
weight property: 5 6
parameters: 1, the first begins with the table: False
state_dict has the table: False'
using TorchSharp;
using static TorchSharp.torch;

var table = tensor(new float[] { 1, 2, 3, 4, 5, 6 }, 3, 2);
var layer = nn.Embedding_from_pretrained(table, freeze: false);
var ids = tensor(new long[] { 2 });
string Text(Tensor t) => string.Join(" ", t.detach().flatten().data<float>().ToArray());
Console.WriteLine($"computes with: {Text(layer.call(ids))}");
Console.WriteLine($"weight property: {Text(layer.weight![2])}");
Console.WriteLine($"parameters: {layer.parameters().Count()}, the first begins with the table: {layer.parameters().First().allclose(table)}");
Console.WriteLine($"state_dict has the table: {layer.state_dict()["weight"].allclose(table)}");
CSHARP
