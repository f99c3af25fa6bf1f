namespace Gen.Tests.CodeFixes;

/// <summary>Fixes of a class's declaration: <c>partial</c>, the declared result, the expected number.</summary>
public sealed class DeclarationFixTests
{
    [Fact]
    public void Partial_is_written_before_the_class() => Assert.Equal(
        ("Write 'partial class Net'", """
            /// <summary>A net.</summary>
            public sealed /* the only one */ partial class Net
            {
                [Layer(8, 2)] private readonly Linear fc;   // the layer
            }
            """),
        FixHarness.Fix("""
            /// <summary>A net.</summary>
            public sealed /* the only one */ class Net
            {
                [Layer(8, 2)] private readonly Linear fc;   // the layer
            }
            """, "GEN0001"));

    [Fact]
    public void Partial_is_written_before_all_types_around_it_too() => Assert.Equal(
        ("Write 'partial class Outer'", """
            public static partial class Outer
            {
                public partial struct Middle
                {
                    private partial class Net { [Layer(8, 2)] private readonly Linear fc; }
                }
            }
            """),
        FixHarness.Fix("""
            public static class Outer
            {
                public struct Middle
                {
                    private partial class Net { [Layer(8, 2)] private readonly Linear fc; }
                }
            }
            """, "GEN0001"));

    [Fact]
    public void Partial_is_written_before_every_class_of_the_project_at_once() => Assert.Equal(
        """
        public partial class Outer
        {
            public partial class A { [Layer(8, 2)] private readonly Linear fc; }
            public partial class B { [Layer(8, 2)] private readonly Linear fc; }
        }
        public partial class C { [Layer(8, 2)] private readonly Linear fc; }
        """,
        FixHarness.FixAll("""
        public class Outer
        {
            public class A { [Layer(8, 2)] private readonly Linear fc; }
            public partial class B { [Layer(8, 2)] private readonly Linear fc; }
        }
        public class C { [Layer(8, 2)] private readonly Linear fc; }
        """, "GEN0001"));

    [Theory]
    [InlineData("[Shape(\"B 784 -> B 5\")]", "[Shape(\"B 784 -> B 10\")]")]
    [InlineData("[Shape(\"B 784->B 1 10\", Where = \"B > 1\")]", "[Shape(\"B 784 -> B 10\", Where = \"B > 1\")]")]
    public void The_result_is_declared_as_it_is(string wrong, string right)
    {
        const string Class = " public partial class Net { [Layer(784, 10)] private readonly Linear fc; }";
        Assert.Equal(("Declare '-> B 10'", right + Class), FixHarness.Fix(wrong + Class, "GEN1005"));
    }

    [Fact]
    public void The_result_of_a_method_is_declared_where_it_is_declared()
    {
        const string Before = """
            public partial class Net
            {
                [Layer(784, 10)] private readonly Linear fc;

                [return: Shape("B 5")] // the scores
                private Tensor Forward([Shape("B 784")] Tensor x) => fc.call(x);
            }
            """;
        Assert.Equal(("Declare '-> B 10'", Before.Replace("B 5", "B 10", StringComparison.Ordinal)), FixHarness.Fix(Before, "GEN1005"));
    }

    [Theory]
    [InlineData("[Shape(\"B 8 -> B 5\")]", "[Shape(\"B 8 -> B 8\")]")]
    [InlineData("[return: Shape(\"B 5\")]", "[return: Shape(\"B 8\")]")]
    public void The_result_of_another_method_is_declared_there(string wrong, string right)
    {
        const string Class = """
            [Shape("B 8 -> B 8")] public sealed partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;
                private Tensor Forward(Tensor x) => fc.call(x);
                ATTRIBUTE
                public static Tensor Twice([Shape("B 8")] Tensor x) => x * 2;
            }
            """;
        var parameter = wrong.StartsWith("[return", StringComparison.Ordinal) ? "[Shape(\"B 8\")] " : "";
        string Source(string attribute) => Class.Replace("ATTRIBUTE", attribute, StringComparison.Ordinal)
            .Replace("[Shape(\"B 8\")] Tensor x", $"{parameter}Tensor x", StringComparison.Ordinal);
        Assert.Equal(("Declare '-> B 8'", Source(right)), FixHarness.Fix(Source(wrong), "GEN1005"));
    }

