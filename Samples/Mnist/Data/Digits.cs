namespace Mnist.Data;

/// <summary>
/// Handwritten-like digits that need no download: each is drawn with one of several ways of writing it, and a slant, size, place,
/// thickness, wobble and noise of its own. The same seed gives the same images on every machine.
/// </summary>
internal static class Digits
{
    private const int TrainCount = 60_000;
    private const int TestCount = 10_000;
    private const double BoxSide = 19;

    private static readonly (double X, double Y, bool Begins)[][][] Traces =
        [.. Strokes.ByDigit.Select(styles => styles.Select(Pen.Trace).ToArray())];

    public static DataSet Generate(int seed) => new(
        "embedded digits",
        Generate(TrainCount, unchecked((ulong)seed * 2)),
        Generate(TestCount, unchecked(((ulong)seed * 2) + 1)));

    /// <summary>Images 0, 1, 2, ... of a seed; the digits follow each other at random.</summary>
    public static ImageSet Generate(int count, ulong seed)
    {
        var set = new ImageSet(new byte[count * ImageSet.PixelsPerImage], new byte[count]);
        Parallel.For(0, count, i =>
        {
            // Every image has a generator of its own, so that their order does not matter.
            var random = new Random64(new Random64(seed ^ (ulong)i * 0xD1342543DE82EF95).Next());
            var digit = random.Below(10);
            set.Labels[i] = (byte)digit;
            Draw(digit, ref random, set.Pixels.AsSpan(i * ImageSet.PixelsPerImage, ImageSet.PixelsPerImage));
        });
        return set;
    }

    private static void Draw(int digit, ref Random64 random, Span<byte> pixels)
    {
        var trace = Traces[digit][random.Below(Traces[digit].Length)];
        var (width, height) = (BoxSide * random.Uniform(0.5, 0.95), BoxSide * random.Uniform(0.8, 1.08));
        var (slant, tilt) = (random.Normal(0.22), random.Normal(0.12));
        var (left, top) = (14 + random.Normal(1.3), 14 + random.Normal(1.3));
        var (bendX, bendY) = (random.Normal(0.10), random.Normal(0.10));
        var wobble = random.Uniform(0.01, 0.035);

        Span<(double X, double Y, bool Begins)> points = stackalloc (double, double, bool)[trace.Length];
        var (driftX, driftY) = (0.0, 0.0);
        for (var i = 0; i < trace.Length; i++)
        {
            // The hand drifts and comes back.
            driftX = (0.8 * driftX) + random.Normal(wobble);
            driftY = (0.8 * driftY) + random.Normal(wobble);
            var (x, y) = (trace[i].X - 0.5 + driftX, trace[i].Y - 0.5 + driftY);
            (x, y) = (x + (bendX * 4 * y * y) - bendX, y + (bendY * 4 * x * x) - bendY);
            points[i] = (left + (width * (x - (slant * y))), top + (height * (y + (tilt * x))), trace[i].Begins);
        }

        Span<double> image = stackalloc double[ImageSet.PixelsPerImage];
        image.Clear();
        Pen.Draw(points, random.Uniform(0.55, 1.75), random.Uniform(0.7, 1.0), image);
        var noise = random.Uniform(0, 0.08);
        for (var i = 0; i < pixels.Length; i++)
        {
            var grain = image[i] > 0 ? noise * ((2 * random.Uniform()) - 1) : 0;
            pixels[i] = (byte)Math.Clamp((int)(255 * (image[i] + grain)), 0, 255);
        }
    }
}
