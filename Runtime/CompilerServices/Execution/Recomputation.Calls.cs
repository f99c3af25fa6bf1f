using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <content>Layers that carry the attribute beside <c>[Layer]</c>: generated code writes their calls like this.</content>
public static partial class Recomputation
{
    /// <summary>Calls a layer so that it keeps only what it is given, where gradients are computed.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="call">The call, which uses nothing but what it is given: it runs again in backward.</param>
    /// <param name="x1">What the layer is given.</param>
    /// <exception cref="NotSupportedException">An input or the result is of a kind in which tensors cannot be followed, or the tensors are
    /// not on the CPU.</exception>
    public static TResult Call<TLayer, T1, TResult>(TLayer layer, Func<TLayer, T1, TResult> call, T1 x1)
        where TLayer : class =>
        is_grad_enabled() ? RunAll([Module(layer)], all => call(layer, (T1)all[0]!), [x1]) : call(layer, x1);

    /// <inheritdoc cref="Call{TLayer, T1, TResult}(TLayer, Func{TLayer, T1, TResult}, T1)"/>
    public static TResult Call<TLayer, T1, T2, TResult>(TLayer layer, Func<TLayer, T1, T2, TResult> call, T1 x1, T2 x2)
        where TLayer : class =>
        is_grad_enabled() ? RunAll([Module(layer)], all => call(layer, (T1)all[0]!, (T2)all[1]!), [x1, x2]) : call(layer, x1, x2);

    /// <inheritdoc cref="Call{TLayer, T1, TResult}(TLayer, Func{TLayer, T1, TResult}, T1)"/>
    public static TResult Call<TLayer, T1, T2, T3, TResult>(TLayer layer, Func<TLayer, T1, T2, T3, TResult> call, T1 x1, T2 x2, T3 x3)
        where TLayer : class =>
        is_grad_enabled()
            ? RunAll([Module(layer)], all => call(layer, (T1)all[0]!, (T2)all[1]!, (T3)all[2]!),
                [x1, x2, x3])
            : call(layer, x1, x2, x3);

    /// <inheritdoc cref="Call{TLayer, T1, TResult}(TLayer, Func{TLayer, T1, TResult}, T1)"/>
    public static TResult Call<TLayer, T1, T2, T3, T4, TResult>(TLayer layer, Func<TLayer, T1, T2, T3, T4, TResult> call,
        T1 x1, T2 x2, T3 x3, T4 x4)
        where TLayer : class =>
        is_grad_enabled()
            ? RunAll([Module(layer)], all => call(layer, (T1)all[0]!, (T2)all[1]!, (T3)all[2]!, (T4)all[3]!),
                [x1, x2, x3, x4])
            : call(layer, x1, x2, x3, x4);

    /// <inheritdoc cref="Call{TLayer, T1, TResult}(TLayer, Func{TLayer, T1, TResult}, T1)"/>
    public static TResult Call<TLayer, T1, T2, T3, T4, T5, TResult>(TLayer layer, Func<TLayer, T1, T2, T3, T4, T5, TResult> call,
        T1 x1, T2 x2, T3 x3, T4 x4, T5 x5)
        where TLayer : class =>
        is_grad_enabled()
            ? RunAll([Module(layer)], all => call(layer, (T1)all[0]!, (T2)all[1]!, (T3)all[2]!, (T4)all[3]!, (T5)all[4]!),
                [x1, x2, x3, x4, x5])
            : call(layer, x1, x2, x3, x4, x5);

    /// <inheritdoc cref="Call{TLayer, T1, TResult}(TLayer, Func{TLayer, T1, TResult}, T1)"/>
    public static TResult Call<TLayer, T1, T2, T3, T4, T5, T6, TResult>(TLayer layer, Func<TLayer, T1, T2, T3, T4, T5, T6, TResult> call,
        T1 x1, T2 x2, T3 x3, T4 x4, T5 x5, T6 x6)
        where TLayer : class =>
        is_grad_enabled()
            ? RunAll([Module(layer)], all => call(layer, (T1)all[0]!, (T2)all[1]!, (T3)all[2]!, (T4)all[3]!, (T5)all[4]!, (T6)all[5]!),
                [x1, x2, x3, x4, x5, x6])
            : call(layer, x1, x2, x3, x4, x5, x6);

    /// <summary>Calls the items of a <c>Sequential</c> one after the other.</summary>
    /// <param name="list">The items.</param>
    /// <param name="every">How many of them are computed again together.</param>
    /// <param name="x">What the first is given.</param>
    /// <returns>What the last gives.</returns>
    /// <exception cref="NotSupportedException">It is of a class derived from <c>Sequential</c>, or the tensors are not on the
    /// CPU.</exception>
    public static Tensor Items(TorchSharp.Modules.Sequential list, int every, Tensor x)
    {
        if (!is_grad_enabled())
        {
            return list.call(x);
        }

        var flow = new ChainFlow(x);
        try
        {
            flow.Recomputed(list, every);
        }
        catch
        {
            flow.Release();
            throw;
        }

        return flow.Result();
    }

