using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Analyzers;

/// <summary>Half-typed and nonsensical code: nothing throws, and what is generated adds no error of its own.</summary>
public sealed class MutationTests
{
    private static readonly string[] Sources =
    [
        .. Directory.EnumerateFiles(Path.Combine(SampleSources.Folder, "Seed"), "*.cs").Where(f => !f.EndsWith("Usings.cs", StringComparison.Ordinal)).Order().Select(File.ReadAllText),
        SampleSources.Read("Mnist/MnistClassifier.cs"),
        .. Behaviour.TrapPrograms.All.Concat(Behaviour.AdvicePrograms.All).Select(p => Markup.Strip(p.Wrong)),
    ];

    [Fact]
    public void Deleted_and_doubled_tokens_make_nothing_throw() => Mutate(400);

    [Fact]
    [Trait("Category", "Long")]
    public void Deleted_and_doubled_tokens_make_nothing_throw_in_20_000_variants() => Mutate(20_000);

    private static void Mutate(int variants) =>
        CsCheck.Gen.Select(CsCheck.Gen.Int[0, Sources.Length - 1], CsCheck.Gen.Select(CsCheck.Gen.Int[0, 10_000], CsCheck.Gen.Bool).Array[1, 4]).Sample(
            (index, edits) =>
            {
                var source = edits.Aggregate(Sources[index], (text, edit) => Edit(text, edit.Item1, edit.Item2));
                var compilation = Compilations.Of(source);
                var driver = Compilations.Driver().RunGeneratorsAndUpdateCompilation(compilation, out _, out var problems);
                var crashes = Compilations.Diagnose(compilation).Where(d => d.Id == "AD0001").Select(d => d.ToString()).Concat(problems.Select(p => p.ToString())).ToArray();
                Assert.True(crashes.Length == 0, $"{string.Join("\n", crashes)}\n{source}");
                var broken = driver.GetRunResult().GeneratedTrees.SelectMany(t => t.GetDiagnostics()).Where(d => d.Severity == DiagnosticSeverity.Error).ToArray();
                Assert.True(broken.Length == 0 || compilation.SyntaxTrees.Any(t => t.GetDiagnostics().Any()), $"{string.Join("\n", broken.Select(b => b.ToString()))}\n{source}");
            },
            iter: variants,
            threads: 2,
            seed: "0000KOIJhrm2");

    private static string Edit(string source, int at, bool doubled)
    {
        var tokens = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Where(t => t.Span.Length > 0).ToArray();
        if (tokens.Length == 0)
        {
            return source;
        }

        var token = tokens[at % tokens.Length];
        return doubled ? source.Insert(token.Span.End, " " + token.Text) : source.Remove(token.SpanStart, token.Span.Length);
    }
}
