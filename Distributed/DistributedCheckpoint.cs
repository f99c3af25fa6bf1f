using Gen.Distributed.Checkpoints;

namespace Gen.Distributed;

/// <summary>
/// The state of a training in one file, written by rank 0 and read by it for all: parameters and buffers, the optimizer's state, how far
/// the training is, and each rank's random numbers. A file is there whole or not at all, and a damaged one is not loaded.
/// </summary>
/// <remarks>The file is a zip archive without compression; <c>model.safetensors</c> in it is what other programs read.</remarks>
/// <example><code>
/// var progress = DistributedCheckpoint.TryLoad("last.gen", group, model, optimizer) ?? default;
/// for (var epoch = progress.Epoch; epoch &lt; epochs; epoch++)
/// {
///     ...
///     DistributedCheckpoint.Save("last.gen", group, model, optimizer, new(epoch + 1, group.Step));
/// }
/// </code></example>
public static class DistributedCheckpoint
{
    /// <summary>Saves the training. All ranks call it; rank 0 writes, beside the place of the file first. What stood there stays until the
    /// new file is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer; null where it is not saved.</param>
    /// <param name="progress">How far the training is.</param>
    /// <exception cref="DistributedException">Rank 0 cannot write the file; all ranks throw.</exception>
    /// <exception cref="ArgumentException">The optimizer is none of TorchSharp's.</exception>
    public static void Save(string path, ProcessGroup group, nn.Module model, optim.Optimizer? optimizer = null,
        TrainingProgress progress = default)
    {
        var helper = Check(path, group, model, optimizer);
        var random = Enumerable.Range(0, group.Size)
            .Select(r => group.Broadcast(group.Rank == r ? RandomState.Read() : null, r)!).ToArray();
        OnRankZero(group, "cannot be saved", path, () => CheckpointFile.Write(path, model, helper, progress, random));
    }

    /// <summary>Loads a training, if the file is there, into all ranks. Only rank 0 needs to see it. Parameters, buffers and random numbers
    /// become those of the file; the random numbers only where the number of ranks is the same.</summary>
    /// <param name="path">The file.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="model">The model, built as it was.</param>
    /// <param name="optimizer">The optimizer, built as it was; null where its state is not loaded.</param>
    /// <returns>How far the training was; null where there is no file.</returns>
    /// <exception cref="DistributedException">The file is damaged, or holds no such model or no optimizer. All ranks throw, and nothing was
    /// changed.</exception>
    /// <exception cref="ArgumentException">The optimizer is none of TorchSharp's.</exception>
    public static TrainingProgress? TryLoad(string path, ProcessGroup group, nn.Module model, optim.Optimizer? optimizer = null)
    {
        var helper = Check(path, group, model, optimizer);
        if (group.AllReduce(group.Rank == 0 && File.Exists(path) ? 1L : 0L) == 0)
        {
            return null;
        }

        OnRankZero(group, "cannot be loaded", path, () => CheckpointFile.Verify(path, model, helper is not null));
        var copy = group.Rank == 0 ? path : Path.GetTempFileName();
        try
        {
            SharedFile.Broadcast(copy, group);
            return CheckpointFile.Read(copy, group, model, helper);
        }
        finally
        {
            if (group.Rank != 0)
            {
                File.Delete(copy);
            }
        }
    }

    /// <summary>Rank 0 does something; where it fails, all ranks throw.</summary>
    private static void OnRankZero(ProcessGroup group, string what, string path, Action action)
    {
        string? failure = null;
        if (group.Rank == 0)
        {
            try
            {
                action();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException
                or InvalidOperationException or StateMismatchException)
            {
                failure = $"the checkpoint {path} {what}: {e.Message}";
            }
        }

        var told = group.Broadcast(failure is null ? null : System.Text.Encoding.UTF8.GetBytes(failure), root: 0);
        if (told is not null)
        {
            throw new DistributedException(System.Text.Encoding.UTF8.GetString(told), speaker: 0);
        }
    }

    private static OptimizerHelper? Check(string path, ProcessGroup group, nn.Module model, optim.Optimizer? optimizer)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(model);
        return optimizer switch
        {
            null => null,
            OptimizerHelper helper => helper,
            _ => throw new ArgumentException($"{optimizer.GetType().Name} has no state that could be saved.", nameof(optimizer)),
        };
    }
}
