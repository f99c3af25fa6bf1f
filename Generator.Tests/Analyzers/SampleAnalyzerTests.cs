namespace Gen.Tests.Analyzers;

/// <summary>The sample, and what becomes of it when a size is wrong.</summary>
public sealed class SampleAnalyzerTests
{
    private static readonly string Classifier = SampleSources.Read("Mnist/MnistClassifier.cs");

    [Fact]
    public void The_sample_is_silent() => Assert.Empty(Compilations.Diagnose(Compilations.Of(Classifier)));

    [Fact]
    public void One_wrong_size_is_one_error_at_its_field()
    {
        var changed = Classifier.Replace("Linear(128, 64)", "Linear(100, 64)", StringComparison.Ordinal);
        Assert.NotEqual(Classifier, changed);
        var diagnostic = Assert.Single(Compilations.Diagnose(Compilations.Of(changed)));
        Assert.Equal("GEN1001", diagnostic.Id);
        Assert.Equal("fc2", diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
        Assert.Equal(
            "'fc2' (Linear 100 -> 64) needs 100 features but gets 128: flatten [B, 784] -> fc1 [B, 128] -> relu1 [B, 128]. Change it to "
            + "Linear(128, 64).",
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void The_changed_sample_still_compiles_with_its_generated_part()
    {
        var compilation = Compilations.Of(Classifier.Replace("Linear(128, 64)", "Linear(100, 64)", StringComparison.Ordinal));
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var problems);
        Assert.Empty(problems);
        Assert.Empty(
            output.GetDiagnostics().Where(d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning && d.Id != "CS1591"));
    }
}
