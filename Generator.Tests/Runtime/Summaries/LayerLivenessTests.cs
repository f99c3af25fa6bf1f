using System.Reflection;
using Gen.Tests.Runtime.Execution;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>How long what layers are given, and what they give, lives: the prediction against the bytes of a real call.</summary>
[Collection("TorchSharp")]
public sealed class LayerLivenessTests
{
    /// <summary>A layer that the module builds is of just its class. One that it is given may be of a derived class, which may hold
    /// tensors: these are not freed, and no peak is predicted.</summary>
    [Theory]
    [InlineData("sealed ", "", "private readonly Inner inner = new();", true)]
    [InlineData("", "", "private readonly Inner inner = new();", true)]
    [InlineData("", "", "private readonly Inner inner;", true)]
    [InlineData("", "", "private readonly Inner inner; public Middle() => inner = new Inner();", true)]
    [InlineData("", "", "private readonly Inner inner; public Middle() { if (Inner.Count > 5) { inner = new(); } else { inner = new(); } }",
        true)]
    [InlineData("", "", "private Inner inner = new();", true)]
    [InlineData("", "", "private Inner inner = new(); public void Set(Inner other) => inner = other;", false)]
    [InlineData("", "", "private Inner inner = new(); public void Set(Inner other) => (this.inner, _) = (other, 1);", false)]
    [InlineData("", "", "private Inner inner = new(); public ref Inner Place() => ref inner;", false)]
    [InlineData("", "", "internal Inner inner = new();", false)]
    [InlineData("", "(Inner given)", "private readonly Inner inner = given;", false)]
    public void What_other_code_may_hold_has_no_peak(string kind, string parameter, string field, bool isKnown)
    {
        var types = Compilations.Load($"[Shape(\"B 8 -> B 8\")] public {kind}partial class Inner {{ "
            + "public static int Count; [Layer(8, 8)] private readonly Linear fc; } "
            + $"[Shape(\"B 8 -> B 8\")] public partial class Middle{parameter} {{ "
            + $"[Layer] {field} [Layer] private readonly ModuleList<Inner> list = ModuleList(new Inner(), new Inner()); "
            + "[Layer(8, 64)] private readonly Linear up; [Layer(64, 8)] private readonly Linear down; "
            + "private Tensor Forward(Tensor x) { foreach (var item in list) { x = item.call(x); } "
            + "return down.call(up.call(inner.call(x))); } } "
            + $"[Shape(\"B 8 -> B 8\")] public sealed partial class Net{parameter} {{ [Layer] private readonly Middle middle = "
            + $"new({(parameter.Length > 0 ? "given" : "")}); }}");
        var given = parameter.Length > 0 ? new[] { Activator.CreateInstance(types.GetType("Inner")!)! } : [];
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(types.GetType("Net")!, given)!;
        using var mode = inference_mode();
        using var x = randn(3, 8);
        module.call(x).Dispose();
        var summary = (ModuleSummary)module.GetType().GetMethod("Summary")!.Invoke(module, ["B=3"])!;
        var measured = LiveTensors.Measure(() => module.call(x), x).PeakBytes;
        Assert.Equal(isKnown ? measured : null, summary.PeakActivationBytes);
    }

