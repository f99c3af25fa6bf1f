namespace Gen.Tests.CodeFixes;

/// <summary>GEN1011's fix, and the refactoring that writes shape comments.</summary>
public sealed class ShapeCommentFixTests
{
    [Fact]
    public void A_wrong_comment_is_corrected_as_its_author_writes() => Assert.Equal(
        ("Change it to [batch, 128]", """
            [Shape("B 784 -> B 10")] public partial class Net
            {
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer(128, 10)] private readonly Linear fc2;

                private Tensor Forward(Tensor x)
                {
                    var h = fc1.call(x);  //[batch, 128]
                    return fc2.call(h);   //[batch, 2*5]
                }
            }
            """),
        FixHarness.Fix("""
            [Shape("B 784 -> B 10")] public partial class Net
            {
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer(128, 10)] private readonly Linear fc2;

                private Tensor Forward(Tensor x)
                {
                    var h = fc1.call(x);  //[batch, 256]
                    return fc2.call(h);   //[batch, 2*5]
                }
            }
            """, "GEN1011"));

    [Fact]
    public void Of_several_shapes_the_wrong_one_is_corrected() => Assert.Equal(
        ("Change it to (B, 8)", """
            [Shape("B T 8 -> B 8")] public partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;

                private Tensor Forward(Tensor x)
                {
                    var (a, b) = (fc.call(x), x.mean([1L])); // (B, T, 8), (B, 8)
                    return b;
                }
            }
            """),
        FixHarness.Fix("""
            [Shape("B T 8 -> B 8")] public partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;

                private Tensor Forward(Tensor x)
                {
                    var (a, b) = (fc.call(x), x.mean([1L])); // (B, T, 8), (B, T)
                    return b;
                }
            }
            """, "GEN1011"));

    [Fact]
    public void All_wrong_comments_are_corrected_at_once() => Assert.Equal(
        """
        [Shape("B 784 -> B 10")] public partial class Net
        {
            [Layer(784, 128)] private readonly Linear fc1;  // (B, 784) -> (B, 128)
            [Layer] private readonly ReLU relu;             // (B, 128)
            [Layer(128, 10)] private readonly Linear fc2;   // the scores
        }
        """,
        FixHarness.FixAll("""
        [Shape("B 784 -> B 10")] public partial class Net
        {
            [Layer(784, 128)] private readonly Linear fc1;  // (B, 28, 28) -> (B, 128)
            [Layer] private readonly ReLU relu;             // (B, 256)
            [Layer(128, 10)] private readonly Linear fc2;   // the scores
        }
        """, "GEN1011"));

    [Fact]
    public void Comments_are_written_behind_the_fields_of_a_chain() => Assert.Equal(
        """
        [Shape("B 1 28 28 -> B 10")]
        public partial class Net
        {
            [Layer] private readonly Flatten flatten;              // (B, 784)
            [Layer(784, 128)] private readonly Linear fc1;         // (B, 128)
            [Layer] private readonly ReLU relu1;                   // (B, 128)
            [Layer(-1, 64)] private readonly Linear fc2;           // -1: inferred, 128
            [Layer] private readonly Linear fc3 = Linear(64, 10);  // (B, 10)
        }
        """,
        FixHarness.Refactor("""
        [Shape("B 1 28 28 -> B 10")]
        public partial class $$Net
        {
            [Layer] private readonly Flatten flatten; // (B, 28*28)
            [Layer(784, 128)] private readonly Linear fc1;
            [Layer] private readonly ReLU relu1;    // (B, 100)
            [Layer(-1, 64)] private readonly Linear fc2;   // -1: inferred, 128
            [Layer] private readonly Linear fc3 = Linear(64, 10);
        }
        """.Replace("28*28", "784", StringComparison.Ordinal), "Write shape comments"));

    [Fact]
    public void Comments_are_written_into_the_method_at_the_cursor() => Assert.Equal(
        """
        [Shape("B T d -> B d", Where = "d % 4 == 0")]
        public partial class Net(int d)
        {
            [Layer] private readonly Linear fc = Linear(d, d);
            [Layer] private readonly LayerNorm norm = LayerNorm(d);

            private Tensor Forward(Tensor x)
            {
                // first, the projection
                var h = fc.call(x);  // (B, T, d)
                if (h.shape[1] > 3)
                {
                    h = h.narrow(1, 0, 3)  // three steps
                        .contiguous();     /* in one piece */
                }

                var mean = h.mean([1]);                  // (B, d)
                var heads = mean.view(-1, 4, d / 4);     // (B, 4, d//4)
                var scale = heads.std();                 // ()
                Console.WriteLine("done");
                return norm.call(mean / scale.detach()); // scaled
            }
        }
        """,
        FixHarness.Refactor("""
        [Shape("B T d -> B d", Where = "d % 4 == 0")]
        public partial class Net(int d)
        {
            [Layer] private readonly Linear fc = Linear(d, d);
            [Layer] private readonly LayerNorm norm = LayerNorm(d);

            private Tensor Forward(Tensor x)
            {
                // first, the projection
                var h = fc.call(x);$$
                if (h.shape[1] > 3)
                {
                    h = h.narrow(1, 0, 3)  // three steps
                        .contiguous();     /* in one piece */
                }

                var mean = h.mean([1]);
                var heads = mean.view(-1, 4, d / 4);
                var scale = heads.std();
                Console.WriteLine("done");
                return norm.call(mean / scale.detach()); // scaled
            }
        }
        """, "Write shape comments"));

    [Fact]
    public void An_expression_of_several_lines_has_its_comment_at_the_end() => Assert.Equal(
        """
        [Shape("B 8 -> B 2")] public partial class Net
        {
            [Layer(8, 2)] private readonly Linear fc;

            private Tensor Forward(Tensor x) => fc
                .call(x)
                .relu();  // (B, 2)
        }
        """,
        FixHarness.Refactor("""
        [Shape("B 8 -> B 2")] public partial class Net
        {
            [Layer(8, 2)] private readonly Linear fc;

            private Tensor Forward(Tensor x) => $$fc
                .call(x)
                .relu();
        }
        """, "Write shape comments"));

    [Theory]
    [InlineData("[Shape(\"B 8 -> B 2\")] public partial class Net { [Layer(8, 2)] private readonly Linear $$fc; }")]
    [InlineData("[Shape(\"B 8 -> B 2\")] public partial class Net\n{\n    [Layer(8, 2)] private readonly Linear $$fc;  // (N, 2)\n}")]
    [InlineData("public partial class Net\n{\n    [Layer(8, 2)] private readonly Linear $$fc;\n}")]
    [InlineData("[Shape(\"B 7\")] public partial class Net\n{\n    [Layer(8, 2)] private readonly Linear $$fc;\n}")]
    [InlineData("public class Program\n{\n    public static void $$Main() { var x = zeros(2, 3); }\n}")]
    public void Where_nothing_is_to_be_written_nothing_is_offered(string marked) =>
        Assert.DoesNotContain("Write shape comments", FixHarness.RefactoringTitles(marked));
}
