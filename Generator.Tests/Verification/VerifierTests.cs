#if !USE_VERIFY
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Verification;

/// <summary>The snapshot files are Verify's, byte for byte.</summary>
public sealed class VerifierTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gen-verify").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_source_is_compared_exactly_after_its_byte_order_mark()
    {
        Write("T.M#X.g.verified.cs", "//HintName: X.g.cs\ntext");
        Compare(("T.M#X.g", "cs", "//HintName: X.g.cs\ntext"));
        Assert.Throws<SnapshotMismatchException>(() => Compare(("T.M#X.g", "cs", "//HintName: X.g.cs\ntext\n")));
        Assert.Throws<SnapshotMismatchException>(() => Compare(("T.M#X.g", "cs", "//HintName: X.g.cs\nTEXT")));
    }

    [Fact]
    public void A_mismatch_writes_the_received_file_and_shows_the_difference()
    {
        Write("T.M#X.g.verified.cs", "one\ntwo\n");
        var error = Assert.Throws<SnapshotMismatchException>(() => Compare(("T.M#X.g", "cs", "one\nthree\n")));
        Assert.Contains("-two", error.Message, StringComparison.Ordinal);
        Assert.Contains("+three", error.Message, StringComparison.Ordinal);
        Assert.Contains("UPDATE_SNAPSHOTS=1", error.Message, StringComparison.Ordinal);
        Assert.Equal([0xEF, 0xBB, 0xBF, .. "one\nthree\n"u8], File.ReadAllBytes(Path.Combine(folder, "T.M#X.g.received.cs")));
        Write("T.M#X.g.verified.cs", "one\nthree\n");
        Compare(("T.M#X.g", "cs", "one\nthree\n"));
        Assert.False(File.Exists(Path.Combine(folder, "T.M#X.g.received.cs")));
    }

    [Fact]
    public void A_file_that_is_no_longer_produced_is_stale()
    {
        Write("T.M#X.g.verified.cs", "x");
        Write("T.M#Y.g.verified.cs", "y");
        Write("T.M.verified.txt", "diagnostics");
        Write("T.More#Y.g.verified.cs", "another test's");
        var error = Assert.Throws<SnapshotMismatchException>(() => Compare(("T.M#X.g", "cs", "x")));
        Assert.Contains("T.M#Y.g.verified.cs: stale", error.Message, StringComparison.Ordinal);
        Assert.Contains("T.M.verified.txt: stale", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("T.More", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_snapshot_fails_until_it_is_accepted() =>
        Assert.Contains("there is no verified file yet",
            Assert.Throws<SnapshotMismatchException>(() => Compare(("T.M#X.g", "cs", "x"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Accepting_writes_what_is_new_and_deletes_what_is_stale()
    {
        Write("T.M#Y.g.verified.cs", "y");
        Verifier.Compare(folder, "T.M", new Dictionary<string, (string, string)> { ["T.M#X.g"] = ("cs", "x") }, accept: true);
        Assert.Equal(["T.M#X.g.verified.cs"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        Compare(("T.M#X.g", "cs", "x"));
    }

    [Fact]
    public async Task A_driver_with_diagnostics_fails()
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(new Reporting());
        await Assert.ThrowsAsync<Xunit.Sdk.EmptyException>(() => Verifier.Verify(driver.RunGenerators(Compilations.Of(""))));
    }

    private void Compare(params (string Name, string Extension, string Text)[] produced) =>
        Verifier.Compare(folder, "T.M", produced.ToDictionary(p => p.Name, p => (p.Extension, p.Text)), accept: false);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text, new System.Text.UTF8Encoding(true));

    private sealed class Reporting : IIncrementalGenerator
    {
        private static readonly Diagnostic Reported =
            Diagnostic.Create("T1", "category", "message", DiagnosticSeverity.Info, DiagnosticSeverity.Info, isEnabledByDefault: true,
                warningLevel: 1);

        public void Initialize(IncrementalGeneratorInitializationContext context) =>
            context.RegisterSourceOutput(context.ParseOptionsProvider, (output, _) => output.ReportDiagnostic(Reported));
    }
}
#endif
