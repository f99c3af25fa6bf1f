using System.Globalization;
using System.Text;

namespace Gen.Reading;

/// <summary>Reads JSON token by token: the compiler brings no reader of it.</summary>
internal sealed class JsonText(string text)
{
    private const int Deepest = 64;
    private int at;

    /// <summary>The members of an object: each is to be read by <paramref name="member"/>.</summary>
    /// <exception cref="FormatException">It is no JSON object.</exception>
    public void Object(Action<string> member)
    {
        Take('{');
        for (var isFirst = true; !Skips('}'); isFirst = false)
        {
            if (!isFirst)
            {
                Take(',');
            }

            var name = String();
            Take(':');
            member(name);
        }
    }

    /// <summary>An array of numbers that are natural.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public long[] Numbers()
    {
        var numbers = new List<long>();
        Take('[');
        for (var isFirst = true; !Skips(']'); isFirst = false)
        {
            if (!isFirst)
            {
                Take(',');
            }

            Space();
            var from = at;
            while (at < text.Length && text[at] is >= '0' and <= '9')
            {
                at++;
            }

            numbers.Add(long.TryParse(text.Substring(from, at - from), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : throw Wrong("a natural number"));
        }

        return [.. numbers];
    }

    /// <summary>A text between quotes.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public string String()
    {
        Take('"');
        var from = at;
        var end = text.IndexOfAny(['"', '\\'], at);
        if (end >= 0 && text[end] == '"')
        {
            at = end + 1;
            return text.Substring(from, end - from);
        }

        var characters = new StringBuilder();
        while (at < text.Length && text[at] != '"')
        {
            characters.Append(text[at] == '\\' ? Escaped() : text[at++]);
        }

        Take('"');
        return characters.ToString();
    }

    /// <summary>Passes over a value, whatever it is.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public void Value(int depth = 0)
    {
        Space();
        switch (at < text.Length && depth < Deepest ? text[at] : '\0')
        {
            case '{':
                Object(_ => Value(depth + 1));
                break;
            case '[':
                Take('[');
                for (var isFirst = true; !Skips(']'); isFirst = false)
                {
                    if (!isFirst)
                    {
                        Take(',');
                    }

                    Value(depth + 1);
                }

                break;
            case '"':
                String();
                break;
            default:
                var from = at;
                while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '+' or '.'))
                {
                    at++;
                }

                if (at == from)
                {
                    throw Wrong("a value");
                }

                break;
        }
    }

    /// <summary>Nothing but spaces may follow.</summary>
    /// <exception cref="FormatException">Something does.</exception>
    public void End()
    {
        Space();
        if (at < text.Length)
        {
            throw Wrong("the end");
        }
    }

    private char Escaped()
    {
        var code = at + 1 < text.Length ? text[at + 1] : '\0';
        at += 2;
        switch (code)
        {
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case '"' or '\\' or '/': return code;
            case 'u' when at + 4 <= text.Length && ushort.TryParse(text.Substring(at, 4), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out var unit):
                at += 4;
                return (char)unit;
            default: throw Wrong("an escaped character");
        }
    }

    private bool Skips(char wanted)
    {
        Space();
        var isThere = at < text.Length && text[at] == wanted;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private void Take(char wanted)
    {
        if (!Skips(wanted))
        {
            throw Wrong($"'{wanted}'");
        }
    }

    private void Space()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
        {
            at++;
        }
    }

    private FormatException Wrong(string wanted) =>
        new($"it is no JSON of that format: {wanted} is missing at character {(at + 1).ToString(CultureInfo.InvariantCulture)}");
}
