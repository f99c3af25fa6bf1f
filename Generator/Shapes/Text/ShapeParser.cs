namespace Gen.Shapes;

/// <summary>Parses shape strings. Any text gives a result or an error with its position; nothing throws.</summary>
internal static class ShapeParser
{
    private const int LongestText = 20_000;
    private const int MostDims = 64;
    private const int MostTensors = 64;
    private const int MostFacts = 64;

    /// <summary><c>B T d, B T d -> B T d</c>.</summary>
    public static (ShapeSignature? Signature, ShapeError? Error) ParseSignature(string text)
    {
        if (text.Length > LongestText)
        {
            return (null, TooLong);
        }

        var arrow = text.IndexOf("->", StringComparison.Ordinal);
        if (arrow >= 0 && text.IndexOf("->", arrow + 2, StringComparison.Ordinal) is var second and >= 0)
        {
            return (null, new("there are two '->'", second, 2));
        }

        var (inputs, types, error) = Tensors(text, 0, arrow < 0 ? text.Length : arrow);
        if (error is not null)
        {
            return (null, error);
        }

        if (arrow < 0)
        {
            return (new(inputs!, null) { InputTypes = types }, null);
        }

        var (outputs, outputTypes, outputError) = Tensors(text, arrow + 2, text.Length);
        return outputError is null ? (new(inputs!, outputs) { InputTypes = types, OutputTypes = outputTypes }, null) : (null, outputError);
    }

    /// <summary>One tensor: <c>B 1 28 28</c>.</summary>
    public static (Shape? Shape, ShapeError? Error) ParseShape(string text) =>
        text.Length > LongestText ? (null, TooLong) : Typed(text, 0, text.Length) is var (shape, _, error) ? (shape, error) : default;

    /// <summary>One size: <c>2*(H//2)</c>.</summary>
    public static (Dim? Dim, ShapeError? Error) ParseDim(string text)
    {
        if (text.Length > LongestText)
        {
            return (null, TooLong);
        }

        var parser = new DimParser(text, 0, text.Length, spaces: true);
        var dim = parser.Sum();
        if (parser.Error is null && !parser.AtEnd)
        {
            parser.Fail(DimParser.Unexpected(text[parser.Position]));
        }

        return parser.Error is null ? (dim, null) : (null, parser.Error);
    }

