using System.Text.RegularExpressions;
using Gen.Shapes;

namespace Gen.Tests.Docs;

/// <summary>What docs/shapes.md says of the algebra is what the algebra says.</summary>
public sealed class ShapesPageTests
{
    /// <summary>The last table of shapes.md, asked of the algebra.</summary>
    [Fact]
    public void What_is_proved_is_proved()
    {
        var rows = Page.Text("docs/shapes.md").Split("## What is proved")[1].Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        Assert.Equal(6, rows.Length);
        foreach (var row in rows)
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var sizes = Regex.Matches(cells[0].Split("where")[0], "`(.*?)`").Select(m => ShapeParser.ParseDim(m.Groups[1].Value).Dim!)
                .ToArray();
            var facts = cells[0].Split("where") is [_, var stated] ? ShapeParser.ParseFacts(stated.Trim().Trim('`')).Facts! : Facts.None;
            switch (sizes)
            {
                case [var size]:
                    Assert.Equal(Verdict.Equal, Comparison.Compare(size, ShapeParser.ParseDim(cells[1].Trim('`')).Dim!, facts));
                    break;
                default:
                    Assert.Equal(Enum.Parse<Verdict>(cells[1].Split(':')[0], ignoreCase: true),
                        Comparison.Compare(sizes[0], sizes[1], facts));
                    break;
            }
        }
    }
}
