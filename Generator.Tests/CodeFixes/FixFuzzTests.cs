using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Tests.CodeFixes;

/// <summary>Analyzers, fixes and refactorings on half-typed and nonsensical code: nothing throws, and what parsed before parses after.</summary>
public sealed class FixFuzzTests
{
    private static readonly string[] Sources =
    [
        .. new[] { Path.Combine(SampleSources.Folder, "Seed"), Path.Combine(SampleSources.Repository, "Generator.Tests", "Models") }
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs")).Where(f => !f.EndsWith("Usings.cs", StringComparison.Ordinal) && !f.EndsWith("Tests.cs", StringComparison.Ordinal)).Order().Select(File.ReadAllText),
        .. HandWrittenSource.All.Select(s => s.Source.Replace("$$", "", StringComparison.Ordinal)),
        .. ManyClasses.Sources(6),
    ];

    private static readonly string[][] Tokens = [.. Sources.Select(s => CSharpSyntaxTree.ParseText(s).GetRoot().DescendantTokens().Select(t => t.Text).Where(t => t.Length > 0).ToArray())];

    [Fact]
    public void Whatever_is_typed_fixes_and_refactorings_do_not_throw() => Fuzz(60);

    [Fact]
    [Trait("Category", "Long")]
    public void Whatever_is_typed_fixes_and_refactorings_do_not_throw_in_50_000_variants() => Fuzz(50_000);

    private static void Fuzz(int variants) =>
        CsCheck.Gen.Select(CsCheck.Gen.Int[0, Sources.Length - 1], CsCheck.Gen.Select(CsCheck.Gen.Int[0, 10_000], CsCheck.Gen.Int[0, 2], CsCheck.Gen.Int[0, 1_000_000]).Array[0, 3], CsCheck.Gen.Int[0, 100_000].Array[2]).Sample(
            (index, edits, cursors) =>
            {
                var source = edits.Aggregate(Sources[index], (text, edit) => Edit(text, edit.Item1, edit.Item2, edit.Item3));
                var project = FixHarness.Project(source);
                var diagnostics = FixHarness.Diagnose(project);
                Assert.DoesNotContain(diagnostics, d => d.Id == "AD0001");
                var parses = Parses(source);
                foreach (var diagnostic in diagnostics.Where(d => d.Location.SourceTree?.FilePath == "Source.cs").GroupBy(d => d.Id).Select(g => g.First()))
                {
                    foreach (var (_, action) in FixHarness.Offered(project, diagnostic).ToArray())
                    {
                        AssertParses(project, action, parses, source);
                    }
                }

                var heads = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Take(1).Select(c => c.Identifier.SpanStart);
                foreach (var action in cursors.Select(c => c % Math.Max(1, source.Length)).Concat(heads).SelectMany(position => FixHarness.Refactor(project, position)).ToArray())
                {
                    AssertParses(project, action, parses, source);
                }
            },
            iter: variants,
            threads: 2,
            seed: "0000KOIJhrm2");

    private static void AssertParses(Project project, CodeAction action, bool parsed, string source)
    {
        var after = FixHarness.Texts(FixHarness.Apply(action).GetProject(project.Id)!)[0];
        Assert.True(!parsed || Parses(after), $"{action.Title}\n{source}\n----\n{after}");
        Assert.NotEqual(source, after);
    }

    private static bool Parses(string text) => !CSharpSyntaxTree.ParseText(text, Compilations.Parsing).GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error);

    /// <summary>A token deleted, doubled, or replaced by one of another source.</summary>
    private static string Edit(string source, int at, int kind, int other)
    {
        var tokens = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Where(t => t.Span.Length > 0).ToArray();
        if (tokens.Length == 0)
        {
            return source;
        }

        var token = tokens[at % tokens.Length];
        var donor = Tokens[other % Tokens.Length];
        return kind switch
        {
            0 => source.Remove(token.SpanStart, token.Span.Length),
            1 => source.Insert(token.Span.End, " " + token.Text),
            _ => source.Remove(token.SpanStart, token.Span.Length).Insert(token.SpanStart, donor[other / Tokens.Length % donor.Length]),
        };
    }
}
