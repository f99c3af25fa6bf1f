using System.Diagnostics;
using System.Globalization;

namespace Gen.Tests.Rules;

/// <summary>A judge in a process of its own, which a call of the library may end.</summary>
internal static class OwnProcess
{
    /// <summary>What it says of each name that it is told: a line for each that it came to the end of.</summary>
    /// <param name="judge">The command of the test program.</param>
    /// <param name="cases">How many are tried.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <param name="names">What is judged, one after the other.</param>
    public static string[] Lines(string judge, int cases, int seed, IEnumerable<string> names)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [typeof(OwnProcess).Assembly.Location, judge, cases.ToString(CultureInfo.InvariantCulture),
                seed.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardInput.WriteLine(string.Join(' ', names));
        process.StandardInput.Close();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(l => l.Contains('\t', StringComparison.Ordinal)).ToArray();
        process.WaitForExit();
        return lines;
    }
}
