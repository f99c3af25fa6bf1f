using ScottPlot;

namespace Mnist.Pictures;

/// <summary>How often each digit was taken for each; the colour is the share of its row, on a scale that shows rare mistakes.</summary>
internal static class ConfusionMatrix
{
    private const int Digits = 10;

    public static void Save(byte[] labels, byte[] predictions, string path)
    {
        var counts = new int[Digits, Digits];
        for (var i = 0; i < labels.Length; i++)
        {
            counts[labels[i], predictions[i]]++;
        }

        var shares = new double[Digits, Digits];
        for (var row = 0; row < Digits; row++)
        {
            var total = Math.Max(1, Enumerable.Range(0, Digits).Sum(c => counts[row, c]));
            for (var column = 0; column < Digits; column++)
            {
                shares[row, column] = Math.Sqrt(counts[row, column] / (double)total);
            }
        }

        var plot = new Plot();
        var heatmap = plot.Add.Heatmap(shares);
        heatmap.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        for (var row = 0; row < Digits; row++)
        {
            for (var column = 0; column < Digits; column++)
            {
                var text = plot.Add.Text(counts[row, column].ToString(System.Globalization.CultureInfo.InvariantCulture), column,
                    Digits - 1 - row);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontSize = 16;
                text.LabelBold = row == column;
                text.LabelFontColor = counts[row, column] == 0 ? Colors.LightGray : row == column ? Colors.White : Colors.Black;
            }
        }

        var places = Enumerable.Range(0, Digits).Select(d => (double)d).ToArray();
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(places, places.Select(p => $"{p:0}").ToArray());
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(places,
            places.Select(p => $"{Digits - 1 - p:0}").ToArray());
        plot.Title("Which digit was taken for which", 18);
        plot.XLabel("prediction", 14);
        plot.YLabel("digit", 14);
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, Digits - 0.5, -0.5, Digits - 0.5);
        plot.SavePng(path, 820, 760);
    }
}
