using Mnist.Data;
using static TorchSharp.torch;

namespace Mnist;

/// <summary>An image set as two tensors in memory: images [N, 1, 28, 28], normalised, and labels [N].</summary>
internal sealed class Tensors : IDisposable
{
    // Mean and deviation of MNIST's pixels.
    private const float Mean = 0.1307f;
    private const float Deviation = 0.3081f;

    public Tensors(ImageSet set)
    {
        Images = Normalise(set.Pixels, set.Count);
        using var scope = NewDisposeScope();
        Labels = scope.MoveToOuter(tensor(set.Labels).to(ScalarType.Int64));
        Count = set.Count;
    }

    public Tensor Images { get; }

    public Tensor Labels { get; }

    public int Count { get; }

    /// <summary>Bytes 0 to 255 as [count, 1, 28, 28], shifted and scaled.</summary>
    public static Tensor Normalise(byte[] pixels, int count)
    {
        using var scope = NewDisposeScope();
        var scaled = tensor(pixels).reshape(count, 1, ImageSet.Side, ImageSet.Side).to(ScalarType.Float32);
        return scope.MoveToOuter(scaled.div_(255f).sub_(Mean).div_(Deviation));
    }

    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
