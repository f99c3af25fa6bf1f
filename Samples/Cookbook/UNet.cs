namespace Cookbook;

/// <summary>
/// A U-Net (Ronneberger et al. 2015): down to a coarse picture with many channels, up again, with what each level saw on the way down.
/// </summary>
/// <param name="channels">Channels of the picture.</param>
/// <param name="classes">Scores for each pixel.</param>
/// <param name="width">Channels of the finest level; each coarser one has twice as many.</param>
[Shape("B channels H W -> B classes H W", Where = "H % 8 == 0, W % 8 == 0")]
public sealed partial class UNet(long channels, long classes, long width)
{
    [Layer] private readonly TwoConvolutions fine = new(channels, width);
    [Layer] private readonly TwoConvolutions middle = new(width, 2 * width);
    [Layer] private readonly TwoConvolutions coarse = new(2 * width, 4 * width);
    [Layer] private readonly TwoConvolutions bottom = new(4 * width, 8 * width);
    [Layer] private readonly Up toCoarse = new(8 * width, 4 * width);
    [Layer] private readonly Up toMiddle = new(4 * width, 2 * width);
    [Layer] private readonly Up toFine = new(2 * width, width);
    [Layer] private readonly Conv2d scores = Conv2d(width, classes, 1);
    [Layer(2)] private readonly MaxPool2d halve;

    private Tensor Forward(Tensor picture)
    {
        var a = fine.call(picture); // (B, width, H, W)
        var b = middle.call(halve.call(a)); // (B, 2*width, H//2, W//2)
        var c = coarse.call(halve.call(b)); // (B, 4*width, H//4, W//4)
        var d = bottom.call(halve.call(c)); // (B, 8*width, H//8, W//8)
        var x = toCoarse.call(d, c); // (B, 4*width, H//4, W//4)
        x = toMiddle.call(x, b); // (B, 2*width, H//2, W//2)
        x = toFine.call(x, a); // (B, width, H, W)
        return scores.call(x);
    }
}

/// <summary>Doubles the picture, puts the skipped one beside it, and mixes the two.</summary>
[Shape("B deep H W, B wide 2*H 2*W -> B wide 2*H 2*W")]
public sealed partial class Up(long deep, long wide)
{
    [Layer] private readonly ConvTranspose2d doubled = ConvTranspose2d(deep, wide, 2, stride: 2);
    [Layer] private readonly TwoConvolutions mix = new(2 * wide, wide);

    private Tensor Forward(Tensor x, Tensor skipped) => mix.call(cat([doubled.call(x), skipped], 1));
}

/// <summary>Twice a convolution, a normalisation and a ReLU: a chain.</summary>
[Shape("B from H W -> B to H W")]
public sealed partial class TwoConvolutions(long from, long to)
{
    [Layer] private readonly Conv2d conv1 = Conv2d(from, to, 3, padding: 1, bias: false);
    [Layer] private readonly BatchNorm2d norm1 = BatchNorm2d(to);
    [Layer] private readonly ReLU relu1;
    [Layer] private readonly Conv2d conv2 = Conv2d(to, to, 3, padding: 1, bias: false);
    [Layer] private readonly BatchNorm2d norm2 = BatchNorm2d(to);
    [Layer] private readonly ReLU relu2;
}

/// <summary>The loss of a segmentation.</summary>
public static class UNetTraining
{
    /// <summary>Each pixel is inside (1) or outside (0).</summary>
    /// <param name="model">One score for each pixel.</param>
    /// <param name="pictures">[B, 1, H, W].</param>
    /// <param name="masks">[B, 1, H, W].</param>
    /// <returns>One number.</returns>
    public static Tensor Loss(UNet model, Tensor pictures, Tensor masks) =>
        functional.binary_cross_entropy_with_logits(model.call(pictures), masks);
}

/// <summary>Learns to find the discs among squares, in noise.</summary>
public static class UNetRecipe
{
    private const int Size = 32;

    /// <summary>A small one.</summary>
    public static UNet Model() => new(channels: 1, classes: 1, width: 8);

    /// <summary>Trains on pictures that are drawn anew for each step.</summary>
    public static Figures Train(UNet model, int steps = 120)
    {
        using var scope = NewDisposeScope();
        var (pictures, masks) = Draw(64);
        (double Loss, double Overlap) Measured() => Training.Measure(model, () =>
            (UNetTraining.Loss(model, pictures, masks).ToDouble(), Overlap(model.call(pictures) > 0, masks > 0)));

        var before = Measured();
        Training.Run(model, steps, learningRate: 5e-3, () =>
        {
            var (some, theirs) = Draw(16);
            return UNetTraining.Loss(model, some, theirs);
        });

        return Figures.Of(before, Measured(), "overlap with the discs (intersection over union)");
    }

    /// <summary>A disc, which is meant, and a square, which is not, in noise. [count, 1, 32, 32] each.</summary>
    public static (Tensor Pictures, Tensor Masks) Draw(int count)
    {
        var (y, x) = (arange(Size).view(1, 1, Size, 1), arange(Size).view(1, 1, 1, Size));
        var at = randint(6, Size - 6, [4, count, 1, 1, 1]);
        var masks = ((x - at[0]).square() + (y - at[1]).square() <= 25).to(float32);
        var squares = ((x - at[2]).abs() <= 4).logical_and((y - at[3]).abs() <= 4).to(float32);
        return (maximum(masks, squares * (1 - masks)) + (0.3 * randn(count, 1, Size, Size)), masks);
    }

    private static double Overlap(Tensor said, Tensor right) =>
        said.logical_and(right).sum().ToDouble() / said.logical_or(right).sum().ToDouble();
}
