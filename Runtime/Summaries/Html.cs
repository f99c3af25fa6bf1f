using System.Globalization;
using System.Text;

namespace Gen.Summaries;

/// <summary>A page of its own: figures, the drawn graph, the memory over time, the layers with bars.</summary>
internal static class Html
{
    /// <summary>A drawing of more nodes than these closes its modules, and shows each kind of them in a drawing of its own.</summary>
    private const int MostNodes = 90;
    private const int MostInsides = 24;

    public static string Of(ModuleSummary summary)
    {
        var title = Markup.Escape(summary.Name);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + $"content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{Style.Text}</style>\n</head>\n"
            + $"<body>\n");
        text.Append(CultureInfo.InvariantCulture, $"<header>\n<h1>{title}</h1>\n");
        if (summary.Signature is { } signature)
        {
            var arrow = Markup.Escape(signature.Replace("->", "→", StringComparison.Ordinal));
            var given = summary.Given.Length > 0 ? $" <span>at {Markup.Escape(summary.Given)}</span>" : "";
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"signature\">{arrow}{given}</p>\n");
        }

        text.Append("</header>\n");
        Tiles(summary, text);
        text.Append("<main>\n<section class=\"drawings\">\n<h2>Graph</h2>\n");
        Graphs(summary, text);
        text.Append("</section>\n<div class=\"side\">\n<section>\n<h2>Memory over time</h2>\n");
        Memory(summary, text);
        text.Append("</section>\n<section>\n<h2>Layers</h2>\n");
        Layers(summary, text);
        text.Append("</section>\n</div>\n</main>\n</body>\n</html>\n");
        return text.ToString();
    }

    private static void Tiles(ModuleSummary summary, StringBuilder text)
    {
        text.Append("<dl class=\"tiles\">\n");
        Tile("parameters", summary.Parameters is { } p ? Figures.Short(p) : Figures.Number(summary.ParameterElements),
            summary.Parameters is null ? ""
                : $"{Figures.Number(summary.ParameterElements)}, "
                    + $"{(summary.FrozenParameters == 0 ? "all trained" : $"{Figures.Number(summary.FrozenParameters)} frozen")}");
        Tile("multiply-adds", summary.MultiplyAdds is { } c ? Figures.Short(c) : Figures.Number(summary.Cost),
            summary.MultiplyAdds is null ? "a call" : $"{Figures.Number(summary.Cost)} a call");
        Tile("weights", summary.Parameters is { } w ? Figures.Bytes(w * 4) : "?", "float32");
        Tile("input", summary.InputBytes is { } i ? Figures.Bytes(i) : Figures.Megabytes(summary.Inputs) + " MB",
            summary.Flow.Inputs.Count == 1 ? summary.Flow.Inputs[0].Shape : string.Join(", ", summary.Flow.Inputs.Select(n => n.Shape)));
        Tile("peak activations", summary.PeakActivationBytes is { } a ? Figures.Bytes(a) : summary.Timeline.Peak is { } peak
            ? Figures.Megabytes(peak.Bytes) + " MB" : "?",
            summary.PeakLayer is { } layer ? $"at {layer}, in inference" : summary.Timeline.Unknown ?? "");
        Tile("peak in training", summary.PeakTrainingBytes is { } t ? Figures.Bytes(t) : summary.Training.Peak is { } most
            ? Figures.Megabytes(most.Bytes) + " MB" : "?",
            summary.PeakTrainingLayer is { } at ? $"at {at}" : summary.Training.Unknown ?? "");
        text.Append("</dl>\n");

        void Tile(string label, string value, string note) =>
            text.Append(CultureInfo.InvariantCulture,
                $"<div><dt>{label}</dt><dd>{Markup.Escape(value)}</dd><dd class=\"sub\">{Markup.Escape(note)}</dd></div>\n");
    }

    private static void Graphs(ModuleSummary summary, StringBuilder text)
    {
        var flow = summary.Flow;
        if (flow.Nodes.Count > MostNodes)
        {
            var deepest = summary.Layers.Max(l => l.Depth);
            while (deepest > 0 && (flow = summary.Flow.Closing(deepest)).Nodes.Count > MostNodes / 2)
            {
                deepest--;
            }
        }

        var groups = flow.Nodes.Where(n => n.Kind == FlowKind.Layer).Select(n => LayerGroups.Of(n.Role)).ToHashSet(StringComparer.Ordinal);
        text.Append("<p class=\"legend\">");
        foreach (var (group, name) in LayerGroups.All.Where(g => groups.Contains(g.Group)))
        {
            text.Append(CultureInfo.InvariantCulture, $"<span class=\"key {group}\">{name}</span>");
        }

        text.Append("</p>\n<div class=\"scroll\">\n").Append(Drawing.Of(flow)).Append("</div>\n");

        // Each module that is closed, once; those in it come after.
        var queue = new Queue<(string Title, Graph.Trace Graph)>(flow.Closed);
        var shown = new List<(string Title, int Uses, Flow Flow)>();
        var seen = new Dictionary<Graph.Trace, int>(ReferenceEqualityComparer.Instance);
        while (queue.TryDequeue(out var next))
        {
            if (seen.TryGetValue(next.Graph, out var at))
            {
                shown[at] = shown[at] with { Uses = shown[at].Uses + 1 };
            }
            else if (shown.Count < MostInsides)
            {
                seen.Add(next.Graph, shown.Count);
                var inside = flow.Inside(next.Graph);
                shown.Add((next.Title, 1, inside));
                foreach (var closed in inside.Closed)
                {
                    queue.Enqueue(closed);
                }
            }
        }

        foreach (var (name, uses, inside) in shown)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"<h3>{Markup.Escape(name)}{(uses > 1 ? $" <span>× {uses}</span>" : "")}</h3>\n<div class=\"scroll\">\n")
                .Append(Drawing.Of(inside)).Append("</div>\n");
        }
    }

    private static void Memory(ModuleSummary summary, StringBuilder text)
    {
        if (summary.Memory is { Count: > 0 } memory)
        {
            text.Append(MemoryChart.Of(memory))
                .Append(
                    "<p class=\"hint\">Bytes of all tensors that are alive when each layer or operation has run, the inputs among them, "
                    + "in float32 under <code>inference_mode</code> and <code>eval</code>; parameters not.</p>\n");
        }
        else
        {
            var why = summary.Open.Count > 0 && (summary.Timeline.Unknown is null || summary.Timeline.Moments.All(m => !m.Bytes.IsUnknown))
                ? $"It depends on sizes that are not given: Summary(\"{string.Join(", ", summary.Open.Select(n => $"{n}=..."))}\")."
                : $"It is not known: {summary.Timeline.Unknown}.";
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"hint\">{Markup.Escape(why)}</p>\n");
        }
    }

    private static void Layers(ModuleSummary summary, StringBuilder text)
    {
        var leaves = summary.Layers.Where(l => !l.HasLayers).ToArray();
        double Most(Func<LayerSummary, double?> figure) => leaves.Select(l => figure(l) ?? 0).DefaultIfEmpty().Max();
        var (mostParameters, mostCost, mostBytes) = (Most(l => l.ParameterShare), Most(l => l.MultiplyAddShare),
            Most(l => l.ActivationBytes));
        text.Append(
            "<div class=\"scroll\">\n<table>\n<thead><tr><th>layer</th><th>gives</th><th>parameters</th><th>multiply-adds</th><th>new "
            + "bytes</th></tr></thead>\n<tbody>\n");
        var names = Table.OwnNames(summary.Layers);
        for (var row = 0; row < names.Count; row++)
        {
            var layer = summary.Layers[row];
            var marks =
                string.Concat(
                    new[] { (layer.IsRepeated, "again"), (layer.IsTied, "tied"), (layer.IsUnused, "not called"),
                        (layer.FrozenParameters > 0, "frozen") }.Where(m => m.Item1).Select(m => $" <em>{m.Item2}</em>"));
            text.Append(CultureInfo.InvariantCulture,
                $"<tr{(layer.HasLayers ? " class=\"group\"" : "")}><td style=\"padding-left:{0.5 + (layer.Depth - 1):0.#}rem\"><b "
                + $"title=\"{Markup.Escape(layer.Name)}\">{Markup.Escape(names[row])}</b>{marks}"
                + $"<small>{Markup.Escape(layer.Type)}</small></td><td class=\"dims\">{Markup.Escape(layer.OutputShape ?? "?")}</td>");
            Bar("parameters", layer.ParameterElements.Constant == 0 || layer.IsRepeated ? "" : Figures.Number(layer.ParameterElements),
                layer.IsRepeated ? 0 : layer.ParameterShare, mostParameters);
            Bar("cost", layer.Cost.Constant == 0 || layer.IsUnused ? "" : Figures.Number(layer.Cost), layer.MultiplyAddShare, mostCost);
            Bar("bytes", layer.OutputBytes.Constant == 0 || layer.IsUnused ? "" : Figures.Number(layer.OutputBytes), layer.ActivationBytes,
                mostBytes);
            text.Append("</tr>\n");

            // A module's own row has the sum of its layers: a bar beside theirs would compare a whole with its parts.
            void Bar(string kind, string number, double? part, double most)
            {
                text.Append(CultureInfo.InvariantCulture, $"<td class=\"figure\">{number}");
                if (!layer.HasLayers)
                {
                    var width = most > 0 ? Math.Min(1, (part ?? 0) / most) * 100 : 0;
                    text.Append(CultureInfo.InvariantCulture, $"<i class=\"{kind}\" style=\"width:{width:0.##}%\"></i>");
                }

                text.Append("</td>");
            }
        }

        text.Append("</tbody>\n</table>\n</div>\n");
    }
}
