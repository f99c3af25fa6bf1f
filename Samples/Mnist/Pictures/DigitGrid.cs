using Mnist.Data;
using ScottPlot;

namespace Mnist.Pictures;

/// <summary>Test images with what the model takes them for; wrong ones are red and tell the right digit.</summary>
internal static class DigitGrid
{
    private const int Columns = 10;
    private const int Rows = 6;
    private const int WrongOnes = 20;
    private const int Cell = ImageSet.Side + 12;

    public static void Save(ImageSet set, byte[] predictions, string path)
    {
        // Wrong ones first, as many as there are, then the first of the set.
        var wrong = Enumerable.Range(0, set.Count).Where(i => predictions[i] != set.Labels[i]).Take(WrongOnes).ToArray();
        var shown = wrong.Concat(Enumerable.Range(0, set.Count).Where(i => predictions[i] == set.Labels[i])).Take(Rows * Columns).ToArray();
        var canvas = new double[Rows * Cell, Columns * Cell];
        var plot = new Plot();
        for (var at = 0; at < shown.Length; at++)
        {
            var (row, column) = (at / Columns, at % Columns);
            Paint(set.Image(shown[at]), canvas, row * Cell + 10, column * Cell + 6);
        }

        var heatmap = plot.Add.Heatmap(canvas);
        heatmap.Colormap = new ScottPlot.Colormaps.GrayscaleReversed();
        for (var at = 0; at < shown.Length; at++)
        {
            var (row, column) = (at / Columns, at % Columns);
            var (digit, label) = (predictions[shown[at]], set.Labels[shown[at]]);
            var text = plot.Add.Text(digit == label ? $"{digit}" : $"{digit}, not {label}", (column * Cell) + (Cell / 2.0),
                (Rows * Cell) - (row * Cell) - 4.5);
            text.LabelAlignment = Alignment.MiddleCenter;
            text.LabelFontSize = 15;
            text.LabelBold = digit != label;
            text.LabelFontColor = digit == label ? Colors.Green : Colors.Red;
        }

        plot.Title($"{set.Count - Errors(set, predictions)} of {set.Count} test images right; red: taken for another digit", 18);
        plot.HideGrid();
        plot.Axes.Bottom.IsVisible = plot.Axes.Left.IsVisible = plot.Axes.Right.IsVisible = false;
        plot.Axes.SetLimits(0, Columns * Cell, 0, Rows * Cell);
        plot.Axes.SquareUnits();
        plot.SavePng(path, 1100, 720);
    }

    private static int Errors(ImageSet set, byte[] predictions) => predictions.Where((p, i) => p != set.Labels[i]).Count();

    private static void Paint(ReadOnlySpan<byte> image, double[,] canvas, int top, int left)
    {
        for (var y = 0; y < ImageSet.Side; y++)
        {
            for (var x = 0; x < ImageSet.Side; x++)
            {
                canvas[top + y, left + x] = image[(y * ImageSet.Side) + x];
            }
        }
    }
}
