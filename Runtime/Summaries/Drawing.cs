using System.Globalization;
using System.Text;

namespace Gen.Summaries;

/// <summary>The graph as an SVG: layers as boxes, operations as pills, nested modules as frames around theirs, skips as lines
/// beside.</summary>
internal static class Drawing
{
    private const double Between = 22;
    private const double Line = 14;
    private const double FrameLabel = 20;
    private const double FrameSide = 12;
    private const double CharacterOfName = 7.0;
    private const double CharacterOfText = 6.1;
    private const int LongestText = 38;

    public static string Of(Flow flow)
    {
        var nodes = flow.Nodes;
        var number = nodes.Select((n, i) => (n.Id, i)).ToDictionary(p => p.Id, p => p.i);
        var lines = nodes.Select(n => Lines(n, n.Group < 0 ? n.Name : Within(n.Name, flow.Groups[n.Group].Name))).ToArray();
        var sizes = nodes.Select((n, i) => Size(n, lines[i])).ToArray();
        var layout = new LayeredLayout(sizes, flow.Edges.Select(e => (number[e.From], number[e.To])).ToArray(), flow.Inputs.Count);
        var frames = Frames(flow, nodes, layout);

        // Where frames begin or end between two layers there is room for their borders.
        var layers = layout.Layer.DefaultIfEmpty(-1).Max() + 1;
        var (top, height) = (new double[layers + 1], new double[layers]);
        for (var i = 0; i < nodes.Count; i++)
        {
            height[layout.Layer[i]] = Math.Max(height[layout.Layer[i]], sizes[i].Height);
        }

        var y = 8.0;
        for (var l = 0; l < layers; l++)
        {
            y += frames.Where(f => f.First == l).Select(f => f.Group).Distinct().Count() * FrameLabel;
            top[l] = y;
            y += height[l] + Between + (frames.Count(f => f.Last == l) * FrameSide);
        }

        top[layers] = y;
        var depth = frames.Select(f => f.Height).DefaultIfEmpty(-1).Max() + 1;
        var shift = 8 + (depth * FrameSide);
        double X(int i) => layout.X[i] + shift;
        double Middle(int l) => top[l] + (height[l] / 2);

        var (text, labels) = (new StringBuilder(), new StringBuilder());
        foreach (var frame in frames.OrderByDescending(f => f.Height))
        {
            Frame(flow, frame, nodes, sizes, layout, X, top, height, frames, text, labels);
        }

        foreach (var (edge, i) in flow.Edges.Select((e, i) => (e, i)))
        {
            Edge(edge, layout.Routes[i], sizes, X, Middle, layout, flow.Edges.Any(e => e.To == edge.To && e != edge), text);
        }

        text.Append(labels);
        for (var i = 0; i < nodes.Count; i++)
        {
            Node(nodes[i], lines[i], sizes[i], X(i), Middle(layout.Layer[i]), text);
        }

        var right = Enumerable.Range(0, layout.X.Count).Select(i => X(i) + (i < sizes.Length ? sizes[i].Width / 2 : 0)).DefaultIfEmpty()
            .Max() + shift;
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg class=\"graph\" role=\"img\" aria-label=\"graph of the module\" width=\"{right:0}\" height=\"{y:0}\" viewBox=\"0 0 "
            + $"{right:0} {y:0}\">\n{text}</svg>\n");
    }

    private static string[] Lines(FlowNode node, string name) => node.Kind switch
    {
        FlowKind.Operation => [name == "[]" ? "index" : name, node.Shape],
        FlowKind.Input or FlowKind.Output => [name, node.Shape],
        _ => [name, Short(node.Written), node.Shape],
    };

    /// <summary>A layer's key within the module around it.</summary>
    private static string Within(string name, string module) =>
        name.StartsWith(module + ".", StringComparison.Ordinal) ? name[(module.Length + 1)..] : name;

    private static string Short(string text) => text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";

    private static Box Size(FlowNode node, string[] lines)
    {
        var width = Math.Max(lines[0].Length * CharacterOfName,
            lines.Skip(1).Select(l => l.Length * CharacterOfText).DefaultIfEmpty().Max());
        return node.Kind == FlowKind.Operation ? new(Math.Max(72, width + 26), 34)
            : new(Math.Max(104, width + 24), (lines.Length * Line) + 12);
    }

    /// <summary>The modules with the layers in which theirs stand, and how many modules are one in the other within.</summary>
    private static FrameBox[] Frames(Flow flow, IReadOnlyList<FlowNode> nodes, LayeredLayout layout)
    {
        var members = flow.Groups.ToDictionary(g => g.Id, _ => new List<int>());
        for (var i = 0; i < nodes.Count; i++)
        {
            for (var group = nodes[i].Group; group >= 0; group = flow.Groups[group].Parent)
            {
                members[group].Add(i);
            }
        }

        return flow.Groups.Where(g => members[g.Id].Count > 0)
            .Select(g => new FrameBox(g.Id, members[g.Id], members[g.Id].Min(i => layout.Layer[i]), members[g.Id].Max(i => layout.Layer[i]),
                Height(g.Id)))
            .ToArray();

        int Height(int group) => flow.Groups.Where(g => g.Parent == group && members[g.Id].Count > 0).Select(g => Height(g.Id) + 1)
            .DefaultIfEmpty().Max();
    }

    private static void Frame(
        Flow flow, FrameBox frame, IReadOnlyList<FlowNode> nodes, Box[] sizes, LayeredLayout layout, Func<int, double> x, double[] top,
        double[] height, FrameBox[] frames, StringBuilder text, StringBuilder labels)
    {
        var side = FrameSide * (frame.Height + 1);
        var left = frame.Members.Min(i => x(i) - (sizes[i].Width / 2)) - side;
        var right = frame.Members.Max(i => x(i) + (sizes[i].Width / 2)) + side;
        var group = flow.Groups[frame.Group];
        var label = $"{(group.Parent < 0 ? group.Name : Within(group.Name, flow.Groups[group.Parent].Name))} · {group.Type}";
        right = Math.Max(right, left + (label.Length * CharacterOfText) + 16);

        // Frames that begin at the same layer stand one above the other, the outer one first.
        var begin =
            top[frame.First] - (FrameLabel * (1 + frames.Count(f => f.First == frame.First && IsWithin(flow, f.Group, frame.Group))));
        var end = top[frame.Last] + height[frame.Last] + 6
            + (8 * frames.Count(f => f.Last == frame.Last && IsWithin(flow, f.Group, frame.Group)));
        text.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"frame\" x=\"{left:0.#}\" y=\"{begin:0.#}\" width=\"{right - left:0.#}\" height=\"{end - begin:0.#}\" "
            + $"rx=\"8\"/>\n");
        labels.Append(CultureInfo.InvariantCulture,
            $"<text class=\"label\" x=\"{left + 9:0.#}\" y=\"{begin + 14:0.#}\">{Markup.Escape(label)}</text>\n");
    }

    private static bool IsWithin(Flow flow, int inner, int outer)
    {
        for (var group = flow.Groups[inner].Parent; group >= 0; group = flow.Groups[group].Parent)
        {
            if (group == outer)
            {
                return true;
            }
        }

        return false;
    }

    private static void Edge(FlowEdge edge, IReadOnlyList<int> route, Box[] sizes, Func<int, double> x, Func<int, double> middle,
        LayeredLayout layout, bool joins, StringBuilder text)
    {
        double Y(int point) => middle(layout.Layer[point]);
        var path = new StringBuilder();
        var (fromX, fromY) = (x(route[0]), Y(route[0]) + (sizes[route[0]].Height / 2));
        path.Append(CultureInfo.InvariantCulture, $"M{fromX:0.#} {fromY:0.#}");
        for (var i = 1; i < route.Count; i++)
        {
            var isLast = i == route.Count - 1;
            var (toX, toY) = (x(route[i]), isLast ? Y(route[i]) - (sizes[route[i]].Height / 2) - 5 : Y(route[i]));
            if (Math.Abs(toX - fromX) < 0.5)
            {
                path.Append(CultureInfo.InvariantCulture, $"V{toY:0.#}");
            }
            else
            {
                var bend = (fromY + toY) / 2;
                path.Append(CultureInfo.InvariantCulture, $"C{fromX:0.#} {bend:0.#} {toX:0.#} {bend:0.#} {toX:0.#} {toY:0.#}");
            }

            (fromX, fromY) = (toX, toY);
        }

        var kind = route.Count > 2 && joins ? "edge skip" : "edge";
        text.Append(CultureInfo.InvariantCulture,
            $"<path class=\"{kind}\" d=\"{path}\"><title>{Markup.Escape(edge.Shape)}</title></path>\n");
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"head\" d=\"M{fromX - 4:0.#} {fromY - 2:0.#}h8l-4 7z\"/>\n");
    }

    private static void Node(FlowNode node, string[] lines, Box size, double x, double y, StringBuilder text)
    {
        var (left, top) = (x - (size.Width / 2), y - (size.Height / 2));
        var kind = node.Kind switch
        {
            FlowKind.Input or FlowKind.Output => "end",
            FlowKind.Operation => "operation",
            FlowKind.Module => "module",
            _ => $"layer {LayerGroups.Of(node.Role)}",
        };
        var round = node.Kind is FlowKind.Layer or FlowKind.Module ? 6 : size.Height / 2;
        text.Append(CultureInfo.InvariantCulture,
            $"<g class=\"{kind}\"><title>{Markup.Escape($"{node.Name} {node.Written} {node.Shape}")}</title>");
        text.Append(CultureInfo.InvariantCulture,
            $"<rect x=\"{left:0.#}\" y=\"{top:0.#}\" width=\"{size.Width:0.#}\" height=\"{size.Height:0.#}\" rx=\"{round:0.#}\"/>");
        var first = y - ((lines.Length - 1) * Line / 2) + 4;
        for (var i = 0; i < lines.Length; i++)
        {
            var style = i == 0 ? "name" : i == lines.Length - 1 ? "shape" : "made";
            text.Append(CultureInfo.InvariantCulture,
                $"<text class=\"{style}\" x=\"{x:0.#}\" y=\"{first + (i * Line):0.#}\">{Markup.Escape(lines[i])}</text>");
        }

        text.Append("</g>\n");
    }

    private sealed record FrameBox(int Group, IReadOnlyList<int> Members, int First, int Last, int Height);
}
