using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Incremental;

/// <summary>An edit inside one body checks that class again, and those that hold it; no other text is written anew.</summary>
public sealed class BodyEditTests
{
    private static readonly string Gpt2 = File.ReadAllText(Path.Combine(SampleSources.Repository, "Generator.Tests", "Models", "Gpt2.cs"));

    private const string Two = """
        [Shape("B 8 -> B 8")]
        public partial class First
        {
            [Layer(8, 8)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => fc.call(x);
        }

        [Shape("B 8 -> B 8")]
        public partial class Second
        {
            [Layer(8, 8)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => fc.call(x);
        }
        """;

    private const string Hand = """
        public sealed class Hand : Module<Tensor, Tensor>
        {
            private readonly Linear fc;
            public Hand(long n) : base("Hand") { fc = Linear(n, 8); RegisterComponents(); }
            public override Tensor forward(Tensor x) => fc.call(x);
        }
        """;

    private const string Holder = """
        [Shape("B 4 -> B 8")]
        public partial class Holder { [Layer] private readonly Hand hand = new(4); }
        """;

    [Fact]
    public void An_edit_inside_one_Forward_checks_that_class_alone()
    {
        var (read, written) = Edit(Two, Two.Replace("Forward(Tensor x) => fc.call(x);\n}\n\n[Shape",
            "Forward(Tensor x) => fc.call(x).relu();\n}\n\n[Shape", StringComparison.Ordinal));
        Assert.Equal(["First"], read);
        Assert.Equal(["First.g.cs"], written);
    }

    [Fact]
    public void An_edit_in_a_block_of_GPT2_checks_what_holds_the_block_and_writes_the_block_alone()
    {
        var (read, written) = Edit(Gpt2, Gpt2.Replace("return x + mlp.call(ln_2.call(x));",
            "var y = mlp.call(ln_2.call(x));\n        return x + y;", StringComparison.Ordinal));
        Assert.Equal(["Gpt2", "GptBlock", "GptBody"], read);
        Assert.Equal(["Gen.Tests.Models.GptBlock.g.cs"], written);
    }

    [Fact]
    public void An_edit_of_the_head_of_GPT2_checks_the_head_alone()
    {
        var (read, written) = Edit(Gpt2, Gpt2.Replace("[Expect(Parameters = 124_439_808)]", "[Expect(Parameters = 124_439_809)]",
            StringComparison.Ordinal));
        Assert.Equal(["Gpt2"], read);
        Assert.Equal([], written);
    }

    [Fact]
    public void An_edit_that_changes_a_count_writes_the_class_and_its_holders_anew()
    {
        var (read, written) = Edit(Gpt2, Gpt2.Replace("c_fc = Linear(d, 4 * d)", "c_fc = Linear(d, 4 * d, hasBias: false)",
            StringComparison.Ordinal));
        Assert.Equal(["Gpt2", "GptBlock", "GptBody", "Mlp"], read);
        Assert.Equal(["Gen.Tests.Models.Gpt2.g.cs", "Gen.Tests.Models.GptBlock.g.cs", "Gen.Tests.Models.GptBody.g.cs",
            "Gen.Tests.Models.Mlp.g.cs"], written);
    }

    [Fact]
    public void An_edit_of_a_hand_written_module_checks_the_module_that_holds_it()
    {
        var (read, written) = Edit(Holder, Holder, Hand,
            Hand.Replace("Linear(n, 8)", "Linear(n, 8, hasBias: false)", StringComparison.Ordinal));
        Assert.Equal(["Holder"], read);
        Assert.Equal(["Holder.g.cs"], written);
    }

    [Fact]
    public void An_edit_of_a_hand_written_forward_checks_the_module_that_holds_it()
    {
        var (read, written) = Edit(Holder, Holder, Hand, Hand.Replace("=> fc.call(x);", "=> fc.call(x).relu();", StringComparison.Ordinal));
        Assert.Equal(["Holder"], read);

        // The summary tells what the module runs.
        Assert.Equal(["Holder.g.cs"], written);
    }

    /// <summary>The classes whose model is another after the edit, and the files whose text is.</summary>
    private static (string[] Read, string[] Written) Edit(string before, string after, string? other = null, string? otherAfter = null)
    {
        Assert.NotEqual(before + other, after + otherAfter);
        string[] first = other is null ? [before] : [before, other];
        string[] second = otherAfter is null ? [after] : [after, otherAfter];
        var result = Compilations.Driver().RunGenerators(Compilations.Of(first)).RunGenerators(Compilations.Of(second)).GetRunResult();
        return (
            [.. Changed(result, TrackingNames.Model).Select(m => ((ModuleModel)m).Type.Name).Order(StringComparer.Ordinal)],
            [.. Changed(result, TrackingNames.Source).Select(s => ((Gen.Emit.GeneratedSource)s).HintName).Order(StringComparer.Ordinal)]);
    }

    private static IEnumerable<object> Changed(GeneratorDriverRunResult result, string step) =>
        Compilations.Steps(result, step).SelectMany(s => s.Outputs)
            .Where(o => o.Reason is IncrementalStepRunReason.Modified or IncrementalStepRunReason.New).Select(o => o.Value);
}
