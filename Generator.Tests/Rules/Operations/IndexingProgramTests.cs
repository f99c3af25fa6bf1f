using System.Globalization;
using Gen.Tests.Analyzers;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>
/// Every form of indexing, in random programs that TorchSharp runs: what it gives is the declared result and nothing is refused; what it
/// refuses is an error, or said to be unknown.
/// </summary>
[Collection("TorchSharp")]
public sealed class IndexingProgramTests
{
    private static readonly string[] Forms =
    [
        "0", "-1", "1", "3", "-4", "..", "1..", "..2", "1..3", "..^1", "^1", "^2", "^2..", "3..1", "TensorIndex.Ellipsis",
        "TensorIndex.Ellipsis", "TensorIndex.None", "TensorIndex.Null",
        "TensorIndex.Colon", "TensorIndex.Slice(0, 2)", "TensorIndex.Slice(step: 2)", "TensorIndex.Slice(-2)", "TensorIndex.Slice(1, 9, 2)",
        "TensorIndex.Single(1)", "TensorIndex.Single(-2)",
        "TensorIndex.Bool(true)", "TensorIndex.Bool(false)",
    ];

    private static readonly string[] Tensors = ["tensor(new long[] { 0, 0 })", "tensor(new long[] { 0 })", "tensor(0L)",
        "zeros(2, 1, dtype: ScalarType.Int64)", "ones(3, dtype: ScalarType.Bool)", "ones(2, 3, dtype: ScalarType.Bool)"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Indexing_agrees_with_TorchSharp(int seed)
    {
        var random = new Random(seed);
        var programs = Enumerable.Range(0, 120).Select(_ => Program(random)).ToArray();
        var runs = Compilations.Load($$"""
            public static class Programs
            {
                {{string.Concat(programs.Select((p, i) =>
                    $"public static Tensor Run{i}() => zeros(new long[] {{ {string.Join(", ", p.Shape)} }})[{p.Indices}];\n"))}}
            }
            """).GetType("Programs")!;
        using var scope = NewDisposeScope();
        var given = programs.Select((_, i) => Given(() => (Tensor)runs.GetMethod($"Run{i}")!.Invoke(null, null)!)).ToArray();
        var diagnostics =
            Compilations.Diagnose(Compilations.Of(string.Concat(programs.Select((p, i) => Module(i, p.Shape, p.Indices, given[i])))));
        var found = diagnostics.ToLookup(d => d.Location.GetLineSpan().StartLinePosition.Line);
        var wrong = programs.Select((p, i) => (p, i)).Where(x => Contradicts(given[x.i], found[x.i].Select(d => d.Id).ToArray()))
            .Select(x => $"[{string.Join(", ", x.p.Shape)}][{x.p.Indices}] gives {given[x.i] ?? "an exception"}: "
                + string.Join(" ", found[x.i])).ToArray();
        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
        Assert.InRange(given.Count(g => g is null), 20, 100);

        // Nearly all are decided.
        Assert.InRange(programs.Where((_, i) => found[i].Any(d => d.Id.StartsWith("GEN2", StringComparison.Ordinal))).Count(), 0, 24);
    }

    [Theory]
    [InlineData("TensorIndex.Ellipsis, TensorIndex.Ellipsis, 3")]
    [InlineData("TensorIndex.Ellipsis, TensorIndex.Ellipsis, 0")]
    [InlineData("0, TensorIndex.Ellipsis, TensorIndex.Ellipsis, .., 1")]
    [InlineData("TensorIndex.Ellipsis, TensorIndex.Ellipsis, TensorIndex.None")]
    public void Nothing_is_left_behind_a_second_ellipsis(string indices)
    {
        Markup.Verify(
            $$"""
            [Shape("2 3 5 4")] public partial class Net
            {
                [Layer] private readonly ReLU relu;
                private Tensor Forward(Tensor x) => relu.call({|GEN1002:x[{{indices}}]|});
            }
            """);
        var run =
            Compilations.Load($$"""public static class Program { public static Tensor Run() => zeros(2, 3, 5, 4)[{{indices}}]; }""")
                .GetType("Program")!.GetMethod("Run")!;
        using var scope = NewDisposeScope();
        Assert.Throws<System.Reflection.TargetInvocationException>(() => run.Invoke(null, null));
    }

    private static (long[] Shape, string Indices) Program(Random random)
    {
        var shape = Enumerable.Range(0, random.Next(5)).Select(_ => (long)random.Next(1, 5)).ToArray();
        var indices = Enumerable.Range(0, random.Next(1, Math.Min(4, shape.Length + 2) + 1))
            .Select(_ => random.Next(4) == 0 ? $"TensorIndex.Tensor({Tensors[random.Next(Tensors.Length)]})"
                : Forms[random.Next(Forms.Length)]);
        return (shape, string.Join(", ", indices));
    }

    private static string? Given(Func<Tensor> run)
    {
        try
        {
            return string.Join(" ", run().shape.Select(s => s.ToString(CultureInfo.InvariantCulture)));
        }
        catch (System.Reflection.TargetInvocationException)
        {
            return null;
        }
    }

    /// <summary>On a line of its own: what is said of it is found by the line.</summary>
    private static string Module(int number, long[] shape, string indices, string? result) =>
        $"[Shape(\"{string.Join(" ", shape)}{(result is null ? "" : $" -> {result}")}\")] public partial class Net{number} "
        + $"{{ [Layer] private readonly ReLU relu; private Tensor Forward(Tensor x) => relu.call(x[{indices}]); }}\n";

    /// <summary>What runs is no error; what throws is not passed in silence.</summary>
    private static bool Contradicts(string? given, string[] ids) =>
        given is null ? ids.Length == 0 : ids.Any(id => id.StartsWith("GEN1", StringComparison.Ordinal));
}
