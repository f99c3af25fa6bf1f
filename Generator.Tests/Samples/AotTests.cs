using System.Diagnostics;

namespace Gen.Tests.Samples;

/// <summary>The sample Aot, published ahead of time and run: there is no reflection left that could find a field.</summary>
public sealed class AotTests(ITestOutputHelper output)
{
    /// <summary>What the native compiler and its linker need.</summary>
    private static string? MissingTool => OperatingSystem.IsLinux() switch
    {
        false => "it is published on Linux only",
        _ when !OnPath("clang") && !OnPath("gcc") => "there is neither clang nor gcc",
        _ when !File.Exists("/usr/include/zlib.h") => "there is no zlib.h",
        _ => null,
    };

    [Fact]
    [Trait("Category", "Long")]
    public void The_sample_is_published_without_a_warning_of_ours_and_runs()
    {
        if (MissingTool is { } reason)
        {
            output.WriteLine($"Not run: {reason}.");
            Console.WriteLine($"NativeAOT: not run, {reason}.");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("gen-aot");
        try
        {
            var rid = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
            var (published, log) = Run("dotnet", "publish", Path.Combine(SampleSources.Folder, "Aot"), "-c", "Release", "-r",
                rid.StartsWith("linux-", StringComparison.Ordinal) ? rid : "linux-x64", "-o", folder.FullName, "--nologo",
                "-nodeReuse:false", "-p:UseSharedCompilation=false");
            output.WriteLine(log);
            if (published != 0 && log.Contains("NU1101", StringComparison.Ordinal))
            {
                output.WriteLine("Not run: the native compiler's package cannot be restored.");
                return;
            }

            Assert.True(published == 0, log);
            var warnings = log.Split('\n').Where(l => System.Text.RegularExpressions.Regex.IsMatch(l, @"(warning|error) IL[23]\d{3}"))
                .ToArray();
            Assert.All(warnings, w => Assert.Matches(@"IL\d{4}: (TorchSharp\.|Assembly 'TorchSharp' )", w));

            var (failures, text) = Run(Path.Combine(folder.FullName, "Aot"));
            output.WriteLine(text);
            Assert.True(failures == 0, text);
            Assert.Equal(9, text.Split('\n').Count(l => l.StartsWith("ok: ", StringComparison.Ordinal)));
            Assert.Contains("by hand: 0 entries", text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool OnPath(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, tool)));

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + errors.GetAwaiter().GetResult());
    }
}
