using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Execution;

/// <summary>Freed after the last use: the results are those of the user's own <c>Forward</c>, nothing is left, and less lives at
/// once.</summary>
[Collection("TorchSharp")]
public sealed class LastUseTests
{
    private const string Modules = """
        public sealed partial class Inner { [Layer(8, 8)] private readonly Linear fc; [Layer] private readonly ReLU relu; }
        public sealed partial class Same
        {
            [Layer(8, 8)] private readonly Linear fc;
            private Tensor Forward(Tensor x) => x.shape[0] > 100 ? fc.call(x) : x;
        }
        public sealed partial class Storing
        {
            [Layer(8, 8)] private readonly Linear fc;
            private Tensor? last;
            private Tensor Forward(Tensor x) { var y = last is null || last.IsInvalid ? x : x + last; last = x; return fc.call(y); }
        }
        public sealed class Hand : Module<Tensor, Tensor>
        {
            private Tensor? first;
            public Hand() : base("Hand") { }
            public override Tensor forward(Tensor x) { first ??= x.alias(); return first.IsInvalid ? x : first; }
        }

        """;

    private const string Members = """
        [Layer(8, 8)] private readonly Linear a;
        [Layer(8, 8)] private readonly Linear b;
        [Layer(8)] private readonly LayerNorm norm;
        [Layer(0.5)] private readonly Dropout drop;
        [Layer] private readonly Hardtanh hard;
        [Layer] private readonly Inner inner = new();
        [Layer] private readonly Same same = new();
        [Layer] private readonly ModuleList<Inner> list = ModuleList(new Inner(), new Inner(), new Inner());
        [Layer] private readonly Sequential sequential = Sequential(Linear(8, 8), ReLU());
        [Layer] private readonly LSTM lstm = LSTM(8, 8, batchFirst: true);
        [Layer] private readonly Linear? none = null;
        [Buffer] private readonly Tensor mask = ones(8);
        private readonly long heads = 2;
        private double Scale => 0.5;
        private Tensor Twice(Tensor x) => x * 2;
        private Tensor Pass(Tensor x) => x;
        private static Tensor Split(Tensor x, long n) { var parts = x.chunk(n, -1); return cat([parts[1], parts[0]], -1); }

        """;

