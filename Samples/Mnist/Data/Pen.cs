using System.Globalization;

namespace Mnist.Data;

/// <summary>Draws strokes into an image. Curves are polynomials and distances square roots, so that every machine draws the same.</summary>
internal static class Pen
{
    private const int StepsPerCurve = 10;

    /// <summary>The points of a text of strokes; the pen is lifted before a point that begins a stroke.</summary>
    public static (double X, double Y, bool Begins)[] Trace(string strokes)
    {
        var words = strokes.Split(' ');
        var points = new List<(double, double, bool)>();
        var (x, y) = (0.0, 0.0);
        for (var i = 0; i < words.Length;)
        {
            var command = words[i++];
            var numbers = new double[command switch { "M" or "L" => 2, "Q" => 4, _ => 6 }];
            for (var k = 0; k < numbers.Length; k++)
            {
                numbers[k] = double.Parse(words[i++], CultureInfo.InvariantCulture);
            }

            if (command is "M" or "L")
            {
                points.Add((numbers[0], numbers[1], command == "M"));
            }
            else
            {
                for (var step = 1; step <= StepsPerCurve; step++)
                {
                    var t = step / (double)StepsPerCurve;
                    points.Add(command == "Q"
                        ? (Quadratic(x, numbers[0], numbers[2], t), Quadratic(y, numbers[1], numbers[3], t), false)
                        : (Cubic(x, numbers[0], numbers[2], numbers[4], t), Cubic(y, numbers[1], numbers[3], numbers[5], t), false));
                }
            }

            (x, y) = (numbers[^2], numbers[^1]);
        }

        return [.. points];
    }

    /// <summary>Inks each pixel by its distance to the stroke: full within the pen's radius, fading over one pixel.</summary>
    public static void Draw(ReadOnlySpan<(double X, double Y, bool Begins)> points, double radius, double ink, Span<double> image)
    {
        for (var i = 1; i < points.Length; i++)
        {
            if (!points[i].Begins)
            {
                Segment(points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y, radius, ink, image);
            }
        }
    }

    private static void Segment(double x0, double y0, double x1, double y1, double radius, double ink, Span<double> image)
    {
        var reach = radius + 1;
        var (left, right) = (Pixel(Math.Min(x0, x1) - reach), Pixel(Math.Max(x0, x1) + reach));
        var (top, bottom) = (Pixel(Math.Min(y0, y1) - reach), Pixel(Math.Max(y0, y1) + reach));
        var (dx, dy) = (x1 - x0, y1 - y0);
        var length = (dx * dx) + (dy * dy);
        for (var row = top; row <= bottom; row++)
        {
            for (var column = left; column <= right; column++)
            {
                var (px, py) = (column + 0.5 - x0, row + 0.5 - y0);
                var along = length == 0 ? 0 : Math.Clamp(((px * dx) + (py * dy)) / length, 0, 1);
                var (ex, ey) = (px - (along * dx), py - (along * dy));
                var shade = Math.Clamp(radius + 0.5 - Math.Sqrt((ex * ex) + (ey * ey)), 0, 1) * ink;
                ref var pixel = ref image[(row * ImageSet.Side) + column];
                pixel = Math.Max(pixel, shade);
            }
        }
    }

    private static int Pixel(double at) => (int)Math.Clamp(at, 0, ImageSet.Side - 1);

    private static double Quadratic(double a, double b, double c, double t) =>
        ((1 - t) * (1 - t) * a) + (2 * (1 - t) * t * b) + (t * t * c);

    private static double Cubic(double a, double b, double c, double d, double t) =>
        ((1 - t) * Quadratic(a, b, c, t)) + (t * Quadratic(b, c, d, t));
}
