using Microsoft.CodeAnalysis;

namespace Gen.Tests.Models;

/// <summary>Nothing is said of the published models: all of them is proved.</summary>
public sealed class ModelDiagnosticsTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, "Generator.Tests", "Models"), "*.cs")
        .Where(f => !f.EndsWith("Tests.cs", StringComparison.Ordinal)).Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_published_model_is_proved_without_a_word(string file)
    {
        var source = File.ReadAllText(Path.Combine(SampleSources.Repository, "Generator.Tests", "Models", $"{file}.cs"));
        var compilation = Compilations.Of(source);
        var found = Compilations.Diagnose(compilation).Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, string.Join("\n", found));
    }
}
