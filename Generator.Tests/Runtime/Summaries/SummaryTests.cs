using System.Globalization;
using Gen.Tests.Models;
using Seed;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>The table of layers, and what a hover shows.</summary>
[Collection("TorchSharp")]
public sealed class SummaryTests
{
    [Fact]
    public void The_table_is_the_one_that_torchinfo_users_know() => Assert.Equal(
        """
        MnistClassifier: B 1 28 28 -> B 10
        ========================================================================================
        Layer (type:depth-idx)     Input Shape      Output Shape   Param #   Param %   Mult-Adds
        ========================================================================================
        MnistClassifier            [B, 1, 28, 28]   [B, 10]             --        --          --
        ├─Flatten: 1-1 (flatten)   [B, 1, 28, 28]   [B, 784]            --        --          --
        ├─Linear: 1-2 (fc1)        [B, 784]         [B, 128]       100,480    91.86%   100,352*B
        ├─ReLU: 1-3 (relu1)        [B, 128]         [B, 128]            --        --          --
        ├─Linear: 1-4 (fc2)        [B, 128]         [B, 64]          8,256     7.55%      8192*B
        ├─ReLU: 1-5 (relu2)        [B, 64]          [B, 64]             --        --          --
        └─Linear: 1-6 (fc3)        [B, 64]          [B, 10]            650     0.59%       640*B
        ========================================================================================
        Total params: 109,386
        Trainable params: 109,386
        Non-trainable params: 0
        Total mult-adds: 109,184*B
        ========================================================================================
        Input size (MB): 0.003136*B
        Forward/backward pass size (MB): 0.001616*B
        Params size (MB): 0.44
        Estimated Total Size (MB): 0.004752*B+0.437544
        Peak activation bytes in inference: 4160*B at relu1
        Peak bytes in training: ? (which step takes the most depends on sizes that are not given)
        ========================================================================================
        """.ReplaceLineEndings("\n"),
        new Seed.MnistClassifier().Summary().ToString());

    [Fact]
    public void Nested_modules_are_a_tree()
    {
        using var block = new BasicBlock(32, 64, 2);
        var text = block.Summary("B=2, H=9, W=8").ToString();
        Assert.Contains("├─Sequential: 1-1 (downsample)", text, StringComparison.Ordinal);
        Assert.Contains("│    ├─Conv2d: 2-1 (0)", text, StringComparison.Ordinal);
        Assert.Contains("│    └─BatchNorm2d: 2-2 (1)", text, StringComparison.Ordinal);
        Assert.Contains("└─ReLU: 1-7 (relu)", text, StringComparison.Ordinal);
        Assert.Equal([1, 2, 2, 1, 1, 1, 1, 1, 1], block.Summary().Layers.Select(l => l.Depth));
    }

    [Fact]
    public void An_instance_knows_the_sizes_that_it_was_made_with()
    {
        using var plain = new BasicBlock(64, 64);
        Assert.DoesNotContain(plain.Summary().Layers, l => l.Name == "downsample");
        Assert.Equal(BasicBlock.CountParameters(64, 64), plain.Summary().Parameters);
        using var wide = new BasicBlock(32, 64, 2);
        Assert.Contains(wide.Summary().Layers, l => l.Name == "downsample.0");
        Assert.Equal(BasicBlock.CountParameters(32, 64, 2), wide.Summary().Parameters);

        // What if it were made with others: without a stride it is projected all the same, its channels differ.
        Assert.Equal(BasicBlock.CountParameters(64, 64), wide.Summary("inC=64, stride=1").Parameters);
    }

    [Fact]
    public void A_number_of_blocks_that_the_constructor_is_given_is_a_number_of_rows()
    {
        using var body = new GptBody(100, 64, 32, 4, 3);
        var summary = body.Summary("B=2, T=16");
        Assert.Equal(["h.0", "h.1", "h.2"], summary.Layers.Where(l => l.TypeName == "GptBlock").Select(l => l.Name));
        Assert.Equal(3 * 13, summary.Layers.Count(l => l.Name.StartsWith("h.", StringComparison.Ordinal)));
        Assert.Equal(body.parameters().Sum(p => p.numel()), summary.Parameters);

        // Each takes what the one before gave.
        var edges = summary.ToMermaid().Split('\n').Where(l => l.Contains("-->", StringComparison.Ordinal)).ToArray();
        Assert.Equal(edges.Length, edges.Distinct().Count());
    }

