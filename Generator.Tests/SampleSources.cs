using System.Runtime.CompilerServices;

namespace Gen.Tests;

/// <summary>The sources of the samples, as they lie in the repository.</summary>
internal static class SampleSources
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "Samples"));

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Here(), ".."));

    public static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
