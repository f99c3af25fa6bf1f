using static TorchSharp.torch;

namespace Gen.Tests.Behaviour;

/// <summary>What is declared holds at run time, by whatever names it is declared.</summary>
[Collection("TorchSharp")]
public sealed class DeclarationTests
{
    private const string Modules = """
        [Shape("B 8 -> B a", Where = "b == 2*k, a == b + 1, k == 2")] public sealed partial class Chained
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x, int n) => relu.call(x).narrow(1, 0, n);
        }
        [Shape("B D -> B M", Where = "D == 2*M")] public sealed partial class Halved
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x, int n) => relu.call(x).narrow(1, 0, n);
        }
        [Shape("B d -> B M", Where = "M == d - 1")] public sealed partial class Sized(int d)
        {
            [Layer] private readonly Linear fc = Linear(d, d);
            private Tensor Forward(Tensor x, int n) => fc.call(x).narrow(1, 0, n);
        }
        [Shape("B 2*E -> B E")] public sealed partial class Solved
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x, int n) => relu.call(x).narrow(1, 0, n);
        }
        [Shape("B 2*E, B E -> B E")] public sealed partial class Late
        {
            [Layer] private readonly ReLU relu;
            private Tensor Forward(Tensor x, Tensor y) => relu.call(y);
        }
        [Shape("B 8 -> B 4, B 8")] public sealed partial class Listed
        {
            [Layer(8, 4)] private readonly Linear fc;
            private List<Tensor> Forward(Tensor x, int n)
            {
                var all = new List<Tensor> { fc.call(x) };
                for (var i = 0; i < n; i++) { all.Add(x); }
                return all;
            }
        }
        [Shape("B 8 -> B T, B T")] public sealed partial class Alike
        {
            [Layer] private readonly ReLU relu;
            private (Tensor, Tensor?) Forward(Tensor x, int n, int m) =>
                (relu.call(x).narrow(1, 0, n), m == 0 ? null : x.narrow(1, 0, m));
        }
        [Shape("B channels H W -> B 4 H W")] public sealed partial class Stem(int channels, int wide)
        {
            [Layer] private readonly Conv2d conv = Conv2d(channels, 2 * wide, 3, padding: 1, bias: false);
            [Layer] private readonly BatchNorm2d bn;
            [Layer(-1, 4, 1)] private readonly Conv2d mix;
        }
        [Shape("B 8 -> B 4")] public sealed partial class Own
        {
            [Layer(8, 4)] private readonly Linear fc;
            public Tensor forward(Tensor x, int times) => fc.call(x) * times;
        }
        public abstract class Basis : Module<Tensor, Tensor> { protected Basis() : base("basis") { } }
        [Shape("B 8 -> B 4")] public sealed partial class Derived : Basis { [Layer(8, 4)] private readonly Linear fc; }
        """;

    private static readonly string[] Fitting =
    [
        "new Chained().call(ones(2, 8), 5)", "new Halved().call(ones(2, 6), 3)", "new Sized(5).call(ones(2, 5), 4)",
        "new Solved().call(ones(2, 8), 4)", "new Late().call(ones(2, 8), ones(2, 4))",
        "new Listed().call(ones(2, 8), 1)[0]", "new Alike().call(ones(2, 8), 3, 3).Item1", "new Alike().call(ones(2, 8), 3, 0).Item1",
        "new Own().forward(ones(2, 8), 2)", "new Own().call(ones(2, 8))",
        "new Derived().call(ones(2, 8))",
    ];

    private static readonly string[] Unfit =
    [
        "new Chained().call(ones(2, 8), 4)", "new Halved().call(ones(2, 6), 2)", "new Halved().call(ones(2, 7), 3)",
        "new Sized(5).call(ones(2, 5), 5)", "new Solved().call(ones(2, 7), 3)",
        "new Solved().call(ones(2, 8), 3)", "new Solved().call(ones(2, 0), 0)", "new Late().call(ones(2, 8), ones(2, 3))",
        "new Listed().call(ones(2, 8), 0)[0]", "new Listed().call(ones(2, 8), 2)[0]",
        "new Alike().call(ones(2, 8), 3, 2).Item1", "new Own().call(ones(2, 7))", "new Derived().call(ones(2, 7))",
    ];

