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

    public static object? Unary(OnnxCall call) => (call.Name, call[0]) switch
    {
        ("-", OnnxValue) => OnnxOperations.Call(new(call.Interpreter, "neg", call.Operands), isFunctional: false),
        ("~" or "!", OnnxValue) => OnnxOperations.Call(new(call.Interpreter, "bitwise_not", call.Operands), isFunctional: false),
        ("-", Dim dim) => OnnxCall.Number(-dim),
        ("-", long number) => -number,
        ("-", double number) => -number,
        ("-", float number) => -number,
        ("!", bool truth) => !truth,
        ("+" or "checked" or "unchecked", var value) => value,
        ("(int)" or "(long)", Dim dim) => dim,
        ("(int)" or "(long)", bool or long or double or float) => (long)Convert.ToDouble(call[0], CultureInfo.InvariantCulture),
        ("(double)", long or double or float) => Convert.ToDouble(call[0], CultureInfo.InvariantCulture),
        ("(float)", long or double or float) => Convert.ToSingle(call[0], CultureInfo.InvariantCulture),
        _ => throw call.Refused($"of {call[0]?.GetType().Name ?? "null"}"),
    };

    public static object? Binary(OnnxCall call)
    {
        var (left, right) = (call[0], call[1]);
        if (call.Name is "==" or "!=" && (left is null || right is null || left is bool || Text(left) is not null))
        {
            var isSame = left is null || right is null ? ReferenceEquals(left, right)
                : Text(left) is { } text ? text == Text(right) : Equals(left, right);
            return isSame == (call.Name == "==");
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
            (Dim, _) or (_, Dim) => throw call.Refused("a number depends on a size that only a call knows"),
            _ => throw call.Refused($"of {left?.GetType().Name ?? "null"} and {right?.GetType().Name ?? "null"}"),
        };
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
                    _ => new OnnxUnknown($"whether {a} is {b} only a call knows"),
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
                return holds is { } known ? known : new OnnxUnknown($"whether {a} {call.Name} {b} only a call knows");
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
    public static object? Math(string name, object?[] given)
    {
        if (given.Any(static g => g is Dim { Constant: null }))
        {
            var sizes = given.Select(static g => g as Dim ?? (g is long number ? Dim.Of(number) : Dim.Unknown)).ToArray();
            return name switch
            {
                "Min" => Dim.Min(sizes[0], sizes[1]),
                "Max" => Dim.Max(sizes[0], sizes[1]),
                "Abs" => sizes[0],
                _ => throw new NotExportableException($"Math.{name} of a size that only a call knows"),
            };
        }

        if (given.All(static g => g is long))
        {
            var (x, y) = ((long)given[0]!, given.Length > 1 ? (long)given[1]! : 0);
            switch (name)
            {
                case "Min":
                    return System.Math.Min(x, y);
                case "Max":
                    return System.Math.Max(x, y);
                case "Abs":
                    return System.Math.Abs(x);
            }
        }

        var (a, b) = (Double(given[0]), given.Length > 1 ? Double(given[1]) : 0);
        return name switch
        {
            "Sqrt" => System.Math.Sqrt(a),
            "Cbrt" => System.Math.Cbrt(a),
            "Log" when given.Length == 1 => System.Math.Log(a),
            "Log" => System.Math.Log(a, b),
            "Log2" => System.Math.Log2(a),
            "Log10" => System.Math.Log10(a),
            "Exp" => System.Math.Exp(a),
            "Pow" => System.Math.Pow(a, b),
            "Sin" => System.Math.Sin(a),
            "Cos" => System.Math.Cos(a),
            "Tan" => System.Math.Tan(a),
            "Tanh" => System.Math.Tanh(a),
            "Floor" => System.Math.Floor(a),
            "Ceiling" => System.Math.Ceiling(a),
            "Round" => System.Math.Round(a),
            "Truncate" => System.Math.Truncate(a),
            "Abs" => System.Math.Abs(a),
            "Min" => System.Math.Min(a, b),
            "Max" => System.Math.Max(a, b),
            _ => throw new NotExportableException($"Math.{name}"),
        };
    }
}
