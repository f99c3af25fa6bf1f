using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Tests.CodeFixes;

/// <summary>Shape comments written into every module of the repository: they are true, the code is the same, and no other comment is
/// touched.</summary>
public sealed class ShapeCommentSweepTests
{
    public static TheoryData<string> Files => [.. Paths()];

    private static IEnumerable<string> Paths() => new[] { "Samples/Seed", "Generator.Tests/Models" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, folder), "*.cs"))
        .Where(f => File.ReadAllText(f).Contains("[Layer", StringComparison.Ordinal) && !f.EndsWith("Tests.cs", StringComparison.Ordinal))
        .Order().Select(f => Path.GetRelativePath(SampleSources.Repository, f));

    [Theory]
    [MemberData(nameof(Files))]
    public void Comments_of_a_whole_file_are_written_once_and_are_true(string file)
    {
        var before = File.ReadAllText(Path.Combine(SampleSources.Repository, file));
        var project = FixHarness.Project(before);
        var after = Write(before);
        Assert.Equal(after, Write(after));
        Assert.DoesNotContain(FixHarness.Diagnose(FixHarness.Project(after)), d => d.Id == "GEN1011");
        Assert.Equal(Code(before), Code(after));
        Assert.Empty(Comments(before).Except(Comments(after)));
        FixHarness.AssertNothingBroken(project, FixHarness.Project(after));
    }

    [Fact]
    public void They_are_written_at_all()
    {
        var sources = Paths().Select(f => File.ReadAllText(Path.Combine(SampleSources.Repository, f))).ToArray();
        var written = sources.Sum(s => Comments(Write(s)).Count() - Comments(s).Count());
        Assert.True(written > 150, $"{written} comments");
    }

    private static string Write(string source)
    {
        for (var i = 0; ; i++)
        {
            var heads = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
                .Select(c => c.Identifier.SpanStart).ToArray();
            if (i == heads.Length)
            {
                return source;
            }

            var project = FixHarness.Project(source);
            if (FixHarness.Refactor(project, heads[i]).FirstOrDefault(a => a.Title == "Write shape comments") is { } action)
            {
                source = FixHarness.Texts(FixHarness.Apply(action).GetProject(project.Id)!)[0];
            }
        }
    }

    private static string Code(string text) => string.Join(" ",
        CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTokens().Select(t => t.Text));

    private static IEnumerable<string> Comments(string text) => Regex.Matches(text, "//[^\n]*").Select(m => m.Value.TrimEnd());
}
