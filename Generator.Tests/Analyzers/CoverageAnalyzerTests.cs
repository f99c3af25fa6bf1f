using Gen.Tests.Docs;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>GEN2xxx and GEN3xxx: what is not proved, and numbers that were expected.</summary>
public sealed class CoverageAnalyzerTests
{
    [Fact]
    public void GEN2001_a_condition_that_only_a_call_can_meet()
    {
        var message =
            Markup.Message(
                """[Shape("B d -> B 10")] public partial class Net { [Layer(784, 10)] private readonly Linear {|GEN2001:fc|}; }""");
        Assert.Equal("not proved at 'fc': d == 784; checked at run time. To state it: Where = \"d == 784\".", message);
    }

    [Fact]
    public void GEN2001_is_silent_where_the_fact_is_stated() =>
        Markup.Verify(
            """[Shape("B d -> B 10", Where = "d == 784")] public partial class Net { [Layer(784, 10)] private readonly Linear fc; }""");

    [Fact]
    public void GEN2002_where_a_hand_written_layer_loses_the_shape()
    {
        var diagnostics = Markup.Verify("""
            public sealed class Custom(Func<Tensor, Tensor> f) : Module<Tensor, Tensor>("custom")
            {
                public override Tensor forward(Tensor x) => f(x);
            }
            [Shape("B 8 -> B 2")] public partial class {|GEN2004:{|GEN2004:Net|}|}
            {
                [Layer(8, 4)] private readonly Linear fc1;
                [Layer] private readonly Custom {|GEN2002:custom|} = new(static x => x);
                [Layer(4, 2)] private readonly Linear fc2;
            }
            """);
        Assert.Equal("shape unknown from here: there is no rule for 'custom' (Custom). 1 of 3 operations proved.",
            diagnostics.Single(d => d.Id == "GEN2002").GetMessage());
        Assert.All(diagnostics, d => Assert.Equal(DiagnosticSeverity.Info, d.Severity));
    }

    [Fact]
    public void GEN2002_where_a_loop_leaves_a_size_open_that_is_asked_for() => Markup.Verify("""
        [Shape("B 8")] public partial class Net
        {
            [Layer] private readonly Identity id;
            private Tensor Forward(Tensor x)
            {
                x = id.call(x);
                while (x.shape[0] > 2) { x = {|GEN2002:x.narrow(0, 0, (x.shape[0] + 1) / 2)|}; }
                return x.topk(3, dim: 0).values;
            }
        }
        """, d => d.Id is "GEN2002");

    [Fact]
    public void GEN2002_where_another_path_ends_before() => Markup.Verify("""
        [Shape("B 8")] public partial class Net
        {
            [Layer] private readonly Identity id;
            private Tensor Forward(Tensor x, bool asks)
            {
                if (asks) { return x; }
                x = id.call(x);
                while (x.shape[0] > 2) { x = {|GEN2002:x.narrow(0, 0, (x.shape[0] + 1) / 2)|}; }
                return x.topk(3, dim: 0).values;
            }
        }
        """, d => d.Id is "GEN2002");

    [Fact]
    public void GEN2001_where_channels_that_are_resized_may_be_none() => Markup.Verify("""
        [Shape("B C 4 4")] public partial class Net
        {
            [Layer] private readonly Identity id;
            private Tensor Forward(Tensor x) => {|GEN2001:functional.interpolate(id.call(x)[.., 2..], scale_factor: [2.0, 2.0])|};
        }
        """, d => d.Id is "GEN2001" or "GEN2002");

    /// <summary>Also of what is resized to a size that is given. The condition is told as one would write it.</summary>
    [Theory]
    [InlineData("B 4 L -> B 4 1", "functional.interpolate(id.call(x)[.., .., 1..^1], size: [1])", "interpolate", "L >= 3")]
    [InlineData("B L -> B L-2", "id.call(x)[.., 1..^1]", "->", "L >= 2")]
    public void GEN2001_where_a_size_may_be_less_than_nothing(string shape, string code, string what, string condition) => Assert.Equal(
        $"not proved at '{what}': {condition}; checked at run time. To state it: Where = \"{condition}\".",
        Assert.Single(Markup.Verify($$"""
            [Shape("{{shape}}")] public partial class Net
            {
                [Layer] private readonly Identity id;
                private Tensor Forward(Tensor x) => {|GEN2001:{{code}}|};
            }
            """, d => d.Id is "GEN2001" or "GEN2002")).GetMessage());

