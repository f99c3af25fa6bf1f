using System.Collections;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>The tensors in a value: a tuple, an array, a list, a dictionary.</summary>
internal static class Tensors
{
    public static IEnumerable<Tensor> In(object? value) => value switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => In(tuple[i])),
        IDictionary dictionary => In(dictionary.Keys).Concat(In(dictionary.Values)),
        ICollection items => items.Cast<object?>().SelectMany(In),
        _ => [],
    };

    public static bool Contain(ReadOnlySpan<object?> values, Tensor tensor)
    {
        foreach (var value in values)
        {
            if (ReferenceEquals(value, tensor) || (value is not (null or Tensor) && In(value).Any(t => ReferenceEquals(t, tensor))))
            {
                return true;
            }
        }

        return false;
    }
}
