using static TorchSharp.torch;

namespace Gen;

/// <summary>Masks of attention in the form that TorchSharp's layers read rightly.</summary>
public static class AttentionMask
{
    /// <summary>
    /// The mask that is added to the scores of attention: minus infinity where a bool mask of PyTorch's attention layers is
    /// <c>true</c>, which blocks, and 0 where it is <c>false</c>. TorchSharp's layers take it as <c>attn_mask</c>, <c>src_mask</c>,
    /// <c>tgt_mask</c> and <c>memory_mask</c>; a bool mask they add as 0 and 1. <c>key_padding_mask</c> is to stay bool.
    /// </summary>
    /// <param name="mask">A bool tensor of any shape, such as <c>(L, S)</c> or <c>(N * heads, L, S)</c>; <c>true</c> blocks. For the masks
    /// of <c>scaled_dot_product_attention</c>, where <c>true</c> lets through, give <c>~mask</c>.</param>
    /// <param name="dtype">The floating point type of the scores.</param>
    /// <returns>A new tensor of the same shape on the same device, without a gradient.</returns>
    /// <exception cref="ArgumentNullException">There is no mask.</exception>
    /// <exception cref="ArgumentException">The mask is not of bools, or <paramref name="dtype"/> has no infinity.</exception>
    /// <example><c>attention.call(x, x, x, attn_mask: AttentionMask.Additive(ones(T, T, dtype: @bool).triu(1)));</c></example>
    public static Tensor Additive(Tensor mask, ScalarType dtype = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.dtype != ScalarType.Bool)
        {
            throw new ArgumentException($"a mask of bools is needed, but this one is of {mask.dtype}.", nameof(mask));
        }

        if (dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16))
        {
            throw new ArgumentException($"{dtype} has no infinity: a floating point type is needed.", nameof(dtype));
        }

        return zeros_like(mask, dtype).masked_fill_(mask, double.NegativeInfinity);
    }
}
