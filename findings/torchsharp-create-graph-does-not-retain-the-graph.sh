#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: autograd.grad(create_graph: true) frees the graph that it went through, so backward through the
# gradient, as in a gradient penalty, raises an error. In PyTorch retain_graph is what create_graph is where it is not given. The function
# autograd.backward of TorchSharp has that default too; the method Tensor.backward does not.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'autograd.grad(create_graph): Trying to backward through the graph a second time
autograd.grad(create_graph, retain_graph): a gradient
autograd.backward(create_graph): a gradient
Tensor.backward(create_graph): Trying to backward through the graph a second time'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var net = Sequential(Linear(4, 8), Tanh(), Linear(8, 1));
Try("autograd.grad(create_graph)", (y, x) => autograd.grad([y], [x], create_graph: true)[0]);
Try("autograd.grad(create_graph, retain_graph)", (y, x) => autograd.grad([y], [x], retain_graph: true, create_graph: true)[0]);
Try("autograd.backward(create_graph)", (y, x) => { autograd.backward([y], create_graph: true); return x.grad!; });
Try("Tensor.backward(create_graph)", (y, x) => { y.backward(create_graph: true); return x.grad!; });

void Try(string name, Func<Tensor, Tensor, Tensor> gradient)
{
    var x = rand([2, 4], requires_grad: true);
    try
    {
        (gradient(net.call(x).sum(), x).norm() - 1).square().backward();
        Console.WriteLine($"{name}: a gradient");
    }
    catch (System.Runtime.InteropServices.ExternalException error)
    {
        Console.WriteLine($"{name}: {error.Message.Split(" (")[0]}");
    }
}
CSHARP
