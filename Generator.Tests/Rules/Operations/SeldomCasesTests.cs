using System.Reflection;
using Gen.Tests.Analyzers;
using TorchSharp;

namespace Gen.Tests.Rules.Operations;

/// <summary>What only thousands of random cases reached: proved, left open or reported as TorchSharp does.</summary>
[Collection("TorchSharp")]
public sealed class SeldomCasesTests
{
    [Theory]
    [InlineData("1 2 3 3 -> 1 2 7 8", "functional.conv_transpose2d(x, ones(2, 2, 3, 3), null, [2, 2], [0, 0], [0, 1])")]
    [InlineData("1 2 3 3 -> 1 2 8 7", "functional.conv_transpose2d(x, ones(2, 2, 3, 3), null, [2, 2], [0, 0], [1, 0])")]
    [InlineData("2 4 -> 2 4", "functional.softmax(x, 1, float64)")]
    public void It_is_proved_and_runs(string shape, string expression) => Check(shape, expression, isProved: true);

    [Theory]
    [InlineData("4 ->", "functional.multi_margin_loss(x, zeros([], dtype: int64), reduction: Reduction.None)")]
    [InlineData("1 4 ->", "functional.multi_margin_loss(x, zeros([], dtype: int64), reduction: Reduction.None)")]
    [InlineData("4 -> 1", "functional.multi_margin_loss(x, zeros([1], dtype: int64), reduction: Reduction.None)")]
    [InlineData("5 1 5 -> 5 2", "functional.multilabel_soft_margin_loss(x, x, ones(5, 2, 5), Reduction.None)")]
    [InlineData("5 5 -> 3 5", "functional.multilabel_soft_margin_loss(x, x, ones(3, 5, 5), Reduction.None)")]
    public void It_is_left_open_and_runs(string shape, string expression) => Check(shape, expression, isProved: false);

    [Theory]
    [InlineData("2 2 2 -> 2 2 2", "functional.conv_transpose2d(x, ones(2, 2, 3, 3), null, null, [0, 1], [0, 3], null, 2)")]
    [InlineData("2 3 -> 2 3", "functional.bilinear(x, zeros(2, 0), zeros(3, 3, 0))")]
    public void It_is_reported_and_throws(string shape, string expression)
    {
        var source = $$"""
            public static class Program
            {
                public static void Run() { var x = rand({{Numbers(shape.Split("->")[0])}}); _ = {|GEN1006:{{expression}}|}; }
            }
            """;
        Markup.Verify(source);
        using var scope = torch.NewDisposeScope();
        Assert.ThrowsAny<TargetInvocationException>(() => Compilations.Load(Markup.Strip(source)).GetType("Program", throwOnError: true)!
            .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null));
    }

    /// <summary>No index fits a dimension of 0.</summary>
    [Theory]
    [InlineData("3 0 -> 3 0", "x.scatter(1, zeros([3, 1], dtype: int64), ones(3, 1))")]
    [InlineData("5 0 4 -> 5 0 4", "x.scatter_add(1, zeros([5, 1, 4], dtype: int64), ones(5, 1, 4))")]
    public void It_is_not_proved_and_throws(string shape, string expression)
    {
        var source = Source(shape, expression);
        Assert.Contains(Compilations.Diagnose(Compilations.Of(source)), d => d.Id == "GEN2002");
        using var scope = torch.NewDisposeScope();
        Assert.Throws<TargetInvocationException>(() => Run(source));
    }

    private static void Check(string shape, string expression, bool isProved)
    {
        var source = Source(shape, expression);
        Markup.Verify(source, d => d.Id is not ("GEN2001" or "GEN2002" or "GEN4012"));
        Assert.Equal(isProved, Compilations.Diagnose(Compilations.Of(source)).All(d => d.Id is not ("GEN2001" or "GEN2002")));
        using var scope = torch.NewDisposeScope();
        Assert.Equal(shape.Split("->")[1].Trim(), Run(source));
    }

    private static string Source(string shape, string expression) => $$"""
        [Shape("{{shape}}")] public sealed partial class Net
        {
            [Layer] private readonly Identity identity;

            private Tensor Forward(Tensor x) { x = identity.call(x); return {{expression}}; }

            public static string Run() => string.Join(' ', new Net().call(rand({{Numbers(shape.Split("->")[0])}})).shape);
        }
        """;

    private static object? Run(string source) => Compilations.Load(source).GetType("Net", throwOnError: true)!
        .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null);

    private static string Numbers(string shape) => $"new long[] {{ {string.Join(", ", shape.Trim().Split(' '))} }}";
}
