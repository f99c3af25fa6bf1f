using System.Globalization;
using Gen.CompilerServices;

namespace Gen.Export.PyTorch;

/// <summary>Operators of C# on what the constructor was given.</summary>
internal static class PyNumbers
{
    public static object? Binary(string name, object? left, object? right) => (left, right) switch
    {
        _ when name is "==" or "!=" => Equals(Plain(left), Plain(right)) == (name == "=="),
        (bool a, bool b) => name switch { "&" => a & b, "|" => a | b, "^" => a ^ b, _ => throw Refused(name) },
        (string a, string b) when name == "+" => a + b,
        (long a, long b) => Whole(name, a, b),
        (float or long, float or long) => Real(name, Number(left), Number(right)) is double single ? (float)single
            : Real(name, Number(left), Number(right)),
        (double or float or long, double or float or long) => Real(name, Number(left), Number(right)),
        _ => throw Refused(name),
    };

    private static object? Plain(object? value) => value switch
    {
        ExportMember member => member.Name,
        Enum member => member.ToString(),
        long or float or double => Number(value),
        _ => value,
    };

    private static double Number(object? value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static object Whole(string name, long a, long b) => name switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "%" => a % b,
        "<<" => a << (int)b,
        ">>" => a >> (int)b,
        "&" => a & b,
        "|" => a | b,
        _ => Real(name, a, b),
    };

    private static object Real(string name, double a, double b) => name switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "%" => a % b,
        "<" => a < b,
        ">" => a > b,
        "<=" => a <= b,
        ">=" => a >= b,
        _ => throw Refused(name),
    };

    private static NotExportableException Refused(string name) => new($"the operator '{name}'");
}
