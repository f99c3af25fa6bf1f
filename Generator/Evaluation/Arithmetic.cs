using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>Operators on numbers and truths.</summary>
internal static class Arithmetic
{
    public static AbstractValue Of(string op, AbstractValue left, AbstractValue right)
    {
        if (op is "==" or "!=" && (left, right) is (AbstractValue.Enumeration or AbstractValue.Text, AbstractValue.Enumeration
            or AbstractValue.Text))
        {
            return new AbstractValue.Boolean(Truth.Of(Equals(left, right) == (op == "==")));
        }

        if (op is "&" or "|" && left is AbstractValue.Boolean a && right is AbstractValue.Boolean b)
        {
            return new AbstractValue.Boolean(op == "&" ? a.Truth & b.Truth : a.Truth | b.Truth);
        }

        // What an unknown number is compared with or added to.
        if (op == "-" && AbstractValue.Difference(left, right) is { IsUnknown: false } difference)
        {
            return new AbstractValue.Size(difference);
        }

        if (op switch { "+" => AbstractValue.Sum(left, right),
            "-" when right is AbstractValue.Size { Dim.IsUnknown: false } less =>
                AbstractValue.Sum(left, new AbstractValue.Size(-less.Dim)),
            _ => null } is { } sum)
        {
            return sum;
        }

        if (left is AbstractValue.Number or AbstractValue.Size && right is AbstractValue.Number or AbstractValue.Size
            && (left is AbstractValue.Number || right is AbstractValue.Number))
        {
            return Real(op, left, right);
        }

        if (left is not AbstractValue.Size || right is not AbstractValue.Size)
        {
            return op is "==" or "!=" or "<" or "<=" or ">" or ">=" or "&&" or "||" ? new AbstractValue.Boolean(Truth.Unknown)
                : AbstractValue.Anything;
        }

        var (x, y) = (left.AsSize, right.AsSize);
        return op switch
        {
            "+" => new AbstractValue.Size(x + y),
            "-" => new AbstractValue.Size(x - y),
            "*" => new AbstractValue.Size(x * y),
            "/" => new AbstractValue.Size(IsNatural(x, y) ? Dim.FloorDiv(x, y) : Dim.Unknown),
            "%" => new AbstractValue.Size(IsNatural(x, y) ? Dim.Mod(x, y) : Dim.Unknown),
            "<<" => new AbstractValue.Size(y.Constant is >= 0 and < 62 and var shift ? x * Dim.Of(1L << (int)shift) : Dim.Unknown),
            "==" => new AbstractValue.Boolean(Truth.Of(x, Relation.Equal, y)),
            "!=" => new AbstractValue.Boolean(Truth.Of(x, Relation.NotEqual, y)),
            "<" => new AbstractValue.Boolean(Truth.Of(x, Relation.Less, y)),
            "<=" => new AbstractValue.Boolean(Truth.Of(x, Relation.AtMost, y)),
            ">" => new AbstractValue.Boolean(Truth.Of(x, Relation.More, y)),
            ">=" => new AbstractValue.Boolean(Truth.Of(x, Relation.AtLeast, y)),
            _ => new AbstractValue.Size(Dim.Unknown),
        };
    }

    /// <summary>C#'s division truncates, which is the floor only where nothing is negative; by 0 it gives nothing.</summary>
    private static bool IsNatural(Dim dividend, Dim divisor) =>
        Comparison.AtLeast(dividend, Dim.Zero, Facts.None) is true && Comparison.AtLeast(divisor, Dim.Zero, Facts.None) is true;

    private static AbstractValue Real(string op, AbstractValue left, AbstractValue right)
    {
        double? Value(AbstractValue value) => value is AbstractValue.Number number ? number.Value : value.AsSize.Constant;
        if (op is "==" or "!=" or "<" or "<=" or ">" or ">=")
        {
            return (Value(left), Value(right)) is ({ } x, { } y)
                ? new AbstractValue.Boolean(Truth.Of(op switch { "==" => x == y, "!=" => x != y, "<" => x < y, "<=" => x <= y, ">" => x > y,
                    _ => x >= y }))
                : new AbstractValue.Boolean(Truth.Unknown);
        }

        return new AbstractValue.Number((op, Value(left), Value(right)) switch
        {
            ("+", { } x, { } y) => x + y,
            ("-", { } x, { } y) => x - y,
            ("*", { } x, { } y) => x * y,
            ("/", { } x, { } y) when y != 0 => x / y,
            _ => null,
        });
    }
}
