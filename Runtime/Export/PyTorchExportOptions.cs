using static TorchSharp.torch;

namespace Gen;

/// <summary>What is written beside a module of PyTorch.</summary>
public sealed record PyTorchExportOptions
{
    /// <summary>Whether <c>train_ddp.py</c> is written too: a program that trains the module further in PyTorch, in one process or in
    /// several, and writes the weights and the state of the optimizer back. A file of that name that is there stays, since it has your data
    /// in it.</summary>
    public bool TrainingProgram { get; init; }

    /// <summary>The optimizer of the module. Its state is written into <c>classifier.optimizer.safetensors</c>, and <c>train_ddp.py</c> has
    /// its kind and its settings. Without one, <c>train_ddp.py</c> has AdamW with PyTorch's settings.</summary>
    public optim.Optimizer? Optimizer { get; init; }
}
