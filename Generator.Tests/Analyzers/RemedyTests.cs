using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>What a message advises is what helps: each repaired program is silent and runs, and the other fails when it runs.</summary>
[Collection("TorchSharp")]
public sealed class RemedyTests
{
    private static readonly (string Wrong, string Right, string Input, string Message)[] Repairs =
    [
        ("""
            [Shape("B 3 8 8 -> B 10")] public sealed partial class Net
            {
                [Layer(3, 16, 3)] private readonly Conv2d conv;
                [Layer(576, 10)] private readonly Linear {|GEN1001:fc|};
            }
            """,
            """
            [Shape("B 3 8 8 -> B 10")] public sealed partial class Net
            {
                [Layer(3, 16, 3)] private readonly Conv2d conv;
                [Layer] private readonly Flatten flatten;
                [Layer(576, 10)] private readonly Linear fc;
            }
            """,
            "2, 3, 8, 8",
            "'fc' (Linear 576 -> 10) needs 576 features but gets 6: input [B, 3, 8, 8] -> conv [B, 16, 6, 6]. A flatten is missing "
            + "before it: 16*6*6 = 576. Put Flatten() before 'fc'."),
        ("""
            [Shape({|GEN1005:"B 1 8 8 -> B 10"|})] public sealed partial class Net
            {
                [Layer(8, 32)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu;
                [Layer(32, 10)] private readonly Linear fc2;
            }
            """,
            """
            [Shape("B 1 8 8 -> B 10")] public sealed partial class Net
            {
                [Layer] private readonly Flatten flatten;
                [Layer(64, 32)] private readonly Linear fc1;
                [Layer] private readonly ReLU relu;
                [Layer(32, 10)] private readonly Linear fc2;
            }
            """,
            "2, 1, 8, 8",
            "the result is declared [B, 10] but is [B, 1, 8, 10]: relu [B, 1, 8, 32] -> fc2 [B, 1, 8, 10]. A flatten is missing: 'fc1' "
            + "works on the last dimension alone. Put Flatten() before it."),
        ("""
            [Shape({|GEN1005:"B 3 8 8 -> B 16"|})] public sealed partial class Net
            {
                [Layer(3, 16, 3)] private readonly Conv2d conv;
                [Layer(1)] private readonly AdaptiveAvgPool2d pool;
            }
            """,
            """
            [Shape("B 3 8 8 -> B 16")] public sealed partial class Net
            {
                [Layer(3, 16, 3)] private readonly Conv2d conv;
                [Layer(1)] private readonly AdaptiveAvgPool2d pool;
                [Layer] private readonly Flatten flatten;
            }
            """,
            "2, 3, 8, 8",
            "the result is declared [B, 16] but is [B, 16, 1, 1]: conv [B, 16, 6, 6] -> pool [B, 16, 1, 1]. A flatten is missing at the "
            + "end: put Flatten() there."),
        ("""
            [Shape("B 8 8 1 -> B 32 6 6")] public sealed partial class Net
            {
                [Layer(1, 32, 3)] private readonly Conv2d conv;
                private Tensor Forward(Tensor x) => {|GEN1001:conv.call(x)|};
            }
            """,
            """
            [Shape("B 8 8 1 -> B 32 6 6")] public sealed partial class Net
            {
                [Layer(1, 32, 3)] private readonly Conv2d conv;
                private Tensor Forward(Tensor x) => conv.call(x.permute(0, 3, 1, 2));
            }
            """,
            "2, 8, 8, 1",
            "'conv' (Conv2d 1 -> 32) needs 1 channels but the input has 8. The channels come last, and TorchSharp has them in dimension "
            + "1: permute(0, 3, 1, 2) before 'conv'."),
        ("""
            [Shape("B 9 12 -> B 32 7")] public sealed partial class Net
            {
                [Layer(12, 32, 3)] private readonly Conv1d conv;
                private Tensor Forward(Tensor x) => {|GEN1001:conv.call(x)|};
            }
            """,
            """
            [Shape("B 9 12 -> B 32 7")] public sealed partial class Net
            {
                [Layer(12, 32, 3)] private readonly Conv1d conv;
                private Tensor Forward(Tensor x) => conv.call(x.permute(0, 2, 1));
            }
            """,
            "2, 9, 12",
            "'conv' (Conv1d 12 -> 32) needs 12 channels but the input has 9. The channels come last, and TorchSharp has them in "
            + "dimension 1: permute(0, 2, 1) before 'conv'."),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Repairs.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_message_says_what_is_missing_and_the_program_fails(int number)
    {
        var (wrong, _, input, message) = Repairs[number];
        Assert.Equal(message, Assert.Single(Markup.Verify(wrong, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal)))
            .GetMessage());
        using var scope = NewDisposeScope();
        Assert.IsAssignableFrom<Exception>(Assert.Throws<System.Reflection.TargetInvocationException>(
            () => Run(Markup.Strip(wrong), input)).InnerException);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void What_it_advises_mends_the_program(int number)
    {
        var (_, right, input, _) = Repairs[number];
        Markup.Verify(right, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        Assert.NotNull(Run(right, input));
    }

    /// <summary>A step of a sequence is chosen or pooled, not flattened.</summary>
    [Fact]
    public void A_sequence_is_no_image() => Assert.EndsWith("Declare '-> B T 8'.",
        Markup.Message("""[Shape({|GEN1005:"B T 4 -> B 8"|})] public partial class Net { [Layer(4, 8)] private readonly Linear fc; }"""),
        StringComparison.Ordinal);

    [Fact]
    public void An_open_height_is_not_to_be_stated_where_the_channels_come_last() => Assert.Equal(
        "not proved at 'conv': H == 1; checked at run time. The channels come last, and TorchSharp has them in dimension 1: permute(0, "
        + "3, 1, 2) before 'conv'.",
        Markup.Message(
            """
            [Shape("B H W 1")] public partial class Net
            {
                [Layer(1, 32, 1)] private readonly Conv2d conv;
                private Tensor Forward(Tensor x) => {|GEN2001:conv.call(x)|};
            }
            """));

    [Theory]
    [InlineData("randn(4, 9, 100)", "zeros([4, 9], dtype: int64)",
        "prediction [4, 9, 100], target [4, 9]: the classes are dimension 1 of the prediction, class indices are [4, 100]. Change it to "
        + "prediction.transpose(1, 2).")]
    [InlineData("randn(4, 6, 7, 5)", "zeros([4, 6, 7], dtype: int64)",
        "prediction [4, 6, 7, 5], target [4, 6, 7]: the classes are dimension 1 of the prediction, class indices are [4, 7, 5]. Change "
        + "it to prediction.permute(0, 3, 1, 2).")]
    public void A_loss_says_which_dimension_holds_the_classes(string prediction, string target, string message)
    {
        Assert.Equal("cross_entropy: " + message,
            Markup.Message(
                $$"""
                public static class Program
                {
                    public static Tensor Run() => {|GEN1009:functional.cross_entropy({{prediction}}, {{target}})|};
                }
                """));
        using var scope = NewDisposeScope();
        Assert.Throws<System.Reflection.TargetInvocationException>(() => Call($"functional.cross_entropy({prediction}, {target})"));
        var repair = message[(message.IndexOf("prediction.", StringComparison.Ordinal) + "prediction".Length)..^1];
        Assert.Equal(0, ((Tensor)Call($"functional.cross_entropy({prediction}{repair}, {target})")!).Dimensions);
    }

    [Theory]
    [InlineData("var y = zeros(4, i + 2).mm(zeros(n + 1, 3));", "whether turn+2 == n+1 holds at 'mm' is not known at compile time")]
    [InlineData("var y = x.view(i + 2, -1);", "whether 8*B % (turn+2) == 0 holds at 'view' is not known at compile time")]
    public void The_number_of_a_turn_is_no_name_of_the_evaluations_own(string statement, string message)
    {
        var diagnostics = Compilations.Diagnose(Compilations.Of($$"""
            [Shape("B 8 -> B 8")] public sealed partial class Net(int n)
            {
                [Layer(8, 8)] private readonly Linear fc;
                private Tensor Forward(Tensor x) { for (var i = 0; i < n; i++) { x = fc.call(x); {{statement}} } return x; }
            }
            """));
        Assert.Contains(diagnostics, d => d.GetMessage().Contains(message, StringComparison.Ordinal));
        Assert.DoesNotContain(diagnostics, d => d.GetMessage().Contains('#', StringComparison.Ordinal));
    }

    [Fact]
    public void What_fails_in_the_first_turn_is_said_once() =>
        Assert.Equal("mm of [4, 1] and [2, 3]: dimension 1 is 1 and 2.", Assert.Single(Markup.Verify("""
        [Shape("B 8 -> B 8")] public sealed partial class Net(int n)
        {
            [Layer(8, 8)] private readonly Linear fc;
            private Tensor Forward(Tensor x)
            {
                for (var i = 0; i < n; i++) { x = fc.call(x); var y = {|GEN1003:zeros(4, i + 1).mm(zeros(i + 2, 3))|}; }
                return x;
            }
        }
        """, static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal))).GetMessage());

    private static object? Run(string source, string input) =>
        Compilations.Load(source + $$"""public static class Program { public static Tensor Run() => new Net().call(zeros({{input}})); }""")
            .GetType("Program")!.GetMethod("Run")!.Invoke(null, null);

    private static object? Call(string expression) =>
        Compilations.Load($$"""public static class Program { public static Tensor Run() => {{expression}}; }""")
            .GetType("Program")!.GetMethod("Run")!.Invoke(null, null);
}
