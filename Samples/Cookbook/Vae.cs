namespace Cookbook;

/// <summary>A variational autoencoder (Kingma and Welling 2014): pictures to a few numbers and back.</summary>
/// <param name="pixels">Pixels of a picture.</param>
/// <param name="hidden">Features between.</param>
/// <param name="latent">How many numbers describe a picture.</param>
[Shape("B pixels -> B pixels, B latent, B latent")]
public sealed partial class Vae(long pixels, long hidden, long latent)
{
    [Layer] private readonly Linear encode = Linear(pixels, hidden);
    [Layer] private readonly Linear mean = Linear(hidden, latent);
    [Layer] private readonly Linear logVariance = Linear(hidden, latent);
    [Layer] private readonly VaeDecoder decoder = new(latent, hidden, pixels);

    /// <summary>Draws a picture from its numbers.</summary>
    public VaeDecoder Decoder => decoder;

    private (Tensor Picture, Tensor Mean, Tensor LogVariance) Forward(Tensor picture)
    {
        var h = encode.call(picture).tanh(); // (B, hidden)
        var (m, v) = (mean.call(h), logVariance.call(h)); // (B, latent)
        var drawn = training ? m + (randn_like(m) * (v / 2).exp()) : m; // (B, latent)
        return (decoder.call(drawn), m, v);
    }
}

/// <summary>Numbers to a picture: the scores of its pixels, before the sigmoid.</summary>
[Shape("B latent -> B pixels")]
public sealed partial class VaeDecoder(long latent, long hidden, long pixels)
{
    [Layer] private readonly Linear expand = Linear(latent, hidden);
    [Layer] private readonly Tanh tanh;
    [Layer] private readonly Linear draw = Linear(hidden, pixels);
}

/// <summary>The two losses, which pull against each other.</summary>
public static class VaeTraining
{
    /// <summary>How far the drawn pictures are from the given ones, and how far the numbers are from a normal distribution.</summary>
    /// <returns>Two numbers, each the mean of a picture.</returns>
    public static (Tensor Picture, Tensor Divergence) Losses(Vae model, Tensor pictures)
    {
        var (drawn, mean, logVariance) = model.call(pictures);
        var picture = functional.binary_cross_entropy_with_logits(drawn, pictures, reduction: Reduction.Sum);
        var divergence = -0.5 * (1 + logVariance - mean.square() - logVariance.exp()).sum();
        return (picture / pictures.shape[0], divergence / pictures.shape[0]);
    }
}

/// <summary>Learns where a bright spot is and how large, from pictures alone.</summary>
public static class VaeRecipe
{
    private const int Size = 14;

    /// <summary>A small one.</summary>
    public static Vae Model() => new(Size * Size, hidden: 64, latent: 4);

    /// <summary>Trains on pictures that are drawn anew for each step.</summary>
    public static Figures Train(Vae model, int steps = 600)
    {
        using var scope = NewDisposeScope();
        var pictures = Draw(200);
        (double Loss, double Explained) Measured() => Training.Measure(model, () =>
        {
            var (picture, divergence) = VaeTraining.Losses(model, pictures);
            var wrong = model.call(pictures).Item1.sigmoid() - pictures;
            return ((picture + divergence).ToDouble(),
                1 - (wrong.square().mean() / (pictures - pictures.mean([0L], keepdim: true)).square().mean()).ToDouble());
        });

        var before = Measured();
        Training.Run(model, steps, learningRate: 3e-3, () =>
        {
            var (picture, divergence) = VaeTraining.Losses(model, Draw(64));
            return picture + divergence;
        });

        return Figures.Of(before, Measured(), "share of the variance of the pictures that is explained");
    }

    /// <summary>Bright spots at random places, from 0 to 1: [count, 196].</summary>
    public static Tensor Draw(int count)
    {
        var (y, x) = (arange(Size).view(1, Size, 1), arange(Size).view(1, 1, Size));
        var at = 2 + (rand(2, count, 1, 1) * (Size - 4));
        var width = 1.5 + rand(count, 1, 1);
        return (-((x - at[0]).square() + (y - at[1]).square()) / (2 * width.square())).exp().flatten(1);
    }
}
