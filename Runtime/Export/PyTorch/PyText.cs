using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>
/// Python text with marks in it: every number is a slot, so that classes whose text differs in numbers alone become one class with
/// parameters, and an argument that has its default is left out.
/// </summary>
internal static partial class PyText
{
    private const char Begin = '\u0001', Middle = '\u0002', End = '\u0003', Optional = '\u0004', Default = '\u0005', Close = '\u0006';

    /// <summary>Stands before the comment at the end of a line.</summary>
    public const char Comment = '\u0007';

    /// <summary>A number, by the name that it has as a parameter.</summary>
    public static string Slot(string hint, string value) => $"{Begin}{hint}{Middle}{value}{End}";

    /// <summary>An argument that is left out where all have the default.</summary>
    public static string Argument(string name, string value, string otherwise) =>
        $"{Optional}, {name}={Slot(name, value)}{Default}{otherwise}{Close}";

    /// <summary>The text without the values of its slots: what classes have in common.</summary>
    public static string Structure(string text) => Slots().Replace(Defaults().Replace(text, ""), $"{Begin}");

    public static IReadOnlyList<(string Hint, string Value, bool IsComment)> Values(string text) => [.. Slots().Matches(text).Select(m =>
        (m.Groups[1].Value, m.Groups[2].Value, IsComment(text, m.Index)))];

    /// <summary>The text with other values, by the number of the slot.</summary>
    public static string Fill(string text, Func<int, string> value)
    {
        var number = 0;
        var result = new StringBuilder();
        foreach (var part in Parts().Split(text))
        {
            if (part.Length > 0 && part[0] == Optional)
            {
                var own = Slots().Match(part);
                var given = value(number++);
                if (given != Defaults().Match(part).Groups[1].Value)
                {
                    result.Append(part, 1, own.Index - 1).Append(given);
                }
            }
            else
            {
                result.Append(Slots().Replace(part, _ => value(number++)));
            }
        }

        return Opening().Replace(result.ToString(), "(").Replace(Comment, ' ');
    }

    /// <summary>The text as it is.</summary>
    public static string Plain(string text)
    {
        var values = Values(text);
        return Fill(text, i => values[i].Value);
    }

    /// <summary>A name as Python has it: <c>MnistClassifier</c> is <c>mnist_classifier</c>.</summary>
    public static string Snake(string name)
    {
        var text = Lower().Replace(Upper().Replace(name.Trim('_'), "$1_$2"), "$1_$2").ToLowerInvariant();
        return text.Length == 0 ? "x" : Keywords.Contains(text) ? text + "_" : text;
    }

    /// <summary>Whether an attribute can have the name.</summary>
    public static bool IsName(string name) => Name().IsMatch(name) && !Keywords.Contains(name);

    public static string Number(object? value) => value switch
    {
        null => "None",
        bool truth => truth ? "True" : "False",
        float number => Real(number, number.ToString("R", CultureInfo.InvariantCulture)),
        double number => Real(number, number.ToString("R", CultureInfo.InvariantCulture)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotExportableException($"a {value.GetType().Name} is no number"),
    };

    /// <summary>Sizes for several dimensions: one where all are the same.</summary>
    public static string Sizes(IReadOnlyList<long> sizes) => sizes.Count > 0 && sizes.All(s => s == sizes[0]) ? Number(sizes[0])
        : $"({string.Join(", ", sizes.Select(static s => Number(s)))})";

    public static string Type(ScalarType type) => "torch." + type switch
    {
        ScalarType.Byte => "uint8", ScalarType.Bool => "bool", ScalarType.ComplexFloat32 => "complex64",
        ScalarType.ComplexFloat64 => "complex128", _ => type.ToString().ToLowerInvariant(),
    };

    private static string Real(double number, string text) => double.IsNaN(number) ? "float(\"nan\")"
        : double.IsInfinity(number) ? number > 0 ? "float(\"inf\")" : "float(\"-inf\")"
        : text.Contains('E', StringComparison.Ordinal) ? text.Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e')
        : text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";

    private static bool IsComment(string text, int place) => text.LastIndexOf(Comment, place) > text.LastIndexOf('\n', place);

    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
        "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
        "return", "try", "while", "with", "yield", "self", "torch", "nn", "math",
    };

    [GeneratedRegex("\u0001([^\u0002]*)\u0002([^\u0003]*)\u0003")]
    private static partial Regex Slots();

    [GeneratedRegex("\u0005([^\u0006]*)\u0006")]
    private static partial Regex Defaults();

    [GeneratedRegex("(\u0004[^\u0006]*\u0006)")]
    private static partial Regex Parts();

    [GeneratedRegex(@"\(, ")]
    private static partial Regex Opening();

    [GeneratedRegex("([A-Z]+)([A-Z][a-z])")]
    private static partial Regex Upper();

    [GeneratedRegex("([a-z0-9])([A-Z])")]
    private static partial Regex Lower();

    [GeneratedRegex("^[A-Za-z_][A-Za-z_0-9]*$")]
    private static partial Regex Name();
}
