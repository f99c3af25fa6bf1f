using Seed;

namespace Gen.Tests.Behaviour;

/// <summary>The table of layers, and what a hover shows.</summary>
public sealed class SummaryTests
{
    [Fact]
    public void The_table_is_the_one_that_torchinfo_users_know() => Assert.Equal(
        """
        MnistClassifier: B 1 28 28 -> B 10
        ============================================================================
        Layer (type)             Input Shape      Output Shape   Param #   Mult-Adds
        ============================================================================
        flatten (Flatten())      [B, 1, 28, 28]   [B, 784]            --          --
        fc1 (Linear(784, 128))   [B, 784]         [B, 128]       100,480    100352*B
        relu1 (ReLU())           [B, 128]         [B, 128]            --          --
        fc2 (Linear(128, 64))    [B, 128]         [B, 64]          8,256      8192*B
        relu2 (ReLU())           [B, 64]          [B, 64]             --          --
        fc3 (Linear(64, 10))     [B, 64]          [B, 10]            650       640*B
        ============================================================================
        Total params: 109,386
        Total mult-adds: 109184*B
        Params size (MB, float32): 0.44
        ============================================================================
        """.ReplaceLineEndings("\n"),
        new Seed.MnistClassifier().Summary().ToString());

    [Fact]
    public void Given_sizes_make_numbers()
    {
        var summary = new Seed.MnistClassifier().Summary("B=64");
        Assert.Equal((109_386, 64 * 109_184), (summary.Parameters, summary.MultiplyAdds));
        Assert.Equal("[64, 784]", summary.Layers[0].OutputShape);
        Assert.Contains("Total FLOPs (2 x mult-adds): 13,975,552", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_stands_twice_counts_once()
    {
        var summary = new Anatomy().Summary("B=1");
        Assert.Equal(Anatomy.ParameterCount, summary.Parameters);
        Assert.Equal(7, summary.Layers.Count);
        Assert.Equal(2, summary.Layers.Count(l => l.IsRepeated));
        Assert.Contains("(recursive)", summary.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("B", "'B' is no size; write \"B=64, H=224\".")]
    [InlineData("B=x", "'B=x' is no size; write \"B=64, H=224\".")]
    [InlineData("B=-1", "'B=-1' is no size; write \"B=64, H=224\".")]
    [InlineData("N=1", "No dimension is named 'N'; there are B.")]
    [InlineData("B=1, B=2", "'B' is given twice.")]
    public void Sizes_that_make_no_sense_are_refused(string at, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => new Seed.MnistClassifier().Summary(at)).Message, StringComparison.Ordinal);

    [Fact]
    public void Markdown_has_a_row_for_each_layer()
    {
        var markdown = new MyNetwork().Summary().ToMarkdown();
        Assert.Contains("| layer1 (Linear(10, 5)) | [B, 10] | [B, 5] | 55 | 50\\*B |", markdown, StringComparison.Ordinal);
        Assert.Contains("- Total params: 67", markdown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("T:Mnist.MnistClassifier")]
    [InlineData("M:Mnist.MnistClassifier.forward(TorchSharp.torch.Tensor)")]
    [InlineData("M:Mnist.MnistClassifier.#ctor")]
    public void A_hover_over_the_sample_shows_shapes_and_counts(string member)
    {
        var documentation = System.Xml.Linq.XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Mnist.xml"));
        var summary = documentation.Descendants("member").Single(m => (string?)m.Attribute("name") == member).Value;
        Assert.Contains("(B, 1, 28, 28) -> (B, 10)", summary, StringComparison.Ordinal);
        Assert.Contains("109,386 parameters", summary, StringComparison.Ordinal);
    }
}
