using System.Text;

namespace Gen.Emit;

/// <summary>Writes indented text with <c>\n</c>, the same on every machine.</summary>
internal sealed class SourceWriter
{
    private static readonly char[] Ends = ['\r', '\n'];

    private readonly StringBuilder text = new(8_192);
    private int depth;

    public SourceWriter Line() => Append("");

    /// <summary>A line, or several: each is indented.</summary>
    public SourceWriter Line(string lines)
    {
        if (lines.IndexOfAny(Ends) < 0)
        {
            return Append(lines);
        }

        foreach (var line in lines.Replace("\r", "").Split('\n'))
        {
            Append(line);
        }

        return this;
    }

    /// <summary>A line for the preprocessor, at the margin.</summary>
    public SourceWriter Directive(string line)
    {
        text.Append(line).Append('\n');
        return this;
    }

    public void Block(string header, Action body, string end = "}")
    {
        Line(header);
        Line("{");
        Indented(body);
        Line(end);
    }

    public void Indented(Action body)
    {
        depth++;
        body();
        depth--;
    }

    public override string ToString() => text.ToString();

    private SourceWriter Append(string line)
    {
        if (line.Length > 0)
        {
            text.Append(' ', 4 * depth).Append(line);
        }

        text.Append('\n');
        return this;
    }
}
