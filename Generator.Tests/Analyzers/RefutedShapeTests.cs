namespace Gen.Tests.Analyzers;

/// <summary>GEN4013, and conditions of one module that no call meets together.</summary>
public sealed class RefutedShapeTests
{
    private const string Graph = """
        [Shape("N i, N N -> N o")] public sealed partial class Graph(int i, int o)
        {
            [Layer] private readonly Linear project = Linear(i, o);
            private Tensor Forward(Tensor x, Tensor adjacency) => OPERATION;
        }
        """;

    [Fact]
    public void A_condition_that_ties_a_free_dimension_to_the_constructor_is_a_warning_and_never_an_advice()
    {
        var diagnostics = Markup.Verify(Graph.Replace("OPERATION", "{|GEN4013:project.call(x).mm(adjacency)|}", StringComparison.Ordinal),
            static d => d.Id.StartsWith("GEN", StringComparison.Ordinal));
        Assert.Equal(
            "'mm' fits only where o == N, but [Shape] leaves N open: nearly every call fails. Change the operation, or the declared shape.",
            Assert.Single(diagnostics).GetMessage());
    }

    [Fact]
    public void The_operands_in_the_right_order_are_silent() =>
        Markup.Verify(Graph.Replace("OPERATION", "adjacency.mm(project.call(x))", StringComparison.Ordinal));

    private const string Conditional = """
        [Shape("N i, N N -> N i")] public sealed partial class Graph(int i, int o, bool twice, int n)
            : Module<Tensor, Tensor, Tensor>("Graph")
        {
            [Layer] private readonly Linear project = Linear(i, o);
            [Layer] private readonly Linear back = Linear(o, i);
            private Tensor Forward(Tensor x, Tensor adjacency)
            {
                var y = project.call(x);
                STATEMENT
                return back.call(y);
            }

            public bool Uses => twice && n > 0;
        }
        """;

    [Theory]
    [InlineData("if (this.training) { y = {|GEN4013:y.mm(adjacency)|}; }", "training")]
    [InlineData("if (twice) { y = {|GEN4013:y.mm(adjacency)|}; }", "twice")]
    [InlineData("if (!twice) { } else { y = {|GEN4013:y.mm(adjacency)|}; }", "twice")]
    [InlineData("if (n > 3) { y = {|GEN4013:y.mm(adjacency)|}; }", "n > 3")]
    [InlineData("for (var k = 0; k < n; k++) { y = {|GEN4013:y.mm(adjacency)|}; }", "0 < n")]
    public void What_only_some_code_needs_is_said_with_the_condition(string statement, string condition)
    {
        var diagnostics = Markup.Verify(Conditional.Replace("STATEMENT", statement, StringComparison.Ordinal),
            static d => d.Id is "GEN4013" or "GEN2001");
        Assert.Equal($"'mm' fits only where o == N, but [Shape] leaves N open: nearly every call fails if {condition}. Change the "
            + "operation, or the declared shape.", Assert.Single(diagnostics).GetMessage());
    }

    /// <summary>Where the calls that come there are those that fit, or a number in a tensor decides, nothing is refuted.</summary>
    [Theory]
    [InlineData("if (x.shape[0] == o) { y = y.mm(adjacency); }")]
    [InlineData("if (x.shape[0] < 9) { y = y.mm(adjacency); }")]
    [InlineData("if (x.sum().item<float>() > 0) { y = y.mm(adjacency); }")]
    public void What_only_some_calls_reach_is_no_refuted_shape(string statement) =>
        Markup.Verify(Conditional.Replace("STATEMENT", statement, StringComparison.Ordinal), static d => d.Id == "GEN4013");

    [Theory]
    [InlineData("""
        [Shape("B T d, B S d -> B T d")] public partial class Net
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor a, Tensor b) => {|GEN4013:cat([a, b], dim: 2)|}.sum(-1, keepdim: true).expand_as(a);
        }
        """)]
    [InlineData("""
        [Shape("B d -> B 4")] public partial class Net(int dim) { [Layer] private readonly Linear {|GEN4013:fc|} = Linear(dim, 4); }
        """)]
    [InlineData("""[Shape({|GEN4013:"B T d -> B d T"|})] public partial class Net { [Layer] private readonly ReLU relu; }""")]
    [InlineData("""
        [Shape("B H W -> B H W")] public partial class Net
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x) => {|GEN4013:relu.call(x).bmm(x)|};
        }
        """)]
    [InlineData("""
        [Shape("B C H W -> B n C")] public partial class Net(int n)
        {
            [Layer] private readonly AvgPool2d pool = AvgPool2d(4);
            private Tensor Forward(Tensor x) => {|GEN4013:pool.call(x).flatten(2).transpose(1, 2)|};
        }
        """)]
    public void Dimensions_that_are_tied_are_found_at_the_operation(string source) => Markup.Verify(source, static d => d.Id == "GEN4013");

