namespace Gen.Tests.Incremental;

/// <summary>Generated files whose names differ only in case would end the generator.</summary>
public sealed class HintNameTests
{
    private const string Layer = "{ [Layer(4, 4)] private readonly Linear fc; }";

    [Theory]
    [InlineData($"public sealed partial class ConvBN {Layer} public sealed partial class ConvBn {Layer}", "ConvBN", "ConvBn")]
    [InlineData($"namespace A {{ public sealed partial class Net {Layer} }} namespace a {{ public sealed partial class Net {Layer} }}",
        "A.Net", "a.Net")]
    [InlineData($"public static partial class Outer {{ public sealed partial class Net {Layer} public sealed partial class NET {Layer} }}",
        "Outer+Net", "Outer+NET")]
    [InlineData($"public static partial class One {{ public sealed partial class Net {Layer} }} "
        + $"public static partial class ONE {{ public sealed partial class Net {Layer} }}", "One+Net", "ONE+Net")]
    public void Classes_whose_names_differ_only_in_case_are_generated_each_in_its_file(string source, string first, string second)
    {
        var compilation = Compilations.Of(source);
        var result = Compilations.Driver().RunGenerators(compilation).GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        var names = result.GeneratedSources.Select(s => s.HintName).ToArray();
        Assert.Equal(2, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains(names, n => n.StartsWith(first + ".", StringComparison.Ordinal));
        Assert.Contains(names, n => n.StartsWith(second + ".", StringComparison.Ordinal));
        Assert.DoesNotContain(Compilations.Diagnose(compilation), d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning);
    }

    [Theory]
    [InlineData($"public sealed partial class Net {Layer} public sealed class Other {{ }}", "Net.g.cs")]
    [InlineData($"public sealed partial class Net {Layer} public sealed partial class NET<T> {{ }}", "Net.g.cs")]
    public void Other_names_stay_as_they_are(string source, string name) =>
        Assert.Equal([name], Compilations.Driver().RunGenerators(Compilations.Of(source)).GetRunResult()
            .Results.Single().GeneratedSources.Select(s => s.HintName));
}
