using Gen.Distributed.Gradients;

namespace Gen.Distributed;

/// <summary>
/// Data parallel training: every rank has a whole copy of the model and its own part of each batch, and the gradients of all ranks are
/// averaged before the optimizer's step. It is attached to the model, not wrapped around it: the keys of <c>state_dict</c> and the typed
/// <c>call</c> stay.
/// </summary>
/// <remarks>
/// The gradients are views of a few flat buffers, into which backward adds, so that they are reduced without a copy. The gradient of a
/// parameter that a step does not use is zero, not null: an optimizer with momentum or weight decay goes on to move it.
/// </remarks>
/// <example><code>
/// using var parallel = DistributedDataParallel.Attach(model, group);
/// foreach (var batch in batches)
/// {
///     parallel.ZeroGrad();
///     loss.call(model.call(batch.Images), batch.Labels).backward();
///     parallel.Synchronize();
///     optimizer.step();
/// }
/// </code></example>
public sealed class DistributedDataParallel : IDisposable
{
    private readonly ProcessGroup group;
    private readonly GradientBucket[] buckets;
    private readonly FlatBuffers? buffers;
    private readonly Overlap? overlap;
    private int unsynchronized;

    private DistributedDataParallel(nn.Module model, ProcessGroup group, long bucketBytes, bool broadcastBuffers, bool overlap)
    {
        this.group = group;
        ModelAgreement.Check(model, group);
        buckets = GradientBucket.Of(model, bucketBytes);
        foreach (var (_, parameter) in model.named_parameters())
        {
            group.Broadcast(parameter);
        }

        foreach (var (_, buffer) in model.named_buffers())
        {
            group.Broadcast(buffer);
        }

        buffers = broadcastBuffers && group.Size > 1 ? new(model) : null;
        this.overlap = overlap && group.Size > 1 ? new(model, buckets, group) : null;
    }

    /// <summary>How many elements each flat buffer of gradients has, in the order in which they are reduced: the last layers'
    /// first.</summary>
    public IReadOnlyList<long> BucketElements => [.. buckets.Select(b => b.Flat.numel())];

    /// <summary>Compares the models of all ranks, gives all of them the parameters and buffers of rank 0, and makes the gradients views of
    /// flat buffers. Move the model to its device and element type before, and make the optimizer before or after.</summary>
    /// <param name="model">The model, built the same on all ranks. Parameters that require no gradient now are not reduced.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="bucketBytes">How large a flat buffer becomes: 25 MiB. Without overlap, fewer are quicker.</param>
    /// <param name="broadcastBuffers">Whether <see cref="Synchronize"/> gives all ranks the buffers of rank 0, such as the running means of
    /// batch norm.</param>
    /// <param name="overlap">Whether buffers are reduced on a second thread while backward computes the others. It needs a free
    /// core.</param>
    /// <exception cref="DistributedException">The models differ: the message names the first difference.</exception>
    public static DistributedDataParallel Attach(nn.Module model, ProcessGroup group, long bucketBytes = 25 << 20,
        bool broadcastBuffers = true, bool overlap = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(group);
        ArgumentOutOfRangeException.ThrowIfLessThan(bucketBytes, 1);
        return new(model, group, bucketBytes, broadcastBuffers, overlap);
    }

    /// <summary>Sets the gradients to zero where they are. <c>optimizer.zero_grad()</c> does the same; <c>model.zero_grad()</c> sets them
    /// to null, which costs a copy in <see cref="Synchronize"/>.</summary>
    public void ZeroGrad()
    {
        foreach (var bucket in buckets)
        {
            bucket.Zero();
        }
    }

    /// <summary>Averages the gradients over all ranks, after backward and before the optimizer's step. Every rank must call it equally
    /// often.</summary>
    /// <exception cref="DistributedException">A rank does something else: most often it has fewer batches.</exception>
    /// <exception cref="InvalidOperationException">The model was moved after <see cref="Attach"/>.</exception>
    public void Synchronize()
    {
        if (unsynchronized > 0)
        {
            return;
        }

        foreach (var bucket in buckets)
        {
            bucket.Attach();
        }

        if (overlap is null)
        {
            foreach (var bucket in buckets)
            {
                group.AllReduce(bucket.Flat, ReduceOp.Average);
            }
        }
        else
        {
            overlap.Finish();
        }

        buffers?.Broadcast(group);
        group.Step++;
    }

    /// <summary>Until the result is disposed, <see cref="Synchronize"/> does nothing, and gradients add up: for steps over several batches.
    /// The last of them is synchronized.</summary>
    public IDisposable NoSync()
    {
        unsynchronized++;
        overlap?.Pause();
        return new Pause(this);
    }

    /// <summary>Takes the hooks off; the gradients stay.</summary>
    public void Dispose() => overlap?.Dispose();

    private sealed class Pause(DistributedDataParallel parallel) : IDisposable
    {
        private DistributedDataParallel? parallel = parallel;

        public void Dispose()
        {
            if (parallel is not null && --parallel.unsynchronized == 0)
            {
                parallel.overlap?.Resume();
            }

            parallel = null;
        }
    }
}
