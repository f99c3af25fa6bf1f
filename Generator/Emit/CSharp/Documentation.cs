using System.Globalization;
using Gen.Checks;
using Gen.Evaluation;
using Gen.Shapes;

namespace Gen.Emit;

/// <summary>The XML documentation of what is generated: shapes and counts, for a hover in any editor.</summary>
internal static class Documentation
{
    public static void OfClass(SourceWriter writer, CheckedModule module)
    {
        // An editor shows one summary, the user's, and remarks behind it.
        var element = module.Model.Type.IsDocumented ? "remarks" : "summary";
        writer.Line($"/// <{element}>");
        writer.Line($"/// {Headline(module)}");
        if (module.Layers.Count > 0)
        {
            writer.Line("/// <list type=\"table\">");
            writer.Line("/// <listheader><term>layer</term><description>output, parameters</description></listheader>");
            foreach (var layer in module.Layers)
            {
                var term = Escape($"{layer.Path}: {layer.Written}");
                writer.Line($"/// <item><term>{term}</term><description>{Escape(Row(layer))}</description></item>");
            }

            writer.Line("/// </list>");
        }

        writer.Line($"/// </{element}>");
    }

    /// <summary><c>(B, 1, 28, 28) -> (B, 10), 109,386 parameters, 109,184*B multiply-adds.</c></summary>
    public static string Headline(CheckedModule module)
    {
        var parts = new List<string>();
        if (Signature(module) is { } signature)
        {
            parts.Add($"<c>{Escape(signature)}</c>");
        }

        if (!module.ParameterCount.IsUnknown)
        {
            parts.Add($"{Escape(Number(module.ParameterCount))} parameters");
        }

        if (!module.MultiplyAdds.IsUnknown)
        {
            parts.Add($"{Escape(Number(module.MultiplyAdds))} multiply-adds");
        }

        return parts.Count == 0 ? "A module whose shapes are not declared." : string.Join(", ", parts) + ".";
    }

    public static string? Signature(CheckedModule module) => module.Inputs is { } inputs
        ? $"{string.Join(", ", inputs.Select(i => i.ToTuple()))} -> "
            + $"{(module.Outputs is { } outputs ? string.Join(", ", outputs.Select(o => o.ToTuple())) : "?")}"
        : null;

    /// <summary>A number with separators; an expression as it is, its numbers with separators.</summary>
    public static string Number(Dim dim) => dim.Constant is { } number
        ? number.ToString("N0", CultureInfo.InvariantCulture)
        : System.Text.RegularExpressions.Regex.Replace(dim.ToString(), @"\b\d{4,18}\b",
            m => long.Parse(m.Value, CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture));

    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");

    private static string Row(CheckedLayer layer)
    {
        var shape = layer.Output.IsUnknownRank ? "?" : layer.Output.ToTuple();
        return layer switch
        {
            { IsRepeated: true } => shape,
            { Parameters.IsUnknown: true } => $"{shape}, ? parameters",
            { Parameters.Constant: 0 } => shape,
            _ => $"{shape}, {Number(layer.Parameters)} parameters",
        };
    }
}