    /// <summary>As its page tells it.</summary>
    [Fact]
    public void GEN2001_where_heads_need_not_divide_the_width()
    {
        var told = Assert.Single(Markup.Verify("""
            [Shape("B T d -> B T h d//h")] public partial class Net(long h)
            {
                private readonly long h = h;
                private Tensor Forward(Tensor x) => {|GEN2001:x.view(x.shape[0], x.shape[1], h, x.shape[2] / h)|};
            }
            """, static d => d.Id is "GEN2001" or "GEN2002")).GetMessage();
        Assert.Equal("not proved at 'view': B*T*d == B*T*(d//h)*h; checked at run time. Where = \"d % h == 0\" would prove it.", told);
        Assert.Contains(told, Page.Text("docs/diagnostics/GEN2001.md"), StringComparison.Ordinal);
    }

    /// <summary>The plainest condition from which it follows is told, and proves it.</summary>
    [Theory]
    [InlineData("{|GEN2001:x.view(b, t, h, d / h)|}", "d % h == 0", true)]
    [InlineData("{|GEN2001:{|GEN2001:x.view(b, t, h, -1)|}|}", "d % h == 0", true)]
    [InlineData("{|GEN2001:{|GEN2001:x.view(b * t, -1, h)|}|}", "d % h == 0", true)]
    [InlineData("{|GEN2001:x.view(b, t, h * 2, d / (h * 2))|}", "d % (2*h) == 0", true)]
    [InlineData("{|GEN2001:x.view(b, t, d / 8, 8)|}", "d % 8 == 0", true)]
    [InlineData("{|GEN2002:x.view(b, t, h, d / h)|}", "d % h == 0", false)]
    [InlineData("{|GEN2001:{|GEN2002:x.view(b, t, -1, h)|}|}", "d % h == 0", false)]
    public void The_plainest_condition_to_state_is_told(string view, string stated, bool isKept)
    {
        var said = Markup.Verify(Source(view, ""), static d => d.Id is "GEN2001" or "GEN2002").Select(static d => d.GetMessage())
            .ToArray();
        Assert.Contains(said, m => m.Contains($"Where = \"{stated}\" would prove it", StringComparison.Ordinal));
        Markup.Verify(Source(Markup.Strip(view), $", Where = \"{stated}\""), static d => d.Id is "GEN2001" or "GEN2002");

        string Source(string code, string where) => $$"""
            [Shape("B T d -> B T d"{{where}})] public partial class Net
            {
                [Layer] private readonly Linear q;
                private readonly long h{{(isKept ? ", d" : "")}};
                public Net(long d, long h) { q = Linear(d, d); this.h = h; {{(isKept ? "this.d = d;" : "")}} }
                private Tensor Forward(Tensor x)
                {
                    var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]);
                    return q.call({{code}}.relu().reshape(b, t, d));
                }
            }
            """;
    }

    /// <summary>What a loop of unknown length adds to a list is not known: nothing is said of its items.</summary>
    [Fact]
    public void GEN2004_where_a_list_is_filled_by_a_loop_whose_turns_are_not_known()
    {
        var diagnostics = Markup.Verify("""
            public partial class {|GEN2002:{|GEN2004:{|GEN2004:Net|}|}|} : Module<Tensor, Tensor>
            {
                [Layer] private readonly ModuleList<Linear> layers;
                public Net(List<int> sizes) : base("Net")
                {
                    layers = ModuleList<Linear>();
                    for (var i = 0; i < sizes.Count; i++) { layers.Add(Linear(sizes[i], 8)); }
                }

                private Tensor Forward(Tensor x)
                {
                    x = layers[0].call(x);
                    for (var i = 1; i < layers.Count; i++) { x = layers[i].call(x).relu(); }
                    return x;
                }
            }
            """);
        Assert.Equal(
            [
                "shape unknown from here: 'Net' declares no input shape; add [Shape(\"in -> out\")]. 1 of 3 operations proved.",
                "the parameters of 'Net' cannot be counted: a size of 'layers.*' (Linear(sizes[i], 8)) is not known at compile time; "
                + "ParameterCount is not generated.",
                "the multiply-adds of 'Net' cannot be counted: the shape at 'layers.*' is not known; MultiplyAdds is not generated.",
            ],
            diagnostics.Select(d => d.GetMessage(null)));
    }

    [Fact]
    public void GEN2002_where_a_block_is_given_a_size_that_may_be_0() => Markup.Verify("""
        [Shape("N 2 H 4 -> N 2 H 4")] public sealed partial class Block
        {
            [Layer] private readonly LSTM lstm = LSTM(4, 4);
            private Tensor Forward(Tensor x) => lstm.call(x.flatten(0, 1)).Item1.view(x.shape);
        }
        [Shape("B 2 3 4")] public partial class Net
        {
            [Layer] private readonly Block block = new();
            private Tensor Forward(Tensor x) => {|GEN2002:block.call(x[1..])|};
        }
        """, d => d.Id is "GEN2002");

