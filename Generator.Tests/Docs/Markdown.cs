using System.Text;

namespace Gen.Tests.Docs;

/// <summary>Printed pages, as people write them.</summary>
internal static class Markdown
{
    /// <summary>Fills paragraphs up to 120 columns; tables, headings and code stay as they are.</summary>
    public static string Wrap(string page)
    {
        var (lines, paragraph, isCode) = (new List<string>(), new List<string>(), false);
        foreach (var line in page.Split('\n'))
        {
            var isFence = line.StartsWith("```", StringComparison.Ordinal);
            if (!isCode && !isFence && line.Length > 0 && line[0] is not ('|' or '#' or '-' or ' '))
            {
                paragraph.Add(line);
                continue;
            }

            End();
            isCode ^= isFence;
            lines.Add(line);
        }

        End();
        return string.Join('\n', lines);

        void End()
        {
            if (paragraph.Count > 0)
            {
                lines.Add(Broken(string.Join(' ', paragraph)));
                paragraph.Clear();
            }
        }
    }

    private static string Broken(string line)
    {
        var (text, column) = (new StringBuilder(), 0);
        foreach (var word in line.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > 120)
            {
                text.Append('\n');
                column = 0;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        return text.ToString();
    }
}
