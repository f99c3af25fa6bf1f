using Gen.Tests.Runtime.Execution;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>How long a value lives in a <c>Forward</c>, as a summary predicts it and as it is.</summary>
[Collection("TorchSharp")]
public sealed class LifetimeTests
{
    private const string Layers = "[Layer(8, 8)] private readonly Linear a; [Layer(8, 8)] private readonly Linear b; "
        + "[Layer(8, 8)] private readonly Linear c; "
        + "private static Tensor Doubled(Tensor y) { var z = y.relu(); return z * 2; } "
        + "private Tensor Last(Tensor y, Tensor z) { var s = y.tanh() + 1; return b.call(s) * z; } "
        + "private Tensor Twice(Tensor y) => Doubled(Doubled(y).exp());";

    /// <summary>What <c>using</c> disposes, what something may hold, and what nobody takes.</summary>
    [Theory]
    [InlineData("var y = x; for (var i = 0; i < 3; i++) { using var t = a.call(y).tanh(); y = b.call(t); } return c.call(y);")]
    [InlineData("var y = x; for (var i = 0; i < 3; i++) { using (var t = a.call(y)) { if (i == 1) { continue; } "
        + "y = b.call(t); } } return c.call(y);")]
    [InlineData("Tensor h; using (var t = a.call(x)) { h = t.relu(); } h = b.call(h); return c.call(h);")]
    [InlineData("var y = a.call(x); { using var t = y.tanh(); y = b.call(t); } "
        + "{ using var t = y.tanh(); y = b.call(t); } return c.call(y);")]
    [InlineData("Tensor? y = null; foreach (var l in new[] { a, b, c }) { y = y is null ? l.call(x) : y + l.call(y); } return y!;")]
    [InlineData("var y = a.call(x); foreach (var l in new[] { b, c }) { y = l.call(y).relu(); } return y;")]
    [InlineData("var l = x.shape[0] > 2 ? b : c; var y = l.call(a.call(x).relu()); y = l.call(y.relu()); return c.call(y);")]
    [InlineData("a.call(x); _ = b.call(x); return c.call(c.call(x).relu());")]
    [InlineData("var y = a.call(x); y.add_(1); y = b.call(y); y = b.call(y.relu()); return c.call(y.relu());")]
    [InlineData("var o = (a.call(x), b.call(x)); var s = o.Item1.relu(); s = s + o.Item2.relu(); s = c.call(s); return s.relu();")]
    public void The_predicted_peak_is_the_measured_one(string body)
    {
        var (measured, summary) = Run(body);
        Assert.Equal(measured, summary.PeakActivationBytes);
    }

    /// <summary>What a method is given lives until it returns, and what it makes until the call ends.</summary>
    [Theory]
    [InlineData("return Doubled(a.call(x));")]
    [InlineData("var y = a.call(x); var z = Doubled(y); return c.call(z);")]
    [InlineData("var y = a.call(x); var z = Last(b.call(x), y); return c.call(z) * 2;")]
    [InlineData("var y = Twice(a.call(x)); y = Twice(y); return c.call(y);")]
    [InlineData("var y = x; for (var i = 0; i < 3; i++) { y = Doubled(a.call(y)); } return y;")]
    [InlineData("var y = x; for (var i = 0; i < 3; i++) { var z = a.call(y); y = z + Last(z, y); } return y;")]
    [InlineData("return F(a.call(x)) + F(b.call(x)); static Tensor F(Tensor y) { var z = y.relu(); return z * 2; }")]
    [InlineData("Tensor F(Tensor y) => y.relu() * 2; var z = F(a.call(x)); return c.call(F(z));")]
    [InlineData("var m = a.call(x); Tensor F(Tensor y) => y.relu() + m; var z = F(b.call(x)); return c.call(z).exp();")]
    [InlineData("var m = a.call(x); var z = F(b.call(x)); z = F(z); return c.call(z); "
        + "Tensor F(Tensor y) => G(y) * 2; Tensor G(Tensor y) => y.tanh() + m;")]
    [InlineData("var y = x; for (var i = 0; i < 3; i++) { Tensor F(Tensor t) => t * i; y = F(a.call(y)).relu(); } return y;")]
    [InlineData("Tensor Same(Tensor y) => y; var z = Same(a.call(x)); var w = z.relu(); return z + w;")]
    [InlineData("var m = a.call(x); Tensor Own() => m; var z = Own(); var w = z.relu() * m; return c.call(w);")]
    [InlineData("var k = x.shape[0]; Tensor F(Tensor y) { var v = y.view(k, 2, 4).transpose(0, 1); return v; } "
        + "var z = F(a.call(x)) + F(b.call(x)); return c.call(z.transpose(0, 1).reshape(k, 8));")]
    [InlineData("(Tensor, Tensor) Two(Tensor y) => (y.relu(), y.tanh()); var (p, q) = Two(a.call(x)); p = p.exp(); return b.call(p) * q;")]
    public void The_predicted_peak_of_methods_is_the_measured_one(string body)
    {
        var (measured, summary) = Run(body);
        Assert.Equal(measured, summary.PeakActivationBytes);
    }