    private static readonly string[] Bodies =
    [
        "return a.call(x);",
        "var h = a.call(x); var y = cat([h], 1); var z = y * 2; return z + h;",
        "var y = a.call(x); y = norm.call(y).relu(); return b.call(y) + x;",
        "x = x + a.call(norm.call(x)); return x + b.call(norm.call(x));",
        "foreach (var layer in list) { x = layer.call(x); } return x;",
        "foreach (var layer in list) { x = x + layer.call(x); } return norm.call(x);",
        "for (var i = 0; i < list.Count; i++) { x = list[i].call(x) + x; } return x;",
        "var skip = x; var y = a.call(x); var z = y; y = b.call(y); return y + z + skip;",
        "var y = same.call(a.call(x)); var z = same.call(y); return y + z;",
        "var y = a.call(x); var z = same.call(y); y = b.call(z); return y + z;",
        "var y = a.call(x); if (x.shape[0] > 2) { y = b.call(y); } else { var z = norm.call(y); y = y + z; } return y;",
        "var y = a.call(x); var z = b.call(x); if (x.shape[0] > 2) { return y; } return z + y;",
        "var y = training ? a.call(x) : b.call(x); return y * (training ? 2 : 3);",
        "var y = none?.call(x) ?? x; return a.call(y);",
        "var y = none is null ? x : none.call(x); return a.call(y) + y;",
        "var y = a.call(x); y += b.call(x) * 2; y -= x; y /= 3; return y;",
        "var parts = a.call(x).chunk(2, -1); var p = parts[0]; var q = parts[1]; return cat([q.relu(), p], -1) + x;",
        "var (left, right) = (a.call(x), b.call(x)); return left.matmul(right.t()).matmul(x);",
        "var (batch, size) = (x.shape[0], x.shape[1]); var y = a.call(x).view(batch, heads, size / heads).transpose(1, 2); return "
        + "y.contiguous().view(batch, size);",
        "var (y, h, c) = lstm.call(x.unsqueeze(1)); return y.squeeze(1) + h.squeeze(0) * c[0];",
        "return Twice(Split(a.call(x), heads)) + Pass(x);",
        "var y = Pass(a.call(x)); var z = Pass(y); return z + y;",
        "return sequential.call(inner.call(x)) + mask[..8] + mask;",
        "var y = a.call(x).relu_(); y.add_(1); return y.mul_(y) + 1;",
        "var y = drop.call(a.call(x)); return drop.call(y) + drop.call(x) / Math.Sqrt((double)heads);",
        "var y = (-a.call(x)).to(float32); var z = y.to(float32); return z + y;",
        "var m = mask; var y = a.call(x) * m; return (y + m).detach();",
        "Tensor y; if (x.shape[0] > 100) { y = x; } else { y = a.call(x); } return b.call(y);",
        "var y = a.call(x); for (var i = 0; i < 4; i++) { if (i == 2) { continue; } if (i == 3) { break; } y = b.call(y) + i; } return y;",
        "var y = a.call(x); var total = 0L; total += y.shape[0]; total++; return y * total;",
        "if (x.sum().item<float>() > 1e9f) { throw new InvalidOperationException(\"large\"); } return a.call(x);",
        "var y = a.call(x); _ = b.call(y); return y + 1; // a comment",
        "var y = a.call(/* inner */ x).view(x.shape[0], x.size(1)); return y.masked_fill(y > 0.5f, float.NegativeInfinity).softmax(dim: "
        + "-1);",
        "var @class = a.call(x); var t1 = b.call(@class); var scope = t1 + @class; return scope * 2;",
        "var (values, indices) = a.call(x).max(1); return x + values.unsqueeze(1) + indices.unsqueeze(1);",
        "var y = a.call(x); var skips = new List<Tensor>(); skips.Add(y); y = b.call(y); skips.Add(y); return skips[0] + skips[1] + y;",
        "return where(a.call(x) > 0, b.call(x), zeros_like(x)) * Scale;",
        "var y = x.view(-1); y = y.view(x.shape[0], -1); return y.narrow(0, 0, 1);",
        "return x;",
        "var y = a.call(x); var z = hard.call(y); return b.call(z);",
        "var y = a.call(x); var z = functional.hardtanh(y); return b.call(z) + z.shape[0];",
        "var y = a.call(x); var z = y.hardtanh(-1, 1); return b.call(z);",
        "var y = a.call(x); var z = y.with_requires_grad(true); return b.call(z);",
        "var y = a.call(x).@short(); var z = y.@short(); return b.call(z.@float());",
        "using var own = NewDisposeScope(); var y = a.call(x).relu(); y = b.call(y); return y.MoveToOuterDisposeScope();",
        "using var own = NewDisposeScope(); var y = a.call(x).relu(); y = b.call(y); return own.MoveToOuter(y);",
        "using var own = NewDisposeScope(); return own.MoveToOuter(a.call(x).relu() + x);",
        "using (var own = NewDisposeScope()) { x = b.call(a.call(x).relu()); own.MoveToOuter(x); } return a.call(x);",
        "Tensor y; using (var own = NewDisposeScope()) { y = own.MoveToOuter(a.call(x).relu()); } using (NewDisposeScope()) { y = "
        + "b.call(y).relu().MoveToOuterDisposeScope(); } return y;",
        "foreach (var layer in list) { using var own = NewDisposeScope(); x = (layer.call(x) + x).MoveToOuterDisposeScope(); } return x;",
        "using var own = NewDisposeScope(); var y = a.call(x); var z = y.view(-1, 4, 2); own.MoveToOuter(z); return "
        + "z.flatten(1).MoveToOuterDisposeScope();",
        "var y = a.call(x); var z = b.call(y); (y, z) = (z, y); (y, _) = (y * 2, z); return y + z;",
        "var y = a.call(x); long n = 2; (y, n) = (b.call(y), 3); for (var i = 0; i < n; i++) { (x, y) = (y, x); } return x - y;",
        "Tensor? y = x; (y, x) = (null, a.call(x)); return y is null ? b.call(x) : y;",
        "var (h, c) = (a.call(x), b.call(x)); for (var i = 0; i < 3; i++) { (_, h, c) = lstm.call(x.view(4, 1, 8), (h.view(1, 4, 8), "
        + "c.view(1, 4, 8))); } return h[0] + c[0];",
        "Tensor y = null!; for (var i = 0; i < 4; i++) { y = a.call(x); x = x + y.relu(); } return y;",
        "var y = a.call(x); foreach (var layer in list) { y = layer.call(x); if (heads > 5) { continue; } x = x * 2; } return y + x;",
        "Tensor y; for (var i = 0; ; i++) { y = a.call(x); if (i > 2) { break; } x = y + x; } return y;",
        "var parts = a.call(x).chunk(4, 1); var y = parts[1]; foreach (var part in parts) { y = part * 2; } return cat([y, y, y, y], 1);",
        "var y = a.call(x); var z = y; for (var i = 0; i < 3; i++) { z = y * i; } return z + y;",
        "var y = a.call(x); return y.t().t();",
        "var o = zeros_like(x); for (var i = 0; i < x.shape[0]; i++) { var y = a.call(x[i]); o[i] = y; } return o;",
        "var o = zeros_like(x); o[.., 0] = a.call(x)[.., 1]; var z = o * 2; o[0, 1] = 3f; return z + o;",
        "var o = a.call(x).detach(); var v = o[0]; v[..4] = b.call(x)[1, ..4]; return o;",
        "var y = a.call(x); Tensor Again(Tensor z) => z + y; return Again(y);",
        "var y = a.call(x); Tensor Again(Tensor z) => z + y; var z = Again(b.call(x)); return Again(z) * y;",
        "var y = a.call(x); Tensor Same(Tensor z) => z; Tensor Own() => y; var z = Same(y); return Own() + z * Own();",
        "return Act(a.call(x)) + Act(b.call(x)); static Tensor Act(Tensor t) { var u = t.relu(); return u * 2; }",
        "var (n, m) = (x.shape[0], x.shape[1]); Tensor Heads(Tensor t) => t.view(n, heads, m / heads).transpose(0, 1); var y = "
        + "Heads(a.call(x)) + Heads(b.call(x)); return y.transpose(0, 1).reshape(n, m);",
        "return Up(x) + Up(b.call(x)); Tensor Up(Tensor t) => Sum(t, x); Tensor Sum(Tensor p, Tensor q) { var r = p + q; return "
        + "r.tanh(); }",
        "var y = x; for (var i = 0; i < 3; i++) { var n = i; Tensor Times(Tensor t) => t * n + y; y = Times(a.call(y)); } return y;",
        "(Tensor, Tensor) Both(Tensor t) => (t + 1, t); var (p, q) = Both(a.call(x)); p = p * 2; return p + q;",
        "Tensor Masked(Tensor t, Tensor? m = null) => m is null ? t : t * m; return Masked(a.call(x)) + Masked(b.call(x), m: mask);",
        "Tensor Outer(Tensor t) { Tensor Inner(Tensor u) => u + t; return Inner(t.relu()); } return Outer(a.call(x)) + Outer(x);",
        "void Check(Tensor t) { if (t.shape[0] < 0) { throw new InvalidOperationException(); } } var y = a.call(x); Check(y); return "
        + "b.call(y);",
        "if (x.shape[0] > 2) { Tensor Half(Tensor t) => t / 2; return Half(a.call(x)); } return b.call(x);",
    ];

