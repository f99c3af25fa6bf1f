namespace Gen.Blocks;

/// <summary>
/// Root mean square normalisation (Zhang and Sennrich 2019): <c>x / sqrt(mean(x^2) + eps) * weight</c> over the last dimension. Numbers
/// of 16 bits are normalised in float32, as PyTorch's <c>RMSNorm</c> does.
/// </summary>
/// <param name="features">The size of the last dimension, 1 or more.</param>
/// <param name="eps">What is added to the mean of the squares, so that nothing is divided by 0.</param>
[Shape("*B features -> *B features")]
public sealed partial class RMSNorm(long features, double eps = 1e-6)
{
    [Parameter] private readonly Parameter weight = Parameter(ones(features));

    private Tensor Forward(Tensor x)
    {
        var wide = x.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? x.to(ScalarType.Float32) : x;
        var normalised = wide * (wide.square().mean([-1], keepdim: true) + eps).rsqrt();
        return normalised.to(x.dtype) * weight;
    }
}
