using CsCheck;
using Gen.Shapes;

namespace Gen.Tests.Analyzers;

/// <summary>GEN1011: shapes in comments are held against the tensors, and what only looks like one is left alone.</summary>
public sealed class ShapeCommentAnalyzerTests
{
    [Theory]
    [InlineData("(B, T, 8)")]
    [InlineData("[B, T, 8]")]
    [InlineData("(batch, T, 2*4)")]
    [InlineData("(batch, time, features)")]
    [InlineData("(2, T, 8)")]
    [InlineData("(_, _, 8)")]
    [InlineData("(..., 8)")]
    [InlineData("(*, T, 8)")]
    [InlineData("(B,T,8,)")]
    [InlineData("-> (B, T, 8)")]
    [InlineData("(B, T, 4) -> (B, T, 8)")]
    [InlineData("(B, T, 4) → (B, T, 8)")]
    public void A_true_claim_is_silent(string comment) => Verify(comment, isWrong: false);

    [Theory]
    [InlineData("(B, T, 9)")]
    [InlineData("[B, T, 9]")]
    [InlineData("(batch, 8)")]
    [InlineData("(T, B, 8)")]
    [InlineData("(B, T, T)")]
    [InlineData("(B, B, 8)")]
    [InlineData("(x, x, 8)")]
    [InlineData("(B, T+1, 8)")]
    [InlineData("(..., 9)")]
    [InlineData("(B, T, 1, 8)")]
    [InlineData("(B,)")]
    [InlineData("(B)")]
    [InlineData("()")]
    [InlineData("-> (B, T, 9)")]
    [InlineData("(B, T, 5) -> (B, T, 8)")]
    [InlineData("(B, T, 4) -> (B, T, 9)")]
    public void A_false_claim_is_reported(string comment) => Verify(comment, isWrong: true);

    [Theory]
    [InlineData("(see above)")]
    [InlineData("(B, 256) per head")]
    [InlineData("shape (B, 256)")]
    [InlineData("(B, 256), of all heads")]
    [InlineData("(unused)")]
    [InlineData("(1)")]
    [InlineData("[1]")]
    [InlineData("[0, 1]")]
    [InlineData("(0, 1)")]
    [InlineData("[-1, 1]")]
    [InlineData("(query, key)")]
    [InlineData("(i.e., a row)")]
    [InlineData("(1, 2)")]
    [InlineData("(B, 256")]
    [InlineData("B, 256")]
    [InlineData("(B, 256) -> fc")]
    [InlineData("fc -> (B, 256)")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("TODO (B, 256)!")]
    [InlineData("(B, T, 4.5)")]
    [InlineData("(\"B\", 5)")]
    [InlineData("(B, 2*)")]
    [InlineData("((B, 256))")]
    [InlineData("(B, 256) (B, 8)")]
    public void Prose_is_left_alone(string comment) => Verify(comment, isWrong: false);

    [Fact]
    public void Names_stand_within_a_method_for_what_they_stood_for_first() => Markup.Verify("""
        [Shape("B 784 -> B 10")] public partial class Net
        {
            [Layer(784, 128)] private readonly Linear fc1;
            [Layer(128, 10)] private readonly Linear fc2;

            private Tensor Forward(Tensor x)
            {
                var h = fc1.call(x);            // (batch, hidden)
                var twice = cat([h, h], 1);     // (batch, 2*hidden)
                var wrong = cat([h, h], 1);     {|GEN1011:// (batch, hidden)|}
                var column = h.sum(1).view(-1, 1); {|GEN1011:// (hidden, 1)|}
                return fc2.call(h);             // (batch, classes)
            }

            private Tensor Other(Tensor hidden) => hidden.flatten();   {|GEN2006:// (batch, hidden)|}
        }
        """);

