using System.Globalization;
using System.Text;
using Gen.Shapes;

namespace Gen.Summaries;

/// <summary>How figures read: the same in every culture.</summary>
internal static class Figures
{
    private const double Mega = 1e6;

    /// <summary>A number with separators, an expression as it is with separators in its numbers, <c>?</c> where nothing is known.</summary>
    public static string Number(Dim dim) => dim.IsUnknown ? "?" : dim.Constant is { } number ? Number(number) : Separated(dim.ToString());

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Bytes in millions: <c>0.44</c>, or <c>0.003136*B</c> where a size is not given.</summary>
    public static string Megabytes(Dim bytes)
    {
        if (bytes.IsUnknown)
        {
            return "?";
        }

        if (bytes.Constant is { } number)
        {
            return (number / Mega).ToString("F2", CultureInfo.InvariantCulture);
        }

        var text = new StringBuilder();
        foreach (var term in bytes.Terms)
        {
            text.Append(term.Coefficient < 0 ? "-" : text.Length > 0 ? "+" : "")
                .Append((Math.Abs(term.Coefficient) / Mega).ToString("0.######", CultureInfo.InvariantCulture))
                .Append(term.Key.Length > 0 ? "*" : "").Append(term.Key);
        }

        return text.ToString();
    }

    public static string Percent(double? share) =>
        share is { } part ? (part * 100).ToString("F2", CultureInfo.InvariantCulture) + "%" : "?";

    /// <summary>Bytes for a reader: <c>1.2 MB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => (bytes / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " kB",
        < 1_000_000_000 => (bytes / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " MB",
        _ => (bytes / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + " GB",
    };

    /// <summary>A count for a reader: <c>11.7 M</c>.</summary>
    public static string Short(long number) => number switch
    {
        < 10_000 => Number(number),
        < 1_000_000 => (number / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " k",
        < 1_000_000_000 => (number / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        _ => (number / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + " G",
    };

    /// <summary>Separators in runs of five digits or more: <c>100,352*B</c>.</summary>
    private static string Separated(string expression)
    {
        var text = new StringBuilder();
        for (var i = 0; i < expression.Length;)
        {
            var end = i;
            while (end < expression.Length && char.IsAsciiDigit(expression[end]))
            {
                end++;
            }

            if (end - i >= 5 && (i == 0 || !(char.IsLetter(expression[i - 1]) || expression[i - 1] == '_'))
                && long.TryParse(expression[i..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                text.Append(Number(number));
                i = end;
            }
            else
            {
                end = Math.Max(end, i + 1);
                text.Append(expression, i, end - i);
                i = end;
            }
        }

        return text.ToString();
    }
}
