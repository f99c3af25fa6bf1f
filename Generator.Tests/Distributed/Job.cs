using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Gen.Tests.Package;

namespace Gen.Tests.Distributed;

/// <summary>A job of the tests: ranks of <see cref="Ranks"/> under a launcher, or one process without.</summary>
/// <param name="Code">The exit code of the launcher.</param>
/// <param name="Lines">What each rank printed.</param>
/// <param name="Output">What came on the output stream.</param>
/// <param name="Errors">What came on the error stream.</param>
/// <param name="Time">How long it took; after <see cref="Start"/> and an interruption, since then.</param>
internal sealed record Job(int Code, string[][] Lines, string Output, string Errors, TimeSpan Time)
{
    private const int Interrupt = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What Gen.Distributed says of the end: a job says it once.</summary>
    public string[] Said => [.. Errors.Split('\n').Where(l => l.StartsWith("Gen.Distributed: ", StringComparison.Ordinal))];

    /// <summary>The lines of one rank.</summary>
    public IReadOnlyList<string> Of(int rank) => rank < Lines.Length ? Lines[rank] : [];

    /// <summary>Runs a scenario without a launcher, with environment variables of one.</summary>
    public static Job Alone(string variables, params string[] arguments) => Run("dotnet", [Program, "rank", .. arguments], variables);

    /// <summary>Runs a scenario under Open MPI.</summary>
    public static Job OpenMpi(int ranks, params string[] arguments) => Run(Mpirun.OpenMpi, Mpirun.Arguments(ranks, Program, arguments), "");

    /// <summary>Runs a scenario under MPICH.</summary>
    public static Job Mpich(int ranks, params string[] arguments) =>
        Run(Mpirun.Mpich, ["-n", $"{ranks}", "dotnet", Program, "rank", .. arguments], "");

    /// <summary>Runs another program beside the tests' own under Open MPI; its output is the launcher's.</summary>
    public static Job Other(int ranks, string assembly, params string[] arguments) => Run(Mpirun.OpenMpi,
        ["--oversubscribe", "--bind-to", "none", "-n", $"{ranks}", "dotnet", Path.Combine(AppContext.BaseDirectory, assembly),
            .. arguments], "");

    /// <summary>Runs a scenario under a launcher, with further variables.</summary>
    public static Job Run(string launcher, string[] arguments, string variables)
    {
        using var running = new Running(launcher, arguments, variables);
        return running.Wait();
    }

    /// <summary>Starts an endless scenario, interrupts the launcher as Ctrl-C does as soon as the ranks are in step 3, and waits.</summary>
    public static Job Interrupted(string launcher, string[] arguments)
    {
        using var running = new Running(launcher, arguments, "");
        running.WaitFor("0: in step 3");
        Assert.Equal(0, Kill(running.Id, Interrupt));
        return running.Wait();
    }

    public static string Program => typeof(Job).Assembly.Location;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private sealed class Running : IDisposable
    {
        private readonly Process process;
        private readonly List<string> lines = [];
        private readonly Task<string> errors;
        private readonly Task output;
        private readonly TemporaryFolder folder = new();
        private readonly ManualResetEventSlim seen = new();
        private string? awaited;
        private Stopwatch watch = Stopwatch.StartNew();

        public Running(string launcher, string[] arguments, string variables)
        {
            var environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('='))
                .ToDictionary(v => v[0], v => v[1]);
            // Open MPI asks this of root, and a terminal would get control characters of .NET.
            foreach (var (name, value) in new[] { ("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
                ("TERM", "dumb") })
            {
                environment.TryAdd(name, value);
            }

            environment[Ranks.Output] = folder.Path;
            process = Process.Start(DotNet.Command(launcher, Path.GetTempPath(), environment, arguments))!;
            errors = process.StandardError.ReadToEndAsync();
            output = Task.Run(() =>
            {
                while (process.StandardOutput.ReadLine() is { } line)
                {
                    lock (lines)
                    {
                        lines.Add(line.TrimEnd('\r'));
                        if (line.TrimEnd('\r') == awaited)
                        {
                            seen.Set();
                        }
                    }
                }
            });
        }

        public int Id => process.Id;

        public void WaitFor(string line)
        {
            lock (lines)
            {
                awaited = line;
                if (lines.Contains(line))
                {
                    seen.Set();
                }
            }

            Assert.True(seen.Wait(Limit), $"no rank printed: {line}");
            watch = Stopwatch.StartNew();
        }

        public Job Wait()
        {
            var hasEnded = process.WaitForExit(Limit);
            if (!hasEnded)
            {
                process.Kill(entireProcessTree: true);
            }

            output.Wait(Limit);
            var text = errors.Result.ReplaceLineEndings("\n");
            Assert.True(hasEnded, string.Create(CultureInfo.InvariantCulture,
                $"the job did not end within {Limit.TotalSeconds} s: {string.Join('\n', lines)}\n{text}"));
            var written = Directory.GetFiles(folder.Path).OrderBy(f => int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture));
            return new(process.ExitCode, [.. written.Select(File.ReadAllLines)], string.Join('\n', lines), text, watch.Elapsed);
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
            seen.Dispose();
            folder.Dispose();
        }
    }
}
