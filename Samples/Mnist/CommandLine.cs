using System.CommandLine;
using Gen.Distributed;

namespace Mnist;

/// <summary>The command line: its options, what they may be, and the exit codes.</summary>
internal static class CommandLine
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Cancelled = 130;

    private const int DefaultEpochs = 6;
    private const string DefaultFolder = "mnist-out";

    public static async Task<int> RunAsync(string[] args)
    {
        var root = Build();
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    public static RootCommand Build()
    {
        var epochs = Positive("--epochs", "How often every image is shown.", DefaultEpochs, 10_000);
        var batchSize = Positive("--batch-size", "Images a step.", 64, 60_000);
        var seed = new Option<int>("--seed") { Description = "Of the weights, the order of the images and the embedded digits.",
            DefaultValueFactory = _ => 1 };
        var learningRate = new Option<double>("--lr") { Description = "Adam's learning rate at the beginning; it falls to 0.",
            DefaultValueFactory = _ => 1e-3 };
        learningRate.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(result.GetValueOrDefault<double>() is > 0 and <= 10))
            {
                result.AddError($"--lr {result.Tokens[0].Value}: must be more than 0 and at most 10.");
            }
        });
        var data = new Option<string?>("--data") { Description = "A folder with the four MNIST files, plain or gzipped." };
        var download = new Option<bool>("--download") { Description = "Fetch MNIST into a cache folder first." };
        var distributed = new Option<bool>("--distributed") { Description = "Train in the processes that mpirun has started." };
        var folder = new Option<string>("--out") { Description = "The folder for weights and pictures.",
            DefaultValueFactory = _ => DefaultFolder, Recursive = true };

        var root = new RootCommand("Trains a classifier of handwritten digits whose module Gen generates.") { epochs, batchSize,
            learningRate, seed, data, download, distributed, folder };
        root.Validators.Add(result =>
        {
            if (result.GetResult(data) is not null && result.GetValue(download))
            {
                result.AddError("--data and --download: give one of them.");
            }
        });
        root.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            using var group = parsed.GetValue(distributed) ? ProcessGroup.Init() : null;
            await Commands.TrainAsync(
                new(parsed.GetValue(epochs), parsed.GetValue(batchSize), parsed.GetValue(learningRate), parsed.GetValue(seed)),
                parsed.GetValue(data),
                parsed.GetValue(download),
                parsed.GetValue(folder)!,
                cancellation,
                group);
        }));

        var file = new Argument<string>("file") { Description = "A picture of one digit." };
        var predict = new Command("predict", "Recognises the digit in a picture, with the weights in --out.") { file };
        predict.SetAction((parsed, _) => GuardAsync(() =>
        {
            Commands.Predict(parsed.GetValue(file)!, parsed.GetValue(folder)!);
            return Task.CompletedTask;
        }));
        root.Subcommands.Add(predict);
        return root;
    }

    private static Option<int> Positive(string name, string description, int otherwise, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture,
                out var value) && (value < 1 || value > most))
            {
                result.AddError($"{name} {value}: must be from 1 to {most}.");
            }
        });
        return option;
    }

    private static async Task<int> GuardAsync(Func<Task> action)
    {
        try
        {
            // On a thread of its own, so that Ctrl-C finds someone to tell.
            await Task.Run(action);
            return Success;
        }
        catch (UserErrorException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failure;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; nothing was saved.");
            return Cancelled;
        }
    }
}