    private static readonly Lazy<Type> Program = new(() => Compilations.Load(
        Modules + $$"""
        public static class Program
        {
            {{string.Concat(Fitting.Select((c, i) => $"public static Tensor Fits{i}() => {c};\n"))}}
            {{string.Concat(Unfit.Select((c, i) => $"public static Tensor Unfit{i}() => {c};\n"))}}
            public static Tensor Built() => new Stem(3, 6).call(ones(2, 3, 8, 8));
            public static (long, long) Counts()
            {
                using var stem = new Stem(3, 6);
                return (stem.parameters().Sum(p => p.numel()), Stem.CountParameters(3, 6));
            }
        }
        """).GetType("Program")!);

    public static TheoryData<string, string> Calls()
    {
        var rows = new TheoryData<string, string>();
        for (var i = 0; i < Fitting.Length; i++)
        {
            rows.Add($"Fits{i}", Fitting[i]);
        }

        for (var i = 0; i < Unfit.Length; i++)
        {
            rows.Add($"Unfit{i}", Unfit[i]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void What_is_declared_is_what_a_call_takes_and_gives(string method, string call)
    {
        using var scope = NewDisposeScope();
        var error = Record.Exception(() => Program.Value.GetMethod(method)!.CreateDelegate<Func<Tensor>>()());
        Assert.True(method.StartsWith("Fits", StringComparison.Ordinal) ? error is null : error is ShapeMismatchException,
            $"{call}: {error}");
    }

    [Fact]
    public void A_size_of_the_primary_constructor_is_inferred()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([2L, 4, 8, 8], Program.Value.GetMethod("Built")!.CreateDelegate<Func<Tensor>>()().shape);
        Assert.Equal((400L, 400L), Program.Value.GetMethod("Counts")!.CreateDelegate<Func<(long, long)>>()());
    }

    /// <summary>Generated code is in a nullable context, also where the file is not.</summary>
    [Fact]
    public void A_default_of_null_that_is_not_marked_as_such_is_not_warned_of() => Compilations.AssertClean(Compilations.Generate("""
        #nullable disable
        public sealed partial class M(int width, Device device = null)
        {
            [Layer] private readonly Linear fc = Linear(width, width, device: device);

            private Tensor Forward(Tensor x, Tensor mask = null) => mask is null ? fc.call(x) : fc.call(x) * mask;
        }
        """).Output);

    [Theory]
    [InlineData("""
        [Shape("B 8 -> B 4, B 8")] public sealed partial class M
        {
            [Layer(8, 4)] private readonly Linear fc;
            private (Tensor, Tensor) Forward(Tensor x) => (fc.call(x), fc.call(x));
        }
        """, "GEN1005", "item 2 of the result is declared [B, 8] but is [B, 4]")]
    [InlineData("""
        [Shape("B 8 -> B 4, B 8")] public sealed partial class M
        {
            [Layer(8, 4)] private readonly Linear fc;
            private Tensor[] Forward(Tensor x) => [fc.call(x)];
        }
        """, "GEN1005", "declared as 2 tensors but has 1")]
    [InlineData("""[Shape("B 8 -> B, 4")] public sealed partial class M { [Layer(8, 4)] private readonly Linear fc; }""", "GEN0004",
        "has 2 results; forward gives one tensor")]
    [InlineData("""
        [Shape("B 8 -> B 4", Where = "heads >= 2")] public sealed partial class M { [Layer(8, 4)] private readonly Linear fc; }
        """, "GEN0004", "'heads' is not a size")]
    [InlineData("""
        [Shape("B c -> B 4")] public sealed partial class M { [Layer(-1, 4)] private readonly Linear fc; public M(int c) { } }
        """, "GEN1010", "built before the body of the constructor runs")]
    [InlineData("""
        public abstract class Pairs : Module<Tensor, Tensor, Tensor> { protected Pairs() : base("pairs") { } }
        public sealed partial class M : Pairs { [Layer(8, 4)] private readonly Linear fc; }
        """, "GEN0005", "write a Forward method")]
    public void What_cannot_be_as_declared_is_said(string source, string id, string words)
    {
        var error = Assert.Single(Compilations.Diagnose(Compilations.Of(source)),
            d => d.Id.StartsWith("GEN", StringComparison.Ordinal) && d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
        Assert.Equal(id, error.Id);
        Assert.Contains(words, error.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_was_not_found_is_never_built_nor_counted()
    {
        var text =
            Compilations.GeneratedText(
                """[Shape("B c -> B 4")] public sealed partial class M { [Layer(-1, 4)] private readonly Linear fc; }""");
        Assert.Contains("fc = null!;", text, StringComparison.Ordinal);
        Assert.DoesNotContain("inputSize", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ParameterCount", text, StringComparison.Ordinal);
    }
}
