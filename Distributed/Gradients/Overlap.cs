using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Gen.CompilerServices;

namespace Gen.Distributed.Gradients;

/// <summary>
/// Reduces a bucket on a second thread as soon as backward has all its gradients. TorchSharp tells nobody when a gradient is there; but an
/// identity on the input of a layer comes after all that the layer computes, and so tells when backward has left the layer.
/// </summary>
internal sealed class Overlap : IDisposable
{
    private readonly GradientBucket[] buckets;
    private readonly ProcessGroup group;
    private readonly List<Action> removals = [];
    private readonly Layer[][] layersOf;
    private readonly BlockingCollection<int> queue = [];
    private readonly Thread thread;
    private readonly CountdownEvent reduced;
    private Exception? failure;
    private int started;
    private bool isAttached = true;
    private bool isPaused;

    public Overlap(nn.Module model, GradientBucket[] buckets, ProcessGroup group)
    {
        (this.buckets, this.group) = (buckets, group);
        reduced = new(buckets.Length);
        var layers = new List<(Layer Layer, HashSet<nint> Parameters)>();
        foreach (var module in model.modules().Prepend(model).Distinct())
        {
            var parameters = module.named_parameters(recurse: false).Select(p => GradientBucket.Identity(p.parameter)).ToHashSet();
            if (parameters.Count > 0)
            {
                var layer = new Layer();
                layers.Add((layer, parameters));
                layer.IsTapped = Tap(module, layer);
            }
        }

        layersOf = [.. buckets.Select(b =>
        {
            var parameters = b.Identities.ToArray();
            return layers.Where(l => parameters.Any(l.Parameters.Contains)).Select(l => l.Layer).ToArray();
        })];
        thread = new(Reduce) { IsBackground = true, Name = "Gen.Distributed" };
        thread.Start();
    }

    /// <summary>Reduces what backward has not told of, and waits for all.</summary>
    public void Finish()
    {
        Start(buckets.Length);
        reduced.Wait();
        Reset();
        if (failure is { } thrown)
        {
            failure = null;
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    /// <summary>Nothing is reduced from now on.</summary>
    public void Pause() => isPaused = true;

    public void Resume()
    {
        isPaused = false;
        Reset();
    }

    public void Dispose()
    {
        removals.ForEach(static r => r());
        queue.CompleteAdding();
        thread.Join();
        queue.Dispose();
        reduced.Dispose();
    }

    private void Reset()
    {
        foreach (var layer in layersOf.SelectMany(static l => l))
        {
            (layer.Called, layer.Left, layer.IsComputedAgain, layer.IsUntold) = (0, 0, false, false);
        }

        (started, isAttached) = (0, false);
        reduced.Reset();
    }

    /// <summary>In the forward pass: the input, through an identity that backward passes last.</summary>
    private Tensor Enter(Layer layer, Tensor input)
    {
        if (Recomputation.IsRunning)
        {
            layer.IsComputedAgain = true;
            return input;
        }

        if (isPaused || !is_grad_enabled())
        {
            return input;
        }

        if (!input.requires_grad)
        {
            // Backward does not come to this input: nobody tells when the gradients of this call are there.
            layer.IsUntold = true;
            return input;
        }

        if (!isAttached)
        {
            foreach (var bucket in buckets)
            {
                bucket.Attach();
            }

            isAttached = true;
        }

        if (started > 0 && Enumerable.Range(0, started).Any(i => layersOf[i].Contains(layer)))
        {
            throw new InvalidOperationException("a layer is called again after its gradients were reduced. Between two calls of "
                + "Synchronize there is one backward pass: put the others into NoSync, or attach with overlap: false.");
        }

        layer.Called++;
        return BackwardTap.apply(input, new BackwardTap.Passed(() => Leave(layer)));
    }

    /// <summary>In backward: this layer's gradients are there.</summary>
    private void Leave(Layer layer)
    {
        layer.Left++;
        var ready = started;
        while (ready < buckets.Length && layersOf[ready].All(static l => l.IsDone)
            && buckets[ready].IsAttached)
        {
            ready++;
        }

        Start(ready);
    }

    /// <summary>Buckets are reduced in their order, which is the same on all ranks.</summary>
    private void Start(int end)
    {
        for (; started < end; started++)
        {
            queue.Add(started);
        }
    }

    private void Reduce()
    {
        foreach (var bucket in queue.GetConsumingEnumerable())
        {
            try
            {
                if (failure is null)
                {
                    group.AllReduce(buckets[bucket].Flat, ReduceOp.Average);
                }
            }
            catch (Exception e)
            {
                // For the thread that waits in Synchronize.
                failure = e;
            }

            reduced.Signal();
        }
    }

    private bool Tap(nn.Module module, Layer layer)
    {
        switch (module)
        {
            case nn.Module<Tensor, Tensor> one:
                var first = one.register_forward_pre_hook((_, x) => Enter(layer, x));
                removals.Add(first.remove);
                return true;
            case nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)> gru:
                var second = gru.register_forward_pre_hook((_, x, state) => (Enter(layer, x), state));
                removals.Add(second.remove);
                return true;
            case nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)> lstm:
                var third = lstm.register_forward_pre_hook((_, x, state) => (Enter(layer, x), state));
                removals.Add(third.remove);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A module with parameters of its own, and how often it was passed since the last step.</summary>
    private sealed class Layer
    {
        public bool IsTapped { get; set; }

        /// <summary>It runs in a module with <c>[Recompute]</c>, whose gradients autograd gets at the end of its second pass.</summary>
        public bool IsComputedAgain { get; set; }

        /// <summary>One of its calls has an input that needs no gradient.</summary>
        public bool IsUntold { get; set; }

        public bool IsDone => IsTapped && !IsComputedAgain && !IsUntold && Called > 0 && Left == Called;

        public int Called { get; set; }

        public int Left { get; set; }
    }
}
