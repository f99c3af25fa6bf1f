namespace Gen.Shapes;

/// <summary>Parses one dimension's expression: <c>2*(H//2)+1</c>. The usual precedence, associating to the left.</summary>
internal sealed class DimParser(string text, int start, int end, bool spaces)
{
    private const int Deepest = 128;

    private int position = start;
    private int depth;
    private ShapeError? error;

    /// <summary>Parses as far as the expression goes.</summary>
    public Dim Sum()
    {
        var sum = Product();
        while (error is null && (Take("+") ? '+' : Take("-", unless: "->") ? '-' : '\0') is var sign and not '\0')
        {
            var right = Product();
            sum = sign == '+' ? sum + right : sum - right;
        }

        return sum;
    }

    public int Position => position;

    public ShapeError? Error => error;

    public bool AtEnd
    {
        get
        {
            Skip();
            return position >= end;
        }
    }

    public bool Take(string token, string? unless = null)
    {
        Skip();
        if (!Ahead(token) || (unless is not null && Ahead(unless)))
        {
            return false;
        }

        position += token.Length;
        return true;
    }

    public void Fail(string message)
    {
        error ??= new ShapeError(message, Math.Min(position, text.Length), Math.Min(1, Math.Max(0, end - position)));
        position = end;
    }

    /// <summary>Why a character cannot stand in an expression.</summary>
    public static string Unexpected(char c) => c switch
    {
        ')' => "a '(' is missing",
        '[' or ']' => "a shape has no brackets: write B 1 28 28",
        '^' => "a power is written as a product: H*H",
        '→' => "the arrow is written '->'",
        '.' => "sizes are whole numbers; an unknown rank is '...', alone",
        '=' or '<' or '>' or '!' => $"'{c}' is not expected here; facts belong into Where",
        _ when char.IsControl(c) || char.IsSurrogate(c) =>
            $"the character U+{((int)c).ToString("X4", System.Globalization.CultureInfo.InvariantCulture)} is not expected here",
        _ => $"'{c}' is not expected here",
    };

    private Dim Product()
    {
        var product = Unary();
        while (error is null)
        {
            if (Take("//"))
            {
                product = Dim.FloorDiv(product, Divisor());
            }
            else if (Ahead("**"))
            {
                Fail("a power is written as a product: H*H");
            }
            else if (Take("*"))
            {
                product *= Unary();
            }
            else if (Take("%"))
            {
                product = Dim.Mod(product, Divisor());
            }
            else if (Take("/"))
            {
                Fail("'/' does not round; write '//'");
            }
            else
            {
                break;
            }
        }

        return product;
    }

    private Dim Divisor()
    {
        Skip();
        var at = position;
        var divisor = Unary();
        if (error is null && divisor.Constant == 0)
        {
            position = at;
            Fail("division by 0");
        }

        return divisor;
    }

    private Dim Unary()
    {
        if (++depth > Deepest)
        {
            Fail("nested too deeply");
            return Dim.Unknown;
        }

        var negative = false;
        while (Take("-", unless: "->"))
        {
            negative = !negative;
        }

        var primary = Primary();
        depth--;
        return negative ? -primary : primary;
    }

    private Dim Primary()
    {
        Skip();
        if (Take("("))
        {
            var inner = Sum();
            if (error is null && !Take(")"))
            {
                Fail("a ')' is missing");
            }

            return inner;
        }

        if (position < end && IsDigit(text[position]))
        {
            return Number();
        }

        if (position < end && IsLetter(text[position]))
        {
            return NameOrFunction();
        }

        Fail(position >= end ? "a size is missing at the end" : Unexpected(text[position]));
        return Dim.Unknown;
    }

    private Dim Number()
    {
        var from = position;
        while (position < end && (IsDigit(text[position]) || text[position] == '_'))
        {
            position++;
        }

        if (position < end && IsLetter(text[position]))
        {
            Fail("a name does not begin with a digit; write '*' between a number and a name");
            return Dim.Unknown;
        }

        if (long.TryParse(text.Substring(from, position - from).Replace("_", ""), System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            return Dim.Of(number);
        }

        position = from;
        Fail("the number is too large");
        return Dim.Unknown;
    }

    private Dim NameOrFunction()
    {
        var from = position;
        while (position < end && (IsLetter(text[position]) || IsDigit(text[position])))
        {
            position++;
            if (position + 1 < end && text[position] == '.' && IsLetter(text[position + 1]))
            {
                // A member of what the constructor is given: config.Vocab.
                position++;
            }
        }

        var name = text.Substring(from, position - from);
        if (name == "_")
        {
            return Dim.Unknown;
        }

        if (name is not ("min" or "max") || !Take("("))
        {
            return Dim.Name(name);
        }

        var left = Sum();
        if (error is null && !Take(","))
        {
            Fail($"{name} takes two sizes");
        }

        var right = Sum();
        if (error is null && !Take(")"))
        {
            Fail("a ')' is missing");
        }

        return name == "min" ? Dim.Min(left, right) : Dim.Max(left, right);
    }

    private void Skip()
    {
        while (spaces && position < end && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
    }

    private bool Ahead(string token) => position + token.Length <= end
        && string.CompareOrdinal(text, position, token, 0, token.Length) == 0;

    private static bool IsDigit(char c) => c is >= '0' and <= '9';

    private static bool IsLetter(char c) => c == '_' || char.IsLetter(c);
}