    [Fact]
    public void Sizes_of_the_constructor_that_are_kept_nowhere_can_be_given()
    {
        using var bodies = new GptBodies(d: 16, blocks: 2);
        Assert.Contains("GptBlock: 1-4 (h.*)", bodies.Summary().ToString(), StringComparison.Ordinal);
        var summary = bodies.Summary("B=1, T=8, d=16, heads=4, context=64, blocks=2");
        Assert.Equal(["h.0", "h.1"], summary.Layers.Where(l => l.TypeName == "GptBlock").Select(l => l.Name));
        Assert.Equal(bodies.parameters().Sum(p => p.numel()), summary.Parameters);
        Assert.NotNull(summary.PeakActivationBytes);
    }

    [Fact]
    public void A_tied_layer_is_marked_and_counts_once()
    {
        using var gpt = new Gpt2();
        var summary = gpt.Summary("B=1, T=8");
        var head = summary.Layers.Single(l => l.Name == "lm_head");
        Assert.True(head.IsTied);
        Assert.Equal(768 * 50257, head.Parameters);
        Assert.Equal(Gpt2.ParameterCount, summary.Parameters);
        Assert.Contains("38,597,376 (tied)", summary.ToString(), StringComparison.Ordinal);
        foreach (var parameter in gpt.parameters())
        {
            parameter.requires_grad = false;
        }

        Assert.Equal((Gpt2.ParameterCount, 0), (gpt.Summary().FrozenParameters, gpt.Summary().TrainableParameters));
    }

