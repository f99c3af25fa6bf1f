using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>The names of a nested module are its own: what its arguments leave open is never the caller's name of the same
/// spelling.</summary>
public sealed class NestedNamesTests
{
    private const string Nested = """
        public static class Library { public static Tensor Twice(Tensor x) => cat([x, x], 1); public static Tensor Same(Tensor x) => x; }
        [Shape("B T -> B T")] public sealed partial class Rows { [Layer] private readonly ReLU relu; }
        [Shape("B T, B S -> B S")] public sealed partial class Second
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x, Tensor y) => relu.call(y) + (x.sum() * 0);
        }
        [Shape("*B d -> *B d")] public sealed partial class Leading(long d) { [Layer] private readonly Linear fc = Linear(d, d); }
        [Shape("B T -> B T", Where = "T % 2 == 0")] public sealed partial class Even { [Layer] private readonly ReLU relu; }
        [Shape("T T -> T T")] public sealed partial class Square { [Layer] private readonly ReLU relu; }
        [Shape("B T -> B T, B T")] public sealed partial class Pair
        {
            [Layer] private readonly ReLU relu;
            private (Tensor, Tensor) Forward(Tensor x) => (relu.call(x), x);
        }
        [Shape("B 4*E -> B E")] public sealed partial class Quarter
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x) => relu.call(x.view(x.shape[0], 4, -1).sum(1));
        }
        [Shape("B h*E -> B E")] public sealed partial class Parts(int h)
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x) => relu.call(x.view(x.shape[0], h, -1).sum(1));
        }
        [Shape("B 2*E, B E -> B E")] public sealed partial class Late
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x, Tensor y) => relu.call(y) + (x.sum() * 0);
        }

        """;

    private static bool IsSerious(Microsoft.CodeAnalysis.Diagnostic found) =>
        found.Severity != Microsoft.CodeAnalysis.DiagnosticSeverity.Info;

    /// <summary>Correct programs: nothing is reported, and they give what they declare.</summary>
    [Theory]
    [InlineData("B T -> B 2*T", "Rows()", "n.call(Library.Twice(x))", "2, 3", new long[] { 2, 6 })]
    [InlineData("B T -> B 10", "Rows()", "n.call(Library.Twice(x)).narrow(1, 0, 1).expand(-1, 10)", "2, 3", new long[] { 2, 10 })]
    [InlineData("B S -> B 2*S", "Second()", "n.call(x, Library.Twice(x))", "2, 3", new long[] { 2, 6 })]
    [InlineData("*B 8 -> *B 2 8", "Leading(8)", "n.call(Library.Same(stack([x, x], -2)))", "3, 8", new long[] { 3, 2, 8 })]
    [InlineData("B T -> B 2*T", "Even()", "n.call(Library.Twice(x))", "2, 3", new long[] { 2, 6 }, "T % 2 == 1")]
    [InlineData("T S -> S S", "Square()", "n.call(Library.Same(x.t().mm(x)))", "2, 5", new long[] { 5, 5 })]
    [InlineData("B T -> B 2*T", "Pair()", "n.call(Library.Twice(x)).Item1", "2, 3", new long[] { 2, 6 })]
    [InlineData("B E -> B E", "Quarter()", "x + (n.call(ones(3, 32)).sum() * 0)", "2, 11", new long[] { 2, 11 }, "E >= 10")]
    [InlineData("B E -> B E", "Quarter()", "n.call(cat([x, x, x, x], 1))", "2, 9", new long[] { 2, 9 })]
    [InlineData("B 12 -> B 4", "Parts(3)", "n.call(x)", "2, 12", new long[] { 2, 4 })]
    [InlineData("B E -> B E", "Late()", "n.call(cat([x, x], 1), x)", "2, 9", new long[] { 2, 9 })]
    public void A_correct_program_is_not_spoken_of_and_runs(string shape, string nested, string body, string sizes, long[] gives,
        string where = "")
    {
        var source = Nested + $$"""
            [Shape("{{shape}}"{{(where.Length == 0 ? "" : $", Where = \"{where}\"")}})] public sealed partial class Net
            {
                [Layer] private readonly {{nested[..nested.IndexOf('(', StringComparison.Ordinal)]}} n = new {{nested}};
                private Tensor Forward(Tensor x) => {{body}};
            }
            """;
        Markup.Verify(source, IsSerious);
        using var scope = NewDisposeScope();
        var run =
            Compilations.Load(
                source
                    + $"public static class Program {{ public static Tensor Run() {{ using var net = new Net(); return "
                    + $"net.call(ones({sizes})); }} }}").GetType("Program")!.GetMethod("Run")!;
        Assert.Equal(gives, ((Tensor)run.Invoke(null, null)!).shape);
    }

    /// <summary>No size makes 30 of <c>4*E</c>: the module's own guard refuses it, too.</summary>
    [Fact]
    public void A_size_that_no_size_solves_is_an_error_and_is_refused_when_it_comes()
    {
        Assert.Equal(
            "'n' (Quarter) is declared for [B, 4*E] but gets [B, 30]: x [B, 30].",
            Markup.Verify(
                Nested
                    + """
                        [Shape("B 30")] public sealed partial class Net
                        {
                            [Layer] private readonly Quarter n = new();
                            private Tensor Forward(Tensor x) => {|GEN1008:n.call(x)|};
                        }
                        """, IsSerious).Single().GetMessage(System.Globalization.CultureInfo.InvariantCulture));

        var run =
            Compilations.Load(
                Nested
                    + "public static class Program { public static Tensor Run() { using var n = new Quarter(); return n.call(ones(2, "
                    + "30)); } }").GetType("Program")!.GetMethod("Run")!;
        using var scope = NewDisposeScope();
        Assert.IsType<ShapeMismatchException>(Assert.Throws<System.Reflection.TargetInvocationException>(
            () => run.Invoke(null, null)).InnerException);
    }

    /// <summary>With the sizes of the use, the condition would read 1 == 0.</summary>
    [Fact]
    public void A_condition_that_the_arguments_refute_is_told_as_it_is_written() => Assert.Equal(
        "'n' (Heads) is declared for [B, 64] where d % h == 0 but gets [B, 64]: x [B, 64].",
        Markup.Verify(
            """
                [Shape("B d -> B d", Where = "d % h == 0")] public sealed partial class Heads(int d, int h)
                {
                    [Layer] private readonly Linear fc = Linear(d, d);
                    private Tensor Forward(Tensor x) => fc.call(x).view(x.shape[0], h, d / h).flatten(1);
                }
                [Shape("B 64 -> B 64")] public sealed partial class Net
                {
                    [Layer] private readonly Heads n = new(64, 3);
                    private Tensor Forward(Tensor x) => {|GEN1008:n.call(x)|};
                }
                """, IsSerious).Single().GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void A_size_that_some_sizes_solve_is_a_condition() => Assert.Equal(
        "not proved at 'n': d % 4 == 0; checked at run time. To state it: Where = \"d % 4 == 0\".",
        Markup.Message(
            Nested
                + """
                    [Shape("B d -> B d//4")] public sealed partial class Net
                    {
                        [Layer] private readonly Quarter n = new();
                        private Tensor Forward(Tensor x) => {|GEN2001:n.call(x)|};
                    }
                    """));
}
