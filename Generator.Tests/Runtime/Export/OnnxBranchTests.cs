using System.Globalization;
using System.Reflection;
using Gen.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>Branches and loops that only a call decides: <c>If</c> and <c>Loop</c> in ONNX Runtime give what TorchSharp gives, for inputs
/// that go the one way and the other, and turn a loop once and often.</summary>
[Collection("TorchSharp")]
public sealed class OnnxBranchTests
{
    /// <summary>The shape of x, and a body of Forward.</summary>
    private static readonly (string Shape, string Body)[] Rows =
    [
        ("B 4", "if (x.sum().item<float>() > 0) { x = f.call(x); } return x;"),
        ("B 4", "return x.sum().item<float>() > 0 ? f.call(x) : x * 2;"),
        ("B 4", "if ((bool)(x.mean() < 0)) return x; return f.call(x) * 2;"),
        ("B 4", "double s = 1; if (x.sum().item<float>() > 0 && x.shape[0] > 2) { x = f.call(x); s = 2; } if "
            + "(x.mean().item<float>() < 0) return x * s; return x + s;"),
        ("B 4", "if (x.shape[0] > 2) x = f.call(x); else x = x - 1; return x;"),
        ("B 4", "if (x.shape[0] % 2 == 0) { x = x * 2; if (x.shape[0] != 2) x = x + 1; } return f.call(x);"),
        ("B 4", "var n = x.shape[0] > 2 ? 2L : 1L; return f.call(x)[..(int)n] * n;"),
        ("B 4", "var all = new List<Tensor> { x, x * 2 }; if (x.sum().item<float>() > 0) { all[0] = f.call(x); } return "
            + "cat(all, 0);"),
        ("B 4", "if (x.shape[0] == 1) { throw new ArgumentException(); } if (x.sum().item<float>() > 0) return x; return "
            + "f.call(x);"),
        ("B 4", "if (x.sum().item<float>() > 0) { x.mul_(2); } return f.call(x);"),
        ("B 4", "var y = x.sum().item<float>() > 0 ? x[..1] : f.call(x); return y * 2;"),
        ("B 4", "foreach (var m in many) { if (x.sum().item<float>() > 0) break; x = m.call(x); } return x;"),
        ("B 4", "foreach (var m in many) { if (x.sum().item<float>() > 0) continue; x = m.call(x) + 0.3; } return x;"),
        ("B 4", "for (int i = 0; i < 3; i++) { if (x.sum().item<float>() > 0) return x * i; x = f.call(x) + 0.3; } return x;"),
        ("B 4", "var s = x.sum().item<float>(); if (s > 1) s = 1; if (s < -1) s = -1; return f.call(x) * s;"),
        ("B 4", "switch (x.shape[0]) { case 1: return x; case 2: return f.call(x); default: return f.call(x) * 2; }"),
        ("B 4", "var (a, b) = x.sum().item<float>() > 0 ? (x, f.call(x)) : (f.call(x), x); return a - b * 2;"),
        ("B 4", "return x.any().item<bool>() && !(x > 3).any().item<bool>() ? f.call(x) : x;"),
        ("B 4", "var k = (x > 0).sum().item<long>(); return k / 2 == 1 || k % 3 == 0 ? f.call(x) * k : x - (double)k / 2;"),

        // Loops.
        ("B T 4", "var h = x[.., 0]; for (int t = 0; t < x.shape[1]; t++) h = f.call(h + x[.., t]).tanh(); return h;"),
        ("B T 4", "var h = zeros(x.shape[0], 4); var all = new List<Tensor>(); for (int t = 0; t < x.shape[1]; t++) { h = "
            + "f.call(h + x[.., t]).tanh(); all.Add(h); } return stack(all, 1);"),
        ("B T 4", "var h = zeros(x.shape[0], 4); var all = new List<Tensor>(); foreach (var p in x.unbind(1)) { h = f.call(h + "
            + "p).tanh(); all.Add(h); } return stack(all, 1) + x;"),
        ("B T 4", "var h = x[.., -1]; for (var t = x.shape[1] - 2; t >= 0; t--) h = f.call(h * 0.5 + x[.., t]).tanh(); return h;"),
        ("B T 4", "var h = x[.., 0]; for (int t = 1; t < x.shape[1]; t += 2) h = h * t + x[.., t]; return f.call(h);"),
        ("B T 4", "var h = x[.., 0]; foreach (var t in Enumerable.Range(0, (int)x.shape[1])) h = f.call(h) + x[.., t] * t; "
            + "return h;"),
        ("B T 4", "var y = zeros_like(x); var h = x[.., 0]; for (int t = 0; t < x.shape[1]; t++) { h = f.call(h + x[.., "
            + "t]).tanh(); y[.., t] = h; } return y;"),
        ("B T 4", "var h = x[.., 0]; var n = 0; while (h.abs().sum().item<float>() > 0.5 && n < 20) { h = f.call(h) * 0.5; n++; "
            + "} return h + n;"),
        ("B T 4", "var h = x[.., 0]; var n = 0; do { h = f.call(h) * 0.5; n += 2; } while (h.abs().sum().item<float>() > 0.5 && "
            + "n < 14); return h * n;"),
        ("B T 4", "var h = x[.., 0]; for (int t = 0; t < x.shape[1]; t++) { h = f.call(h + x[.., t]); if (h.sum().item<float>() "
            + "> 1) break; } return h;"),
        ("B T 4", "var h = x[.., 0]; for (int t = 0; t < x.shape[1]; t++) { if (x[.., t].sum().item<float>() > 0) continue; h = "
            + "f.call(h + x[.., t]); } return h;"),
        ("B T 4", "var h = x[.., 0]; for (int t = 0; t < x.shape[1]; t++) { h = t == 0 ? f.call(h) : h + x[.., t] / t; } return "
            + "h;"),
        ("B T 4", "var (h, c) = (zeros(x.shape[0], 4), zeros(x.shape[0], 4)); for (int t = 0; t < x.shape[1]; t++) { (h, c) = "
            + "lstm.call(x[.., t], (h, c)); } return cat(new[] { h, c }, -1);"),
        ("B T 4", "var h = zeros(x.shape[0], 4); for (int t = 0; t < x.shape[1]; t++) { h = gru.call(x[.., t], h); } return h;"),
        ("B T 4", "var all = new List<Tensor>(); for (int i = 0; i < x.shape[0]; i++) { var h = x[i, 0]; for (int t = 0; t < "
            + "x.shape[1]; t++) { h = (h + x[i, t]).tanh(); } all.Add(h); } return f.call(stack(all));"),
        ("B T 4", "var h = x[.., ..1]; for (int t = 1; t < x.shape[1]; t++) { h = cat(new[] { h, f.call(h[.., ^1..] + x[.., "
            + "t..(t + 1)]) }, 1); } return h;"),
        ("B T 4", "var all = new List<Tensor> { x[.., 0] }; for (int t = 0; t < x.shape[1]; t++) { all.Add(f.call(x[.., t])); } "
            + "return cat(all, 0);"),
        ("B T 4", "var best = 0.0; for (int t = 0; t < x.shape[1]; t++) { var s = x[.., t].sum().item<float>(); if (s > best) "
            + "best = s; } return f.call(x) * best;"),
        ("B T 4", "var parts = x.unbind(1); var h = parts[0]; for (var i = 1; i < parts.Length; i++) { h = f.call(h) - "
            + "parts[i]; } return h;"),
        ("B T 4", "var s = (x[.., 0], x[.., 0] * 2); for (int t = 0; t < x.shape[1]; t++) { s = (s.Item2, f.call(s.Item1) + "
            + "x[.., t]); } return s.Item1 + s.Item2;"),
        ("B T 4", "var seen = false; var h = x[.., 0]; for (int t = 0; t < x.shape[1]; t++) { if (!seen && x[.., "
            + "t].sum().item<float>() > 0) { seen = true; h = f.call(h); } else h = h + 1; } return seen ? h : h * 2;"),
        ("B T 4", "var h = x[.., 0]; for (int t = 0; t < x.shape[1]; t++) { foreach (var m in many) h = m.call(h); h = h + "
            + "x[.., x.shape[1] - 1 - t]; } return h;"),
        ("B T 4", "var all = new List<Tensor>(); for (int t = 0; t < x.shape[1]; t++) all.Add(x[.., t]); all.Reverse(); var h = "
            + "f.call(all[0]); foreach (var y in all) h = h * 0.5 + y; return h;"),
        ("B T 4", "Tensor Step(Tensor h, Tensor p) { if (h.sum().item<float>() > 0) return f.call(h) + p; return h - p; } var h "
            + "= x[.., 0]; foreach (var p in x.unbind(1)) h = Step(h, p); return h;"),
        ("B T 4", "var n = 0; while (true) { x = f.call(x) * 0.5; n++; if (x.abs().sum().item<float>() < 1 || n > 9) break; } "
            + "return x;"),

        // Windows of a size that only a call knows.
        ("B 4 T", "return f.call(nn.functional.adaptive_avg_pool1d(x, 4));"),
        ("B 4 T", "return f.call(nn.functional.adaptive_max_pool1d(x, 4)) * nn.functional.adaptive_avg_pool1d(x, 1);"),
        ("B T 4", "return nn.functional.adaptive_avg_pool2d(x, new long[] { 3, 2 });"),
        ("B 2 T T", "return nn.functional.adaptive_max_pool2d(x, new long[] { 3, 2 });"),
        ("B 2 T T", "return nn.functional.adaptive_avg_pool2d(x, new long[] { 7, 7 });"),
    ];