    /// <summary>The items of the tuple that a layer gives are freed one by one, whether they are read or not.</summary>
    [Theory]
    [InlineData("var (y, _) = attention.call(x, x, x); return down.call(up.call(x + y));")]
    [InlineData("var y = attention.call(x, x, x).Item1; return down.call(up.call(x + y));")]
    [InlineData("var both = attention.call(x, x, x); x = x + both.Item1; return down.call(up.call(x));")]
    [InlineData("var both = attention.call(x, x, x); x = x + both.Item1; return down.call(up.call(x)) + both.Item2.mean();")]
    [InlineData("(Tensor y, Tensor w) = attention.call(x, x, x); return down.call(up.call(x + y)) * w.mean();")]
    [InlineData("(x, _) = attention.call(x, x, x); return down.call(up.call(x));")]
    [InlineData("var (y, w) = attention.call(x, x, x, need_weights: false); return down.call(up.call(x + y));")]
    [InlineData("Tensor y; Tensor h; (y, h, _) = lstm.call(x); return down.call(up.call(y)) + h;")]
    [InlineData("var all = lstm.call(x); return down.call(up.call(all.Item1)) + all.Item3;")]
    [InlineData("return down.call(up.call(lstm.call(x).Item1));")]
    [InlineData("var (y, (h, c)) = Split(x); return down.call(up.call(y)) + h + c; "
        + "static (Tensor, (Tensor, Tensor)) Split(Tensor x) => (x * 2, (x + 1, x + 2));", false)]
    [InlineData("var all = lstm.call(x); return Last(all); static Tensor Last((Tensor, Tensor, Tensor) all) => all.Item1;", false)]
    public void The_items_of_a_tuple_are_freed_one_by_one(string body, bool isFollowed = true)
    {
        var type = Compilations.Load("[Shape(\"T B 8 -> T B 8\")] public partial class Net { "
            + "[Layer] private readonly MultiheadAttention attention = MultiheadAttention(8, 2); "
            + "[Layer(8, 8)] private readonly LSTM lstm; [Layer(8, 64)] private readonly Linear up; "
            + $"[Layer(64, 8)] private readonly Linear down; private Tensor Forward(Tensor x) {{ {body} }} }}").GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var mode = inference_mode();
        using var x = randn(5, 3, 8);
        module.call(x).Dispose();
        Assert.Equal(isFollowed, type.GetMethod("ForwardAndFree", BindingFlags.NonPublic | BindingFlags.Instance) is not null);
        if (!body.Contains("need_weights", StringComparison.Ordinal))
        {
            // The empty tensor in the place of the weights stays in TorchSharp's count of tensors for ever.
            LiveCount.AssertConstant(100, () => module.call(x).Dispose());
        }

        if (!isFollowed || body.Contains("lstm", StringComparison.Ordinal))
        {
            return;
        }

        var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, ["T=5, B=3"])!;
        Assert.Equal(LiveTensors.Measure(() => module.call(x), x).PeakBytes, summary.PeakActivationBytes);
    }

    /// <summary>A method that gives one tensor twice: it lives as long as one of its names is read.</summary>
    [Theory]
    [InlineData("var (a, b) = Both(8); var y = a + 1; return x * (b + y);")]
    [InlineData("var (a, _) = Both(8); var y = a + 1; return x * y;")]
    [InlineData("Tensor a; Tensor b; (a, b) = Both(8); var y = a + 1; return x * (b + y);")]
    [InlineData("(Tensor a, Tensor b) = Both(8); var y = a + 1; return x * (b + y);")]
    [InlineData("var both = Both(8); var y = both.Item1 + 1; return x * (both.Item2 + y);")]
    [InlineData("var y = Both(8).Item1 + 1; return x * y;")]
    [InlineData("var (a, b) = twice.call(x); var y = a + 1; return b + y;")]
    [InlineData("var (a, _) = twice.call(x); var y = a + 1; return y * 2;")]
    [InlineData("var both = twice.call(x); var y = both.Item1 + 1; return y * both.Item2;")]
    [InlineData("var (a, b) = given.call(x * 2); var y = a + 1; return b + y;")]
    [InlineData("var both = given.call(x * 2); var y = both.Item1 + 1; return both.Item2 + y;")]
    [InlineData("var one = given.call(x); var two = given.call(one.Item1 * 2); return one.Item1 + two.Item1 + two.Item2;")]
    [InlineData("var y = given.call(x * 2).Item1; return y + 1;")]
    [InlineData("Tensor a; (a, _) = given.call(x * 2); return a + 1;")]
    [InlineData("var both = Tuple.Create(x * 2, x); return both.Item1 + both.Item2;")]
    [InlineData("var both = Whole(x * 2); return both.Item1 + both.Item2;")]
    public void A_tensor_that_a_tuple_holds_twice_lives_until_its_last_use(string body)
    {
        var type = Compilations.Load("[Shape(\"B 8 -> B 8, B 8\")] public sealed partial class Twice { "
            + "[Layer(8, 8)] private readonly Linear a; "
            + "private (Tensor, Tensor) Forward(Tensor x) { var y = a.call(x); return (y, y); } } "
            + "[Shape(\"B 8 -> B 8, B 8\")] public partial class Given { [Layer(8, 8)] private readonly Linear a; "
            + "private (Tensor, Tensor) Forward(Tensor x) => (x, a.call(x)); } "
            + "[Shape(\"B 8 -> B 8\")] public partial class Net { [Layer] private readonly Twice twice = new(); "
            + "[Layer] private readonly Given given = new(); "
            + "private static Tuple<Tensor, Tensor> Whole(Tensor x) => Tuple.Create(x, x + 1); "
            + "private static (Tensor, Tensor) Both(long n) { var y = ones(n) * 3; return (y, y); } "
            + $"private Tensor Forward(Tensor x) {{ {body} }} }}").GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var x = randn(3, 8);
        Assert.NotNull(type.GetMethod("ForwardAndFree", BindingFlags.NonPublic | BindingFlags.Instance));
        var forward = type.GetMethod("Forward", BindingFlags.NonPublic | BindingFlags.Instance)!;
        using var expected = (Tensor)forward.Invoke(module, [x])!;
        using var result = module.call(x);
        Assert.True(expected.allclose(result));
    }
}
