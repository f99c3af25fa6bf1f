using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Gen.Tests.Rules.Layers;

/// <summary>The judge in processes of its own, apart from the other tests.</summary>
internal static class JudgeProcess
{
    /// <summary>Tries constructions 0 to <paramref name="count"/>; where a process does not come to the end, the next goes on behind
    /// it.</summary>
    public static Judge.Tally Try(string factory, int count, int seed, bool isEmpty = false)
    {
        var trace = Path.GetTempFileName();
        var tally = new Judge.Tally();
        try
        {
            for (var from = 0; from < count;)
            {
                var (code, output) = Start("judge", factory, Text(from), Text(count), Text(seed), isEmpty ? "empty" : "any", trace);
                if (code == 0)
                {
                    tally.Add(JsonSerializer.Deserialize<Judge.Tally>(output)!);
                    return tally;
                }

                // What ran before is tried again without the last one.
                var last = File.ReadAllText(trace);
                var ended = int.Parse(last[..last.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
                tally.Ended.Add(last);
                if (ended > from)
                {
                    tally.Add(JsonSerializer.Deserialize<Judge.Tally>(
                        Start("judge", factory, Text(from), Text(ended), Text(seed), isEmpty ? "empty" : "any", trace).Output)!);
                }

                from = ended + 1;
            }

            return tally;
        }
        finally
        {
            File.Delete(trace);
        }
    }

    /// <summary>What the process does.</summary>
    public static int Run(string factory, string from, string to, string seed, string inputs, string trace)
    {
        var tally = Judge.Try(factory, Number(from)..Number(to), Number(seed),
            (number, what) => File.WriteAllText(trace, $"{Text(number)} {what}"), isEmpty: inputs == "empty");
        Console.Out.Write(JsonSerializer.Serialize(tally));
        return 0;
    }

    private static (int Code, string Output) Start(params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo("dotnet", [typeof(JudgeProcess).Assembly.Location,
                .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
