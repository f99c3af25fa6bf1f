using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>Compiles random programs here and runs them in a process of its own.</summary>
internal sealed class ProgramProcess : IDisposable
{
    private const int Batch = 100;
    private static readonly int Workers = Math.Min(Environment.ProcessorCount, 4);
    private readonly string folder = Directory.CreateTempSubdirectory("programs").FullName;
    private Process? process;

    /// <summary>Tries the programs from one number to another; several processes share them.</summary>
    public static IReadOnlyList<Verdict> Try(int from, int to, ProgramForm form) =>
    [
        .. Enumerable.Range(0, (to - from + Batch - 1) / Batch)
            .GroupBy(i => i % Workers)
            .AsParallel().WithDegreeOfParallelism(Workers).WithExecutionMode(ParallelExecutionMode.ForceParallelism)
            .SelectMany(batches =>
            {
                using var own = new ProgramProcess();
                return batches.SelectMany(i => own.TryBatch(from + (i * Batch), Math.Min(from + ((i + 1) * Batch), to), form))
                    .ToArray();
            })
            .OrderBy(v => v.Number),
    ];

    /// <summary>Writes what came of programs to the console: where types are refused and nothing was said, and contradictions.</summary>
    public static int Print(int from, int to, ProgramForm form)
    {
        var verdicts = Try(from, to, form);
        foreach (var verdict in verdicts.Where(v => v.Contradictions.Length > 0 || (v.OfTypes is not null && v.Says != "GEN1012")))
        {
            Console.WriteLine($"{verdict.Number} {verdict.Says}: {string.Join("; ", verdict.Contradictions.Prepend(verdict.OfTypes))}");
        }

        Console.WriteLine(Verdict.Text(verdicts));
        return 0;
    }

    public void Dispose()
    {
        End();
        Directory.Delete(folder, recursive: true);
    }

    private List<Verdict> TryBatch(int from, int to, ProgramForm form)
    {
        var (image, all) = ProgramCompiler.Compile(from, to, form);
        var verdicts = all.Where(c => c.Type is null).Select(c => new Verdict(c.Number, c.Says, false, true, false, 0, 0, c.Strange))
            .ToList();
        var cases = all.Where(c => c.Type is not null).ToArray();
        var (assembly, file) = (Path.Combine(folder, "programs.dll"), Path.Combine(folder, "cases.json"));
        File.WriteAllBytes(assembly, image ?? []);
        File.WriteAllText(file, JsonSerializer.Serialize(cases));
        for (var next = 0; next < cases.Length;)
        {
            process ??= Start();
            process.StandardInput.WriteLine($"{assembly}\t{file}\t{next.ToString(CultureInfo.InvariantCulture)}");
            process.StandardInput.Flush();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line == "end")
                {
                    return verdicts;
                }

                if (line.StartsWith('{'))
                {
                    verdicts.Add(JsonSerializer.Deserialize<Verdict>(line)!);
                    next++;
                }
            }

            // This one ended the process: it fails.
            End();
            var ended = cases[next++];
            verdicts.Add(new Verdict(ended.Number, ended.Says, false, true, false, 0, 1,
                ended.Says.Length > 0 ? ended.Strange : [.. ended.Strange, "nothing is said, but the process does not come to its end"]));
        }

        return verdicts;
    }

    private static Process Start()
    {
        var started =
            Process.Start(new ProcessStartInfo("dotnet", [typeof(ProgramProcess).Assembly.Location,
                "programs"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        started.ErrorDataReceived += static (_, _) => { };
        started.BeginErrorReadLine();
        return started;
    }

    private void End()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
            process = null;
        }
    }
}
