using TorchSharp;
using static TorchSharp.torch;

namespace GenClassifier._1;

/// <summary>Digits as a display of seven segments shows them, each a little different. Put your own images in their place.</summary>
internal static class Digits
{
    private const int Side = 28;

    /// <summary>The segments a to g from point to point, in a box of 1 x 2 with y downwards.</summary>
    private static readonly (double X1, double Y1, double X2, double Y2)[] Segments =
        [(0, 0, 1, 0), (1, 0, 1, 1), (1, 1, 1, 2), (0, 2, 1, 2), (0, 1, 0, 2), (0, 0, 0, 1), (0, 1, 1, 1)];

    private static readonly string[] Lit = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg"];

    /// <summary>Draws images, float32 [count, 1, 28, 28] from 0 to 1, and the digits on them, int64 [count].</summary>
    public static (Tensor Images, Tensor Labels) Draw(int count, int seed)
    {
        var random = new Random(seed);
        var (pixels, labels) = (new float[count * Side * Side], new long[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(10);
            Draw(Lit[labels[i]], pixels.AsSpan(i * Side * Side, Side * Side), random);
        }

        return (tensor(pixels).reshape(count, 1, Side, Side), tensor(labels));
    }

    private static void Draw(string lit, Span<float> pixels, Random random)
    {
        var (left, top) = (random.Next(5, 12), random.Next(3, 8));
        var (width, height) = (random.Next(7, 12), random.Next(8, 10));
        var (slant, thickness) = ((random.NextDouble() - 0.5) * 4, 1 + random.NextDouble());
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var distance = double.MaxValue;
                foreach (var letter in lit)
                {
                    var (x1, y1, x2, y2) = Segments[letter - 'a'];
                    distance = Math.Min(distance, Distance(x - left, y - top, (x1 * width) - (y1 * slant), y1 * height,
                        (x2 * width) - (y2 * slant), y2 * height));
                }

                var noise = random.NextDouble() * 0.2;
                pixels[(y * Side) + x] = (float)Math.Clamp(thickness + 0.5 - distance + noise, 0, 1);
            }
        }
    }

    /// <summary>From a point to the nearest of a segment.</summary>
    private static double Distance(double x, double y, double x1, double y1, double x2, double y2)
    {
        var (dx, dy) = (x2 - x1, y2 - y1);
        var along = Math.Clamp((((x - x1) * dx) + ((y - y1) * dy)) / ((dx * dx) + (dy * dy)), 0, 1);
        return Math.Sqrt(Math.Pow(x - x1 - (along * dx), 2) + Math.Pow(y - y1 - (along * dy), 2));
    }
}