    /// <summary>Batch, length, and what is added to random numbers.</summary>
    private static readonly (long Batch, long Length, double Mean)[] Runs =
        [(1, 1, 1), (2, 3, -1), (3, 1, 0.5), (4, 5, 0), (5, 2, -0.3), (2, 7, 0.3), (4, 4, -2), (1, 2, 2)];

    private static readonly Lazy<Assembly> Nets = new(() => Compilations.Load(string.Join("\n",
        Rows.Select(static (r, i) => Net($"Net{i}", r.Shape, r.Body)))));

    public static TheoryData<int, string> Numbers => [.. Rows.Select((r, i) => (i, r.Body))];

    private static string Net(string name, string shape, string body) => $$"""
        [Export(Targets = ExportTarget.Onnx)] [Shape("{{shape}}")] public sealed partial class {{name}}(int n)
        {
            [Layer] private readonly Linear f = Linear(4, 4);
            [Layer] private readonly ModuleList<Linear> many = ModuleList(Linear(4, 4), Linear(4, 4));
            [Layer] private readonly LSTMCell lstm = LSTMCell(4, 4);
            [Layer] private readonly GRUCell gru = GRUCell(4, 4);
            public int Turns => n;
            private Tensor Forward(Tensor x) { {{body}} }
        }
        """;

