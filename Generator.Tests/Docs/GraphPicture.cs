using System.Text.RegularExpressions;

namespace Gen.Tests.Docs;

/// <summary>The picture of the README: the graph that <c>Summary().ToHtml()</c> draws of a block of the sample Gpt, as a file of its
/// own.</summary>
internal static partial class GraphPicture
{
    public const string Name = "docs/graph.svg";

    public static string Print()
    {
        using var block = new global::Gpt.Block(128, 4);
        var page = block.Summary("B=32, T=64").ToHtml();
        var (style, graph) = (StyleSheet().Match(page).Groups[1].Value, Graph().Match(page).Value);
        var body = graph.IndexOf('>', StringComparison.Ordinal) + 1;
        return $"{graph[..body].Replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", StringComparison.Ordinal)}\n"
            + $"<style>\n{style}</style>\n{graph[body..].TrimStart('\n')}\n";
    }

    [GeneratedRegex("<style>\n(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex StyleSheet();

    [GeneratedRegex("<svg class=\"graph\".*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Graph();
}