    [Theory]
    [InlineData("goto start; start: var y = a.call(x); y = b.call(y); return c.call(y);")]
    [InlineData("var i = 0; again: x = a.call(x); if (++i < 3) { goto again; } x = b.call(x); return c.call(x);")]
    public void Where_a_jump_leads_is_not_followed(string body)
    {
        var (_, summary) = Run(body);
        Assert.Null(summary.PeakActivationBytes);
        Assert.Contains("(the shape at 'goto' is not known)", summary.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The peak of training is that of the same computation without what is beside the point.</summary>
    [Theory]
    [InlineData("using (no_grad()) { x = b.call(a.call(x).relu()); } return c.call(x);", "x = x.relu(); return c.call(x);")]
    [InlineData("a.call(x); _ = b.call(x); return c.call(x);", "return c.call(x);")]
    [InlineData("functional.relu(x); return c.call(x);", "return c.call(x);")]
    [InlineData("return c.call(x);", "using var s = NewDisposeScope(); return c.call(x).MoveToOuterDisposeScope();")]
    [InlineData("var y = b.call(x); y.relu_().add_(1); return c.call(y);", "var y = b.call(x); return c.call(y);")]
    [InlineData("var r = new Pair(b.call(x), c.call(x)); return r.P * r.Q;", "return b.call(x) * c.call(x);")]
    [InlineData("var r = new Pair(b.call(x), x); r = r with { Q = c.call(x) }; return r.P * r.Q;", "return b.call(x) * c.call(x);")]
    [InlineData("var y = b.call(x) * int.Parse(\"2\", System.Globalization.CultureInfo.InvariantCulture); return c.call(y);",
        "var y = b.call(x) * 2; return c.call(y);")]
    public void The_peak_of_training_is_that_of(string body, string same)
    {
        var expected = Run(same).Summary;
        Assert.NotNull(expected.PeakTrainingBytes);
        Assert.Equal(expected.PeakTrainingBytes, Run(body).Summary.PeakTrainingBytes);
    }

    /// <summary>Whether gradients are recorded is known at run time alone.</summary>
    [Fact]
    public void What_may_be_recorded_or_not_is_not_guessed() => Assert.Contains("(what autograd keeps of 'a' is not known)",
        Run("using (set_grad_enabled(x.shape[0] > 1)) { x = a.call(x); } return c.call(b.call(x));").Summary.ToString(),
        StringComparison.Ordinal);

    private static (long Measured, ModuleSummary Summary) Run(string body)
    {
        var type = Compilations.Load("public sealed record Pair(Tensor P, Tensor Q); "
            + $"[Shape(\"B 8 -> B 8\")] public sealed partial class Net {{ {Layers} "
            + $"private Tensor Forward(Tensor x) {{ {body} }} }}").GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var mode = no_grad();
        using var x = randn(3, 8);
        module.call(x).Dispose();
        var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, ["B=3"])!;
        return (LiveTensors.Measure(() => module.call(x), x).PeakBytes, summary);
    }
}
