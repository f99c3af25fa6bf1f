using System.Globalization;
using System.Text;
using Gen.Shapes;

namespace Gen.Summaries;

/// <summary>The table of layers that users of torchinfo know, and the totals under it.</summary>
internal static class Table
{
    private const int BytesOfFloat32 = 4;
    private static readonly string[] Header = ["Layer (type:depth-idx)", "Input Shape", "Output Shape", "Param #", "Param %", "Mult-Adds"];

    public static string Text(ModuleSummary summary)
    {
        var rows = Rows(summary, Tree(summary.Layers)).ToArray();
        var widths = Header.Select((h, i) => Math.Max(h.Length, rows.Max(r => r[i].Length))).ToArray();
        var line = new string('=', widths.Sum() + (3 * (widths.Length - 1)));
        var text = new StringBuilder();
        text.Append(Title(summary)).Append('\n').Append(line).Append('\n').Append(Row(Header, widths)).Append('\n').Append(line)
            .Append('\n');
        foreach (var row in rows)
        {
            text.Append(Row(row, widths)).Append('\n');
        }

        foreach (var totals in new[] { Counts(summary), Memory(summary) })
        {
            text.Append(line).Append('\n');
            foreach (var (label, value) in totals)
            {
                text.Append(label).Append(": ").Append(value).Append('\n');
            }
        }

        return text.Append(line).ToString();
    }

    public static string Markdown(ModuleSummary summary)
    {
        var text = new StringBuilder();
        text.Append("**").Append(Escape(Title(summary))).Append("**\n\n");
        text.Append("| ").AppendJoin(" | ", Header).Append(" |\n| --- | --- | --- | ---: | ---: | ---: |\n");
        var names =
            summary.Layers.Select(l => string.Concat(Enumerable.Repeat("&nbsp;&nbsp;", l.Depth - 1)) + Escape($"{l.Name} ({l.Type})"));
        foreach (var row in Rows(summary, names).Skip(1))
        {
            text.Append("| ").Append(row[0]).Append(" | ").AppendJoin(" | ", row.Skip(1).Select(Escape)).Append(" |\n");
        }

        foreach (var (label, value) in Counts(summary).Concat(Memory(summary)))
        {
            text.Append("\n- ").Append(label).Append(": ").Append(Escape(value));
        }

        return text.Append('\n').ToString();
    }

    public static string Title(ModuleSummary summary) =>
        (summary.Signature is null ? summary.Name : $"{summary.Name}: {summary.Signature}")
            + (summary.Given.Length > 0 ? $", {summary.Given}" : "");

    public static IEnumerable<(string Label, string Value)> Counts(ModuleSummary summary)
    {
        yield return ("Total params", Figures.Number(summary.ParameterElements));
        yield return ("Trainable params", Figures.Number(summary.ParameterElements - Dim.Of(summary.FrozenParameters)));
        yield return ("Non-trainable params", Figures.Number(summary.FrozenParameters));
        yield return ("Total mult-adds", Figures.Number(summary.Cost));
        if (summary.MultiplyAdds is { } cost)
        {
            yield return ("Total FLOPs (2 x mult-adds)", (2 * (decimal)cost).ToString("N0", CultureInfo.InvariantCulture));
        }
    }

    public static IEnumerable<(string Label, string Value)> Memory(ModuleSummary summary)
    {
        var passes = ForwardAndBackward(summary);
        var parameters = summary.ParameterElements * Dim.Of(BytesOfFloat32);
        yield return ("Input size (MB)", Figures.Megabytes(summary.Inputs));
        yield return ("Forward/backward pass size (MB)", Figures.Megabytes(passes));
        yield return ("Params size (MB)", Figures.Megabytes(parameters));
        yield return ("Estimated Total Size (MB)", Figures.Megabytes(summary.Inputs + passes + parameters));
        yield return ("Peak activation bytes in inference",
            summary.Timeline.Peak is { } peak ? $"{Figures.Number(peak.Bytes)} at {peak.Step}" : $"? ({summary.Timeline.Unknown})");
        yield return ("Peak bytes in training",
            summary.Training.Peak is { } most ? $"{Figures.Number(most.Bytes)} at {most.Step}" : $"? ({summary.Training.Unknown})");
    }

    /// <summary>Torchinfo's estimate: what layers with parameters give, twice, for the gradients.</summary>
    private static Dim ForwardAndBackward(ModuleSummary summary) => summary.Layers
        .Where(l => !l.HasLayers && !l.IsUnused && l.ParameterElements.Constant is not 0)
        .Aggregate(Dim.Zero, static (sum, l) => sum + (l.Output.Elements * Dim.Of(2 * BytesOfFloat32)));

    private static IEnumerable<string[]> Rows(ModuleSummary summary, IEnumerable<string> names)
    {
        var output = summary.OutputShape?.ToString() ?? "?";
        yield return [summary.Name, summary.Layers.Count > 0 ? summary.Flow.Inputs.FirstOrDefault()?.Shape ?? "?" : "?", output, "--", "--",
            "--"];
        foreach (var (layer, name) in summary.Layers.Zip(names))
        {
            yield return
            [
                name,
                layer.IsUnused ? "(not called)" : layer.InputShape ?? "?",
                layer.IsUnused ? "--" : layer.OutputShape ?? "?",
                layer.IsRepeated ? "(recursive)" : layer.HasLayers || layer.ParameterElements.Constant == 0 ? "--"
                    : Figures.Number(layer.ParameterElements) + (layer.IsTied ? " (tied)" : ""),
                layer.IsRepeated ? "(recursive)" : layer.HasLayers || layer.ParameterElements.Constant == 0 ? "--"
                    : Figures.Percent(layer.ParameterShare),
                layer.HasLayers || layer.IsUnused || layer.Cost.Constant == 0 ? "--" : Figures.Number(layer.Cost),
            ];
        }
    }

    /// <summary><c>│    └─Conv2d: 2-1 (conv1)</c></summary>
    private static IEnumerable<string> Tree(IReadOnlyList<LayerSummary> layers)
    {
        var names = OwnNames(layers);
        for (var i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            var text = new StringBuilder();
            for (var depth = 1; depth < layer.Depth; depth++)
            {
                text.Append(HasNext(i, depth) ? "│    " : "     ");
            }

            yield return text.Append(HasNext(i, layer.Depth) ? "├─" : "└─")
                .Append(CultureInfo.InvariantCulture, $"{layer.TypeName}: {layer.Depth}-{layer.Index} ({names[i]})").ToString();
        }

        // Whether a row of that depth comes before the module ends.
        bool HasNext(int at, int depth)
        {
            for (var i = at + 1; i < layers.Count && layers[i].Depth >= depth; i++)
            {
                if (layers[i].Depth == depth)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The layers' keys within the modules around them.</summary>
    public static IReadOnlyList<string> OwnNames(IReadOnlyList<LayerSummary> layers)
    {
        var (names, around) = (new List<string>(), new List<string>());
        foreach (var layer in layers)
        {
            around.RemoveRange(Math.Min(around.Count, layer.Depth - 1), Math.Max(0, around.Count - layer.Depth + 1));
            names.Add(around.Count == 0 ? layer.Name : layer.Name[(around[^1].Length + 1)..]);
            around.Add(layer.Name);
        }

        return names;
    }

    private static string Row(string[] cells, int[] widths) =>
        string.Join("   ", cells.Select((c, i) => i < 3 ? c.PadRight(widths[i]) : c.PadLeft(widths[i]))).TrimEnd();

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal);
}
