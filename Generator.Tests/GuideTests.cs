using System.Globalization;
using System.Text.RegularExpressions;
using Gen.Shapes;

namespace Gen.Tests;

/// <summary>What the guides under docs show is what happens: every example compiles, and says what stands behind it, or nothing.</summary>
public sealed partial class GuideTests
{
    private static readonly string Folder = Path.Combine(SampleSources.Repository, "docs");

    public static TheoryData<string> Examples => [.. Directory.EnumerateFiles(Folder, "*.md").Order(StringComparer.Ordinal)
        .SelectMany(f => Example().Matches(Text(f)).Select((_, i) => $"{Path.GetFileName(f)} {i + 1}"))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_says_what_stands_behind_it(string pageAndNumber)
    {
        var (page, number) = pageAndNumber.Split(' ') is [var first, var second] ? (first, int.Parse(second, CultureInfo.InvariantCulture)) : ("", 0);
        var example = Example().Matches(Text(Path.Combine(Folder, page)))[number - 1];
        var compilation = Compilations.Of(example.Groups["code"].Value);
        Assert.Equal(
            example.Groups["says"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Compilations.Diagnose(compilation).Select(d => $"{d.Id}  {d.GetMessage(CultureInfo.InvariantCulture)}"));
        Compilations.Generate(example.Groups["code"].Value);
    }

    /// <summary>The last table of shapes.md, asked of the algebra.</summary>
    [Fact]
    public void What_is_proved_is_proved()
    {
        var rows = Text(Path.Combine(Folder, "shapes.md")).Split("## What is proved")[1].Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        Assert.Equal(6, rows.Length);
        foreach (var row in rows)
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var sizes = Regex.Matches(cells[0].Split("where")[0], "`(.*?)`").Select(m => ShapeParser.ParseDim(m.Groups[1].Value).Dim!).ToArray();
            var facts = cells[0].Split("where") is [_, var stated] ? ShapeParser.ParseFacts(stated.Trim().Trim('`')).Facts! : Facts.None;
            switch (sizes)
            {
                case [var size]:
                    Assert.Equal(Verdict.Equal, Comparison.Compare(size, ShapeParser.ParseDim(cells[1].Trim('`')).Dim!, facts));
                    break;
                default:
                    Assert.Equal(Enum.Parse<Verdict>(cells[1].Split(':')[0], ignoreCase: true), Comparison.Compare(sizes[0], sizes[1], facts));
                    break;
            }
        }
    }

    private static string Text(string path) => File.ReadAllText(path).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(?<code>.*?)```(\n\n```\n(?<says>GEN.*?)```)?", RegexOptions.Singleline)]
    private static partial Regex Example();
}
