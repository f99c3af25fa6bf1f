using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Gen.Tests.Package;

/// <summary>The <c>dotnet</c> command, as a user starts it: nothing of the build that runs the tests reaches it.</summary>
internal static class DotNet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(9);

    /// <summary>Runs the command in a folder and gives its exit code and everything that it printed.</summary>
    public static (int Code, string Output) Run(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Process.Start(Command("dotnet", folder, environment, arguments))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} took longer than {Limit}.");
        }

        return (process.ExitCode, (output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult()).ReplaceLineEndings("\n"));
    }

    /// <summary>How a user starts a program of .NET.</summary>
    public static ProcessStartInfo Command(string program, string folder, IReadOnlyDictionary<string, string> environment,
        params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true,
            RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(
            k => Regex.IsMatch(k, "^(MSBuild|VSTEST|CI$|Configuration$)", RegexOptions.IgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // No server stays behind that holds the package's assemblies.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
