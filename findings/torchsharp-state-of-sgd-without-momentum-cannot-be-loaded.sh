#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: load_state_dict(state_dict()) of an SGD throws a NullReferenceException where a parameter has no
# momentum yet: always without momentum, before the first step, and for ever where one parameter never gets a gradient. The same state
# by way of a file (save_state_dict, load_state_dict of its path) is taken. Adam's is taken both ways.
. "$(dirname "$0")/support/torchsharp.sh"
export FOLDER="$folder"
run_torchsharp <<'CSHARP' | expect 'momentum 0: NullReferenceException; by a file: taken
momentum 0.9: taken; by a file: taken
momentum 0.9, before a step: NullReferenceException; by a file: taken
momentum 0.9, one layer unused: NullReferenceException; by a file: taken
Adam, before a step: taken; by a file: taken'
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

var (used, unused) = (nn.Linear(3, 1), nn.Linear(3, 1));
Show("momentum 0", 2, () => optim.SGD(used.parameters(), 0.1));
Show("momentum 0.9", 2, () => optim.SGD(used.parameters(), 0.1, 0.9));
Show("momentum 0.9, before a step", 0, () => optim.SGD(used.parameters(), 0.1, 0.9));
Show("momentum 0.9, one layer unused", 2, () => optim.SGD(used.parameters().Concat(unused.parameters()), 0.1, 0.9));
Show("Adam, before a step", 0, () => optim.Adam(used.parameters()));

void Show(string text, int steps, Func<OptimizerHelper> make)
{
    var optimizer = make();
    for (var step = 0; step < steps; step++)
    {
        optimizer.zero_grad();
        used.call(ones(2, 3)).sum().backward();
        optimizer.step();
    }

    var path = Path.Combine(Environment.GetEnvironmentVariable("FOLDER")!, "state.bin");
    optimizer.save_state_dict(path);
    Console.WriteLine($"{text}: {Thrown(() => make().load_state_dict(optimizer.state_dict()))}; "
        + $"by a file: {Thrown(() => make().load_state_dict(path))}");
}

static string Thrown(Action load)
{
    try
    {
        load();
        return "taken";
    }
    catch (Exception error)
    {
        return error.GetType().Name;
    }
}
CSHARP
