namespace Gen.Tests.CodeFixes;

/// <summary>Fixes of advice: what is too much before a loss is removed, what is missing between linear layers is inserted.</summary>
public sealed class AdviceFixTests
{
    private const string Training = """

        public static class Training
        {
            public static Tensor Loss(Net model, Tensor x, Tensor y) => functional.cross_entropy(model.call(x), y);
        }
        """;

    [Fact]
    public void A_softmax_at_the_end_of_a_chain_is_removed_with_its_line() => Assert.Equal(
        ("Remove softmax", """
            [Shape("B 4 -> B 3")] public partial class Net
            {
                // the scores
                [Layer(4, 3)] private readonly Linear fc; // of each class

                // as probabilities
                // the end
            }
            """ + Training),
        FixHarness.Fix("""
            [Shape("B 4 -> B 3")] public partial class Net
            {
                // the scores
                [Layer(4, 3)] private readonly Linear fc; // of each class

                // as probabilities
                [Layer(1)] private readonly Softmax softmax; // between 0 and 1
                // the end
            }
            """ + Training, "GEN5001"));

    [Fact]
    public void Its_name_is_removed_from_the_chain_too() => Assert.Equal(
        ("Remove softmax", """
            [Shape("B 4 -> B 3"), Chain(nameof(fc))] public partial class Net
            {
                [Layer(4, 3)] private readonly Linear fc;
            }
            """ + Training),
        FixHarness.Fix("""
            [Shape("B 4 -> B 3"), Chain(nameof(fc), nameof(softmax))] public partial class Net
            {
                [Layer(1)] private readonly Softmax softmax;
                [Layer(4, 3)] private readonly Linear fc;
            }
            """ + Training, "GEN5001"));

    [Fact]
    public void A_layer_that_a_method_calls_is_removed_with_its_call() => Assert.Equal(
        ("Remove softmax", """
            [Shape("B 4 -> B 3")] public partial class Net
            {
                [Layer(4, 3)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x /* the features */);
            }
            """ + Training),
        FixHarness.Fix("""
            [Shape("B 4 -> B 3")] public partial class Net
            {
                [Layer(4, 3)] private readonly Linear fc;
                [Layer(1)] private readonly Softmax softmax;
                private Tensor Forward(Tensor x) => softmax.call(fc.call(x /* the features */));
            }
            """ + Training, "GEN5001"));

    [Theory]
    [InlineData("GEN5001", "Remove Softmax(1)",
        "var model = Sequential(Linear(4, 3), Softmax(1)); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: "
        + "int64));",
        "var model = Sequential(Linear(4, 3)); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    [InlineData("GEN5001", "Remove Softmax(1)",
        "var model = Sequential((\"fc\", Linear(4, 3)), (\"out\", Softmax(1))); var l = functional.cross_entropy(model.call(randn(2, "
        + "4)), zeros([2], dtype: int64));",
        "var model = Sequential((\"fc\", Linear(4, 3))); var l = functional.cross_entropy(model.call(randn(2, 4)), zeros([2], dtype: "
        + "int64));")]
    [InlineData("GEN5001", "Remove softmax",
        "var y = functional.softmax(randn(2, 3), 1); var l = functional.cross_entropy(y, zeros([2], dtype: int64));",
        "var y = randn(2, 3); var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("GEN5001", "Remove softmax",
        "var y = randn(2, 3).softmax(1).view(2, 3); var l = functional.cross_entropy(y, zeros([2], dtype: int64));",
        "var y = randn(2, 3).view(2, 3); var l = functional.cross_entropy(y, zeros([2], dtype: int64));")]
    [InlineData("GEN5002", "Remove sigmoid", "var l = functional.binary_cross_entropy_with_logits(sigmoid(randn(2, 3)), rand(2, 3));",
        "var l = functional.binary_cross_entropy_with_logits(randn(2, 3), rand(2, 3));")]
    [InlineData("GEN5002", "Remove Sigmoid()",
        "var model = Sequential(Linear(4, 1), Sigmoid()); var l = BCEWithLogitsLoss().call(model.call(randn(2, 4)), rand(2, 1));",
        "var model = Sequential(Linear(4, 1)); var l = BCEWithLogitsLoss().call(model.call(randn(2, 4)), rand(2, 1));")]
    [InlineData("GEN5005", "Remove ReLU()",
        "var model = Sequential(Linear(4, 3), ReLU()); var l = CrossEntropyLoss().call(model.call(randn(2, 4)), zeros([2], dtype: int64));",
        "var model = Sequential(Linear(4, 3)); var l = CrossEntropyLoss().call(model.call(randn(2, 4)), zeros([2], dtype: int64));")]
    public void In_ordinary_code_it_is_removed_where_it_is_written(string id, string title, string wrong, string right) =>
        Assert.Equal((title, Program(right)), FixHarness.Fix(Program(wrong), id));