    /// <summary>What is no tensor has no shape, and after an error nothing is known.</summary>
    [Fact]
    public void Comments_that_cannot_be_checked_are_said_once() => Assert.Equal(
        "the comment '(B, 4)' and one more in 'Net' are not checked: the shape of 'y' is not known at compile time.",
        Markup.Verify("""
            public sealed partial class Net(Func<Tensor, Tensor> step)
            {
                [Layer] private readonly Linear fc = Linear(8, 4);
                [Shape("B 8 -> B 4")] private Tensor Forward(Tensor x)
                {
                    var sizes = x.shape;     // (B, 8)
                    var h = fc.call(x);      // (B, 4)
                    var y = step(h);         {|GEN2006:// (B, 4)|}
                    y = y.relu();            // (B, 4)
                    return h;                // (B, 4)
                }
            }
            """, static d => d.Id == "GEN2006")[0].GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void A_name_of_the_signature_may_be_used_for_something_else_throughout() => Markup.Verify("""
        [Shape("B C H W -> B 2", Where = "H >= 2, W >= 2")] public partial class Net
        {
            [Layer] internal readonly AdaptiveAvgPool2d pool = AdaptiveAvgPool2d(1);

            private Tensor Forward(Tensor x)
            {
                var heads = zeros([x.shape[0], 8, 16, 4]);   // (B, H, W, d)
                heads = heads.transpose(1, 2);               // (B, W, H, d)
                heads = heads.flatten(2);                    {|GEN1011:// (B, W, H)|}
                return heads.mean([1]).narrow(1, 0, 2);      // (B, 2)
            }
        }
        """);

    [Fact]
    public void The_message_tells_the_names_and_the_edit() => Assert.Equal(
        "the comment says (batch, hidden) with batch = B, hidden = 128, but 'y' is (B, 10). Change it to (batch, 10).",
        Markup.Message("""
            [Shape("B 784 -> B 10")] public partial class Net
            {
                [Layer(784, 128)] private readonly Linear fc1;
                [Layer(128, 10)] private readonly Linear fc2;

                private Tensor Forward(Tensor x)
                {
                    var h = fc1.call(x).relu(); // (batch, hidden)
                    var y = fc2.call(h); {|GEN1011:// (batch, hidden)|}
                    return y;
                }
            }
            """));

    [Fact]
    public void A_local_of_the_name_of_a_dimension_is_the_local() => Markup.Verify("""
        [Shape("T B 8 -> T B 8")] public partial class Net
        {
            [Layer(8, 8)] private readonly Linear fc;

            private Tensor Forward(Tensor x)
            {
                var (B, T) = (x.shape[0], x.shape[1]);
                return fc.call(x); // (B, T, 8)
            }
        }
        """);

    [Fact]
    public void The_fields_of_a_chain_are_claims_about_what_the_layers_give() => Markup.Verify("""
        [Shape("B 1 28 28 -> B 10")] public partial class Net
        {
            [Layer] private readonly Flatten flatten;                 // (B, 1, 28, 28) -> (B, 784)
            [Layer] private readonly Sequential first = Sequential(   // [see above]
                Linear(784, 128),
                ReLU());                                              // (B, 784) -> (N, 128)
            [Layer(-1, 64)] private readonly Linear fc2;              {|GEN1011:// (B, 128)|}
            [Layer] private readonly ReLU relu;
            [Layer] private readonly Linear fc3 = Linear(64, 10);     {|GEN1011:// (B, 128) -> (B, 10)|}
        }
        """);

    [Fact]
    public void A_layer_that_stands_twice_with_different_shapes_is_not_judged() => Markup.Verify("""
        [Shape("B 8 -> B 2"), Chain(nameof(fc1), nameof(relu), nameof(fc2), nameof(relu))] public partial class Net
        {
            [Layer(8, 4)] private readonly Linear fc1;   // (B, 4)
            [Layer] private readonly ReLU relu;          // (B, 2)
            [Layer(4, 2)] private readonly Linear fc2;   // (B, 2)
        }
        """);

    [Fact]
    public void The_layers_of_a_forward_method_are_claims_too() => Markup.Verify("""
        [Shape("B 8 -> B 2")] public partial class Net
        {
            [Layer(8, 4)] private readonly Linear fc1;   {|GEN1011:// (B, 8)|}
            [Layer(4, 2)] private readonly Linear fc2;   // (B, 2)

            private Tensor Forward(Tensor x) => fc2.call(fc1.call(x).relu());
        }
        """);

    [Fact]
    public void What_differs_from_way_to_way_is_wrong_where_it_is_wrong_on_each() => Markup.Verify("""
        [Shape("B 8 -> _ _")] public partial class Net(bool wide)
        {
            [Layer(8, 4)] private readonly Linear fc;

            private Tensor Forward(Tensor x)
            {
                if (wide)
                {
                    x = fc.call(x);   {|GEN1011:// (B, 5)|}
                }

                x = x.relu();         {|GEN1011:// (B, 5)|}
                return x;             // (B, 4)
            }
        }
        """);

    [Fact]
    public void A_loop_whose_turns_are_not_known_leaves_what_it_changes_alone() => Markup.Verify("""
        [Shape("B 8 -> B _")] public partial class Net
        {
            [Layer(8, 8)] private readonly Linear fc;

            private Tensor Forward(Tensor x)
            {
                var y = fc.call(x);
                for (var i = 0; i < x.shape[0]; i++)
                {
                    y = cat([y, x], 1);   // (B, 16)
                    x = fc.call(x);       {|GEN1011:// (B, 16)|}
                }

                return y;
            }
        }
        """);

    [Fact]
    public void After_a_shape_error_comments_are_not_judged() => Markup.Verify("""
        [Shape("B 8 -> B 2")] public partial class Net
        {
            [Layer(7, 4)] private readonly Linear {|GEN1001:fc1|};   // (B, 5)
            [Layer(4, 2)] private readonly Linear fc2;   // (B, 5)
        }
        """);

    [Fact]
    public void A_pragma_silences_it() => Markup.Verify("""
        [Shape("B 8 -> B 2")] public partial class Net
        {
        #pragma warning disable GEN1011
            [Layer(8, 2)] private readonly Linear fc;   // (B, 5)
        #pragma warning restore GEN1011
        }
        """);

    [Fact]
    public void Any_text_is_a_shape_or_prose_and_nothing_throws() => CsCheck.Gen.Char["()[]-> ,.*_/+%BT01 28x→\""].Array[0, 24].Sample(
        text => Assert.True(ShapeComment.Parse(new string(text)) is null or { Output.Shape: not null }),
        iter: 20_000);

    private static void Verify(string comment, bool isWrong)
    {
        var line = isWrong ? $"{{|GEN1011:// {comment}|}}" : $"// {comment}";
        Markup.Verify($$"""
            [Shape("B T 4 -> B T 8")] public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc;   {{line}}
            }
            """);
        if (!comment.Contains("->", StringComparison.Ordinal) && !comment.Contains('→'))
        {
            Markup.Verify($$"""
                [Shape("B T 4 -> B T 8")] public partial class Net
                {
                    [Layer(4, 8)] private readonly Linear fc;

                    private Tensor Forward(Tensor x)
                    {
                        return (fc.call(x)); {{line}}
                    }
                }
                """);
        }
    }
}
