using System.Globalization;
using System.Text;
using Gen.Shapes;

namespace Gen;

/// <summary>A module's layers with their shapes and counts, from what is known when compiling; nothing is run for it.</summary>
public sealed class ModuleSummary
{
    private const int BytesOfFloat32 = 4;
    private static readonly string[] Header = ["Layer (type)", "Input Shape", "Output Shape", "Param #", "Mult-Adds"];

    private readonly Dim parameters;
    private readonly Dim multiplyAdds;
    private readonly Dim torchinfoMultiplyAdds;

    /// <param name="name">The module's name.</param>
    /// <param name="signature">Its shape string; null where it declares none.</param>
    /// <param name="layers">Its layers in the order in which they run.</param>
    /// <param name="at">The sizes of named dimensions: <c>"B=64, H=224"</c>.</param>
    /// <exception cref="ArgumentException">A size is malformed, or no dimension has its name.</exception>
    public ModuleSummary(string name, string? signature, IReadOnlyList<LayerSummary> layers, string? at = null)
    {
        var sizes = Sizes(at, layers.SelectMany(l => l.Names).Distinct().ToArray());
        Name = name;
        Signature = signature;
        Layers = layers.Select(l => l.With(sizes)).ToArray();
        parameters = Layers.Where(l => !l.IsRepeated).Aggregate(Dim.Zero, (sum, layer) => sum + layer.ParametersDim);
        multiplyAdds = Layers.Aggregate(Dim.Zero, (sum, layer) => sum + layer.MultiplyAddsDim);
        torchinfoMultiplyAdds = Layers.Aggregate(Dim.Zero, (sum, layer) => sum + layer.TorchinfoMultiplyAddsDim);
    }

    /// <summary>The module's name.</summary>
    public string Name { get; }

    /// <summary>Its shape string; null where it declares none.</summary>
    public string? Signature { get; }

    /// <summary>Its layers in the order in which they run.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>The elements of all parameters; null where they depend on sizes that are not given, or cannot be counted.</summary>
    public long? Parameters => parameters.Constant;

    /// <summary>The multiply-adds of one call by the conventional rule; null where they depend on sizes that are not given, or cannot be counted.</summary>
    public long? MultiplyAdds => multiplyAdds.Constant;

    /// <summary>The multiply-adds of one call by torchinfo's rule: weight and bias of every layer with parameters, times output positions.</summary>
    public long? TorchinfoMultiplyAdds => torchinfoMultiplyAdds.Constant;

    /// <summary>The table as text, in the manner of torchinfo.</summary>
    public override string ToString()
    {
        var rows = Rows().ToArray();
        var widths = Header.Select((h, i) => Math.Max(h.Length, rows.Select(r => r[i].Length).DefaultIfEmpty().Max())).ToArray();
        var line = new string('=', widths.Sum() + (3 * (widths.Length - 1)));
        var text = new StringBuilder();
        text.Append(Title()).Append('\n').Append(line).Append('\n').Append(Row(Header, widths)).Append('\n').Append(line).Append('\n');
        foreach (var row in rows)
        {
            text.Append(Row(row, widths)).Append('\n');
        }

        text.Append(line).Append('\n');
        foreach (var (label, value) in Totals())
        {
            text.Append(label).Append(": ").Append(value).Append('\n');
        }

        return text.Append(line).ToString();
    }

    /// <summary>The table in Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("**").Append(Title()).Append("**\n\n");
        text.Append("| ").AppendJoin(" | ", Header).Append(" |\n| --- | --- | --- | ---: | ---: |\n");
        foreach (var row in Rows())
        {
            text.Append("| ").AppendJoin(" | ", row.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal))).Append(" |\n");
        }

        foreach (var (label, value) in Totals())
        {
            text.Append("\n- ").Append(label).Append(": ").Append(value.Replace("*", "\\*", StringComparison.Ordinal));
        }

        return text.Append('\n').ToString();
    }

    private string Title() => Signature is null ? Name : $"{Name}: {Signature}";

    private IEnumerable<string[]> Rows() => Layers.Select(l => new[]
    {
        $"{l.Name} ({l.Type})",
        l.InputShape ?? "?",
        l.OutputShape ?? "?",
        l.IsRepeated ? "(recursive)" : l.ParametersDim.Constant == 0 ? "--" : LayerSummary.Text(l.ParametersDim),
        l.MultiplyAddsDim.Constant == 0 ? "--" : LayerSummary.Text(l.MultiplyAddsDim),
    });

    private IEnumerable<(string Label, string Value)> Totals()
    {
        yield return ("Total params", LayerSummary.Text(parameters));
        yield return ("Total mult-adds", LayerSummary.Text(multiplyAdds));
        if (MultiplyAdds is { } cost)
        {
            yield return ("Total FLOPs (2 x mult-adds)", (2 * (decimal)cost).ToString("N0", CultureInfo.InvariantCulture));
        }

        if (Parameters is { } count)
        {
            yield return ("Params size (MB, float32)", ((double)count * BytesOfFloat32 / 1e6).ToString("F2", CultureInfo.InvariantCulture));
        }
    }

    private static string Row(string[] cells, int[] widths) =>
        string.Join("   ", cells.Select((c, i) => i < 3 ? c.PadRight(widths[i]) : c.PadLeft(widths[i]))).TrimEnd();

    private static Dictionary<string, long> Sizes(string? at, IReadOnlyList<string> names)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in (at ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [var name, var text]
                || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                throw new ArgumentException($"'{part}' is no size; write \"B=64, H=224\".", nameof(at));
            }

            if (!names.Contains(name))
            {
                throw new ArgumentException(names.Count == 0 ? $"No dimension is named '{name}': all are numbers." : $"No dimension is named '{name}'; there are {string.Join(", ", names)}.", nameof(at));
            }

            if (!sizes.TryAdd(name, size))
            {
                throw new ArgumentException($"'{name}' is given twice.", nameof(at));
            }
        }

        return sizes;
    }
}