    [Fact]
    public void GEN2002_where_no_shape_is_declared() => Assert.Equal(
        "shape unknown from here: 'Net' declares no input shape; add [Shape(\"in -> out\")]. 1 of 2 operations proved.",
        Markup.Verify("""
            public partial class {|GEN2002:{|GEN2004:Net|}|}
            {
                [Layer(8, 4)] private readonly Linear fc1;
                [Layer(4, 2)] private readonly Linear {|GEN5003:fc2|};
            }
            """)[0].GetMessage());

    [Fact]
    public void An_undeclared_input_does_not_hide_a_mistake_behind_it() => Markup.Verify("""
        public partial class Net { [Layer(8, 4)] private readonly Linear fc1; [Layer(5, 2)] private readonly Linear {|GEN1001:fc2|}; }
        """);

    [Fact]
    public void GEN2003_where_nothing_was_checked() => Markup.Verify("""
        [Shape("B 8 -> B 8")] public partial class {|GEN2003:{|GEN2004:Net|}|}
        {
            [Layer(8, 8)] internal readonly Linear fc;
            private Tensor Forward(Tensor x) => new Elsewhere().Do(x);
        }
        public class Elsewhere { public virtual Tensor Do(Tensor x) => x; }
        """);

    [Fact]
    public void GEN2004_parameters_that_cannot_be_counted() => Assert.Contains(
        "the parameters of 'Net' cannot be counted: a size of 'fc' (Linear(8, Size())) is not known at compile time; ParameterCount is "
        + "not generated.",
        Markup.Verify("""
            [Shape("B 8")] public partial class {|GEN2004:{|GEN2004:Net|}|}
            {
                [Layer] private readonly Linear {|GEN2002:fc|} = Linear(8, Size());
                [Layer] private readonly ReLU relu;
                private static long Size() => DateTime.Now.Day;
            }
            """).Select(d => d.GetMessage()));

    [Fact]
    public void A_parameter_of_the_constructor_that_no_shape_names_may_be_zero()
    {
        // With padding 0 or 1 the size stays or grows: neither is proved, and a call finds out. What keeps the height keeps the width.
        var diagnostics = Markup.Verify("""
            [Shape({|GEN2001:"B 3 H W -> B 3 H W"|}, Where = "H >= 3, W >= 3")] public partial class Net(int padding)
            {
                [Layer] private readonly Conv2d {|GEN2001:{|GEN2001:conv|}|} = Conv2d(3, 3, 3, padding: padding);
            }
            """);
        Assert.Contains("not proved at '->': H+2*padding-2 == H; checked at run time. To state it: Where = \"H+2*padding-2 == H\".",
            diagnostics.Select(d => d.GetMessage()));
        Assert.Contains("not proved at 'conv': H+2*padding-2 >= 1; checked at run time. To state it: Where = \"H+2*padding-2 >= 1\".",
            diagnostics.Select(d => d.GetMessage()));
    }

    [Fact]
    public void GEN3001_another_number_of_parameters() => Assert.Equal(
        "parameters: 109,386 expected, 109,525 computed. fc1 100,480; fc2 8,385; fc3 660.",
        Markup.Message("""
            [Shape("B 784 -> B 10"), Expect({|GEN3001:Parameters = 109_386|})] public partial class Net
            {
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu1;
                [Layer(128, 65)] private readonly Linear fc2;
                [Layer] private readonly ReLU relu2;
                [Layer(65, 10)] private readonly Linear fc3;
            }
            """));

    [Fact]
    public void GEN3001_another_number_of_multiply_adds() => Assert.Equal(
        "multiply-adds: 1 expected, 1,568 computed. fc 1,568.",
        Markup.Message(
            """
            [Shape("B 784 -> B 2"), Expect({|GEN3001:MultiplyAdds = 1|}, At = "B=1")] public partial class Net
            {
                [Layer(784, 2)] private readonly Linear fc;
            }
            """));

    [Fact]
    public void GEN3002_a_budget_that_is_exceeded() => Assert.Equal(
        "parameters: 1,000 allowed, 1,570 computed. fc 1,570.",
        Markup.Message(
            """
            [Shape("B 784 -> B 2"), Expect({|GEN3002:MaxParameters = 1_000|})] public partial class Net
            {
                [Layer(784, 2)] private readonly Linear fc;
            }
            """));

    [Fact]
    public void GEN3002_more_bytes_of_activations_than_allowed() => Assert.Equal(
        "activation bytes: 4,159 allowed, 4,160 computed. The peak is at 'relu1'.",
        Markup.Message("""
            [Shape("B 1 28 28 -> B 10"), Expect({|GEN3002:MaxActivationBytes = 4_159|}, At = "B=1")] public partial class Net
            {
                [Layer] private readonly Flatten flatten;
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu1;
                [Layer(128, 10)] private readonly Linear fc2;
            }
            """));

