#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: optim.RMSProp takes lr, alpha, eps by position, and the ParamGroup of the same optimizer lr, eps,
# alpha. The same three numbers make another optimizer of a group: the two parameters below part after the first step.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'by the factory: 0.9
by a group: another value'
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

var first = new Parameter(ones(1));
var factory = optim.RMSProp([first], 0.01, 0.99, 1e-8);
var second = new Parameter(ones(1));
var group = optim.RMSProp([new RMSProp.ParamGroup([second], 0.01, 0.99, 1e-8)]);
foreach (var (parameter, optimizer) in new (Parameter, optim.Optimizer)[] { (first, factory), (second, group) })
{
    parameter.sum().backward();
    optimizer.step();
}

var right = Math.Round(first.ToSingle(), 4);
Console.WriteLine(FormattableString.Invariant($"by the factory: {right}"));
Console.WriteLine($"by a group: {(Math.Abs(second.ToSingle() - first.ToSingle()) < 1e-4 ? "the same value" : "another value")}");
CSHARP