    /// <summary>Calls the items of a list one after the other, each with what the one before has given.</summary>
    /// <param name="list">The items.</param>
    /// <param name="every">How many of them are computed again together.</param>
    /// <param name="call">The call of one, which uses nothing but what it is given.</param>
    /// <param name="x">What the first is given.</param>
    /// <returns>What the last gives.</returns>
    /// <exception cref="NotSupportedException">The tensors are not on the CPU.</exception>
    public static Tensor Together<TLayer>(IEnumerable<TLayer> list, int every, Func<TLayer, Tensor, Tensor> call, Tensor x)
        where TLayer : class => Together(list, every, (layer, given, _) => call(layer, given), x, []);

    /// <inheritdoc cref="Together{TLayer}(IEnumerable{TLayer}, int, Func{TLayer, Tensor, Tensor}, Tensor)"/>
    public static Tensor Together<TLayer, T2>(IEnumerable<TLayer> list, int every, Func<TLayer, Tensor, T2, Tensor> call, Tensor x,
        T2 x2)
        where TLayer : class =>
        Together(list, every, (layer, given, all) => call(layer, given, (T2)all[0]!), x, [x2]);

    /// <inheritdoc cref="Together{TLayer}(IEnumerable{TLayer}, int, Func{TLayer, Tensor, Tensor}, Tensor)"/>
    public static Tensor Together<TLayer, T2, T3>(IEnumerable<TLayer> list, int every, Func<TLayer, Tensor, T2, T3, Tensor> call, Tensor x,
        T2 x2, T3 x3)
        where TLayer : class =>
        Together(list, every, (layer, given, all) => call(layer, given, (T2)all[0]!, (T3)all[1]!), x, [x2, x3]);

    /// <inheritdoc cref="Together{TLayer}(IEnumerable{TLayer}, int, Func{TLayer, Tensor, Tensor}, Tensor)"/>
    public static Tensor Together<TLayer, T2, T3, T4>(IEnumerable<TLayer> list, int every,
        Func<TLayer, Tensor, T2, T3, T4, Tensor> call, Tensor x, T2 x2, T3 x3, T4 x4)
        where TLayer : class =>
        Together(list, every, (layer, given, all) => call(layer, given, (T2)all[0]!, (T3)all[1]!, (T4)all[2]!), x, [x2, x3, x4]);

    /// <summary>Whether anything in such a call needs a gradient.</summary>
    internal static bool IsNeeded(nn.Module layer, Tensor x) =>
        is_grad_enabled() && (x.requires_grad || layer.parameters().Any(static p => p.requires_grad));

    /// <summary>Items of a <c>Sequential</c> as one.</summary>
    internal static Tensor Together(nn.Module<Tensor, Tensor>[] items, Tensor x) =>
        RunAll(items, all => Through(items, (Tensor)all[0]!), [x]);

    private static Tensor Together<TLayer>(IEnumerable<TLayer> list, int every, Func<TLayer, Tensor, object?[], Tensor> call, Tensor x,
        object?[] others)
        where TLayer : class
    {
        var layers = list.ToArray();
        var mayKeep = RecomputedCall.MayKeep(layers.Select(Module));
        var current = x;
        foreach (var items in layers.Chunk(every))
        {
            var next = is_grad_enabled()
                ? RunAll([.. items.Select(Module)], all => Through((Tensor)all[0]!, all[1..]), [current, .. others])
                : Through(current, others);
            Free(current, x, next);
            current = next;

            Tensor Through(Tensor first, object?[] given)
            {
                var y = first;
                foreach (var item in items)
                {
                    var z = call(item, y, given);
                    Free(y, first, z);
                    y = z;
                }

                return y;
            }
        }

        return current;

        // What something may hold, the caller's scope frees or leaves.
        void Free(Tensor value, Tensor given, Tensor next)
        {
            if (!mayKeep && !ReferenceEquals(value, given) && !ReferenceEquals(value, next) && !Kept.Contains(value))
            {
                value.Dispose();
            }
        }
    }

    private static Tensor Through(nn.Module<Tensor, Tensor>[] items, Tensor x)
    {
        var flow = new ChainFlow(x);
        try
        {
            foreach (var item in items)
            {
                flow.ThroughAny(item);
            }
        }
        catch
        {
            flow.Release();
            throw;
        }

        return flow.Result();
    }

    private static nn.Module Module(object layer) => (nn.Module)layer;
}
