using System.ComponentModel;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Frees the values of a chain as soon as the next one is there.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Intermediates
{
    /// <summary>Hands on the next value and frees the current one, unless a layer returned it itself or it is not the chain's to free.</summary>
    public static Tensor Next(Tensor input, Tensor current, Tensor next)
    {
        if (!ReferenceEquals(current, next))
        {
            Release(input, current);
        }

        return next;
    }

    /// <summary>Frees a value; the module's input is the caller's, and a parameter is the layer's.</summary>
    public static void Release(Tensor input, Tensor current)
    {
        if (!ReferenceEquals(current, input) && current is not Parameter)
        {
            current.Dispose();
        }
    }

    /// <summary>The first of a layer's results; the other is freed.</summary>
    public static Tensor First((Tensor, Tensor) results)
    {
        DisposeOther(results.Item1, results.Item2);
        return results.Item1;
    }

    /// <summary>The first of a layer's results; the others are freed.</summary>
    public static Tensor First((Tensor, Tensor, Tensor) results)
    {
        DisposeOther(results.Item1, results.Item2);
        DisposeOther(results.Item1, results.Item3);
        return results.Item1;
    }

    // TorchSharp's recurrent layers make their first state themselves and leave it to the garbage collector: a scope frees it.

    /// <summary>The output sequence of a layer that starts from a state of zeros.</summary>
    public static Tensor First(LSTM layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = layer.call(input).Item1;
        return scope.MoveToOuter(output);
    }

    /// <inheritdoc cref="First(LSTM, Tensor)"/>
    public static Tensor First(GRU layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = layer.call(input).Item1;
        return scope.MoveToOuter(output);
    }

    /// <inheritdoc cref="First(LSTM, Tensor)"/>
    public static Tensor First(RNN layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = layer.call(input).Item1;
        return scope.MoveToOuter(output);
    }

    private static void DisposeOther(Tensor kept, Tensor? other)
    {
        if (other is not null and not Parameter && !ReferenceEquals(kept, other))
        {
            other.Dispose();
        }
    }
}
