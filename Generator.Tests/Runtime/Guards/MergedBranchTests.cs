using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Guards;

/// <summary>
/// Bodies with more forks than are walked one by one, whose sides need something or return before they do: a module fails where the same
/// code without guards fails, and nowhere else.
/// </summary>
[Collection("TorchSharp")]
public sealed class MergedBranchTests
{
    /// <summary>Forks that change no shape.</summary>
    private const string Forks = """
        if (x.shape[0] > 1) { x = x.relu(); }
        if (x.shape[0] > 2) { x = x.tanh(); }
        if (x.shape[0] > 3) { x = x.relu(); }
        if (x.shape[0] > 4) { x = x.tanh(); }
        if (x.shape[0] > 5) { x = x.relu(); } if (x.shape[0] > 6) { x = x.tanh(); } if (x.shape[0] > 7) { x = x.relu(); }
        """;

    [Theory]
    [InlineData("if (a && k > 0) { return x; } return b ? step.call(x).relu() : step.call(x);")]
    [InlineData("if (k > 0) { if (n > 0) { return x; } x = step.call(x); } else { if (a) { return x.tanh(); } x = other.call(x); } if "
        + "(b) { return x; } return n > 1 ? step.call(x) : x;")]
    [InlineData("if (a && k > 0) { return x.relu(); } if (b || n > 1) { x = other.call(x); if (k > 1) { return x; } } else { x = "
        + "step.call(x); } return x.tanh();")]
    [InlineData("switch (k) { case 0: return x; case 1: x = step.call(x); if (a) { return x; } break; default: if (b) { x = "
        + "other.call(x); } break; } return n > 0 ? x : step.call(x);")]
    [InlineData("for (var i = 0; i < n; i++) { if (i == k) { return x; } if (a) { x = step.call(x); } else { x = other.call(x); } } "
        + "return b ? step.call(x) : x;")]
    [InlineData("if (n > k) { if (a) { throw new System.ArgumentException(); } x = step.call(x); } if (b) { return other.call(x); } "
        + "return x;")]
    public void A_module_fails_where_its_code_fails(string rest)
    {
        var program = Compilations.Load($$"""
            [Shape("B d -> B d")] public sealed partial class Net(bool a, bool b)
            {
                [Layer(7, 7)] private readonly Linear step;
                [Layer(5, 5)] private readonly Linear other;
                private Tensor Forward(Tensor x, int k, int n) { {{Forks}} {{rest}} }
            }
            public static class Program
            {
                private static readonly Linear step = Linear(7, 7), other = Linear(5, 5);
                public static Tensor Guarded(Tensor x, bool a, bool b, int k, int n) => new Net(a, b).call(x, k, n);
                public static Tensor Plain(Tensor x, bool a, bool b, int k, int n) { {{Forks}} {{rest}} }
            }
            """).GetType("Program")!;
        var guarded = program.GetMethod("Guarded")!.CreateDelegate<Func<Tensor, bool, bool, int, int, Tensor>>();
        var plain = program.GetMethod("Plain")!.CreateDelegate<Func<Tensor, bool, bool, int, int, Tensor>>();
        var failed = 0;
        for (var way = 0; way < 216; way++)
        {
            var (rows, columns, a, b, k, n) = (way % 2 == 0 ? 1 : 8, new[] { 5, 7, 9 }[way / 2 % 3], way / 6 % 2 == 0, way / 12 % 2 == 0,
                way / 24 % 3, way / 72);
            var fails = Fails(() => plain(ones(rows, columns), a, b, k, n));
            failed += fails ? 1 : 0;
            Assert.True(fails == Fails(() => guarded(ones(rows, columns), a, b, k, n)),
                $"[{rows}, {columns}], {a}, {b}, {k}, {n}: {(fails ? "fails" : "runs")}, and the module does not");
        }

        Assert.InRange(failed, 1, 215);
    }

    private static bool Fails(Func<Tensor> call)
    {
        using var scope = NewDisposeScope();
        try
        {
            call();
            return false;
        }
        catch (Exception error) when (error is ShapeMismatchException or ArgumentException
            or System.Runtime.InteropServices.ExternalException)
        {
            return true;
        }
    }
}
