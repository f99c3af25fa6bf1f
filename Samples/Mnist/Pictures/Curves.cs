using ScottPlot;

namespace Mnist.Pictures;

/// <summary>Loss and accuracy over the epochs, for the training images and the test images.</summary>
internal static class Curves
{
    public static void Save(IReadOnlyList<EpochResult> results, string path)
    {
        var multiplot = new Multiplot();
        multiplot.AddPlots(2);
        multiplot.Layout = new ScottPlot.MultiplotLayouts.Columns();
        var epochs = results.Select(r => (double)r.Epoch).ToArray();
        Draw(multiplot.GetPlot(0), "Loss (cross entropy)", Alignment.UpperRight, epochs, results.Select(r => r.TrainLoss),
            results.Select(r => r.TestLoss));
        Draw(multiplot.GetPlot(1), "Accuracy (%)", Alignment.LowerRight, epochs, results.Select(r => 100 * r.TrainAccuracy),
            results.Select(r => 100 * r.TestAccuracy));
        multiplot.SavePng(path, 1200, 480);
    }

    private static void Draw(Plot plot, string title, Alignment legend, double[] epochs, IEnumerable<double> train,
        IEnumerable<double> test)
    {
        foreach (var (name, values, color) in new[] { ("training", train, Colors.C0), ("test", test, Colors.C1) })
        {
            var line = plot.Add.Scatter(epochs, values.ToArray());
            line.LegendText = name;
            line.LineWidth = 2.5f;
            line.MarkerSize = 8;
            line.Color = color;
        }

        plot.Title(title, 18);
        plot.XLabel("epoch", 14);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(epochs,
            epochs.Select(e => e.ToString("0", System.Globalization.CultureInfo.InvariantCulture)).ToArray());
        plot.Axes.Margins(0.05, 0.12);
        plot.ShowLegend(legend);
    }
}
