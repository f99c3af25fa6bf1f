using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Gen.Tests.Models;
using Seed;
using TorchSharp;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>The summary as JSON, as Mermaid and as a page.</summary>
[Collection("TorchSharp")]
public sealed class SummaryFormatsTests
{
    [Fact]
    public void Mermaid_has_branches_skips_and_boxes() => Assert.Equal(
        """
        flowchart TB
            n0(["x [1, 64]"])
            n4(("+"))
            n5(["output [1, 64]"])
            subgraph g0["layers (Sequential)"]
                n1["layers.0<br/>Linear(64, 64)"]
                n2["layers.1<br/>ReLU()"]
                n3["layers.2<br/>Linear(64, 64)"]
            end
            n0 -->|"[1, 64]"| n1
            n1 -->|"[1, 64]"| n2
            n2 -->|"[1, 64]"| n3
            n3 -->|"[1, 64]"| n4
            n0 -->|"[1, 64]"| n4
            n4 --> n5

        """.ReplaceLineEndings("\n"),
        new BlockWithSkip().Summary("B=1").ToMermaid());

    [Fact]
    public void Json_has_every_row_every_edge_and_the_totals()
    {
        using var block = new BasicBlock(32, 64, 2);
        var summary = block.Summary("B=2, H=9, W=8");
        using var json = JsonDocument.Parse(summary.ToJson());
        var root = json.RootElement;
        Assert.Equal(summary.Parameters, root.GetProperty("parameters").GetInt64());
        Assert.Equal(summary.PeakActivationBytes, root.GetProperty("peakActivationBytes").GetInt64());
        Assert.Equal(summary.Layers.Select(l => l.Name),
            root.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("name").GetString()));
        Assert.Equal(summary.Layers.Select(l => l.MultiplyAdds),
            root.GetProperty("layers").EnumerateArray().Select(l => (long?)l.GetProperty("multiplyAdds").GetInt64()));
        var names = root.GetProperty("graph").GetProperty("nodes").EnumerateArray()
            .ToDictionary(n => n.GetProperty("id").GetInt32(), n => n.GetProperty("name").GetString()!);
        var edges = root.GetProperty("graph").GetProperty("edges").EnumerateArray()
            .Select(e => (names[e.GetProperty("from").GetInt32()], names[e.GetProperty("to").GetInt32()])).ToArray();
        Assert.Contains(("x", "conv1"), edges);
        Assert.Contains(("x", "downsample.0"), edges);
        Assert.Contains(("bn2", "+"), edges);
        Assert.Contains(("downsample.1", "+"), edges);
        Assert.Equal(summary.Memory.Count, root.GetProperty("memory").GetArrayLength());
    }

    [Fact]
    public void Json_without_sizes_has_expressions()
    {
        using var json = JsonDocument.Parse(new MyNetwork().Summary().ToJson());
        Assert.Equal("60*B", json.RootElement.GetProperty("multiplyAdds").GetString());
        Assert.Equal(0, json.RootElement.GetProperty("memory").GetArrayLength());
    }

    [Theory]
    [InlineData("Mnist")]
    [InlineData(nameof(ResNet18))]
    [InlineData(nameof(UNet))]
    [InlineData(nameof(Gpt2))]
    [InlineData(nameof(Seq2Seq))]
    public void The_page_asks_nobody_and_its_drawings_are_well_formed(string name)
    {
        using var animal = Zoo.Make(name);
        var page = animal.Summary.ToHtml();
        foreach (var request in new[] { "http:", "https:", "src=", "href=", "url(", "@import", "<script", "<link" })
        {
            Assert.DoesNotContain(request, page, StringComparison.OrdinalIgnoreCase);
        }

        // Every layer is in the table by its whole key, and each drawing is XML.
        Assert.All(animal.Summary.Layers, l => Assert.Contains($"<b title=\"{l.Name}\">", page, StringComparison.Ordinal));
        var drawings =
            page.Split("<svg ").Skip(1).Select(s => XElement.Parse("<svg " + s[..(s.IndexOf("</svg>", StringComparison.Ordinal) + 6)]))
                .ToArray();
        Assert.Contains(drawings, d => (string?)d.Attribute("class") == "memory");
        foreach (var graph in drawings.Where(d => (string?)d.Attribute("class") == "graph"))
        {
            AssertBoxesKeepApart(graph);
        }

        Assert.Equal(page, animal.Summary.ToHtml());
    }

    [Fact]
    public void A_page_without_sizes_says_what_is_missing() =>
        Assert.Contains("It depends on sizes that are not given: Summary(&quot;B=...&quot;).", new MyNetwork().Summary().ToHtml(),
            StringComparison.Ordinal);

    /// <summary>What a layer is, its rule tells; the name of a hand-written module tells nothing.</summary>
    [Fact]
    public void A_drawing_tells_layers_apart_by_their_rules()
    {
        var type = Compilations.Load("""
            [Shape("B 8")] public sealed partial class Net
            {
                [Layer] private readonly Linear expand = Linear(8, 8);
                [Layer] private readonly ConvNorm mine = new ConvNorm(static x => x.exp());
                [Layer] private readonly Softmax last = Softmax(1);
            }
            public sealed class ConvNorm(Func<Tensor, Tensor> f) : Module<Tensor, Tensor>("ConvNorm")
            {
                public override Tensor forward(Tensor input) => f(input);
            }
            """).GetType("Net")!;
        using var net = (torch.nn.Module)Activator.CreateInstance(type)!;
        var page = ((ModuleSummary)type.GetMethod("Summary")!.Invoke(net, [null])!).ToHtml();
        Assert.Equal(["layer linear", "layer other", "layer activation"],
            Regex.Matches(page, "<g class=\"(layer [a-z]+)\"").Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void Figures_read_the_same_in_every_culture()
    {
        var before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            var texts = new List<string>();
            foreach (var culture in new[] { "", "de-DE", "ar-SA", "tr-TR" })
            {
                System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo(culture);
                var summary = new ResNet18().Summary("B=2");
                texts.Add(summary + summary.ToHtml() + summary.ToJson() + summary.ToMermaid() + summary.ToMarkdown());
            }

            Assert.Single(texts.Distinct());
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    private static void AssertBoxesKeepApart(XElement graph)
    {
        var boxes = graph.Elements("g").Select(g => g.Element("rect")!)
            .Select(r => (X: (double)r.Attribute("x")!, Y: (double)r.Attribute("y")!, W: (double)r.Attribute("width")!,
                H: (double)r.Attribute("height")!)).ToArray();
        Assert.NotEmpty(boxes);
        for (var i = 0; i < boxes.Length; i++)
        {
            Assert.True(boxes[i].X >= 0 && boxes[i].X + boxes[i].W <= (double)graph.Attribute("width")!
                && boxes[i].Y + boxes[i].H <= (double)graph.Attribute("height")!);
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (boxes[i], boxes[j]);
                Assert.False(a.X < b.X + b.W && b.X < a.X + a.W && a.Y < b.Y + b.H && b.Y < a.Y + a.H, $"boxes {i} and {j} overlap");
            }
        }
    }
}
