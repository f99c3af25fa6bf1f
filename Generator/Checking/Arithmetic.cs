using Gen.Shapes;

namespace Gen.Checking;

/// <summary>Operators on numbers and truths.</summary>
internal static class Arithmetic
{
    public static Abstract Of(string op, Abstract left, Abstract right)
    {
        if (op is "==" or "!=" && (left, right) is (Abstract.Enumeration or Abstract.Text, Abstract.Enumeration or Abstract.Text))
        {
            return new Abstract.Boolean(Truth.Of(Equals(left, right) == (op == "==")));
        }

        if (op is "&" or "|" && left is Abstract.Boolean a && right is Abstract.Boolean b)
        {
            return new Abstract.Boolean(op == "&" ? a.Truth & b.Truth : a.Truth | b.Truth);
        }

        // What an unknown number is compared with or added to.
        if (op == "-" && Abstract.Difference(left, right) is { IsUnknown: false } difference)
        {
            return new Abstract.Size(difference);
        }

        if (op switch { "+" => Abstract.Sum(left, right),
            "-" when right is Abstract.Size { Dim.IsUnknown: false } less => Abstract.Sum(left, new Abstract.Size(-less.Dim)),
            _ => null } is { } sum)
        {
            return sum;
        }

        if (left is Abstract.Number or Abstract.Size && right is Abstract.Number or Abstract.Size
            && (left is Abstract.Number || right is Abstract.Number))
        {
            return Real(op, left, right);
        }

        if (left is not Abstract.Size || right is not Abstract.Size)
        {
            return op is "==" or "!=" or "<" or "<=" or ">" or ">=" or "&&" or "||" ? new Abstract.Boolean(Truth.Unknown)
                : Abstract.Anything;
        }

        var (x, y) = (left.AsSize, right.AsSize);
        return op switch
        {
            "+" => new Abstract.Size(x + y),
            "-" => new Abstract.Size(x - y),
            "*" => new Abstract.Size(x * y),
            "/" => new Abstract.Size(IsNatural(x, y) ? Dim.FloorDiv(x, y) : Dim.Unknown),
            "%" => new Abstract.Size(IsNatural(x, y) ? Dim.Mod(x, y) : Dim.Unknown),
            "<<" => new Abstract.Size(y.Constant is >= 0 and < 62 and var shift ? x * Dim.Of(1L << (int)shift) : Dim.Unknown),
            "==" => new Abstract.Boolean(Truth.Of(x, Relation.Equal, y)),
            "!=" => new Abstract.Boolean(Truth.Of(x, Relation.NotEqual, y)),
            "<" => new Abstract.Boolean(Truth.Of(x, Relation.Less, y)),
            "<=" => new Abstract.Boolean(Truth.Of(x, Relation.AtMost, y)),
            ">" => new Abstract.Boolean(Truth.Of(x, Relation.More, y)),
            ">=" => new Abstract.Boolean(Truth.Of(x, Relation.AtLeast, y)),
            _ => new Abstract.Size(Dim.Unknown),
        };
    }

    /// <summary>C#'s division truncates, which is the floor only where nothing is negative.</summary>
    private static bool IsNatural(Dim dividend, Dim divisor) =>
        Comparison.AtLeast(dividend, Dim.Zero, Facts.None) is true && (Comparison.AtLeast(divisor, Dim.One, Facts.None) is true);

    private static Abstract Real(string op, Abstract left, Abstract right)
    {
        double? Value(Abstract value) => value is Abstract.Number number ? number.Value : value.AsSize.Constant;
        if (op is "==" or "!=" or "<" or "<=" or ">" or ">=")
        {
            return (Value(left), Value(right)) is ({ } x, { } y)
                ? new Abstract.Boolean(Truth.Of(op switch { "==" => x == y, "!=" => x != y, "<" => x < y, "<=" => x <= y, ">" => x > y,
                    _ => x >= y }))
                : new Abstract.Boolean(Truth.Unknown);
        }

        return new Abstract.Number((op, Value(left), Value(right)) switch
        {
            ("+", { } x, { } y) => x + y,
            ("-", { } x, { } y) => x - y,
            ("*", { } x, { } y) => x * y,
            ("/", { } x, { } y) when y != 0 => x / y,
            _ => null,
        });
    }
}