    /// <summary>
    /// The same signature with one input and at most one output: the repair of <c>B, 1, 28, 28</c>, where commas separate what should
    /// be dimensions.
    /// </summary>
    public static string CommasToSpaces(string text)
    {
        var depth = 0;
        var spaced = new string([.. text.Select(c => (depth += c == '(' ? 1 : c == ')' ? -1 : 0) <= 0 && c == ',' ? ' ' : c)]);
        return string.Join(" ", spaced.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary><c>H % 32 == 0, d % heads == 0, T &lt;= 1024</c>.</summary>
    public static (Facts? Facts, ShapeError? Error) ParseFacts(string text)
    {
        if (text.Length > LongestText)
        {
            return (null, TooLong);
        }

        var parser = new DimParser(text, 0, text.Length, spaces: true);
        var facts = new List<Fact>();
        do
        {
            var left = parser.Sum();
            var relation = Relations.FirstOrDefault(r => parser.Error is null && parser.Take(r.Operator));
            if (parser.Error is null && relation.Operator is null)
            {
                parser.Fail("a comparison is missing: ==, !=, <=, <, >= or >");
            }

            var right = parser.Sum();
            if (parser.Error is not null)
            {
                return (null, parser.Error);
            }

            if (facts.Count == MostFacts)
            {
                parser.Fail("too many facts");
                return (null, parser.Error);
            }

            facts.Add(new Fact(left, relation.Relation, right));
        }
        while (parser.Take(",") || parser.Take("&&"));

        if (!parser.AtEnd)
        {
            parser.Fail(Relations.Any(r => parser.Take(r.Operator)) ? "one comparison a fact; commas separate facts"
                : $"'{text[parser.Position]}' is not expected here; commas separate facts");
            return (null, parser.Error);
        }

        return (new Facts(facts), null);
    }

    private static ShapeError TooLong { get; } = new("the text is too long", LongestText, 1);

    private static readonly (string Operator, Relation Relation)[] Relations =
    [
        ("==", Relation.Equal), ("!=", Relation.NotEqual), ("<=", Relation.AtMost), (">=", Relation.AtLeast), ("<", Relation.Less),
        (">", Relation.More),
    ];

    private static (IReadOnlyList<Shape>? Shapes, IReadOnlyList<ElementType> Types, ShapeError? Error) Tensors(string text, int start,
        int end)
    {
        var (shapes, types) = (new List<Shape>(), new List<ElementType>());
        var (from, depth) = (start, 0);
        for (var i = start; i <= end; i++)
        {
            var c = i < end ? text[i] : ',';
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c != ',' || (depth > 0 && i < end))
            {
                continue;
            }

            // A scalar is an empty text, but only where it stands alone.
            if (string.IsNullOrWhiteSpace(text.Substring(from, i - from)) && (shapes.Count > 0 || i < end))
            {
                return (null, [], new("a tensor is missing here; commas separate tensors", from, i - from));
            }

            var (shape, type, error) = shapes.Count == MostTensors ? (null, default, new("too many tensors", from, i - from))
                : Typed(text, from, i);
            if (error is not null)
            {
                return (null, [], error);
            }

            shapes.Add(shape!);
            types.Add(type);
            from = i + 1;
        }

        return (shapes, types, null);
    }

    /// <summary>A tensor whose element type may stand before a colon: <c>int64: B T</c>.</summary>
    private static (Shape? Shape, ElementType Type, ShapeError? Error) Typed(string text, int start, int end)
    {
        var colon = text.IndexOf(':', start, end - start);
        if (colon < 0)
        {
            var (plain, wrong) = Tensor(text, start, end);
            return (plain, ElementType.Unknown, wrong);
        }

        var name = text.Substring(start, colon - start).Trim();
        if (ElementTypes.Parse(name) is not { } type)
        {
            return (null, default, new(name.Length == 0 ? "an element type is missing before ':'"
                : $"'{name}' is not an element type; these are {ElementTypes.Stated}", start, colon - start));
        }

        var (shape, error) = Tensor(text, colon + 1, end);
        return (shape, type, error);
    }

    private static (Shape? Shape, ShapeError? Error) Tensor(string text, int start, int end)
    {
        string? variadic = null;
        var dims = new List<Dim>();
        var at = start;
        while (Next(text, ref at, end) is { } item)
        {
            var (from, to) = item;
            if (text[from] == '*')
            {
                var name = text.Substring(from + 1, to - from - 1);
                if (variadic is not null || dims.Count > 0)
                {
                    return (null, new(variadic is not null ? "a shape has at most one '*'" : "a '*' stands at the beginning of a shape",
                        from, to - from));
                }

                if (name.Length == 0 || !(char.IsLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsLetterOrDigit(c) || c == '_'))
                {
                    return (null,
                        new(name.Length == 0 ? "a '*' needs a name behind it: *B"
                            : "a '*' at the beginning needs a name behind it, and nothing else: *B", from, to - from));
                }

                variadic = name == "_" ? "..." : name;
                continue;
            }

            if (to - from == 3 && text.Substring(from, 3) == "...")
            {
                variadic = dims.Count > 0 || variadic is not null ? null : "...";
                if (variadic is null || Next(text, ref at, end) is not null)
                {
                    return (null, new("'...' stands alone", from, 3));
                }

                return (Shape.UnknownRank, null);
            }

            // Nothing in parentheses is a scalar, which stands alone.
            if (IsScalar(text.Substring(from, to - from)) && dims.Count == 0 && variadic is null && Next(text, ref at, end) is null)
            {
                return (Shape.Of(), null);
            }

            if ("+-*/%".IndexOf(text[to - 1]) >= 0 || "+/%".IndexOf(text[from]) >= 0)
            {
                return (null, new("arithmetic is written without spaces: 2*H+1", from, to - from));
            }

            var parser = new DimParser(text, from, to, spaces: true);
            var dim = parser.Sum();
            if (parser.Error is null && parser.Position < to)
            {
                parser.Fail(DimParser.Unexpected(text[parser.Position]));
            }

            if (parser.Error is null && Bounds.Of(dim, Facts.None).Upper < 0)
            {
                return (null, new("a size is not negative; arithmetic is written without spaces", from, to - from));
            }

            if (parser.Error is not null || dims.Count >= MostDims)
            {
                return (null, parser.Error ?? new("too many dimensions", from, to - from));
            }

            dims.Add(dim);
        }

        return (new Shape(variadic, dims), null);
    }

    private static bool IsScalar(string item) => item.Length > 1 && item[0] == '(' && item[item.Length - 1] == ')'
        && string.IsNullOrWhiteSpace(item.Substring(1, item.Length - 2));

    /// <summary>The next stretch without spaces; spaces inside parentheses belong to it.</summary>
    private static (int From, int To)? Next(string text, ref int at, int end)
    {
        while (at < end && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        if (at >= end)
        {
            return null;
        }

        var from = at;
        for (var depth = 0; at < end && (depth > 0 || !char.IsWhiteSpace(text[at])); at++)
        {
            depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
        }

        while (char.IsWhiteSpace(text[at - 1]))
        {
            at--;
        }

        return (from, at);
    }
}