    [Theory]
    [InlineData("var model = Sequential(Linear(4, 8), Linear(8, 2));", "var model = Sequential(Linear(4, 8), ReLU(), Linear(8, 2));")]
    [InlineData("var model = Sequential((\"a\", Linear(4, 8)), (\"relu\", Linear(8, 2)));",
        "var model = Sequential((\"a\", Linear(4, 8)), (\"relu1\", ReLU()), (\"relu\", Linear(8, 2)));")]
    [InlineData("var a = Linear(4, 8); var b = Linear(8, 2); var y = b.call(a.call(randn(3, 4)));",
        "var a = Linear(4, 8); var b = Linear(8, 2); var y = b.call(functional.relu(a.call(randn(3, 4))));")]
    public void An_activation_is_put_between_linear_layers(string wrong, string right) =>
        Assert.Equal(("Put ReLU() between them", Program(right)), FixHarness.Fix(Program(wrong), "GEN5003"));

    [Fact]
    public void An_activation_in_a_chain_is_a_field_of_its_own() => Assert.Equal(
        ("Put ReLU() between them", """
            [Shape("B 4 -> B 4")]
            [Chain(nameof(fc1), nameof(relu1), nameof(fc2), nameof(relu))]
            public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc1;   // wide
                [Layer] private readonly ReLU relu1;
                [Layer(8, 4)] private readonly Linear fc2;   // narrow
                [Layer] private readonly ReLU relu;
            }
            """),
        FixHarness.Fix("""
            [Shape("B 4 -> B 4")]
            [Chain(nameof(fc1), nameof(fc2), nameof(relu))]
            public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc1;   // wide
                [Layer(8, 4)] private readonly Linear fc2;   // narrow
                [Layer] private readonly ReLU relu;
            }
            """, "GEN5003"));

    [Fact]
    public void An_activation_in_a_method_is_an_operation() => Assert.Equal(
        ("Put ReLU() between them", Stacked("fc2.call(functional.relu(fc1.call(x)))")),
        FixHarness.Fix(Stacked("fc2.call(fc1.call(x))"), "GEN5003"));

    [Fact]
    public void All_at_once() => Assert.Equal(
        Program("var a = Sequential(Linear(4, 8), ReLU(), Linear(8, 2)); var b = Sequential(Linear(4, 8), ReLU(), Linear(8, 2));"),
        FixHarness.FixAll(Program("var a = Sequential(Linear(4, 8), Linear(8, 2)); var b = Sequential(Linear(4, 8), Linear(8, 2));"),
            "GEN5003"));

    private static string Stacked(string body) => $$"""
        [Shape("B 4 -> B 2")] public partial class Net
        {
            [Layer(4, 8)] private readonly Linear fc1;
            [Layer(8, 2)] private readonly Linear fc2;
            private Tensor Forward(Tensor x) => {{body}};
        }
        """;

    private static string Program(string body) => $"public static class Program {{ public static void Main() {{ {body} }} }}";
}
