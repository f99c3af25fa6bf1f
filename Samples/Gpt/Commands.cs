using System.Globalization;
using ScottPlot;
using Spectre.Console;

namespace Gpt;

/// <param name="Prompt">What is written on.</param>
/// <param name="Length">How many characters.</param>
/// <param name="Temperature">How daring.</param>
internal sealed record Style(string Prompt, int Length, double Temperature);

/// <summary>What the program does: train, and write.</summary>
internal static class Commands
{
    private const string Weights = "character-gpt.weights";

    /// <summary>Trains, shows what it writes on the way, saves the weights and the curve.</summary>
    public static void Train(TrainingOptions options, int seed, Style style, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        manual_seed(seed);
        var text = Text.Sonnets();
        text.Encode(style.Prompt).Dispose();
        using var model = Model(text);
        Console.WriteLine(model.Summary().ToString());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{text.Train.numel():N0} characters to train on, {text.Test.numel():N0} to test; {text.Vocabulary} different ones"));

        var curve = new List<Progress>();
        var sentence = style with { Length = 60 };
        Show(options.Steps, Training.Run(model, text, options, cancellation), progress =>
        {
            curve.Add(progress);
            return progress.TestLoss is not { } test ? null : string.Create(CultureInfo.InvariantCulture,
                $"step {progress.Step,5}  loss {progress.Loss:F3}  test loss {test:F3}  {progress.Time.TotalSeconds,4:F0} s  ")
                + Write(model, text, sentence).ReplaceLineEndings(" / ");
        });

        cancellation.ThrowIfCancellationRequested();
        model.save(Path.Combine(folder, Weights));
        Draw(curve, Path.Combine(folder, "loss.png"));
        Console.WriteLine($"\n{Write(model, text, style)}\n\n{Path.Combine(folder, Weights)}\n{Path.Combine(folder, "loss.png")}");
    }

    /// <summary>Writes with the weights of a training.</summary>
    /// <exception cref="FileNotFoundException">There are none yet.</exception>
    public static void Write(Style style, string folder)
    {
        var path = Path.Combine(folder, Weights);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: there are no weights yet; train first: dotnet run --project Samples/Gpt -c Release");
        }

        var text = Text.Sonnets();
        using var model = Model(text);
        model.load(path);
        Console.WriteLine(Write(model, text, style));
    }

    /// <summary>Small enough that two cores train it in less than three minutes.</summary>
    private static CharacterGpt Model(Text text) => new(text.Vocabulary, context: 64, width: 128, heads: 4, depth: 3);

    private static string Write(CharacterGpt model, Text text, Style style) =>
        Writer.Write(model, text, style.Prompt, style.Length, style.Temperature);

    /// <summary>A bar, and the lines that stay; without a screen the lines alone.</summary>
    private static void Show(int steps, IEnumerable<Progress> training, Func<Progress, string?> line)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var text in training.Select(line).OfType<string>())
            {
                Console.WriteLine(text);
            }

            return;
        }

        AnsiConsole.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var bar = context.AddTask("training", maxValue: steps);
                foreach (var progress in training)
                {
                    bar.Value = progress.Step;
                    bar.Description = string.Create(CultureInfo.InvariantCulture, $"step {progress.Step}  loss {progress.Loss:F3}");
                    if (line(progress) is { } text)
                    {
                        AnsiConsole.MarkupLineInterpolated($"{text}");
                    }
                }
            });
    }

    private static void Draw(IReadOnlyList<Progress> curve, string path)
    {
        using var plot = new Plot();
        var train = plot.Add.Scatter(curve.Select(p => (double)p.Step).ToArray(), curve.Select(p => p.Loss).ToArray());
        (train.LegendText, train.MarkerSize) = ("training, each batch", 0);
        var tested = curve.Where(p => p.TestLoss is not null).ToArray();
        var test = plot.Add.Scatter(tested.Select(p => (double)p.Step).ToArray(), tested.Select(p => p.TestLoss!.Value).ToArray());
        (test.LegendText, test.LineWidth) = ("test", 2.5f);
        plot.XLabel("step");
        plot.YLabel("cross entropy of the next character (nats)");
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(path, 900, 500);
    }
}
