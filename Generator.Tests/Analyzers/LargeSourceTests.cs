using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>Bodies that no one writes, but programs do: a stack that overflows would end the compiler, and the editor with it.</summary>
public sealed class LargeSourceTests
{
    private const int Stack = 1 << 20;

    public static TheoryData<string, string> Bodies => new()
    {
        { "statements", Lines(3000, static _ => "x = fc.call(x) + 1;") + " return x;" },
        { "calls", "return x" + Lines(1500, static _ => ".relu()") + ";" },
        { "terms", "return x" + Lines(2500, static _ => " + x") + ";" },
        { "sizes", "return x.narrow(1, 0, 1" + Lines(2500, static _ => " + 0 * x.shape[0]") + ");" },
        { "parentheses", "return " + Lines(300, static _ => "(-") + "x" + Lines(300, static _ => ")") + ";" },
        { "conditions", Lines(150, static i => $"if (x.shape[0] > {i}) {{ ") + "x = x + 1;" + Lines(150, static _ => " }") + " return x;" },
        { "choices", "return " + Lines(200, static i => $"x.shape[0] > {i} ? x + {i} : ") + "x;" },
        { "locals", Lines(1500, static i => $"var y{i} = {(i == 0 ? "x" : $"y{i - 1}")}.relu();") + " return y1499;" },
        { "numbers", Lines(1500, static i => $"var n{i} = {(i == 0 ? "x.shape[0]" : $"n{i - 1} + 1")};")
            + " return x.view(n1499 - 1499, -1);" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_of_any_size_is_read(string name, string body)
    {
        Assert.NotEmpty(name);
        Check(
            $"[Shape(\"B 8\")] public sealed partial class Net {{ [Layer(8, 8)] private readonly Linear fc; private Tensor "
            + $"Forward(Tensor x) {{ {body} }} }}");
    }

    [Fact]
    public void A_chain_of_any_length_is_read() => Check(
        $"[Shape(\"B 8 -> B 8\")] public sealed partial class Net {{ "
        + $"{Lines(1000, static i => $"[Layer(-1, 8)] private readonly Linear fc{i}; [Layer] private readonly ReLU relu{i};")} }}");

    [Fact]
    public void A_size_of_any_length_is_read() => Check(
        $"[Shape(\"B 8\")] public sealed partial class Net(int d) {{ [Layer] private readonly Linear fc = Linear(8, "
        + $"d{Lines(2000, static i => $" + {i} * d")}); }}");

    [Theory]
    [InlineData("for (int i = 0; i < sizes.Count; i++) { sizes.Add(i); }")]
    [InlineData("for (int i = 0; i < others.Count; i++) { sizes.Add(i); } for (int i = 0; i < sizes.Count; i++) { others.Add(i); }")]
    public void A_loop_whose_turns_depend_on_the_list_that_it_fills_is_read(string loop) => Check(
        $"public sealed partial class Net {{ [Layer] private readonly Linear fc; public Net(int d) {{ var sizes = new List<int>(); var "
        + $"others = new List<int>(); {loop} fc = Linear(d, sizes.Count); }} }}");

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(i => line(i)));

    private static void Check(string source)
    {
        var compilation = Compilations.Of(source);
        Assert.DoesNotContain(compilation.GetDiagnostics(),
            d => d.Severity == DiagnosticSeverity.Error
                && d.Id is not ("CS0246" or "CS0103" or "CS0534" or "CS1729" or "CS0122" or "CS0509"));
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    var result = Compilations.Driver().RunGenerators(compilation).GetRunResult();
                    Assert.Empty(result.Diagnostics);
                    Assert.Single(result.GeneratedTrees);
                }
                catch (Exception e)
                {
                    thrown = e;
                }
            },
            Stack)
        { CurrentCulture = CultureInfo.InvariantCulture };
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
        Assert.DoesNotContain(Compilations.Diagnose(compilation), d => d.Id == "AD0001");
    }
}
