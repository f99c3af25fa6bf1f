namespace Mnist.Data;

/// <summary>Grey images of 28x28 pixels, 0 for paper and 255 for ink, one after another, and the digit that each shows.</summary>
internal sealed record ImageSet(byte[] Pixels, byte[] Labels)
{
    public const int Side = 28;
    public const int PixelsPerImage = Side * Side;

    public int Count => Labels.Length;

    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * PixelsPerImage, PixelsPerImage);
}

/// <summary>What a model is trained on and what it is tested on.</summary>
internal sealed record DataSet(string Name, ImageSet Train, ImageSet Test);
