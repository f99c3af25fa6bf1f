using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>What a class leaves open is held against the numbers of each call: GEN1008 where they do not meet it.</summary>
[Collection("TorchSharp")]
public sealed class OpenConditionTests
{
    private const string Single = """
        [Shape("B d -> B 4")] public sealed partial class Single
        {
            [Layer(30, 4)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => fc.call(x.view(1, 30)).expand(x.shape[0], 4);
        }
        [Shape("B d -> B 4")] public sealed partial class Wide { [Layer(30, 4)] private readonly Linear fc; }
        [Shape("B d -> B 4")] public sealed partial class Sized(int n) { [Layer] private readonly Linear fc = Linear(n, 4); }
        [Shape("B n 4 -> B n+1 4")] public sealed partial class Shifted(int n)
        {
            [Parameter] private readonly Parameter positions = Parameter(randn(1, n, 4));
            private Tensor Forward(Tensor x) => cat([x, x.narrow(1, 0, 1)], 1) + positions;
        }
        """;

    private static string Calling(string call) => Single + $"public static class Program {{ public static Tensor Run() => {call}; }}";

    [Theory]
    [InlineData("new Single().call(ones(1, 30))")]
    [InlineData("new Wide().call(ones(5, 30))")]
    [InlineData("new Sized(7).call(ones(5, 7))")]
    public void A_call_that_meets_them_is_silent_and_runs(string call)
    {
        Markup.Verify(Calling(call), static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        using var scope = NewDisposeScope();
        Assert.Equal(2, ((Tensor)Run(call)!).Dimensions);
    }

    [Theory]
    [InlineData("new Single().call(ones(5, 30))", "'Single' (Single) is declared for [B, d] and needs B*d == 30 but gets [5, 30]")]
    [InlineData("new Wide().call(ones(5, 20))", "'Wide' (Wide) is declared for [B, d] and needs d == 30 but gets [5, 20]")]
    [InlineData("new Sized(7).call(ones(5, 6))", "'Sized' (Sized) is declared for [B, d] and needs d == 7 but gets [5, 6]")]
    [InlineData("new Shifted(7).call(ones(5, 7, 4))", "'Shifted' (Shifted) is declared for [B, 7, 4] and needs 7 == 1 but gets [5, 7, 4]")]
    public void A_call_that_does_not_is_reported_and_throws(string call, string message)
    {
        var diagnostics = Markup.Verify(Calling($"{{|GEN1008:{call}|}}"), static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
        Assert.Contains(message, Assert.Single(diagnostics).GetMessage(), StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        Assert.IsType<ShapeMismatchException>(Assert.Throws<System.Reflection.TargetInvocationException>(() => Run(call)).InnerException);
    }

    [Fact]
    public void A_module_that_holds_it_is_a_call_too() =>
        Markup.Verify(
            Single
                + """[Shape("B 20 -> B 4")] public sealed partial class Net { [Layer] private readonly Wide {|GEN1008:wide|} = new(); }""",
                static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));

    private static object? Run(string call) => Compilations.Load(Calling(call)).GetType("Program")!.GetMethod("Run")!.Invoke(null, null);
}
