using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen;

/// <summary>Tensors that outlive the call that computed them.</summary>
public static class TensorExtensions
{
    /// <summary>
    /// Keeps a tensor that is computed in <c>Forward</c> beyond its end, in a field: <c>cache = k.Keep();</c>. Without it, <c>forward</c>
    /// frees what <c>Forward</c> leaves behind. From here on the tensor belongs to whoever holds it; no <c>DisposeScope</c> disposes it.
    /// </summary>
    /// <param name="tensor">The tensor to keep.</param>
    /// <param name="replacing">What was kept before in its place, if anything: it is disposed, unless it is the same.</param>
    /// <returns>The same tensor.</returns>
    /// <example><c>keys = cat([keys, k], 2).Keep(replacing: keys);</c></example>
    public static Tensor Keep(this Tensor tensor, Tensor? replacing = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (replacing is not null && !ReferenceEquals(replacing, tensor))
        {
            replacing.Dispose();
        }

        Kept.Add(tensor);
        return tensor.DetachFromDisposeScope();
    }
}
