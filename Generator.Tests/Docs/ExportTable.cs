using System.Globalization;
using System.Text;
using Gen.Rules.Layers;

namespace Gen.Tests.Docs;

/// <summary>The layers in <c>docs/exporting.md</c>: which have a form in ONNX, and why the others have none.</summary>
internal static class ExportTable
{
    public const string Begin = "<!-- layers -->";
    public const string End = "<!-- end -->";

    /// <summary>The page with the table printed anew.</summary>
    public static string Print(string page)
    {
        var (before, after) = (page[..page.IndexOf(Begin, StringComparison.Ordinal)], page[page.IndexOf(End, StringComparison.Ordinal)..]);
        return $"{before}{Begin}\n\n{Table()}\n{after}";
    }

    private static string Table()
    {
        var count = LayerRules.All.Count(static r => r.NotInOnnx is null);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Of the {LayerRules.All.Count} layers that Gen knows, {count} have a form in ONNX.\n\n");
        text.Append("| Family | Exported | Not exported |\n| --- | --- | --- |\n");
        foreach (var (family, rules) in LayerRules.Families)
        {
            var exported = string.Join(", ", rules.Where(static r => r.NotInOnnx is null).Select(static r => $"`{r.Factory}`"));
            var refused = string.Join("; ", rules.Where(static r => r.NotInOnnx is not null).GroupBy(static r => r.NotInOnnx)
                .Select(static g => $"{string.Join(", ", g.Select(static r => $"`{r.Factory}`"))}: {g.Key}"));
            text.Append(CultureInfo.InvariantCulture, $"| {family} | {exported} | {refused} |\n");
        }

        return text.ToString();
    }
}
