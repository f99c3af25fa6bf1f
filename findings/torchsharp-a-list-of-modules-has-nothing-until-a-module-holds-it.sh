#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: a ModuleList that no module holds has no parameters, so that an optimizer gets none, and to()
# moves none of its modules. Once a module with RegisterComponents() holds it, it has them. A Sequential has them at once. In PyTorch a
# ModuleList is a module like any other.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'Sequential: 2 parameters, weight Float64
ModuleList: 0 parameters, weight Float32
held by a module: 2 parameters, weight Float64'
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

Print("Sequential", l => Sequential(l));
Print("ModuleList", l => ModuleList(l));
Print("held by a module", l => new Holder(l));

static void Print(string name, Func<Linear, Module> holder)
{
    var layer = Linear(3, 3);
    var module = holder(layer);
    module.to(ScalarType.Float64);
    Console.WriteLine($"{name}: {module.parameters().Count()} parameters, weight {layer.weight!.dtype}");
}

sealed class Holder : Module
{
    private readonly ModuleList<Linear> layers;

    public Holder(Linear layer)
        : base("holder")
    {
        layers = ModuleList(layer);
        RegisterComponents();
    }
}
CSHARP
