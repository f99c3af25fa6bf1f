using System.Globalization;
using Spectre.Console;

namespace Mnist;

/// <summary>Shows an epoch's progress: a bar with loss, accuracy, images a second and the time left; a plain line where output is
/// redirected, or where several processes share the screen.</summary>
internal sealed class ProgressDisplay(int epochs, bool isPlain = false) : IProgress<BatchProgress>
{
    private ProgressTask? bar;
    private System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
    private long lastShown;

    /// <summary>Runs something with the bar on the screen.</summary>
    public void Run(Action action)
    {
        if (isPlain || Console.IsOutputRedirected)
        {
            action();
            return;
        }

        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(context =>
            {
                bar = context.AddTask("", maxValue: 1);
                action();
            });
    }

    public void Report(BatchProgress value)
    {
        if (value.Seen == value.Count || value.Seen < lastShown)
        {
            lastShown = 0;
        }

        // Ten times a second is enough to see it move.
        if (bar is null || (watch.ElapsedMilliseconds - lastShown < 100 && value.Seen < value.Count))
        {
            return;
        }

        lastShown = watch.ElapsedMilliseconds;
        bar.Description =
            string.Create(CultureInfo.InvariantCulture,
                $"epoch {value.Epoch}/{epochs}  loss {value.Loss:F4}  accuracy {value.Accuracy:P2}  "
                + $"{value.Seen / Math.Max(watch.Elapsed.TotalSeconds, 1e-3):N0} images/s");
        bar.MaxValue = value.Count;
        bar.Value = value.Seen;
    }

    /// <summary>A line that stays, for an epoch that is done.</summary>
    public void Done(EpochResult result, int images)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"epoch {result.Epoch,2}/{epochs}  loss {result.TrainLoss:F4}  accuracy {result.TrainAccuracy * 100:F2} %  test loss "
            + $"{result.TestLoss:F4}  test accuracy {result.TestAccuracy * 100:F2} %  {result.TrainTime.TotalSeconds:F1} s  "
            + $"{images / result.TrainTime.TotalSeconds:N0} images/s"));
        watch = System.Diagnostics.Stopwatch.StartNew();
        lastShown = 0;
    }
}