    private static readonly string[] Others =
    [
        "using var own = NewDisposeScope(); var y = a.call(x); var z = own.Detach(b.call(y)); return own.MoveToOuter(z);",
        "using var own = NewDisposeScope(); var y = a.call(x); own.DisposeEverythingBut(y); return own.MoveToOuter(b.call(y));",
        "using var y = a.call(x); return b.call(y);",
        "try { return a.call(x); } finally { GC.KeepAlive(x); }",
        "Func<Tensor, Tensor> f = y => a.call(y); return f(x);",
        "var n = 1; Tensor Next(Tensor z) { n++; return z * n; } return Next(a.call(x)) + Next(b.call(x)) * n;",
        "var y = a.call(x); void Set(Tensor z) => y = z; Set(b.call(y)); return y + 1;",
        "Tensor Down(Tensor t, int depth) => depth == 0 ? t : Down(a.call(t), depth - 1); return Down(x, 2) + Down(b.call(x), 1);",
        "Tensor Each(Func<Tensor, Tensor> f) => f(x); return Each(t => a.call(t));",
        "Tensor Again(Tensor z) => z + x; Func<Tensor, Tensor> f = Again; return f(a.call(x));",
        "Tensor One<T>(T z) => a.call(x) * z!.GetHashCode(); return One(1) + One(2L);",
        "using var own = NewDisposeScope(); Tensor Out(Tensor z) => own.MoveToOuter(z); return Out(a.call(x));",
        "foreach (var layer in list) { Tensor On(Tensor z) => layer.call(z); x = On(x) + x; } return x;",
        "var c = b; Tensor On(Tensor z) { var a = c; return a.call(z); } return On(x) + a.call(x);",
        "var z = list.Select(l => l.call(x)).Aggregate((p, q) => p + q); return z;",
        "var y = x; do { y = a.call(y); } while (y.shape[0] < 0); return y;",
        "return heads switch { 2 => a.call(x), _ => b.call(x) };",
        "var y = a.call(x); var d = y.data<float>(); return x * d[0];",
        "var z = x.shape[0] > 2 && a.call(x).sum().item<float>() > 0 ? a.call(x) : b.call(x); return z;",
        "Tensor y = a.call(x), z = (y = b.call(x)) + 1; return y + z;",
        "var o = zeros_like(x); var m = x > 0; o[m] = a.call(x)[m]; return o;",
        "var o = zeros_like(x); o[0] += a.call(x[0]); return o;",
    ];

