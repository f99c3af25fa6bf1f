using System.ComponentModel;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.CompilerServices;

/// <summary>Runs a chain of layers: each value is freed when the next one is there. The input is the caller's, and stays.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public partial struct ChainFlow
{
    private readonly Tensor input;
    private Tensor current;

    /// <summary>The chain computed the current value, so that it is the chain's to free.</summary>
    private bool isOwn;

    /// <summary>The layer that runs, for the message if it throws.</summary>
    private Module? at;

    /// <summary>Begins with the module's input.</summary>
    public ChainFlow(Tensor input) => this.input = current = input;

    /// <summary>The value that the last layer gave.</summary>
    public readonly Tensor Current => current;

    /// <summary>Gives the last value to the caller.</summary>
    public readonly Tensor Result()
    {
        if (!isOwn && !ReferenceEquals(current, input))
        {
            Kept.Add(current);
        }

        return current;
    }

    /// <summary>The layers that follow are of classes that may hold what they are given, make and give: none of it is freed.</summary>
    public bool MayKeep { get; set; }

    /// <summary>A layer of TorchSharp or of Gen.</summary>
    public void Through(Module<Tensor, Tensor> layer)
    {
        at = layer;
        if (Hooks.On(layer))
        {
            Observed(layer.call(current));
        }
        else
        {
            Next(layer.call(current));
        }
    }

    /// <summary>A layer of any class. It may return a tensor that it holds itself: what it did not make in this call is not
    /// freed.</summary>
    public void ThroughAny(Module<Tensor, Tensor> layer)
    {
        if (layer is Sequential sequential)
        {
            Through(sequential);
        }
        else if (Layers.IsBuiltIn(layer) || (!MayKeep && Layers.IsGenerated(layer) && !Hooks.Within(layer)))
        {
            Through(layer);
        }
        else
        {
            Probed(layer, current);
        }
    }

    /// <summary>The layers of a <c>Sequential</c>, one by one: TorchSharp's own loop disposes what a layer passes through.</summary>
    public void Through(Sequential layers)
    {
        if (layers.GetType() != typeof(Sequential) || Hooks.On(layers))
        {
            Probed(layers, current.alias());
            return;
        }

        for (var i = 0; i < layers.Count; i++)
        {
            ThroughAny((Module<Tensor, Tensor>)layers[i]);
        }

        if (layers.Count == 0)
        {
            Next(current.alias());
        }
    }

    /// <summary>A layer that gives a pair: the first item goes on, the other is freed.</summary>
    public void Through(Module<Tensor, (Tensor, Tensor)> layer)
    {
        at = layer;
        var isObserved = MayKeep || Hooks.Within(layer);
        using var made = Made.Begin(isObserved);
        var (next, other) = layer.call(current);
        First(made, isObserved, next, other);
    }

    /// <summary>A layer that gives three tensors: the first goes on, the others are freed.</summary>
    public void Through(Module<Tensor, (Tensor, Tensor, Tensor)> layer)
    {
        at = layer;
        var isObserved = MayKeep || Hooks.Within(layer);
        using var made = Made.Begin(isObserved);
        var (next, second, third) = layer.call(current);
        First(made, isObserved, next, second, third);
    }

    /// <summary>The output sequence of a layer that starts from a state of zeros.</summary>
    public void Through(LSTM layer)
    {
        at = layer;
        if (Hooks.On(layer))
        {
            using var made = Made.Begin(isObserved: true);
            Observed(layer.call(current).Item1);
            return;
        }

        // TorchSharp's recurrent layers make their first state themselves and leave it to the garbage collector.
        using var scope = NewDisposeScope();
        Next(scope.MoveToOuter(layer.call(current).Item1));
    }

    /// <inheritdoc cref="Through(LSTM)"/>
    public void Through(GRU layer)
    {
        at = layer;
        if (Hooks.On(layer))
        {
            using var made = Made.Begin(isObserved: true);
            Observed(layer.call(current).Item1);
            return;
        }

        // TorchSharp's recurrent layers make their first state themselves and leave it to the garbage collector.
        using var scope = NewDisposeScope();
        Next(scope.MoveToOuter(layer.call(current).Item1));
    }

    /// <inheritdoc cref="Through(LSTM)"/>
    public void Through(RNN layer)
    {
        at = layer;
        if (Hooks.On(layer))
        {
            using var made = Made.Begin(isObserved: true);
            Observed(layer.call(current).Item1);
            return;
        }

        // TorchSharp's recurrent layers make their first state themselves and leave it to the garbage collector.
        using var scope = NewDisposeScope();
        Next(scope.MoveToOuter(layer.call(current).Item1));
    }

    /// <summary>The chain ends with an exception: the current value is freed.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="module">The module.</param>
    /// <param name="name">Its name.</param>
    /// <returns>What to throw in its place; null where it is thrown on as it is.</returns>
    public readonly ModuleFailedException? Failed(Exception error, Module module, string name)
    {
        var failure = Failure.Of(error, module, name, at, ("input", current));
        Release();
        return failure;
    }

    private void Probed(Module<Tensor, Tensor> layer, Tensor given)
    {
        at = layer;
        var isObserved = MayKeep || Hooks.Within(layer);
        using var made = Made.Begin(isObserved);
        var next = layer.call(given);
        if (isObserved)
        {
            Observed(next);
            return;
        }

        if (!ReferenceEquals(given, current) && !ReferenceEquals(given, next))
        {
            given.Dispose();
        }

        Next(next, made.Contains(next) || ReferenceEquals(given, next));
    }

    private void First(Made made, bool isObserved, Tensor next, params ReadOnlySpan<Tensor?> others)
    {
        if (isObserved)
        {
            Observed(next);
            return;
        }

        foreach (var other in others)
        {
            if (other is not null && !ReferenceEquals(other, next) && made.Contains(other) && !Kept.Contains(other))
            {
                other.Dispose();
            }
        }

        Next(next, made.Contains(next));
    }

    /// <summary>A hook was given the value and the next one, or the layer may hold them.</summary>
    private void Observed(Tensor next)
    {
        Kept.Add(current);
        Kept.Add(next);
        Next(next, isNew: false);
    }

    private void Next(Tensor next, bool isNew = true)
    {
        if (!ReferenceEquals(next, current))
        {
            Release();
            current = next;
            isOwn = isNew && !ReferenceEquals(next, input);
        }
    }

    /// <summary>Frees the current value, if it is the chain's.</summary>
    internal readonly void Release()
    {
        if (isOwn && current is not TorchSharp.Modules.Parameter && !Kept.Contains(current))
        {
            current.Dispose();
        }
    }

    /// <summary>Tells what is made in a call, and frees nothing of it.</summary>
    private readonly struct Made(DisposeScope scope, bool isObserved) : IDisposable
    {
        public static Made Begin(bool isObserved) => new(NewDisposeScope(), isObserved);

        public bool Contains(Tensor tensor) => scope.Contains(tensor);

        public void Dispose()
        {
            var all = scope.DisposablesView;
            if (isObserved)
            {
                Kept.AddAll(all);
            }

            scope.MoveToOuter(all);
            scope.Dispose();
        }
    }
}
