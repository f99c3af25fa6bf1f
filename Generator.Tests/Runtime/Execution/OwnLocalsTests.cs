using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>Tensors in objects that <c>Forward</c> makes for itself are freed with the others.</summary>
[Collection("TorchSharp")]
public sealed class OwnLocalsTests
{
    private const string Types = """
        #nullable enable
        public sealed record Pair(Tensor P, Tensor Q);
        public readonly record struct Couple(Tensor P, Tensor Q);
        public struct Open { public Tensor P; public Tensor Q; }
        public sealed class Settable { public Tensor? P { get; init; } public Tensor? Q { get; set; } }

        """;

    [Theory]
    [InlineData("var r = new Pair(a.call(x), x.relu()); return r.P * r.Q;")]
    [InlineData("var r = new Pair(a.call(x), x); r = r with { Q = r.P.relu() }; return r.P * r.Q;")]
    [InlineData("var (p, q) = new Pair(a.call(x), x.relu()); return p * q;")]
    [InlineData("var r = new Couple(a.call(x), x.relu()); return r.P * r.Q;")]
    [InlineData("var r = new Couple(a.call(x), x); r = r with { Q = r.P.relu() }; return r.P * r.Q;")]
    [InlineData("var r = new Open(); r.P = a.call(x); r.Q = x.relu(); return r.P * r.Q;")]
    [InlineData("Open r; r.P = a.call(x); r.Q = x.relu(); return r.P * r.Q;")]
    [InlineData("var r = new Settable { P = a.call(x) }; r.Q = x.relu(); return r.P! * r.Q;")]
    [InlineData("var n = int.Parse(\"2\", System.Globalization.CultureInfo.InvariantCulture); return a.call(x) * n;")]
    [InlineData("var n = new System.Text.StringBuilder(\"ab\"); var t = string.Join(\",\", x.shape); "
        + "return a.call(x) * (n.Length + t.Length);")]
    [InlineData("var y = a.call(x); y.add_(1); functional.relu(y); _ = y.tanh(); return a.call(y);")]
    public void None_is_left_behind(string body)
    {
        var type = Compilations.Load($"{Types} public sealed partial class Net {{ [Layer(4, 4)] private readonly Linear a; private Tensor "
            + $"Forward(Tensor x) {{ {body} }} }}").GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var x = randn(3, 4);
        LiveCount.AssertConstant(50, () => module.call(x).Dispose());
    }
}
