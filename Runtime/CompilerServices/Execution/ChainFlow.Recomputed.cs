using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.CompilerServices;

/// <content>Layers with <c>[Recompute]</c>.</content>
public partial struct ChainFlow
{
    /// <summary>A layer that is computed again in backward.</summary>
    public void Recomputed(Module<Tensor, Tensor> layer)
    {
        if (!Recomputation.IsNeeded(layer, current))
        {
            ThroughAny(layer);
            return;
        }

        at = layer;
        var isObserved = MayKeep || Hooks.Within(layer);
        Goes(isObserved, Recomputation.Call(layer, static (layer, x) => layer.call(x), current));
    }

    /// <summary>The items of a <c>Sequential</c>, so many of them together. One with hooks of its own is computed again as a
    /// whole.</summary>
    /// <exception cref="NotSupportedException">It is of a derived class, whose items cannot be called one by one.</exception>
    public void Recomputed(Sequential layers, int every)
    {
        if (!Recomputation.IsNeeded(layers, current))
        {
            Through(layers);
            return;
        }

        if (layers.GetType() != typeof(Sequential))
        {
            throw new NotSupportedException($"[Recompute] on a list needs a Sequential, and is given a {layers.GetType().Name}, a class "
                + "derived from it.");
        }

        if (Hooks.On(layers) || layers.Count == 0)
        {
            at = layers;
            Goes(isObserved: true, Recomputation.Call(layers, static (layers, x) => layers.call(x.alias()), current));
            return;
        }

        for (var i = 0; i < layers.Count; i += every)
        {
            if (every == 1)
            {
                Recomputed((Module<Tensor, Tensor>)layers[i]);
                continue;
            }

            var items = new Module<Tensor, Tensor>[Math.Min(every, layers.Count - i)];
            for (var k = 0; k < items.Length; k++)
            {
                items[k] = (Module<Tensor, Tensor>)layers[i + k];
            }

            if (!current.requires_grad && !items.Any(i => i.parameters().Any(static p => p.requires_grad)))
            {
                foreach (var item in items)
                {
                    ThroughAny(item);
                }

                continue;
            }

            at = layers;
            var isObserved = MayKeep || items.Any(Hooks.Within);
            Goes(isObserved, Recomputation.Together(items, current));
        }
    }

    /// <summary>A layer that gives a pair: the first item goes on, the other is freed.</summary>
    public void Recomputed(Module<Tensor, (Tensor, Tensor)> layer)
    {
        if (!Recomputation.IsNeeded(layer, current))
        {
            Through(layer);
            return;
        }

        at = layer;
        var isObserved = MayKeep || Hooks.Within(layer);
        var (next, other) = Recomputation.Call(layer, static (layer, x) => layer.call(x), current);
        Goes(isObserved, next, other);
    }

    /// <summary>A layer that gives three tensors: the first goes on, the others are freed.</summary>
    public void Recomputed(Module<Tensor, (Tensor, Tensor, Tensor)> layer)
    {
        if (!Recomputation.IsNeeded(layer, current))
        {
            Through(layer);
            return;
        }

        at = layer;
        var isObserved = MayKeep || Hooks.Within(layer);
        var (next, second, third) = Recomputation.Call(layer, static (layer, x) => layer.call(x), current);
        Goes(isObserved, next, second, third);
    }

    /// <summary>The output sequence of a layer that starts from a state of zeros.</summary>
    public void Recomputed(LSTM layer)
    {
        if (!Recomputation.IsNeeded(layer, current))
        {
            Through(layer);
            return;
        }

        at = layer;
        var isObserved = Hooks.On(layer);
        var (next, hidden, cell) = Recomputation.Call(layer, static (layer, x) => layer.call(x), current);
        Goes(isObserved, next, hidden, cell);
    }

    /// <inheritdoc cref="Recomputed(LSTM)"/>
    public void Recomputed(GRU layer)
    {
        if (!Recomputation.IsNeeded(layer, current))
        {
            Through(layer);
            return;
        }

        at = layer;
        var isObserved = Hooks.On(layer);
        var (next, hidden) = Recomputation.Call(layer, static (layer, x) => layer.call(x), current);
        Goes(isObserved, next, hidden);
    }

    /// <inheritdoc cref="Recomputed(LSTM)"/>
    public void Recomputed(RNN layer)
    {
        if (!Recomputation.IsNeeded(layer, current))
        {
            Through(layer);
            return;
        }

        at = layer;
        var isObserved = Hooks.On(layer);
        var (next, hidden) = Recomputation.Call(layer, static (layer, x) => layer.call(x), current);
        Goes(isObserved, next, hidden);
    }

    /// <summary>What autograd gave is nobody else's: it goes on, and what is given beside it is freed.</summary>
    private void Goes(bool isObserved, Tensor next, params ReadOnlySpan<Tensor?> others)
    {
        foreach (var other in others)
        {
            if (other is not null && !ReferenceEquals(other, next))
            {
                other.Dispose();
            }
        }

        if (isObserved)
        {
            // A hook was given what the layer was given, not what autograd gave.
            Kept.Add(current);
        }

        Next(next);
    }
}
