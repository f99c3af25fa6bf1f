using Mnist.Data;
using SkiaSharp;
using static TorchSharp.torch;

namespace Mnist;

/// <summary>Recognises the digit in a picture file.</summary>
internal static class Prediction
{
    private const int DigitSide = 20;

    /// <summary>The probability of each digit.</summary>
    public static float[] Of(MnistClassifier model, byte[] image)
    {
        model.eval();
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        return model.call(Tensors.Normalise(image, 1)).softmax(1).data<float>().ToArray();
    }

    /// <summary>A picture as MNIST's are: light ink on dark, the digit scaled into 20x20 pixels, its centre of mass in the middle of
    /// 28x28.</summary>
    /// <exception cref="UserErrorException">The file is missing, no picture, or empty paper.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"{path}: there is no such file.");
        }

        using var bitmap = SKBitmap.Decode(path) ?? throw new UserErrorException($"{path}: not a picture that can be read.");
        var ink = Ink(bitmap);
        if (Box(ink, bitmap.Width, bitmap.Height) is not { } box)
        {
            throw new UserErrorException($"{path}: the picture is of one colour; there is no digit on it.");
        }

        return Centred(Scaled(ink, bitmap.Width, box));
    }

    /// <summary>How much each pixel differs from the paper, which is what most of the border shows: 0 to 1.</summary>
    private static float[] Ink(SKBitmap bitmap)
    {
        var grey = new float[bitmap.Width * bitmap.Height];
        var border = new List<float>();
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++)
            {
                var pixel = bitmap.GetPixel(x, y);
                var opacity = pixel.Alpha / 255f;
                var light = ((0.299f * pixel.Red) + (0.587f * pixel.Green) + (0.114f * pixel.Blue)) / 255f;

                // What is transparent is paper: white.
                grey[(y * bitmap.Width) + x] = (light * opacity) + 1 - opacity;
                if (x == 0 || y == 0 || x == bitmap.Width - 1 || y == bitmap.Height - 1)
                {
                    border.Add(grey[(y * bitmap.Width) + x]);
                }
            }
        }

        border.Sort();
        var paper = border[border.Count / 2];
        var most = grey.Max(g => Math.Abs(g - paper));
        return most < 0.1f ? new float[grey.Length] : [.. grey.Select(g => Math.Abs(g - paper) / most)];
    }

    private static (int Left, int Top, int Width, int Height)? Box(float[] ink, int width, int height)
    {
        var inked = Enumerable.Range(0, ink.Length).Where(i => ink[i] > 0.25f).ToArray();
        if (inked.Length == 0)
        {
            return null;
        }

        var (left, right) = (inked.Min(i => i % width), inked.Max(i => i % width));
        var (top, bottom) = (inked.Min(i => i / width), inked.Max(i => i / width));
        return (left, top, Math.Min(right - left + 1, width), Math.Min(bottom - top + 1, height));
    }

    /// <summary>The box's content with its longer side 20 pixels long: the mean of what each pixel covers.</summary>
    private static float[,] Scaled(float[] ink, int stride, (int Left, int Top, int Width, int Height) box)
    {
        var scale = DigitSide / (double)Math.Max(box.Width, box.Height);
        var (columns, rows) = (Math.Max(1, (int)Math.Round(box.Width * scale)), Math.Max(1, (int)Math.Round(box.Height * scale)));
        var scaled = new float[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var (x0, x1) = Span(column, columns, box.Width);
                var (y0, y1) = Span(row, rows, box.Height);
                var sum = 0f;
                for (var y = y0; y < y1; y++)
                {
                    for (var x = x0; x < x1; x++)
                    {
                        sum += ink[((box.Top + y) * stride) + box.Left + x];
                    }
                }

                scaled[row, column] = sum / ((x1 - x0) * (y1 - y0));
            }
        }

        return scaled;

        static (int From, int To) Span(int index, int count, int size)
        {
            var from = (int)((long)index * size / count);
            return (from, Math.Max(from + 1, (int)((long)(index + 1) * size / count)));
        }
    }

    private static byte[] Centred(float[,] digit)
    {
        var (mass, massX, massY) = (0.0, 0.0, 0.0);
        for (var row = 0; row < digit.GetLength(0); row++)
        {
            for (var column = 0; column < digit.GetLength(1); column++)
            {
                mass += digit[row, column];
                massX += digit[row, column] * (column + 0.5);
                massY += digit[row, column] * (row + 0.5);
            }
        }

        var (left, top) = ((int)Math.Round((ImageSet.Side / 2.0) - (massX / mass)),
            (int)Math.Round((ImageSet.Side / 2.0) - (massY / mass)));
        var image = new byte[ImageSet.PixelsPerImage];
        for (var row = 0; row < digit.GetLength(0); row++)
        {
            for (var column = 0; column < digit.GetLength(1); column++)
            {
                var (x, y) = (left + column, top + row);
                if (x is >= 0 and < ImageSet.Side && y is >= 0 and < ImageSet.Side)
                {
                    image[(y * ImageSet.Side) + x] = (byte)(255 * digit[row, column]);
                }
            }
        }

        return image;
    }
}