    [Fact]
    public void Frozen_parameters_are_those_that_are_frozen_now()
    {
        using var network = new MyNetwork();
        Assert.Equal((67, 67, 0), ((int)network.Summary().Parameters!, (int)network.Summary().TrainableParameters!,
            (int)network.Summary().FrozenParameters));
        network.get_parameter("layer1.weight")!.requires_grad = false;
        var summary = network.Summary();
        Assert.Equal((17, 50), ((int)summary.TrainableParameters!, (int)summary.FrozenParameters));
        Assert.Equal((5, 50), ((int)summary.Layers[0].TrainableParameters!, (int)summary.Layers[0].FrozenParameters));
        Assert.Contains("Trainable params: 17\nNon-trainable params: 50\n", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_is_not_called_is_said_to_be_so()
    {
        using var module = new WithUnused();
        var summary = module.Summary("B=1");
        Assert.True(summary.Layers.Single(l => l.Name == "spare").IsUnused);
        Assert.Equal((8 * 8) + 8 + (8 * 4) + 4, summary.Parameters);
        Assert.Contains("(not called)", summary.ToString().Split('\n')
            .Single(l => l.StartsWith("└─Linear: 1-2 (spare)", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_sizes_make_numbers()
    {
        var summary = new Seed.MnistClassifier().Summary("B=64");
        Assert.Equal((109_386, 64 * 109_184), (summary.Parameters, summary.MultiplyAdds));
        Assert.Equal("[64, 784]", summary.Layers[0].OutputShape);
        Assert.Equal(64 * 784 * 4, summary.InputBytes);
        Assert.Equal((64 * (784 + 128 + 128) * 4, "relu1"), ((int)summary.PeakActivationBytes!, summary.PeakLayer));
        Assert.Equal([0, 32_768, 32_768, 16_384, 16_384, 2_560], summary.Layers.Select(l => l.ActivationBytes));
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
    [InlineData("B=0", 0L, 0L)]
    [InlineData("B=9223372036854775807", null, null)]
    [InlineData("B=4611686018427387904", null, null)]
    public void Sizes_of_nothing_and_of_too_much_are_never_a_wrong_number(string at, long? multiplyAdds, long? input)
    {
        var summary = new MyNetwork().Summary(at);
        Assert.Equal((multiplyAdds, input), (summary.MultiplyAdds, summary.InputBytes));
        Assert.Equal(67, summary.Parameters);
        Assert.Contains(multiplyAdds is null ? "Total mult-adds: ?" : "Total mult-adds: 0", summary.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(summary.ToHtml() + summary.ToJson() + summary.ToMermaid() + summary.ToMarkdown());
    }

    [Theory]
    [InlineData("B", "'B' is not a size; write \"B=64, H=224\".")]
    [InlineData("B=x", "'B=x' is not a size; write \"B=64, H=224\".")]
    [InlineData("B=-1", "'B=-1' is not a size; write \"B=64, H=224\".")]
    [InlineData("N=1", "No dimension is named 'N'; there are B.")]
    [InlineData("B=1, B=2", "'B' is given twice.")]
    public void Sizes_that_make_no_sense_are_refused(string at, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => new Seed.MnistClassifier().Summary(at)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Markdown_has_a_row_for_each_layer()
    {
        var markdown = new MyNetwork().Summary().ToMarkdown();
        Assert.Contains("| layer1 (Linear(10, 5)) | [B, 10] | [B, 5] | 55 | 82.09% | 50\\*B |", markdown, StringComparison.Ordinal);
        Assert.Contains("- Total params: 67", markdown, StringComparison.Ordinal);
    }

    /// <summary>How many tensors <c>unbind</c> gives, and so which one the nested module is given, depends on a size.</summary>
    [Fact]
    public void A_nested_module_that_is_given_a_tensor_of_an_open_list_has_its_row_and_no_peak()
    {
        using var model = new GivenOneOfMany(3, 2);
        var summary = model.Summary("B=2");
        Assert.Equal(["block", "fc"], summary.Layers.Select(l => l.Name.Split('.')[^1]));
        Assert.Equal(12, summary.Parameters);
        Assert.Null(summary.PeakActivationBytes);
        Assert.Equal([2L, 3L], model.call(ones(2, 3), ones(2, 2, 3)).shape);
        Assert.Contains(
            Compilations.Diagnose(Compilations.Generate("""
                [Shape("B d, B d -> B d")]
                public sealed partial class Adding(long d)
                {
                    [Layer] private readonly Linear fc = Linear(d, d);

                    private Tensor Forward(Tensor x, Tensor past) => fc.call(x) + past;
                }

                [Shape("B 4, depth B 4 -> B 4"), Expect(MaxActivationBytes = 100, At = "B=1, depth=2")]
                public sealed partial class Net(long depth)
                {
                    [Layer] private readonly Adding block = new(4);

                    private Tensor Forward(Tensor x, Tensor past) => block.call(x, past.unbind(0)[0]);
                }
                """).Output),
            d => d.Id == "GEN2004"
                && d.GetMessage(CultureInfo.InvariantCulture).Contains("what 'block' is given", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_can_be_written_down_by_hand()
    {
        var summary = new ModuleSummary("Hand", "B 8 -> B 2",
            [new LayerSummary("a", "Linear(8, 4)", "B 8", "B 4", "36", "32*B"),
                new LayerSummary("b", "Linear(4, 2)", "B 4", "B 2", "10", "8*B")], "B=2");
        Assert.Equal((46, 80, 2 * (8 + 4 + 2) * 4), ((int)summary.Parameters!, (int)summary.MultiplyAdds!,
            (int)summary.PeakActivationBytes!));
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

[Shape("B 8 -> B 8")]
internal sealed partial class WithUnused
{
    [Layer(8, 8)] private readonly Linear fc;
    [Layer(8, 4)] internal readonly Linear spare;

    private Tensor Forward(Tensor x) => fc.call(x);
}

/// <summary>What the constructor is given is kept nowhere: the number of blocks stays open.</summary>
[Shape("B T -> B T d", Where = "d % heads == 0, T <= context")]
internal sealed partial class GptBodies
{
    [Layer] private readonly Embedding wte;
    [Layer] private readonly Embedding wpe;
    [Layer] private readonly Dropout drop = Dropout(0.1);
    [Layer] private readonly ModuleList<GptBlock> h;

    public GptBodies(long context = 64, long d = 32, long heads = 4, int blocks = 2)
    {
        wte = Embedding(100, d);
        wpe = Embedding(context, d);
        h = ModuleList([.. Enumerable.Range(0, blocks).Select(_ => new GptBlock(d, heads, context))]);
    }

    private Tensor Forward(Tensor tokens)
    {
        var x = drop.call(wte.call(tokens) + wpe.call(arange(tokens.shape[1], dtype: int64)));
        foreach (var block in h)
        {
            x = block.call(x);
        }

        return x;
    }
}

[Shape("B d, B d -> B d")]
public sealed partial class Adding(long d)
{
    [Layer] private readonly Linear fc = Linear(d, d);

    private Tensor Forward(Tensor x, Tensor past) => fc.call(x) + past;
}

[Shape("B d, depth B d -> B d")]
public sealed partial class GivenOneOfMany(long d, int depth)
{
    [Layer] private readonly Adding block = new(d);

    private Tensor Forward(Tensor x, Tensor past)
    {
        var parts = past.unbind(0);
        return block.call(x, parts[0]);
    }
}