    [Theory]
    [InlineData("""[Shape("B d -> B 4")] public partial class Net { [Layer(784, 4)] private readonly Linear fc; }""")]
    [InlineData("""
        [Shape("B T d -> B T d")] public partial class Net(int heads)
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x) => relu.call(x).view(x.shape[0], x.shape[1], heads, x.shape[2] / heads).flatten(2);
        }
        """)]
    [InlineData("""
        [Shape("B c L -> B c L")] public partial class Net(int c, int k, int s, int p)
        {
            [Layer] private readonly Conv1d conv = Conv1d(c, c, k, s, p);
        }
        """)]
    [InlineData("""
        [Shape("B 1 H W -> B 4")] public partial class Net
        {
            [Layer] private readonly Flatten flatten;
            [Layer(49, 4)] private readonly Linear fc;
        }
        """)]
    [InlineData("""
        [Shape("N i, N N -> N o", Where = "o == N")] public partial class Net(int i, int o)
        {
            [Layer] private readonly Linear fc = Linear(i, o);
            private Tensor Forward(Tensor x, Tensor a) => fc.call(x).mm(a);
        }
        """)]
    [InlineData("""
        [Shape("B d -> B 4")] public partial class Net(int dim)
        {
            [Layer] private readonly Linear fc = Linear(dim, 4);
            private Tensor Forward(Tensor x) => x.shape[1] == dim ? fc.call(x) : x.narrow(1, 0, 4);
        }
        """)]
    public void What_many_calls_meet_is_no_refuted_shape(string source) => Markup.Verify(source, static d => d.Id == "GEN4013");

    [Fact]
    public void A_size_of_the_constructor_is_1_or_more_where_a_layer_is_built_with_it()
    {
        var message = Markup.Message("""
            [Shape("B T 12 -> B T out")] public sealed partial class Both(int hidden, int @out)
            {
                [Layer] private readonly LSTM lstm = LSTM(12, hidden, batchFirst: true, bidirectional: true);
                [Layer] private readonly Linear head = Linear(hidden, @out);
                private Tensor Forward(Tensor x) => {|GEN1001:head.call(lstm.call(x).Item1)|};
            }
            """);
        Assert.Equal(
            "'head' (Linear hidden -> out) needs hidden features but gets 2*hidden: x [B, T, 12] -> lstm [B, T, 2*hidden]. Change it to "
            + "Linear(2*hidden, @out).", message);
    }

    [Theory]
    [InlineData("""
        [Layer] private readonly Linear fc1 = Linear(5, hidden); [Layer] private readonly Linear {|GEN1001:fc2|} = Linear(2 * hidden, 4);
        """)]
    [InlineData("""
        [Layer] private readonly Linear fc1 = Linear(5, 3 * hidden); [Layer] private readonly Linear {|GEN1001:fc2|} = Linear(hidden, 4);
        """)]
    public void A_multiple_of_such_a_size_is_another_one(string layers) =>
        Markup.Verify($$"""[Shape("B 5 -> B 4")] public partial class Net(int hidden) { {{layers}} }""", static d => d.Id == "GEN1001");

    /// <summary>Nothing refuses such a size of 0: <c>hidden == 2*hidden</c> may hold.</summary>
    [Theory]
    [InlineData("""
        [Layer] private readonly Linear? fc1 = hidden > 0 ? Linear(5, hidden) : null;
        private Tensor Forward(Tensor x) { var y = zeros(x.shape[0], hidden); return stack([cat([x, y], 1), cat([x, y, y], 1)]); }
        """)]
    [InlineData("""
        [Layer] private readonly Linear fc1 = Linear(5, hidden);
        private Tensor Forward(Tensor x) { var y = fc1.call(x); return stack([cat([x, y], 1), cat([x, y, y], 1)]); }
        """)]
    public void A_size_that_may_be_0_proves_nothing(string body) =>
        Markup.Verify($$"""[Shape("B 5")] public partial class Net(int hidden) { {{body}} }""",
            static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));

    [Fact]
    public void Conditions_that_no_call_meets_together_are_an_error()
    {
        var diagnostics = Markup.Verify("""
            [Shape("B d -> B 4")] public partial class Net
            {
                [Layer(30, 4)] private readonly Linear big;
                [Layer(20, 4)] private readonly Linear small;
                private Tensor Forward(Tensor x) => {|GEN2001:big.call(x)|} + {|GEN1001:small.call(x)|};
            }
            """);
        Assert.Contains("'small' needs d == 20, but 'big' needs d == 30: no call can satisfy both. Change one of them.",
            diagnostics.Select(d => d.GetMessage()));
    }

    [Fact]
    public void What_two_branches_need_does_not_contradict() => Markup.Verify("""
        [Shape("B d -> B 4")] public partial class Net(bool wide)
        {
            [Layer(30, 4)] private readonly Linear big;
            [Layer(20, 4)] private readonly Linear small;
            private Tensor Forward(Tensor x) => wide ? {|GEN2001:big.call(x)|} : {|GEN2001:small.call(x)|};
        }
        """);

    /// <summary>Batch-first data in a layer that is sequence-first: a mask fits only where batch and length are the same, or 1.</summary>
    [Theory]
    [InlineData("T T", "attn_mask", "'attention' fits only where T == 1 or T == B, but [Shape] leaves T open: nearly every call fails. "
        + "Change the operation, or the declared shape.")]
    [InlineData("B T", "key_padding_mask", "'attention' fits only where B == 1 or B == T, but [Shape] leaves B open: nearly every call "
        + "fails. Change the operation, or the declared shape.")]
    public void A_mask_of_batch_first_data_is_refuted(string mask, string parameter, string message) => Assert.Equal(message,
        Compilations.Diagnose(Compilations.Generate($$"""
            [Shape("B T 16, {{mask}} -> B T 16")]
            public sealed partial class Net
            {
                [Layer] private readonly MultiheadAttention attention = MultiheadAttention(16, 2);

                private Tensor Forward(Tensor x, Tensor mask) => attention.call(x, x, x, {{parameter}}: mask).Item1;
            }
            """).Output).First(d => d.Id == "GEN4013").GetMessage(System.Globalization.CultureInfo.InvariantCulture));
}