    /// <summary>The plainest condition that proves it is stated beside what is stated already.</summary>
    [Theory]
    [InlineData("[Shape(\"B d -> B 10\")]", "[Layer(784, 10)] private readonly Linear fc;", "GEN2001", "d == 784",
        "[Shape(\"B d -> B 10\", Where = \"d == 784\")]")]
    [InlineData("[Shape(\"B d -> B 10\", Where = \"B > 1\")]", "[Layer(784, 10)] private readonly Linear fc;", "GEN2001", "d == 784",
        "[Shape(\"B d -> B 10\", Where = \"B > 1, d == 784\")]")]
    [InlineData("[Shape(\"B d -> B 10\", Where = \"\")]", "[Layer(784, 10)] private readonly Linear fc;", "GEN2001", "d == 784",
        "[Shape(\"B d -> B 10\", Where = \"d == 784\")]")]
    [InlineData("[Shape(\"B T 64 -> B T h 64//h\")]", "private readonly long h; public Net(long h) { this.h = h; } private Tensor Forward("
        + "Tensor x) => x.view(x.shape[0], x.shape[1], h, 64 / h);", "GEN2001", "64 % h == 0",
        "[Shape(\"B T 64 -> B T h 64//h\", Where = \"64 % h == 0\")]")]
    [InlineData("[Shape(\"B T d -> B T d\")]", "[Layer] private readonly Linear fc; private readonly long h; "
        + "public Net(long d, long h) { this.h = h; fc = Linear(d, d); } private Tensor Forward(Tensor x) => "
        + "fc.call(x).view(x.shape[0], x.shape[1], h, x.shape[2] / h).flatten(2);", "GEN2002", "d % h == 0",
        "[Shape(\"B T d -> B T d\", Where = \"d % h == 0\")]")]
    [InlineData("[return: Shape(\"B 10\")]", "private Tensor Forward([Shape(\"B d\")] Tensor x) => fc.call(x); [Layer(784, 10)] "
        + "private readonly Linear fc;", "GEN2001", "d == 784", "[return: Shape(\"B 10\", Where = \"d == 784\")]", true)]
    public void A_condition_is_stated(string wrong, string members, string id, string condition, string right,
        bool isOfForward = false)
    {
        string Source(string attribute) => isOfForward ? $"public partial class Net {{ {attribute} {members} }}"
            : $"{attribute} public partial class Net {{ {members} }}";
        Assert.Equal(($"State '{condition}'", Source(right)), FixHarness.Fix(Source(wrong), id));
    }

    [Theory]
    [InlineData("[Layer(3, 16, 3, padding: 1)] private readonly Conv2d conv;",
        "[Layer] private readonly Conv2d conv = Conv2d(3, 16, 3, padding: 1);", "Write an initializer: = Conv2d(3, 16, 3, padding: 1)")]
    [InlineData("[Layer(3, 16, 3, padding = 1, bias = false)] private readonly Conv2d conv;",
        "[Layer] private readonly Conv2d conv = Conv2d(3, 16, 3, padding: 1, bias: false);",
        "Write an initializer: = Conv2d(3, 16, 3, padding: 1, bias: false)")]
    [InlineData("[Layer(outputSize: 2, inputSize: 8)] private Linear fc; // the head",
        "[Layer] private Linear fc = Linear(outputSize: 2, inputSize: 8); // the head",
        "Write an initializer: = Linear(outputSize: 2, inputSize: 8)")]
    [InlineData("[Layer(size: 8)] private readonly Block block;", "[Layer] private readonly Block block = new Block(size: 8);",
        "Write an initializer: = new Block(size: 8)")]
    public void Named_arguments_of_a_layer_move_to_an_initializer(string wrong, string right, string title)
    {
        static string Class(string field) =>
            $"public partial class Net {{ {field}\n}} public sealed partial class Block(int size) {{ [Layer] private readonly Linear fc "
            + $"= Linear(size, size); }}";
        Assert.Equal((title, Class(right)), FixHarness.Fix(Class(wrong), "GEN0003"));
    }

