using System.Text;

namespace Gen.Emit;

/// <summary>Writes indented text with <c>\n</c>, the same on every machine.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder text = new();
    private int depth;

    public SourceWriter Line() => Append("");

    /// <summary>A line, or several: each is indented.</summary>
    public SourceWriter Line(string lines)
    {
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
