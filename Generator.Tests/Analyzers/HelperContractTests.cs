using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Helper methods whose code is not followed: the advice to declare their shapes is given where it helps, and helps.</summary>
[Collection("TorchSharp")]
public sealed class HelperContractTests
{
    private const string Helpers = """
        public static class Static
        {
            public static Tensor Open(Tensor x) => x.narrow(1, 0, 4);
            [return: Shape("B 4")] public static Tensor Half([Shape("B 8")] Tensor x) => x.narrow(1, 0, 4);
            [return: Shape("B 4")] public static Tensor Halved(this Tensor x) => x.narrow(1, 0, 4);
            [Shape("B 8 -> B 4, B 4")] public static (Tensor, Tensor) Split(Tensor x) => (x.narrow(1, 0, 4), x.narrow(1, 4, 4));
        }
        public class Instance
        {
            public virtual Tensor Overridden(Tensor x) => x.narrow(1, 0, 4);
            public Tensor Open(Tensor x) => x.narrow(1, 0, 4);
            [return: Shape("B 4")] public Tensor Half([Shape("B 8")] Tensor x) => x.narrow(1, 0, 4);
        }

        """;

    private static string Net(string call, string after = "last.call") => Helpers + $$"""
        [Shape("B 8 -> B 2")] public sealed partial class Net
        {
            [Layer(8, 8)] private readonly Linear first;
            [Layer(4, 2)] private readonly Linear last;
            private readonly Instance instance = new();
            private readonly Func<Tensor, Tensor> any = x => x.narrow(1, 0, 4);
            private Tensor Forward(Tensor x) => {{after}}({{call}});
            [return: Shape("B 4")] private Tensor Again([Shape("B 8")] Tensor x, long n) => n == 0 ? x.narrow(1, 0, 4) : Again(x, n - 1);
        }
        public static class Program { public static Tensor Run() => new Net().call(zeros(3, 8)); }
        """;

    [Theory]
    [InlineData("{|GEN2002:instance.Overridden(first.call(x))|}",
        "'instance.Overridden(first.call(x))' has no shape contract; add [return: Shape(\"...\")]")]
    [InlineData("{|GEN2002:any(first.call(x))|}", "there is no rule for 'any(first.call(x))'")]
    public void It_is_advised_where_the_project_can_declare_it(string call, string message)
    {
        var diagnostics = Markup.Verify(Net(call), static d => d.Id == "GEN2002");
        Assert.Contains(message, Assert.Single(diagnostics).GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Static.Half(first.call(x))")]
    [InlineData("instance.Half(first.call(x))")]
    [InlineData("first.call(x).Halved()")]
    [InlineData("Static.Split(first.call(x)).Item1")]
    [InlineData("Again(first.call(x), x.shape[0])")]
    public void It_helps_where_it_is_said(string call)
    {
        Markup.Verify(Net(call), static d => d.Id is "GEN2002" || d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        Assert.Equal([3L, 2L], ((Tensor)Compilations.Load(Net(call)).GetType("Program")!.GetMethod("Run")!.Invoke(null, null)!).shape);
    }

    [Theory]
    [InlineData("instance.Half(first.call(x))")]
    [InlineData("Static.Half(first.call(x))")]
    public void What_comes_after_is_held_against_it(string call) =>
        Markup.Verify(Net(call, "first.call").Replace($"first.call({call})", $"{{|GEN1001:first.call({call})|}}", StringComparison.Ordinal),
            static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));

    /// <summary>No guard looks at what such a method gives, so that the module's result is looked at. The method itself is reported as far
    /// as it is followed.</summary>
    [Theory]
    [InlineData("{|GEN1005:x.narrow(1, 0, 4)|}")]
    [InlineData("x.narrow(1, 0, Size())")]
    public void A_promise_that_is_not_kept_is_found_when_it_runs(string lie)
    {
        string Source(string gives) => Net("instance.Lies(first.call(x))", "(Tensor)")
            .Replace("B 8 -> B 2", "B 8 -> B 5", StringComparison.Ordinal)
            .Replace("public class Instance\n{", "public class Instance\n{ private static long Size() => long.Parse(\"4\"); "
                + $"[return: Shape(\"B 5\")] public Tensor Lies([Shape(\"B 8\")] Tensor x) => {gives};", StringComparison.Ordinal);
        Markup.Verify(Source(lie), static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        var source = Source(lie.Replace("{|GEN1005:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        var run = Compilations.Load(source).GetType("Program")!.GetMethod("Run")!;
        Assert.IsType<ShapeMismatchException>(Assert.Throws<System.Reflection.TargetInvocationException>(
            () => run.Invoke(null, null)).InnerException);
    }
}
