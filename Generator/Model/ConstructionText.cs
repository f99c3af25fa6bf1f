using Gen.Model;

namespace Gen.Model;

/// <summary>A layer's construction as text, with one argument changed.</summary>
internal static class ConstructionText
{
    /// <summary>The construction with numbers in the place of what the constructor was given: <c>Linear(64, 128)</c> for <c>Linear(d, 2 *
    /// d)</c>.</summary>
    public static string Bound(LayerModel layer, string written)
    {
        if (layer.Arguments.All(a => Number(a) is null))
        {
            return written;
        }

        var arguments = layer.Arguments.Where(a => a.Written is not null)
            .Select(a => (a.IsNamed ? $"{a.Parameter}: " : "") + (Number(a) ?? a.Written));
        return $"{layer.TypeName}({string.Join(", ", arguments)})";
    }

    /// <summary>The number that is meant, where an expression is written.</summary>
    private static string? Number(Argument argument) => argument switch
    {
        { Written: { Length: > 0 } text, Value: Value.Integer { Dim.Constant: { } number } }
            when text.Any(c => !char.IsDigit(c) && c is not ('_' or 'L' or 'l' or '-')) =>
            number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        { Written: { Length: > 0 } text, Value: Value.Boolean { Truth: var truth } } when text is not ("true" or "false") =>
            truth ? "true" : "false",
        _ => null,
    };

    public static string Rewrite(LayerModel layer, string parameter, string value)
    {
        var written = layer.Arguments.Where(a => a.Written is not null || a.Parameter == parameter)
            .Select(a => (a.IsNamed ? $"{a.Parameter}: " : "") + (a.Parameter == parameter ? value : a.Written));
        return $"{layer.TypeName}({string.Join(", ", written)})";
    }
}
