using System.Globalization;
using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>The operators of C# on numbers, sizes and tensors.</summary>
internal static class OnnxArithmetic
{
    private static readonly Dictionary<string, string> OfTensors = new(StringComparer.Ordinal)
    {
        ["+"] = "add", ["-"] = "sub", ["*"] = "mul", ["/"] = "div", ["%"] = "remainder", ["=="] = "eq", ["!="] = "ne", ["<"] = "lt",
        ["<="] = "le", [">"] = "gt", [">="] = "ge", ["&"] = "bitwise_and", ["|"] = "bitwise_or", ["^"] = "bitwise_xor",
    };

    public static object? Unary(OnnxCall call) => call[0] is OnnxValue { IsNumber: true } && Applied(call) is OnnxValue number
        ? AsNumber(number) : Applied(call);

    private static object? Applied(OnnxCall call) => (call.Name, call[0]) switch
    {
        ("-", OnnxValue) => OnnxOperations.Call(new(call.Interpreter, "neg", call.Operands), isFunctional: false),
        ("~" or "!", OnnxValue) => OnnxOperations.Call(new(call.Interpreter, "bitwise_not", call.Operands), isFunctional: false),
        ("-", Dim dim) => OnnxCall.Number(-dim),
        ("-", long number) => -number,
        ("-", double number) => -number,
        ("-", float number) => -number,
        ("!", bool truth) => !truth,
        ("(int)" or "(long)", OnnxValue number) => AsNumber(call.B.Cast(number, ScalarType.Int64)),
        ("+" or "checked" or "unchecked", var value) => value,
        ("(int)" or "(long)", Dim dim) => dim,
        ("(int)" or "(long)", bool or long or double or float) => (long)Convert.ToDouble(call[0], CultureInfo.InvariantCulture),
        ("(double)" or "(float)", OnnxValue { IsInteger: true } number) => AsNumber(call.B.Cast(number, ScalarType.Float32)),
        ("(double)" or "(float)", OnnxValue) => call[0],
        ("(double)" or "(float)", Dim { Constant: null }) => Real(call, call[0]),
        ("(double)", long or double or float) => Convert.ToDouble(call[0], CultureInfo.InvariantCulture),
        ("(float)", long or double or float) => Convert.ToSingle(call[0], CultureInfo.InvariantCulture),
        _ => throw call.Refused($"of {call[0]?.GetType().Name ?? "null"}"),
    };

    public static object? Binary(OnnxCall call)
    {
        var (left, right) = (call[0], call[1]);
        if (call.Name is "==" or "!=" && (left is null || right is null || (left is bool && right is bool) || Text(left) is not null))
        {
            var isSame = left is null || right is null ? ReferenceEquals(left, right)
                : Text(left) is { } text ? text == Text(right) : Equals(left, right);
            return isSame == (call.Name == "==");
        }

        if (IsNumber(left) && IsNumber(right) && (left is OnnxValue || right is OnnxValue))
        {
            return Numbers(call);
        }

        if (left is OnnxValue || right is OnnxValue)
        {
            return OfTensors.TryGetValue(call.Name, out var operation)
                ? OnnxOperations.Call(new(call.Interpreter, operation, [("", left), ("other", right)]), isFunctional: false)
                : throw call.Refused("an operator of C# on tensors");
        }

        return (left, right) switch
        {
            (bool a, bool b) => call.Name switch { "&" => a & b, "|" => a | b, "^" => a ^ b, _ => throw call.Refused("of truths") },
            (string a, string b) when call.Name == "+" => a + b,
            (long or Dim, long or Dim) => Sizes(call, call.Size(0), call.Size(1)),
            (float or long, float or long) => Real(call, Single(left), Single(right), isSingle: true),
            (double or float or long, double or float or long) => Real(call, Double(left), Double(right), isSingle: false),
            (Dim, double or float) or (double or float, Dim) => Binary(new(call.Interpreter, call.Name,
                [("", Real(call, left)), ("", Real(call, right))])),
            _ => throw call.Refused($"of {left?.GetType().Name ?? "null"} and {right?.GetType().Name ?? "null"}"),
        };
    }

    private static OnnxValue AsNumber(OnnxValue value)
    {
        value.IsNumber = true;
        return value;
    }

    private static bool IsNumber(object? value) => value is bool or long or double or float or Dim or OnnxValue { IsNumber: true };

    /// <summary>Numbers of C# of which only a call knows one: whole ones are divided as C# does.</summary>
    private static OnnxValue Numbers(OnnxCall call)
    {
        var (b, given) = (call.B, call.Promoted(call[0], call[1]));
        if (call.Name is not ("/" or "%"))
        {
            return OfTensors.TryGetValue(call.Name, out var operation)
                ? AsNumber((OnnxValue)OnnxOperations.Call(new(call.Interpreter, operation, [("", given[0]), ("other", given[1])]),
                    isFunctional: false)!)
                : throw call.Refused("an operator of C# on numbers of a tensor");
        }

        // Whole numbers are divided towards 0, and what remains has the sign of the first.
        return AsNumber(call.Name == "/" ? b.Div(given[0], given[1])
            : given[0].IsInteger ? b.Sub(given[0], b.Mul(b.Div(given[0], given[1]), given[1]))
            : b.Binary("Mod", given[0], given[1], ("fmod", 1L)));
    }

