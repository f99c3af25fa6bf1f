using System.Globalization;
using System.Text;

namespace Gen.Summaries;

/// <summary>The graph as a Mermaid flowchart.</summary>
internal static class Mermaid
{
    public static string Of(ModuleSummary summary)
    {
        var flow = summary.Flow;
        var text = new StringBuilder("flowchart TB\n");
        Nodes(flow, -1, 1, text);
        foreach (var edge in flow.Edges)
        {
            var label = edge.Shape.Length > 0 ? $"|\"{Escape(edge.Shape)}\"|" : "";
            text.Append(CultureInfo.InvariantCulture, $"    n{edge.From} -->{label} n{edge.To}\n");
        }

        return text.ToString();
    }

    private static void Nodes(Flow flow, int group, int depth, StringBuilder text)
    {
        var indent = new string(' ', 4 * depth);
        foreach (var node in flow.Nodes.Where(n => n.Group == group))
        {
            var label = node.Kind switch
            {
                FlowKind.Input => $"([\"{Escape(node.Name)} {Escape(node.Shape)}\"])",
                FlowKind.Output => $"([\"{Escape($"{node.Name} {node.Shape}".Trim())}\"])",
                FlowKind.Operation => $"((\"{Escape(node.Name)}\"))",
                _ => $"[\"{Escape(node.Name)}<br/>{Escape(node.Written)}\"]",
            };
            text.Append(indent).Append(CultureInfo.InvariantCulture, $"n{node.Id}{label}\n");
        }

        foreach (var inner in flow.Groups.Where(g => g.Parent == group))
        {
            text.Append(indent).Append(CultureInfo.InvariantCulture,
                $"subgraph g{inner.Id}[\"{Escape(inner.Name)} ({Escape(inner.Type)})\"]\n");
            Nodes(flow, inner.Id, depth + 1, text);
            text.Append(indent).Append("end\n");
        }
    }

    /// <summary>Within quotes only a quote, a hash, an angle bracket and a line mean something.</summary>
    private static string Escape(string text) => text.Replace("#", "#35;", StringComparison.Ordinal)
        .Replace("\"", "#quot;", StringComparison.Ordinal)
        .Replace("<", "#lt;", StringComparison.Ordinal).Replace(">", "#gt;", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
