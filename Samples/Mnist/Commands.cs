using System.Globalization;
using Gen.Distributed;
using Mnist.Data;
using Mnist.Pictures;
using static TorchSharp.torch;

namespace Mnist;

/// <summary>What the program does: train, and predict.</summary>
internal static class Commands
{
    /// <summary>Trains, tests after each epoch, saves the weights and the pictures. Of several processes, the first prints and
    /// saves.</summary>
    public static async Task TrainAsync(TrainingOptions options, string? data, bool download, string outFolder,
        CancellationToken cancellation, ProcessGroup? group = null)
    {
        var isFirst = group is null or { Rank: 0 };
        if (isFirst)
        {
            Output.Prepare(outFolder);
        }
        else
        {
            Console.SetOut(TextWriter.Null);
        }

        var set = await DataAsync(options, data, download, cancellation);

        // Batches this small are faster on one thread than on several.
        set_num_threads(1);
        random.manual_seed(options.Seed);
        using var model = new MnistClassifier();
        Console.WriteLine(model.Summary().ToString());
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{set.Name}: {set.Train.Count:N0} images for training, {set.Test.Count:N0} for testing; "
                + $"{MnistClassifier.ParameterCount:N0} parameters"));
        if (group is not null)
        {
            Console.WriteLine($"{group.Size} processes, {group.Engine}");
        }

        using var train = new Tensors(set.Train);
        using var test = new Tensors(set.Test);
        var results = new List<EpochResult>();
        var display = new ProgressDisplay(options.Epochs, isPlain: group is not null);
        using var epochs = Training.Run(model, train, test, options, display, cancellation, group).GetEnumerator();
        for (var more = true; more;)
        {
            display.Run(() => more = epochs.MoveNext());
            if (more)
            {
                results.Add(epochs.Current);
                display.Done(epochs.Current, set.Train.Count);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        if (!isFirst)
        {
            return;
        }

        var evaluation = Evaluation.Of(model, test);
        Console.WriteLine(Invariant($"test accuracy: {evaluation.Accuracy * 100:F2} %"));
        Output.Guard(outFolder, () =>
        {
            Console.WriteLine(Weights.Save(model, outFolder));
            Picture("curves.png", path => Curves.Save(results, path));
            Picture("digits.png", path => DigitGrid.Save(set.Test, evaluation.Predictions, path));
            Picture("confusion.png", path => ConfusionMatrix.Save(set.Test.Labels, evaluation.Predictions, path));
        });

        void Picture(string name, Action<string> save)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.Combine(outFolder, name);
            WholeFile.Write(path, save);
            Console.WriteLine(path);
        }
    }

    /// <summary>Prints the digit in a picture, and how sure the model is of each.</summary>
    public static void Predict(string file, string outFolder)
    {
        using var model = new MnistClassifier();
        Weights.Load(model, outFolder);
        var probabilities = Prediction.Of(model, Prediction.Read(file));
        var digit = Array.IndexOf(probabilities, probabilities.Max());
        Console.WriteLine(Invariant($"{file}: {digit} ({probabilities[digit] * 100:F1} %)"));
        foreach (var (probability, d) in probabilities.Select((p, d) => (p, d)))
        {
            Console.WriteLine(Invariant($"  {d}  {probability * 100,5:F1} %  {new string('#', (int)Math.Round(probability * 40))}")
                .TrimEnd());
        }
    }

    private static async Task<DataSet> DataAsync(TrainingOptions options, string? data, bool download, CancellationToken cancellation) =>
        (data, download) switch
    {
        (not null, _) => MnistFiles.Load(data),
        (null, true) => MnistFiles.Load(await MnistDownload.FetchAsync(MnistDownload.CacheFolder, null, cancellation)),
        _ => Digits.Generate(options.Seed),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
