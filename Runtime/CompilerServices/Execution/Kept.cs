using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Tensors that no generated code frees: kept on purpose, given to a hook, or a layer's own.</summary>
internal static class Kept
{
    private static readonly ConditionalWeakTable<Tensor, object> Tensors = [];
    private static volatile bool any;

    /// <summary>False until the first is kept: asking costs nothing before.</summary>
    public static bool Any => any;

    public static bool Contains(Tensor tensor) => any && Tensors.TryGetValue(tensor, out _);

    public static void Add(Tensor tensor)
    {
        any = true;
        Tensors.AddOrUpdate(tensor, Tensors);
    }

    public static void AddAll(IEnumerable<IDisposable> disposables)
    {
        foreach (var tensor in disposables.OfType<Tensor>())
        {
            Add(tensor);
        }
    }
}
