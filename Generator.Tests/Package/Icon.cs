using SkiaSharp;

namespace Gen.Tests.Package;

/// <summary>The package's icon: layers that become narrower, as in a classifier, and a tick, since they fit.</summary>
internal static class Icon
{
    private const int Side = 256;
    private static readonly SKColor Ground = new(0x22, 0x1b, 0x3a);
    private static readonly SKColor[] Layers = [new(0xf2, 0x6b, 0x3a), new(0xe8, 0x4f, 0x6b), new(0xb0, 0x4c, 0xa8), new(0x6f, 0x5b, 0xd6)];

    /// <summary>The icon as a PNG.</summary>
    public static byte[] Draw()
    {
        using var bitmap = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true };
        canvas.Clear(SKColors.Transparent);
        paint.Color = Ground;
        canvas.DrawRoundRect(0, 0, Side, Side, 48, 48, paint);

        for (var i = 0; i < Layers.Length; i++)
        {
            // Widths 192, 144, 96, 48 about the middle, from top to bottom.
            var width = 48f * (Layers.Length - i);
            paint.Color = Layers[i];
            canvas.DrawRoundRect((Side - width) / 2, 36 + (50 * i), width, 34, 17, 17, paint);
        }

        paint.Color = SKColors.White;
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = 18;
        paint.StrokeCap = SKStrokeCap.Round;
        canvas.DrawLine(176, 200, 192, 216, paint);
        canvas.DrawLine(192, 216, 224, 174, paint);
        canvas.Flush();
        return Encode(bitmap);
    }

    private static byte[] Encode(SKBitmap bitmap)
    {
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
