using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Models;

/// <summary>Nothing is said of the published models: all of them is proved.</summary>
public sealed class ModelDiagnosticsTests
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, "Generator.Tests", "Models"), "*.cs")
        .Where(f => !f.EndsWith("Tests.cs", StringComparison.Ordinal)).Select(f => Path.GetFileNameWithoutExtension(f)!)
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_published_model_is_proved_without_a_word(string file)
    {
        var source = File.ReadAllText(Path.Combine(SampleSources.Repository, "Generator.Tests", "Models", $"{file}.cs"));
        var compilation = Compilations.Of(source);
        var found = Compilations.Diagnose(compilation).Select(d => d.ToString()).ToArray();
        Assert.True(found.Length == 0, string.Join("\n", found));
    }

    /// <summary>C# 12 is what the oldest compiler that is supported speaks.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_generated_for_a_published_model_compiles_in_the_oldest_language(string file)
    {
        var parsing = new CSharpParseOptions(LanguageVersion.CSharp12);
        var compilation = Compilations.Of().RemoveAllSyntaxTrees().AddSyntaxTrees(
            CSharpSyntaxTree.ParseText(Compilations.Usings, parsing),
            CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(SampleSources.Repository, "Generator.Tests", "Models", $"{file}.cs")),
                parsing));
        CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        var errors =
            output.GetDiagnostics()
                .Where(d => d.Severity == DiagnosticSeverity.Error
                    && d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true).Select(d => d.ToString())
                    .ToArray();
        Assert.True(errors.Length == 0, string.Join("\n", errors));
    }
}
