#if !USE_VERIFY
using System.Runtime.CompilerServices;
using System.Text;
using DiffPlex.Renderer;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Verification;

/// <summary>
/// Snapshot tests on Verify's own files, byte for byte, so that Verify.SourceGenerators (-p:UseVerify=true) accepts them.
/// Accept with <c>UPDATE_SNAPSHOTS=1 dotnet test</c>.
/// </summary>
public static class Verifier
{
    private static readonly UTF8Encoding WithBom = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>Compares the driver's sources with the verified files of the test that calls; a driver with diagnostics fails.</summary>
    public static Task Verify(GeneratorDriver driver, [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "") =>
        Verify(driver, new VerifySettings(), sourceFile, method);

    /// <inheritdoc cref="Verify(GeneratorDriver, string, string)"/>
    public static Task Verify(GeneratorDriver driver, VerifySettings settings, [CallerFilePath] string sourceFile = "",
        [CallerMemberName] string method = "")
    {
        var result = driver.GetRunResult();
        var type = Path.GetFileNameWithoutExtension(sourceFile);
        var prefix = $"{type}.{method}{settings.ParametersText}";
        var files = result.Results.SelectMany(r => r.GeneratedSources)
            .ToDictionary(s => $"{prefix}#{Path.GetFileNameWithoutExtension(Path.GetFileName(s.HintName))}",
                s => (Extension: "cs", Text: $"//HintName: {s.HintName}\n{s.SourceText}"), StringComparer.Ordinal);
        // All diagnostics come from analyzers.
        Assert.Empty(result.Diagnostics);
        Compare(Path.GetDirectoryName(sourceFile)!, prefix, files, accept: Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1");
        return Task.CompletedTask;
    }

    /// <summary>Compares produced texts with the files of a folder; what is verified and not produced is stale.</summary>
    internal static void Compare(string folder, string prefix, IReadOnlyDictionary<string, (string Extension, string Text)> produced,
        bool accept)
    {
        var problems = new List<string>();
        foreach (var (name, (extension, text)) in produced.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var verified = Path.Combine(folder, $"{name}.verified.{extension}");
            var received = Path.Combine(folder, $"{name}.received.{extension}");
            File.Delete(received);
            var expected = File.Exists(verified) ? File.ReadAllText(verified) : null;
            if (expected == text)
            {
                continue;
            }

            if (accept)
            {
                File.WriteAllText(verified, text, WithBom);
                continue;
            }

            File.WriteAllText(received, text, WithBom);
            problems.Add(expected is null ? $"{name}: there is no verified file yet.\n{text}"
                : $"{name}:\n{UnidiffRenderer.GenerateUnidiff(expected, text, "verified", "received")}");
        }

        foreach (var stale in Stale(folder, prefix, produced))
        {
            if (accept)
            {
                File.Delete(stale);
            }
            else
            {
                problems.Add($"{Path.GetFileName(stale)}: stale: the test no longer produces it.");
            }
        }

        if (problems.Count > 0)
        {
            throw new SnapshotMismatchException(string.Join("\n\n", problems)
                + "\n\nTo accept: UPDATE_SNAPSHOTS=1 dotnet test Gen.sln -c Release");
        }
    }

    private static IEnumerable<string> Stale(string folder, string prefix,
        IReadOnlyDictionary<string, (string Extension, string Text)> produced) =>
        Directory.EnumerateFiles(folder, $"{prefix}*.verified.*")
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith(prefix + "#", StringComparison.Ordinal)
                    || name.StartsWith(prefix + ".verified.", StringComparison.Ordinal)))
            .Where(path => !produced.Any(p => Path.GetFileName(path) == $"{p.Key}.verified.{p.Value.Extension}"))
            .Order(StringComparer.Ordinal)
            .ToArray();
}

/// <summary>The part of Verify's settings that the tests use.</summary>
public sealed class VerifySettings
{
    internal string ParametersText { get; private set; } = "";

    /// <summary>Puts <c>_name=value</c> into the file's name.</summary>
    public void UseTextForParameters(string text) => ParametersText = $"_{text}";
}

/// <summary>A snapshot differs.</summary>
public sealed class SnapshotMismatchException(string message) : Exception(message);
#endif