    private static readonly (string Members, string Body)[] HoldersElsewhere =
    [
        ("[Layer] private readonly Hand hand = new();", "var y = hand.call(a.call(x)); var z = hand.call(b.call(x)); return y + z;"),
        ("[Layer] private readonly Storing storing = new();", "var y = storing.call(a.call(x)); return storing.call(b.call(y));"),
        ("private Tensor? kept; private void Note(Tensor t) => kept = t;",
            "var y = a.call(x); Note(y); var z = b.call(y); return z + kept!;"),
    ];

    private static readonly (string Members, string Body)[] Holders =
    [
        ("private Tensor? kept;", "var y = a.call(x); kept = y; var z = b.call(y); var again = kept; return z + again;"),
        ("private readonly Dictionary<string, Tensor> kept = [];",
            "var y = a.call(x); kept[\"y\"] = y; var z = b.call(y); return z + kept[\"y\"];"),
    ];

    private static readonly (string Members, string Body)[] Errors =
    [
        ("private Tensor Fail(string m) => throw new InvalidOperationException(m);",
            "return Fail(\"one\") + x.view(x.shape[7]) + Fail(\"two\");"),
        ("private long Fail(string m) => throw new InvalidOperationException(m);",
            "return x.view(x.shape[7], Fail(\"size\")) + a.call(x.narrow(0, 0, 50));"),
    ];