    [Theory]
    [MemberData(nameof(Numbers))]
    public void What_only_a_call_decides_is_exported(int number, string body)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(number);
        using var net = New(Nets.Value, $"Net{number}");
        var runs = Runs.Where(r => r.Batch > 1 || !body.Contains("throw", StringComparison.Ordinal)).Select(r =>
        {
            var x = randn([.. Rows[number].Shape.Split(' ').Select(s => s == "B" ? r.Batch : s == "T" ? r.Length
                : long.Parse(s, CultureInfo.InvariantCulture))]) + r.Mean;
            return (new Tensor?[] { x.clone() }, Call(net, x));
        }).ToArray();
        var path = Path.GetTempFileName();
        try
        {
            ((IExportable)net).ExportOnnx(path);
            var first = File.ReadAllBytes(path);
            Assert.Null(OnnxJudge.Compare(path, runs, 1e-5).Wrong);
            ((IExportable)net).ExportOnnx(path);
            Assert.Equal(first, File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>What has no equal form is refused, and says why.</summary>
    [Theory]
    [InlineData("B 4", "var y = x.sum().item<float>() > 0 ? x : x.sum(1); return y * 2;", "how many dimensions a tensor has, 2 or 1")]
    [InlineData("B 4", "var l = new List<Tensor> { x }; if (x.sum().item<float>() > 0) { l.Add(x); } return stack(l);",
        "which items a list has")]
    [InlineData("B 4", "while (x.sum().item<float>() < 9) { if (x.shape[0] > 9) { return x; } x = f.call(x); } return x;",
        "left by 'return'")]
    [InlineData("B T 4", "var l = new List<Tensor>(); for (var t = 0; t < x.shape[1]; t++) { l.Add(x[.., ..t]); } return cat(l, 1);",
        "another size in each turn")]
    [InlineData("B T 4", "var l = new List<Tensor>(); for (var t = 0; t < x.shape[1]; t++) { l.Add(x); if (l.Count > 2) { x = x * 2; } } "
        + "return x;", "a list that a loop fills is read in it")]
    [InlineData("B T 4", "Tensor? h = null; foreach (var p in x.unbind(1)) { h = h is null ? p : h + p; } return h!;",
        "a variable has no value before it")]
    public void What_has_no_equal_form_is_refused(string shape, string body, string why)
    {
        using var net = New(Compilations.Load(Net("Net", shape, body)), "Net");
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Contains(why, Assert.Throws<NotExportableException>(() => ((IExportable)net).ExportOnnx(path)).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private static nn.Module New(Assembly nets, string name)
    {
        var net = (nn.Module)Activator.CreateInstance(nets.GetType(name)!, 3)!;
        net.eval();
        return net;
    }

    private static Tensor[] Call(nn.Module net, Tensor x) => [.. OnnxJudge.Tensors(net.GetType().GetMethods()
        .Single(m => m.Name == "call" && m.DeclaringType == net.GetType()).Invoke(net, [x.clone()]))];
}
