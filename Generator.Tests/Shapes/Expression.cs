using CsCheck;
using Gen.Shapes;
using G = CsCheck.Gen;

namespace Gen.Tests.Algebra;

/// <summary>
/// An expression as written, which evaluates by the definitions of the operators and nothing else: the judge of the algebra.
/// </summary>
internal abstract record Expression
{
    /// <summary>The value; null where a divisor is 0 or a number leaves 64 bits.</summary>
    public abstract long? Evaluate(Sizes values);

    public abstract Dim ToDim();

    public static Gen<Expression> Random { get; } = G.Recursive<Expression>((depth, inner) =>
    {
        var number = G.Select(G.Long[-6, 12], n => (Expression)new Number(n));
        var name = G.Select(G.Int[0, 3], i => (Expression)new Variable(i switch { 0 => "B", 1 => "H", 2 => "W", _ => "d" }));
        var leaf = G.Frequency((2, number), (3, name));
        if (depth >= 4)
        {
            return leaf;
        }

        var operation = G.Select(G.Char["+-*+-*/%<>"], inner, inner, (sign, left, right) => (Expression)new Operation(sign, left, right));
        return G.Frequency((2, leaf), (5, operation));
    });

    internal sealed record Number(long Value) : Expression
    {
        public override long? Evaluate(Sizes values) => Value;

        public override Dim ToDim() => Dim.Of(Value);

        public override string ToString() => Value < 0 ? FormattableString.Invariant($"({Value})")
            : FormattableString.Invariant($"{Value}");
    }

    internal sealed record Variable(string Name) : Expression
    {
        public override long? Evaluate(Sizes values) => values[Name];

        public override Dim ToDim() => Dim.Name(Name);

        public override string ToString() => Name;
    }

    /// <summary>The sign is <c>+ - * / %</c>, or <c>&lt; &gt;</c> for minimum and maximum.</summary>
    internal sealed record Operation(char Sign, Expression Left, Expression Right) : Expression
    {
        public override long? Evaluate(Sizes values)
        {
            if (Left.Evaluate(values) is not { } left || Right.Evaluate(values) is not { } right || (Sign is '/' or '%' && right == 0))
            {
                return null;
            }

            var floor = Sign is '/' or '%' ? left / right - (left % right != 0 && left < 0 != right < 0 ? 1 : 0) : 0;
            var result = Sign switch
            {
                '+' => (Int128)left + right,
                '-' => (Int128)left - right,
                '*' => (Int128)left * right,
                '/' => floor,
                '%' => left - ((Int128)floor * right),
                '<' => Math.Min(left, right),
                _ => Math.Max(left, right),
            };
            return Int128.Abs(result) <= 1L << 52 ? (long)result : null;
        }

        public override Dim ToDim() => (Left.ToDim(), Right.ToDim()) is var (left, right) ? Sign switch
        {
            '+' => left + right,
            '-' => left - right,
            '*' => left * right,
            '/' => Dim.FloorDiv(left, right),
            '%' => Dim.Mod(left, right),
            '<' => Dim.Min(left, right),
            _ => Dim.Max(left, right),
        } : Dim.Unknown;

        public override string ToString() => Sign switch
        {
            '<' => $"min({Left},{Right})",
            '>' => $"max({Left},{Right})",
            '/' => $"({Left}//{Right})",
            _ => $"({Left}{Sign}{Right})",
        };
    }
}