    private static readonly (string Members, string Body)[] All = [.. Bodies.Select(b => ("", b)), .. Others.Select(b => ("", b)),
        .. HoldersElsewhere, .. Holders, .. Errors];

    public static TheoryData<string> Understood => [.. Bodies];

    public static TheoryData<string> NotUnderstood => [.. Others];

    public static IEnumerable<object[]> Held => Holders.Select(h => new object[] { h.Members, h.Body });

    public static IEnumerable<object[]> HeldElsewhere => HoldersElsewhere.Select(h => new object[] { h.Members, h.Body });

    /// <summary>All of them in one compilation: <c>Net0</c>, <c>Net1</c>, ...</summary>
    private static readonly Lazy<Assembly> Nets = new(() => Compilations.Load(
        "#pragma warning disable CS0414, CS0169, CS0649, CS8618\n" + Modules
        + string.Join("\n",
            All.Select(
                (net, i) => $"public sealed partial class Net{i} {{ {Members} {net.Members} "
                    + $"private Tensor Forward(Tensor x) {{ {net.Body}\n }} }}"))));

    [Theory]
    [MemberData(nameof(Understood))]
    public void It_gives_what_Forward_gives(string body) => AssertSame("", body, isUnderstood: true);

    [Theory]
    [MemberData(nameof(NotUnderstood))]
    public void What_is_not_understood_is_left_as_it_is(string body) => AssertSame("", body, isUnderstood: false);

    [Theory]
    [MemberData(nameof(Held))]
    public void What_something_else_may_hold_lives_to_the_end(string members, string body) => AssertSame(members, body, isUnderstood: true);

    [Theory]
    [MemberData(nameof(HeldElsewhere))]
    public void What_other_code_may_hold_is_left_to_the_garbage_collector(string members, string body) =>
        AssertSame(members, body, isUnderstood: true, isCollected: true);

    [Fact]
    public void The_first_of_two_errors_is_thrown()
    {
        using var x = randn(4, 8);
        using var module = Make(Errors[0].Members, Errors[0].Body);
        Assert.Equal("one", Assert.Throws<InvalidOperationException>(() => module.call(x)).Message);
        using var other = Make(Errors[1].Members, Errors[1].Body);
        Assert.Throws<IndexOutOfRangeException>(() => other.call(x));
    }

    private static void AssertSame(string members, string body, bool isUnderstood, bool isCollected = false)
    {
        using var x = randn(4, 8);
        foreach (var training in new[] { true, false })
        {
            // Two modules of the same weights: a call may change what a module holds.
            using var one = Make(members, body);
            using var other = Make(members, body);
            one.train(training);
            other.train(training);
            var forward = one.GetType().GetMethod("Forward",
                BindingFlags.NonPublic | BindingFlags.Instance)!.CreateDelegate<Func<Tensor, Tensor>>(one);
            Assert.Equal(isUnderstood, one.GetType().GetMethod("ForwardAndFree",
                BindingFlags.NonPublic | BindingFlags.Instance) is not null);
            manual_seed(1);
            var expected = forward(x);
            manual_seed(1);
            var result = other.call(x);
            Assert.True(expected.allclose(result), $"training: {training}");
            Assert.False(x.IsInvalid);
        }

        using var module = Make(members, body);
        using var mode = no_grad();

        // What another class may hold is left to the garbage collector.
        Action<int, Action> assertConstant = isCollected ? LiveCount.AssertConstantWhenCollected : LiveCount.AssertConstant;
        assertConstant(500, () =>
        {
            var result = module.call(x);
            if (!ReferenceEquals(result, x))
            {
                result.Dispose();
            }
        });
    }

    private static Module<Tensor, Tensor> Make(string members, string body)
    {
        manual_seed(7);
        return (Module<Tensor, Tensor>)Activator.CreateInstance(Nets.Value.GetType($"Net{Array.IndexOf(All, (members, body))}")!)!;
    }
}
