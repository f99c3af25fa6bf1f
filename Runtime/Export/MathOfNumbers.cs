using System.Globalization;
using Gen.CompilerServices;

namespace Gen.Export;

/// <summary>Functions of <c>Math</c> of numbers that are known.</summary>
internal static class MathOfNumbers
{
    public static object? Of(string name, IReadOnlyList<object?> given)
    {
        if (given.All(static g => g is long) && Whole(name, [.. given.Select(static g => (long)g!)]) is { } whole)
        {
            return whole;
        }

        if (name == "Round" && given.Count > 1)
        {
            var mode = given[^1] switch
            {
                ExportMember member => Enum.Parse<MidpointRounding>(member.Name),
                MidpointRounding known => known,
                _ => MidpointRounding.ToEven,
            };
            return Math.Round(Real(given[0]), given[1] is long digits ? (int)digits : 0, mode);
        }

        var x = Real(given[0]);
        var y = given.Count > 1 ? Real(given[1]) : 0;
        var z = given.Count > 2 ? Real(given[2]) : 0;
        return name switch
        {
            "Sqrt" => Math.Sqrt(x),
            "Cbrt" => Math.Cbrt(x),
            "Log" when given.Count == 1 => Math.Log(x),
            "Log" => Math.Log(x, y),
            "Log2" => Math.Log2(x),
            "Log10" => Math.Log10(x),
            "Exp" => Math.Exp(x),
            "Pow" => Math.Pow(x, y),
            "Sin" => Math.Sin(x),
            "Cos" => Math.Cos(x),
            "Tan" => Math.Tan(x),
            "Asin" => Math.Asin(x),
            "Acos" => Math.Acos(x),
            "Atan" => Math.Atan(x),
            "Atan2" => Math.Atan2(x, y),
            "Sinh" => Math.Sinh(x),
            "Cosh" => Math.Cosh(x),
            "Tanh" => Math.Tanh(x),
            "Asinh" => Math.Asinh(x),
            "Acosh" => Math.Acosh(x),
            "Atanh" => Math.Atanh(x),
            "Floor" => Math.Floor(x),
            "Ceiling" => Math.Ceiling(x),
            "Round" => Math.Round(x),
            "Truncate" => Math.Truncate(x),
            "Abs" => Math.Abs(x),
            "Min" => Math.Min(x, y),
            "Max" => Math.Max(x, y),
            "Clamp" => Math.Clamp(x, y, z),
            "Sign" => (long)Math.Sign(x),
            "CopySign" => Math.CopySign(x, y),
            "IEEERemainder" => Math.IEEERemainder(x, y),
            "FusedMultiplyAdd" => Math.FusedMultiplyAdd(x, y, z),
            _ => throw new NotExportableException($"Math.{name}"),
        };
    }

    private static object? Whole(string name, long[] given) => (name, given) switch
    {
        ("Min", [var a, var b]) => Math.Min(a, b),
        ("Max", [var a, var b]) => Math.Max(a, b),
        ("Abs", [var a]) => Math.Abs(a),
        ("Clamp", [var a, var b, var c]) => Math.Clamp(a, b, c),
        ("BigMul", [var a, var b]) => a * b,
        ("DivRem", [var a, var b]) => new List<object?> { a / b, a % b },
        _ => null,
    };

    private static double Real(object? number) => number is IConvertible value and not string
        ? value.ToDouble(CultureInfo.InvariantCulture)
        : throw new NotExportableException($"a function of Math is given a {number?.GetType().Name ?? "null"}");
}
