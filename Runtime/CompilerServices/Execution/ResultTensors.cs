using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>The tensors of a result, and a result of the same kind with others.</summary>
internal static class ResultTensors
{
    private const int MostInTuple = 4;

    public static Tensor?[] Of<TResult>(TResult result, nn.Module module) => result switch
    {
        Tensor one => new Tensor?[] { one },
        ITuple { Length: <= MostInTuple } tuple when Items(tuple).All(static i => i is null or Tensor) =>
            [.. Items(tuple).Select(static i => (Tensor?)i)],
        Tensor[] all => all,
        List<Tensor> all => [.. all.AsEnumerable()],
        _ => throw new NotSupportedException($"{module.GetName()} has [Recompute], and gives {typeof(TResult).Name}: the result must be a "
            + "tensor, or up to four in a tuple, or an array or a list of them."),
    };

    public static TResult To<TResult>(Tensor?[] tensors) => (TResult)To(typeof(TResult), tensors);

    /// <summary>A value of a type that <see cref="Of"/> takes apart.</summary>
    public static object To(Type type, Tensor?[] tensors) => type switch
    {
        var t when t == typeof(Tensor) => tensors[0]!,
        var t when t == typeof((Tensor?, Tensor?)) => (tensors[0], tensors[1]),
        var t when t == typeof((Tensor?, Tensor?, Tensor?)) => (tensors[0], tensors[1], tensors[2]),
        var t when t == typeof((Tensor?, Tensor?, Tensor?, Tensor?)) => (tensors[0], tensors[1], tensors[2], tensors[3]),
        var t when t == typeof(Tuple<Tensor?, Tensor?>) => Tuple.Create(tensors[0], tensors[1]),
        var t when t == typeof(Tuple<Tensor?, Tensor?, Tensor?>) => Tuple.Create(tensors[0], tensors[1], tensors[2]),
        var t when t == typeof(List<Tensor>) => tensors.ToList(),
        _ => tensors,
    };

    /// <summary>A tuple of tensors that <see cref="To(Type, Tensor?[])"/> makes.</summary>
    public static bool IsTuple(Type type) => type == typeof((Tensor?, Tensor?)) || type == typeof((Tensor?, Tensor?, Tensor?))
        || type == typeof((Tensor?, Tensor?, Tensor?, Tensor?)) || type == typeof(Tuple<Tensor?, Tensor?>)
        || type == typeof(Tuple<Tensor?, Tensor?, Tensor?>);

    private static IEnumerable<object?> Items(ITuple tuple) => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]);
}
