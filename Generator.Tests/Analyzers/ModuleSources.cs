using System.Text.RegularExpressions;
using Gen.Tests.Models;

namespace Gen.Tests.Analyzers;

/// <summary>Every source with modules that the tests have: samples, published models, compositions, the examples of the docs.</summary>
internal static partial class ModuleSources
{
    private static readonly string Docs = Path.Combine(SampleSources.Repository, "docs");

    public static readonly string[] All =
    [
        .. Files(SampleSources.Folder, "Seed").Where(f => !f.EndsWith("Usings.cs", StringComparison.Ordinal)).Select(File.ReadAllText),
        SampleSources.Read("Mnist/MnistClassifier.cs"),
        .. Files(SampleSources.Repository, "Generator.Tests", "Models").Where(f => !f.EndsWith("Tests.cs", StringComparison.Ordinal))
            .Select(File.ReadAllText),
        .. CompositionTests.Nets.Select(row => row.Data.Item2),
        .. Traps.TrapPrograms.All.Concat(Traps.AdvicePrograms.All).Select(p => Markup.Strip(p.Wrong)),
        .. Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(f => Example().Matches(File.ReadAllText(f).ReplaceLineEndings("\n"))).Select(m => m.Groups[1].Value),
    ];

    private static IEnumerable<string> Files(params string[] folder) =>
        Directory.EnumerateFiles(Path.Combine(folder), "*.cs").Order(StringComparer.Ordinal);

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
