using System.Text.RegularExpressions;

namespace Gen.Tests.Docs;

/// <summary>Pages, messages and comments are in plain English, and lines of Markdown end in time.</summary>
public sealed partial class WordingTests
{
    private const int MostColumns = 120;
    private const int MostCharacters = 140;

    /// <summary>What was written so once, and what it is called.</summary>
    private static readonly (string Old, string New)[] Words =
    [
        ("when compiling", "at compile time"), ("while compiling", "at compile time"), ("when running", "at run time"),
        ("at runtime", "at run time"), ("written by hand", "hand-written"), ("hand written", "hand-written"),
        ("modules? of gen", "a Gen module"), ("of one's own", "the user's own"), ("held against", "compared with, checked against"),
        ("is told in the words", "is reported as"), ("hands on", "passes on"), ("parts from", "differs from"), ("at the most", "at most"),
        ("is no trouble", "is no problem"), ("is heard", "is respected"), ("bears it out", "confirms it"),
    ];

    public static TheoryData<string> Old => [.. Words.Select(w => w.Old)];

    [Theory]
    [MemberData(nameof(Old))]
    public void An_old_word_is_gone(string word) => Assert.Equal(
        [],
        Texts().SelectMany(t => t.Lines.Select((line, i) => (t.Name, Line: i + 1, line)))
            .Where(l => Regex.IsMatch(l.line, $@"\b{word}\b", RegexOptions.IgnoreCase))
            .Select(l => $"{l.Name}({l.Line}): {l.line.Trim()} -> {Words.Single(w => w.Old == word).New}"));

    [Fact]
    public void Lines_of_Markdown_end_in_time() => Assert.Equal(
        [],
        Pages().SelectMany(p => Prose(File.ReadAllText(Path.Combine(SampleSources.Repository, p))).Where(l => l.Length > MostColumns)
            .Select(l => $"{p}: {l}")));

    [Fact]
    public void Lines_of_code_end_in_time() => Assert.Equal(
        [],
        new[] { "Generator", "Generator.CodeFixes", "Runtime", "Blocks", "Distributed", "Samples", "Benchmarks",
            "Generator.Tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, folder), "*.cs",
                SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(SampleSources.Repository, f).Replace('\\', '/'))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)
                && !f.Contains(".verified.", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(Path.Combine(SampleSources.Repository, f)).Select((line, i) => (f, Line: i + 1, line.Length)))
            .Where(l => l.Length > MostCharacters).Select(l => $"{l.f}({l.Line}): {l.Length}"));

    /// <summary>Without blocks of code, tables, headings and what has no space to break at.</summary>
    private static IEnumerable<string> Prose(string page) => Code().Replace(page.ReplaceLineEndings("\n"), "").Split('\n')
        .Where(l => !l.StartsWith('|') && !l.StartsWith('#') && l.TrimStart().Contains(' ', StringComparison.Ordinal));

    private static IEnumerable<(string Name, string[] Lines)> Texts() =>
        Pages().Concat(new[] { "Generator", "Generator.CodeFixes", "Runtime", "Distributed", "Samples" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, folder), "*.cs",
                SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(SampleSources.Repository, f).Replace('\\', '/'))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)))
            .Select(f => (f, File.ReadAllLines(Path.Combine(SampleSources.Repository, f))));

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(SampleSources.Repository, f).Replace('\\', '/'))
            .Concat(["README.md", "CONTRIBUTING.md", "Runtime/README.md", "Generator.Tests/README.md", "findings/README.md",
                "Samples/Mnist/README.md", "Samples/Gpt/README.md", "Samples/Export/README.md", "Templates/README.md",
                "Blocks/README.md", "Distributed/README.md"]);

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
