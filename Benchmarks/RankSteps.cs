using System.Diagnostics;
using System.Globalization;
using Gen.Distributed;
using Mnist;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Benchmarks;

/// <summary>Training steps of the MNIST classifier at one batch size for all: in one process, and in two ranks under <c>mpirun</c>, one
/// thread each. The forms take turns, so that what else the machine does meets both.</summary>
internal static class RankSteps
{
    private const int GlobalBatch = 128;
    private const int Turns = 5;
    private const int WarmUp = 100;
    private const int Steps = 1500;

    public static void Print(TextWriter output)
    {
        var (one, two) = (new List<double>(), new List<double>());
        var program = typeof(RankSteps).Assembly.Location;
        for (var turn = 0; turn < Turns; turn++)
        {
            one.Add(Run("dotnet", [program, "rank"]));
            two.Add(Run("mpirun", ["-n", "2", "dotnet", program, "rank"]));
        }

        output.WriteLine("| processes | steps/s, median | range | ratio |");
        output.WriteLine("|---|---:|---:|---:|");
        foreach (var (form, rates) in new[] { ("one process, one thread", one), ("two ranks, one thread each", two) })
        {
            rates.Sort();
            var median = rates[Turns / 2];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {form} | {median:F0} | {rates[0]:F0}-{rates[^1]:F0} | {median / one.Order().ElementAt(Turns / 2):F2} |"));
        }
    }

    /// <summary>One rank: trains, and the first prints its steps per second.</summary>
    public static void Rank()
    {
        using var group = ProcessGroup.Init();
        set_num_threads(1);
        manual_seed(1);
        using var model = new MnistClassifier();
        using var parallel = DistributedDataParallel.Attach(model, group);
        using var optimizer = optim.Adam(model.parameters(), 1e-3);
        using var criterion = nn.CrossEntropyLoss();
        var share = GlobalBatch / group.Size;
        using var images = randn(share * 16, 1, 28, 28);
        using var labels = randint(10, share * 16);
        var watch = new Stopwatch();
        for (var step = 0; step < WarmUp + Steps; step++)
        {
            if (step == WarmUp)
            {
                group.Barrier();
                watch.Start();
            }

            using var scope = NewDisposeScope();
            var start = share * (step % 16);
            parallel.ZeroGrad();
            criterion.call(model.call(images.narrow(0, start, share)), labels.narrow(0, start, share)).backward();
            parallel.Synchronize();
            optimizer.step();
        }

        if (group.Rank == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"steps/s {Steps / watch.Elapsed.TotalSeconds}"));
        }
    }

    private static double Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };

        // In a container, where one is root.
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["TERM"] = "dumb";
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith("steps/s ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{program} ended with {process.ExitCode} and printed: {text}");
        return double.Parse(line[8..], CultureInfo.InvariantCulture);
    }
}