    [Fact]
    public void Where_torch_nn_is_not_used_statically_the_initializer_says_it() => Assert.Equal(
        "namespace Other { public sealed partial class Net { [Layer] private readonly Conv2d conv = torch.nn.Conv2d(3, 16, 3, padding: "
        + "1); public static int Conv2d; } }",
        FixHarness.Fix(
            "namespace Other { public sealed partial class Net { [Layer(3, 16, 3, padding: 1)] private readonly Conv2d conv; public "
            + "static int Conv2d; } }", "GEN0003").Source);

    [Theory]
    [InlineData("public Tensor forward(Tensor x) => fc.call(x);", "public override Tensor forward(Tensor x) => fc.call(x);")]
    [InlineData("Tensor forward(Tensor x) => fc.call(x);", "public override Tensor forward(Tensor x) => fc.call(x);")]
    [InlineData("/* it */ protected virtual Tensor forward(Tensor x) { return fc.call(x); }",
        "/* it */ public override Tensor forward(Tensor x) { return fc.call(x); }")]
    public void A_forward_that_overrides_nothing_becomes_an_override(string wrong, string right)
    {
        static string Class(string method) => $"public partial class Net {{ [Layer(8, 2)] private readonly Linear fc; {method} }}";
        Assert.Equal(("Write 'public override Tensor forward(Tensor x)'", Class(right)), FixHarness.Fix(Class(wrong), "GEN0005"));
    }

    [Theory]
    [InlineData("Parameters = 109_386", "Parameters = 7_850")]
    [InlineData("Parameters = 109386", "Parameters = 7850")]
    [InlineData("Parameters = 784 * 10", "Parameters = 7_850")]
    public void The_expected_number_is_set(string wrong, string right)
    {
        string Class(string expected) =>
            $"[Shape(\"B 784 -> B 10\"), Expect({expected} /* counted */)] public partial class Net {{ [Layer(784, 10)] private "
            + $"readonly Linear fc; }}";
        Assert.Equal(("Expect Parameters = 7,850", Class(right)), FixHarness.Fix(Class(wrong), "GEN3001"));
    }

    [Fact]
    public void Several_expected_numbers_are_set_at_once() => Assert.Equal(
        """
        [Shape("B 784 -> B 10"), Expect(Parameters = 7850, MultiplyAdds = 15680, At = "B=2")] public partial class Net
        {
            [Layer(784, 10)] private readonly Linear fc;
        }
        """,
        FixHarness.FixAll(
            """
            [Shape("B 784 -> B 10"), Expect(Parameters = 1, MultiplyAdds = 2, At = "B=2")] public partial class Net
            {
                [Layer(784, 10)] private readonly Linear fc;
            }
            """, "GEN3001"));

    [Fact]
    public void A_result_that_is_not_declared_can_be() => Assert.Equal(
        """[Shape("B 784 -> B 10", Where = "B > 1")] public partial class Net { [Layer(784, 10)] private readonly Linear fc; }""",
        FixHarness.Refactor(
            """[Shape("B$$ 784", Where = "B > 1")] public partial class Net { [Layer(784, 10)] private readonly Linear fc; }""",
            "Declare '-> B 10'"));

    [Fact]
    public void A_declared_result_is_not_declared_again() => Assert.DoesNotContain(
        FixHarness.RefactoringTitles(
            """[Shape("B$$ 784 -> B 10")] public partial class Net { [Layer(784, 10)] private readonly Linear fc; }"""),
        t => t.StartsWith("Declare", StringComparison.Ordinal));
}
