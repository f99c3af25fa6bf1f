using System.Globalization;
using System.Text.RegularExpressions;

namespace Gen.Tests.Docs;

/// <summary>The page docs/cookbook.md shows the code of the sample Cookbook, and what Gen says of it.</summary>
public sealed partial class CookbookPageTests
{
    private const string Name = "docs/cookbook.md";

    /// <summary>Without the comments of the sample's public members.</summary>
    [Fact]
    public void Every_block_is_text_of_the_sample()
    {
        var files = Directory.EnumerateFiles(Path.Combine(SampleSources.Folder, "Cookbook"), "*.cs")
            .Select(f => Comment().Replace(File.ReadAllText(f).ReplaceLineEndings("\n"), "")).ToArray();
        var blocks = Page.Read(Name).Programs.SelectMany(p => p.Blocks).ToArray();
        Assert.Equal(17, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(files, file => file.Contains(block, StringComparison.Ordinal)));
    }

    /// <summary>The mistakes of the page, made in the sample's code.</summary>
    [Theory]
    [InlineData("Dqn", "= Linear(width, actions)", "= Linear(observation, actions)")]
    [InlineData("Sentiment", "Linear(2 * hidden, 2)", "Linear(hidden, 2)")]
    [InlineData("UNet", "toCoarse.call(d, c)", "toCoarse.call(d, b)")]
    [InlineData("Gpt", "keyValue = Linear(width, 2 * width)", "keyValue = Linear(width, width)")]
    [InlineData("Vae", "new(latent, hidden, pixels)", "new(hidden, latent, pixels)")]
    [InlineData("Crnn", "LSTM(32 * 4,", "LSTM(32,")]
    [InlineData("Crnn", "permute(2, 0, 1)", "permute(0, 2, 1)")]
    [InlineData("TwoTowers", "itemStarts).t());", "itemStarts));")]
    [InlineData("GraphConvolution", "adjacency.mm(project.call(nodes))", "project.call(nodes).mm(adjacency)")]
    public void A_mistake_is_reported_as_the_page_says(string file, string right, string wrong)
    {
        var source = SampleSources.Read($"Cookbook/{file}.cs");
        Assert.Contains(right, source, StringComparison.Ordinal);
        var says = Compilations.Diagnose(Compilations.Of(source.Replace(right, wrong, StringComparison.Ordinal),
            SampleSources.Read("Cookbook/Training.cs"))).Where(d => d.Id is not "GEN2003" and not "GEN2004")
            .Select(d => $"{d.Id}  {d.GetMessage(CultureInfo.InvariantCulture)}").ToArray();
        var message = $"```\n{string.Join("\n", says)}\n```";
        Assert.True(says.Length > 0 && Page.Text(Name).Contains(message, StringComparison.Ordinal), message);
    }

    [GeneratedRegex("^ *///.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
