using TorchSharp;
using static TorchSharp.torch;

namespace Gen;

/// <summary>
/// Initialisers that draw what their names say and give PyTorch's numbers for the same seed, where those of
/// <see cref="TorchSharp.torch.nn.init"/> do not. All write into the tensor that they are given, without a gradient, and return it.
/// </summary>
public static class Init
{
    /// <summary>Beyond this many standard deviations nothing is drawn: a bound that is infinite ends there.</summary>
    private const double Reach = 10;

    /// <summary>So far from the mean a float32 has enough numbers to draw from.</summary>
    private const double Farthest = 4;

    /// <summary>
    /// Fills a tensor from a normal distribution whose values outside <c>[a, b]</c> are drawn again, as <c>trunc_normal_</c> of PyTorch.
    /// </summary>
    /// <param name="tensor">Of any shape, also one without elements, and of a real floating point type.</param>
    /// <param name="mean">The mean of the normal distribution before it is cut; at most 4 <paramref name="std"/> outside
    /// <c>[a, b]</c>.</param>
    /// <param name="std">Its standard deviation before it is cut, greater than 0.</param>
    /// <param name="a">The least value, in the units of the tensor, not in standard deviations; it may be minus infinity.</param>
    /// <param name="b">The greatest value, greater than <paramref name="a"/>; it may be infinity.</param>
    /// <param name="generator">Where the random numbers come from; that of <c>manual_seed</c> if left out.</param>
    /// <returns>The same tensor.</returns>
    /// <exception cref="ArgumentNullException">There is no tensor.</exception>
    /// <exception cref="ArgumentException">The tensor has no real floating point type, <paramref name="a"/> is not less than
    /// <paramref name="b"/>, or the mean is too far from both.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mean"/> or <paramref name="std"/> is not finite, or
    /// <paramref name="std"/> is not greater than 0.</exception>
    /// <example><c>Init.TruncatedNormal(weight, std: 0.02);</c></example>
    public static Tensor TruncatedNormal(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2,
        Generator? generator = null)
    {
        Check(tensor, "a truncated normal distribution", ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16);
        RequireFinite(mean, nameof(mean));
        RequireFinite(std, nameof(std));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(std);
        if (!(a < b))
        {
            throw new ArgumentException($"a must be less than b, but [a, b] is [{a}, {b}].", nameof(a));
        }

        if (mean < a - (Farthest * std) || mean > b + (Farthest * std))
        {
            throw new ArgumentException(
                $"the mean {mean} is more than {Farthest} standard deviations of {std} from [{a}, {b}]: there is next to nothing to draw.",
                nameof(mean));
        }

        // PyTorch's steps in its order: what a uniform distribution over the part of [a, b] is taken to by the inverse of the normal one.
        using var ungraded = no_grad();
        tensor.uniform_((2 * Below((a - mean) / std)) - 1, (2 * Below((b - mean) / std)) - 1, generator);
        tensor.erfinv_();
        tensor.mul_(std * Math.Sqrt(2));
        tensor.add_(mean);
        return tensor.clamp_(Math.Max(a, mean - (Reach * std)), Math.Min(b, mean + (Reach * std)));
    }

    /// <summary>
    /// Fills a weight from the normal distribution of Glorot and Bengio, as <c>xavier_normal_</c> of PyTorch: its mean is 0, its standard
    /// deviation <c>gain * sqrt(2 / (fanIn + fanOut))</c>.
    /// </summary>
    /// <param name="tensor">Of two dimensions or more, <c>(out, in, ...)</c>: <c>fanIn</c> is <c>in</c>, <c>fanOut</c> is <c>out</c>, each
    /// times the sizes of the rest. Of a floating point or complex type.</param>
    /// <param name="gain">The factor for the activation that follows, 0 or more: <see cref="TorchSharp.torch.nn.init.calculate_gain"/>
    /// knows it.</param>
    /// <param name="generator">Where the random numbers come from; that of <c>manual_seed</c> if left out.</param>
    /// <returns>The same tensor.</returns>
    /// <exception cref="ArgumentNullException">There is no tensor.</exception>
    /// <exception cref="ArgumentException">The tensor has fewer than two dimensions, or neither a floating point nor a complex
    /// type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gain"/> is negative or not finite.</exception>
    /// <example><c>Init.XavierNormal(fc.weight!, gain: 5.0 / 3);</c></example>
    public static Tensor XavierNormal(Tensor tensor, double gain = 1, Generator? generator = null)
    {
        Check(tensor, "a normal distribution", ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16,
            ScalarType.ComplexFloat32, ScalarType.ComplexFloat64);
        RequireFinite(gain, nameof(gain));
        ArgumentOutOfRangeException.ThrowIfNegative(gain);
        if (tensor.dim() < 2)
        {
            throw new ArgumentException(
                $"fan in and fan out need a weight of two dimensions or more, (out, in, ...), but this one has {tensor.dim()}.",
                nameof(tensor));
        }

        if (tensor.numel() == 0)
        {
            return tensor;
        }

        var field = tensor.shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        var fans = (tensor.shape[0] + tensor.shape[1]) * field;
        using var ungraded = no_grad();
        return tensor.normal_(0, gain * Math.Sqrt(2.0 / fans), generator);
    }

    /// <summary>The part of a standard normal distribution below a value.</summary>
    private static double Below(double value)
    {
        using var point = TorchSharp.torch.tensor(value / Math.Sqrt(2), dtype: ScalarType.Float64);
        using var error = point.erf();
        return (1 + error.ToDouble()) / 2;
    }

    private static void Check(Tensor tensor, string distribution, params ScalarType[] types)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!types.Contains(tensor.dtype))
        {
            throw new ArgumentException($"{distribution} cannot be drawn into a tensor of {tensor.dtype}.", nameof(tensor));
        }
    }

    private static void RequireFinite(double value, string name)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite number.");
        }
    }
}