    [Fact]
    public void GEN3002_more_bytes_in_training_than_allowed() => Assert.Equal(
        "training bytes: 1,910,439 allowed, 1,910,440 computed. The peak is at 'backward of relu'.",
        Markup.Message("""
            [Shape("B 64 -> B 10"), Expect({|GEN3002:MaxTrainingBytes = 1_910_439|}, At = "B=1000")] public partial class Net
            {
                [Layer(64, 128)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu;
                [Layer(128, 10)] private readonly Linear fc2;
            }
            """));

    [Fact]
    public void GEN2004_where_it_is_not_known_what_autograd_keeps() => Assert.Equal(
        "the training bytes of 'Net' cannot be computed: what autograd keeps of 'lstm' is not known; MaxTrainingBytes is not checked.",
        Markup.Message("""
            [Shape("T B 8 -> T B 8"), Expect({|GEN2004:MaxTrainingBytes = 1|}, At = "B=1, T=1")] public partial class Net
            {
                [Layer] private readonly LSTM lstm = LSTM(8, 8);
            }
            """));

    [Theory]
    [InlineData("MaxTrainingBytes = 1_000_000")]
    [InlineData("MaxActivationBytes = 4_160")]
    [InlineData("MaxActivationBytes = 1_000_000")]
    public void GEN3002_is_silent_within_the_budget(string budget) => Markup.Verify($$"""
        [Shape("B 1 28 28 -> B 10"), Expect({{budget}}, At = "B=1")] public partial class Net
        {
            [Layer] private readonly Flatten flatten;
            [Layer(784, 128)] private readonly Linear fc1;
            [Layer] private readonly ReLU relu1;
            [Layer(128, 10)] private readonly Linear fc2;
        }
        """);

    [Fact]
    public void GEN3002_names_the_layer_in_a_nested_module() => Assert.Equal(
        "activation bytes: 100 allowed, 3,072 computed. The peak is at 'inner.tanh'.",
        Markup.Message("""
            [Shape("B 64 -> B 8"), Expect({|GEN3002:MaxActivationBytes = 100|}, At = "B=4")] public partial class Net
            {
                [Layer] private readonly Inner inner = new();
                [Layer] private readonly ReLU relu;
            }
            [Shape("B 64 -> B 8")] public sealed partial class Inner
            {
                [Layer(64, 64)] private readonly Linear wide;
                [Layer] private readonly Tanh tanh;
                [Layer(64, 8)] private readonly Linear narrow;
            }
            """));

    /// <summary>A class that is derived from Inner may hold its tensors: the generated code leaves them to the garbage
    /// collector.</summary>
    [Fact]
    public void GEN2004_where_the_class_of_a_layer_is_not_sealed() => Assert.Equal(
        "the activation bytes of 'Net' cannot be computed: a layer may be of a class derived from its own, or calls code that is not "
            + "seen, which may hold what is computed; MaxActivationBytes is not checked.",
        Markup.Message("""
            [Shape("B 64 -> B 8"), Expect({|GEN2004:MaxActivationBytes = 100|}, At = "B=4")] public partial class Net
            {
                [Layer] internal Inner inner = new();
                [Layer] private readonly ReLU relu;
            }
            [Shape("B 64 -> B 8")] public partial class Inner { [Layer(64, 8)] private readonly Linear narrow; }
            """));

    [Fact]
    public void GEN2004_where_a_budget_cannot_be_checked_for_want_of_a_size() => Assert.Equal(
        "the activation bytes of 'Net' cannot be computed: 64*B needs sizes, write At = \"B=...\"; MaxActivationBytes is not checked.",
        Markup.Message(
            """
            [Shape("B 8 -> B 8"), Expect({|GEN2004:MaxActivationBytes = 1|})] public partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;
            }
            """));

    [Fact]
    public void GEN2004_where_multiply_adds_are_expected_without_sizes() => Assert.Equal(
        "the multiply-adds of 'Net' cannot be computed: 64*B needs sizes, write At = \"B=...\"; MultiplyAdds is not checked.",
        Markup.Message(
            """
            [Shape("B 8 -> B 8"), Expect({|GEN2004:MultiplyAdds = 1|})] public partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;
            }
            """));

    [Fact]
    public void GEN2004_where_a_budget_cannot_be_checked_for_want_of_a_shape() => Assert.Contains(
        "the activation bytes of 'Net' cannot be computed: the shape at 'Do' is not known; MaxActivationBytes is not checked.",
        Markup.Verify("""
            [Shape("B 8 -> B 8"), Expect({|GEN2004:MaxActivationBytes = 1|}, At = "B=1")] public partial class {|GEN2004:Net|}
            {
                [Layer(8, 8)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => {|GEN2002:new Elsewhere().Do(fc.call(x))|};
            }
            public class Elsewhere { public virtual Tensor Do(Tensor x) => x; }
            """).Select(d => d.GetMessage()));
}
