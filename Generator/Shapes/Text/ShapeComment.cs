namespace Gen.Shapes;

/// <summary>
/// The text of a comment that is a shape and nothing else: <c>(B, 256)</c>, <c>[B, T, d]</c>, <c>(B, 1, 28, 28) -> (B, 784)</c>. A text
/// that has anything before, between or behind is prose.
/// </summary>
internal sealed class ShapeComment
{
    private ShapeComment(WrittenShape? input, WrittenShape output, bool isBare)
    {
        Input = input;
        Output = output;
        IsBare = isBare;
    }

    /// <summary>The shape before the arrow; null where there is no arrow.</summary>
    public WrittenShape? Input { get; }

    public WrittenShape Output { get; }

    /// <summary>The names in it.</summary>
    public IEnumerable<string> Names => (Input?.Shape.Dims ?? []).Concat(Output.Shape.Dims).SelectMany(static d => d.Names);

    /// <summary>One word in brackets, without a comma behind it: <c>(B)</c>, but also <c>(unused)</c> and <c>[1]</c>.</summary>
    public bool IsBare { get; }

    /// <summary>Null where the text is no shape.</summary>
    /// <param name="text">A comment, less the slashes before it.</param>
    public static ShapeComment? Parse(string text)
    {
        text = text.Trim();
        var arrow = Arrow(text, out var length);
        var (before, after) = arrow < 0 ? (null, text) : (text.Substring(0, arrow).Trim(), text.Substring(arrow + length).Trim());
        if (List(after, out var isBare) is not { } output)
        {
            return null;
        }

        if (before is null or "")
        {
            return new ShapeComment(null, output, isBare && before is null);
        }

        return List(before, out _) is { } input ? new ShapeComment(input, output, isBare: false) : null;
    }

    /// <summary>The shapes of several tensors, <c>(B, T), (B, S)</c>, each with where it stands; null where the text is anything
    /// else.</summary>
    public static IReadOnlyList<(ShapeComment Comment, int Start, int Length)>? Several(string text)
    {
        var (found, depth, start) = (new List<(ShapeComment, int, int)>(), 0, -1);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '(' or '[' && depth++ == 0)
            {
                start = i;
            }
            else if (text[i] is ')' or ']')
            {
                if (--depth < 0 || (depth == 0 && Parse(text.Substring(start, i + 1 - start)) is null))
                {
                    return null;
                }

                if (depth == 0)
                {
                    found.Add((Parse(text.Substring(start, i + 1 - start))!, start, i + 1 - start));
                }
            }
            else if (depth == 0 && text[i] is not (' ' or ',' or ';'))
            {
                return null;
            }
        }

        return depth == 0 && found.Count > 1 ? found : null;
    }

    private static int Arrow(string text, out int length)
    {
        foreach (var arrow in new[] { "->", "=>", "→" })
        {
            if (text.IndexOf(arrow, StringComparison.Ordinal) is var at and >= 0)
            {
                length = arrow.Length;
                return at;
            }
        }

        length = 0;
        return -1;
    }

    private static WrittenShape? List(string text, out bool isBare)
    {
        isBare = false;
        if (text.Length < 2 || (text[0], text[text.Length - 1]) is not (('(', ')') or ('[', ']')))
        {
            return null;
        }

        var items = Items(text.Substring(1, text.Length - 2));
        if (items is null)
        {
            return null;
        }

        isBare = items.Count == 1;
        if (items.Count > 0 && items[items.Count - 1].Length == 0)
        {
            items.RemoveAt(items.Count - 1);
        }

        var variadic = items.Count > 0 ? Variadic(items[0]) : null;
        var dims = items.Skip(variadic is null ? 0 : 1).Select(Size).ToArray();
        return dims.All(d => d is not null) && (items.Count > 0 || text == "()")
            ? new WrittenShape(new Shape(variadic, dims!), items, text[0]) : null;
    }

    /// <summary>The parts between commas; null where the brackets close before the end.</summary>
    private static List<string>? Items(string text)
    {
        var items = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            if (depth < 0)
            {
                return null;
            }

            if (depth == 0 && text[i] == ',')
            {
                items.Add(text.Substring(start, i - start).Trim());
                start = i + 1;
            }
        }

        if (depth == 0 && text.Trim().Length > 0)
        {
            items.Add(text.Substring(start).Trim());
        }

        return depth == 0 ? items : null;
    }

    private static string? Variadic(string item) => item switch
    {
        "..." or "*" => "...",
        ['*', ..] when item.Skip(1).All(c => char.IsLetterOrDigit(c) || c == '_') => item.Substring(1),
        _ => null,
    };

    /// <summary>A size: 1 or more, a name, arithmetic; <c>_</c> is any. Null where the text is none, and for 0 and below: <c>[0, 1]</c> is
    /// a range.</summary>
    private static Dim? Size(string item)
    {
        if (item is "_" or "?")
        {
            return Dim.Unknown;
        }

        var (dim, error) = ShapeParser.ParseDim(item.Replace("//", "/").Replace("/", "//"));
        return error is null && dim is { IsUnknown: false } && dim.Constant is null or >= 1 ? dim : null;
    }
}