    /// <summary>Whether sizes compare, as a truth that only a call knows.</summary>
    private static object Open(OnnxCall call, Dim a, Dim b)
    {
        var op = call.Name switch
        {
            "==" or "!=" => "Equal",
            "<" => "Less",
            "<=" => "LessOrEqual",
            ">" => "Greater",
            _ => "GreaterOrEqual",
        };
        try
        {
            var compared = call.B.Squeeze(call.B.Compare(op, call.B.Size(a), call.B.Size(b)), 0);
            compared = call.Name == "!=" ? call.B.Unary("Not", compared) : compared;
            (compared.IsNumber, compared.Compared) = (true, (call.Name, a, b));
            return compared;
        }
        catch (NotExportableException)
        {
            return new OnnxUnknown($"whether {a} {call.Name} {b} only a call knows");
        }
    }

    private static string? Text(object? value) => value switch
    {
        ExportMember member => member.Name,
        Enum member => member.ToString(),
        string text => text,
        _ => null,
    };

    private static double Double(object? number) => Convert.ToDouble(number, CultureInfo.InvariantCulture);

    private static double Single(object? number) => Convert.ToSingle(number, CultureInfo.InvariantCulture);

    private static object Sizes(OnnxCall call, Dim a, Dim b)
    {
        switch (call.Name)
        {
            case "+":
                return OnnxCall.Number(a + b);
            case "-":
                return OnnxCall.Number(a - b);
            case "*":
                return OnnxCall.Number(a * b);
            case "/" when a.Constant is { } x && b.Constant is { } y:
                return x / y;
            case "/":
                return OnnxCall.Number(Dim.FloorDiv(a, b));
            case "%" when a.Constant is { } x && b.Constant is { } y:
                return x % y;
            case "%":
                return OnnxCall.Number(Dim.Mod(a, b));
            case "<<" when a.Constant is { } x && b.Constant is { } y:
                return x << (int)y;
            case ">>" when a.Constant is { } x && b.Constant is { } y:
                return x >> (int)y;
            case "&" when a.Constant is { } x && b.Constant is { } y:
                return x & y;
            case "==" or "!=":
                return Comparison.Compare(a, b, Facts.None) switch
                {
                    Verdict.Equal => call.Name == "==",
                    Verdict.Different => call.Name == "!=",
                    _ => Open(call, a, b),
                };
            default:
                bool? holds = call.Name switch
                {
                    ">=" => Comparison.AtLeast(a, b, Facts.None),
                    "<=" => Comparison.AtLeast(b, a, Facts.None),
                    ">" => !Comparison.AtLeast(b, a, Facts.None),
                    "<" => !Comparison.AtLeast(a, b, Facts.None),
                    _ => throw call.Refused("an operator on sizes"),
                };
                return holds is { } known ? known : Open(call, a, b);
        }
    }

    private static object Real(OnnxCall call, double a, double b, bool isSingle)
    {
        object Number(double value) => isSingle ? (object)(float)value : value;
        return call.Name switch
        {
            "+" => Number(a + b),
            "-" => Number(a - b),
            "*" => Number(a * b),
            "/" => Number(a / b),
            "%" => Number(a % b),
            "==" => a == b,
            "!=" => a != b,
            "<" => a < b,
            ">" => a > b,
            "<=" => a <= b,
            ">=" => a >= b,
            _ => throw call.Refused("an operator on numbers"),
        };
    }

    /// <summary>A function of <c>Math</c>.</summary>
    public static object? Math(OnnxCall call)
    {
        var given = call.Operands.Select(static o => o.Value).ToArray();
        if (!given.Any(static g => g is Dim { Constant: null } or OnnxValue))
        {
            return MathOfNumbers.Of(call.Name, [.. given.Select(static g => g is Dim { Constant: { } number } ? number : g)]);
        }

        if (given.All(static g => g is Dim or long))
        {
            var sizes = given.Select(call.SizeOf).ToArray();
            switch (call.Name)
            {
                case "Min":
                    return Dim.Min(sizes[0], sizes[1]);
                case "Max":
                    return Dim.Max(sizes[0], sizes[1]);
                case "Clamp":
                    return Dim.Min(Dim.Max(sizes[0], sizes[1]), sizes[2]);
                case "Abs":
                    return sizes[0];
            }
        }

        if (!OfNumbers.TryGetValue(call.Name, out var operation) || (operation == "log" && given.Length > 1))
        {
            throw call.Refused("of a size that only a call knows");
        }

        return OnnxOperations.Call(new(call.Interpreter, operation, [.. given.Select((g, i) => (i == 0 ? "" : "other", Real(call, g)))]),
            isFunctional: false);
    }

    /// <summary>The operation on a tensor of one number that computes a function of <c>Math</c>.</summary>
    private static readonly Dictionary<string, string> OfNumbers = new(StringComparer.Ordinal)
    {
        ["Sqrt"] = "sqrt", ["Exp"] = "exp", ["Log"] = "log", ["Log2"] = "log2", ["Log10"] = "log10", ["Pow"] = "pow", ["Sin"] = "sin",
        ["Cos"] = "cos", ["Tan"] = "tan", ["Tanh"] = "tanh", ["Floor"] = "floor", ["Ceiling"] = "ceil", ["Abs"] = "abs",
        ["Min"] = "minimum", ["Max"] = "maximum",
    };

    /// <summary>A number of C# that depends on a size: a tensor of one number in a file.</summary>
    private static object? Real(OnnxCall call, object? number) => number is Dim { Constant: null }
        ? call.As(number, ScalarType.Float32) : number;
}
