using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Benchmarks;

/// <summary>Memory and time of a training step of a GPT, with blocks that are kept, blocks that are computed again, one by one or four
/// together, each in a process of its own.</summary>
internal static class RecomputeSteps
{
    private const int Turns = 3;
    private const int Steps = 4;

    public static void Print(TextWriter output)
    {
        var runs = new[] { "kept", "again", "together" }
            .ToDictionary(static form => form, static _ => new List<(double Megabytes, double Seconds, string Gradients)>());
        for (var turn = 0; turn < Turns; turn++)
        {
            foreach (var (form, results) in runs)
            {
                var time = Run(form, exactMemory: false);
                results.Add(Run(form, exactMemory: true) with { Seconds = time.Seconds });
            }
        }

        var (megabytes, seconds) = (runs["kept"].Min(r => r.Megabytes), runs["kept"].Min(r => r.Seconds));
        output.WriteLine("| blocks | peak above the beginning (MB) | ratio | seconds a step | ratio | gradients |");
        output.WriteLine("|---|---:|---:|---:|---:|---|");
        foreach (var (form, results) in runs)
        {
            var (most, least) = (results.Min(r => r.Megabytes), results.Min(r => r.Seconds));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {form} | {most:F0} | {most / megabytes:F2} | {least:F2} | {least / seconds:F2} | {results[0].Gradients} |"));
        }
    }

    /// <summary>Trains, and prints the peak of memory, the time of the quickest step, and a hash of the gradients.</summary>
    public static void Train(string form)
    {
        set_num_threads(1);
        manual_seed(1);
        using nn.Module<Tensor, Tensor> model = form == "together" ? new TogetherGpt(96, 256, 256, 8, 12)
            : new BlockGpt(96, 256, 256, 8, 12, form == "again");
        using var optimizer = optim.AdamW(model.parameters(), 1e-3, weight_decay: 0.01);
        using var text = randint(96, [8, 256]);
        using var next = randint(96, [8, 256]);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var before = Megabytes("VmRSS");
        var quickest = double.MaxValue;
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.call(text).flatten(0, 1), next.flatten()).backward();
            optimizer.step();
            quickest = Math.Min(quickest, watch.Elapsed.TotalSeconds);
        }

        var peak = Megabytes("VmHWM");
        foreach (var parameter in model.parameters())
        {
            hash.AppendData(parameter.grad!.bytes);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{peak - before} {quickest} {Convert.ToHexString(hash.GetHashAndReset())[..8]}"));
    }

    private static (double Megabytes, double Seconds, string Gradients) Run(string form, bool exactMemory)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RecomputeSteps).Assembly.Location, "recompute", form])
        {
            RedirectStandardOutput = true,
        };

        if (exactMemory)
        {
            // Each large tensor has pages of its own, which are given back when it is freed: what is measured is what lives. It costs time.
            start.Environment["MALLOC_MMAP_THRESHOLD_"] = start.Environment["MALLOC_TRIM_THRESHOLD_"] = "65536";
        }

        using var process = Process.Start(start)!;
        var row = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return (double.Parse(row[0], CultureInfo.InvariantCulture), double.Parse(row[1], CultureInfo.InvariantCulture), row[2].Trim());
    }

    private static double Megabytes(string what) => File.ReadLines("/proc/self/status")
        .Where(l => l.StartsWith(what, StringComparison.Ordinal))
        .Select(l => double.Parse(l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
        .First();
}
