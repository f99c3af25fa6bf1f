using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Inputs with the tensors of tuples, arrays and lists as inputs of their own, so that autograd sees them.</summary>
internal sealed class FlatInputs
{
    private readonly (Type? Of, int Count)[] parts;

    public FlatInputs(object?[] inputs)
    {
        var items = new List<object?>();
        parts = new (Type?, int)[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            var tensors = Within(inputs[i]);
            parts[i] = tensors is null ? (null, 1) : (inputs[i]!.GetType(), tensors.Count);
            items.AddRange(tensors ?? [inputs[i]]);
        }

        Items = [.. items];
    }

    public object?[] Items { get; }

    /// <summary>The inputs as they were given, with other tensors.</summary>
    public object?[] Whole(object?[] items)
    {
        var (all, next) = (new object?[parts.Length], 0);
        for (var i = 0; i < parts.Length; i++)
        {
            var (type, count) = parts[i];
            all[i] = type is null ? items[next] : ResultTensors.To(type, [.. items.Skip(next).Take(count).Cast<Tensor?>()]);
            next += count;
        }

        return all;
    }

    /// <summary>Null for anything that is not made again of its tensors.</summary>
    private static IReadOnlyList<object?>? Within(object? input) => input switch
    {
        ITuple tuple when ResultTensors.IsTuple(tuple.GetType()) => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
        Tensor[] array => array,
        List<Tensor> list when list.GetType() == typeof(List<Tensor>) => list,
        _ => null,
    };
}
