using System.Reflection;
using Gen.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>What the code around the operations does: scopes and modes, questions for what the declared shape tells, loops over what has a
/// known number of items. ONNX Runtime and PyTorch give what TorchSharp gives.</summary>
[Collection("TorchSharp")]
public sealed class ExportedCodeTests
{
    /// <summary>The shape of x, and a body of Forward.</summary>
    private static readonly (string Shape, string Body)[] Rows =
    [
        // A scope computes nothing.
        ("B 4", "using var _ = NewDisposeScope(); return f.call(x).MoveToOuterDisposeScope();"),
        ("B 4", "Tensor y; using (var scope = NewDisposeScope()) { y = scope.MoveToOuter(f.call(x) * 2); } return y + x;"),
        ("B 4", "using (NewDisposeScope()) { return f.call(x).DetachFromDisposeScope(); }"),
        ("B 4", "var scope = NewDisposeScope(); var y = scope.Detach(f.call(x)); scope.Dispose(); return y;"),
        ("B 4", "var h = x + 1; var y = f.call(h); h.Dispose(); return y;"),

        // The declared shape tells these numbers.
        ("B 4", "if (x.Dimensions == 3) x = x.squeeze(1); return f.call(x);"),
        ("B 4", "if (x.dim() > 2) x = x.squeeze(1); return f.call(x);"),
        ("B 4", "if (x.ndim < 3) { x = x * 2; } else { x = x.squeeze(1); } return f.call(x);"),
        ("B 4", "if (x.shape.Length == 3) x = x.squeeze(1); return f.call(x);"),
        ("B 4", "var s = x.shape; return s[^1] == 4 && s[1] % 2 == 0 ? f.call(x) : x;"),
        ("B 3 4", "var y = x.unsqueeze(1); if (y.ndim == 4 && y.size(-1) == 4) { y = y.squeeze(1); } return f.call(y);"),
        ("B 4", "if (f.weight.shape[0] == 4) { x = x * 2; } return f.call(x);"),
        ("3 4", "return x.NumberOfElements == 12 && x.numel() == 12 ? f.call(x) : x;"),
        ("B 4", "if (x.ndim != 2) throw new ArgumentException(nameof(x)); return f.call(x);"),
        ("B 4", "if (string.IsNullOrEmpty(Environment.MachineName)) throw new ArgumentException(nameof(x)); return f.call(x);"),

        // Numbers that are known without a call.
        ("B 4", "return Enumerable.Range(0, 3).Select(_ => f.call(x)).Aggregate((a, b) => a + b);"),
        ("B 4", "foreach (var i in Enumerable.Range(1, 3)) { x = f.call(x) * i; } return x;"),
        ("B 4", "foreach (var i in Enumerable.Range(0, n)) { x = f.call(x) + i; } return x;"),
        ("B 4", "foreach (var s in Enumerable.Range(0, n).Select(i => 2 * i + 1)) { x = f.call(x) + s; } return x;"),
        ("B 4", "return x * new[] { 0.5, 0.25 }.Sum();"),
        ("B 4", "var parts = new List<Tensor> { x, f.call(x) }; parts.Reverse(); return parts[0] - 2 * parts[1];"),

        ("B 4", "return f.call(x) * MathF.Sqrt(n) + MathF.Exp(-1f) + (float)Math.Atan(n) + double.Sqrt(n) + int.Max(n, 2);"),
        ("B 4", "return f.call(x) * Math.Round(2.5, MidpointRounding.AwayFromZero) + Math.Round(n / 7.0, 1) + Math.Clamp(n, 1, 2);"),
        ("B 4", "return f.call(x) / MathF.Sqrt(x.shape[^1]) + Math.Sqrt(x.shape[0]) + (float)x.shape[0] / 2;"),
        ("B 4", "if (x.shape.Contains(4L)) { x = x * 2; } return f.call(x);"),
        ("B 3 4", "if (x.shape[1..].SequenceEqual(new long[] { 3, 4 })) { x = x * 2; } return f.call(x);"),
        ("B 4", "if (x.shape.SequenceEqual(new long[] { x.shape[0], 4 })) { x = x * 2; } return f.call(x);"),
        ("B 3 4", "if (x.shape.Skip(1).All(s => s > 2) && x.shape.Any(s => s == 4)) { x = x * 2; } return f.call(x);"),
        ("3 4", "return f.call(x) * x.shape.Max() + x.shape.Count(s => s == 4) + x.shape.Average();"),
        ("B 4", "foreach (var i in new[] { 3, 1, 2 }.OrderByDescending(i => i).Where(i => i > 1)) { x = f.call(x) + i; } return x;"),
        ("B 4", "var l = new[] { 3, 1, 2 }.ToList(); l.Sort(); l.Add(5); foreach (var i in l) { x = f.call(x) + i; } return x;"),
        ("B 4", "var t = new Tensor[2]; t[0] = f.call(x); t[1] = x; return cat(t, -1);"),
        ("B 4", "var t = new Tensor[many.Count]; for (var i = 0; i < many.Count; i++) { t[i] = many[i].call(x); } return stack(t, 1);"),
        ("B 3 4", "var t = new Tensor[x.shape[1]]; for (var i = 0; i < x.shape[1]; i++) { t[i] = f.call(x[.., i]); } return stack(t);"),
        ("B 4", "var d = new Dictionary<string, Tensor> { [\"a\"] = f.call(x), [\"b\"] = x }; return d[\"a\"] - d[\"b\"] * 2;"),
        ("B 4", "var d = new Dictionary<int, Tensor>(); for (var i = 0; i < n; i++) { d[i] = x * i; } return d[1] + f.call(d[2]);"),
        ("B 4", "var d = new Dictionary<string, Tensor> { { \"a\", x } }; d.Add(\"b\", f.call(x)); var s = zeros_like(x); "
            + "foreach (var (k, v) in d) { s = s * 2 + v; } return d.ContainsKey(\"a\") ? s : x;"),
        ("B 4", "return many.Select(m => m.call(x)).Aggregate(x, (a, m) => a + m);"),
        ("B 4", "if (nameof(f).Length == 1) { x = x * 2; } return f.call(x);"),
        ("B 4", "torch.set_grad_enabled(false); var y = f.call(x); torch.set_grad_enabled(true); return y + f.call(x);"),
        ("B 4", "using (torch.set_grad_enabled(training)) { x = x * 2; } return f.call(x);"),

        // What holds of the type and the place of a tensor.
        ("B 4", "if (x.dtype != float32) { x = x.to(float32); } return x.is_floating_point() ? f.call(x) : x;"),
        ("B 4", "var m = x > 0; return m.dtype == ScalarType.Bool ? f.call(m.to(f.weight.dtype)) : x;"),
        ("B 4", "if (f.weight.requires_grad) { x = x * 2; } return x.requires_grad ? x : f.call(x);"),
        ("B 4", "if (x.is_cuda || x.device.type == DeviceType.CUDA) { x = x.cpu(); } return f.call(x);"),

        // Both items of a tuple are read after both are computed.
        ("B 8", "Tensor Half(Tensor y) => y.view(-1, 2, 4).transpose(0, 1); var (a, b) = (Half(f.call(x[.., ..4]).repeat(1, 2)), "
            + "Half(x.exp())); var (c, d) = (a[0] * 2 + a[1], b[0] - b[1]); return c * d + a.sum() + b.sum();"),

        // It is exported as it computes in eval mode.
        ("B 4", "var y = f.call(x); if (!training) y = y.clamp(-1, 1); return y;"),
        ("B 4", "var y = f.call(x); if (training == false) { y = y * 2; } return !training && n > 1 ? y + 1 : y;"),

        // Loops over as many items as the shape tells.
        ("B 3 4", "var h = x[.., 0]; foreach (var p in x.unbind(1)) h = h + f.call(p); return h;"),
        ("B 3 4", "var h = x[.., 0]; for (var t = 0; t < x.shape[1]; t++) h = h + f.call(x[.., t]) * t; return h;"),
        ("B 3 4", "var h = x[.., 0]; foreach (var t in Enumerable.Range(0, (int)x.shape[1])) h = h * 0.5 + x[.., t]; return h;"),
        ("B 5 4", "var h = x[.., 0]; for (var t = 0L; t < Math.Min(x.shape[1], 2); t++) { h = f.call(h + x[.., t]); } return h;"),
        ("B 3 4", "var all = new List<Tensor>(); foreach (var p in x.unbind(1)) { all.Add(f.call(p)); } return stack(all, 1);"),
        ("B 5 4", "var h = x[.., 0]; foreach (var p in x.chunk(3, 1)) { h = h + p.sum(1); } return h;"),
        ("B 5 4", "var all = new List<Tensor>(); foreach (var p in x.split(2, 1)) { all.Add(p.sum(1)); } return stack(all, 1);"),
        ("B 5 4", "return cat(x.split(new long[] { 2, 3 }, 1).Select(p => f.call(p).mean(new long[] { 1 })).ToArray(), -1);"),
        ("B 3 4", "var p = x.unbind(1); var h = p[0]; for (var i = 1; i < p.Length; i++) { h = f.call(h) - p[i]; } return h;"),
        ("B 4", "var all = new List<Tensor>(); foreach (var g in many) { x = g.call(x); all.Add(x); } return cat(all, -1);"),

        // Modes of gradients.
        ("B 4", "using (no_grad()) { x = x * 2; } return f.call(x);"),
        ("B 4", "Tensor y; using (no_grad()) { y = f.call(x); } return y * 2 + f.call(x);"),
        ("B 4", "return f.call(x) + Fixed(x);"),
        ("B 4", "var h = x; foreach (var g in many) { using var _ = no_grad(); h = g.call(h) * 2; } return h + f.call(x);"),
        ("B 4", "var (a, b) = Both(x); return a + b * f.call(x);"),
        ("B 4", "using (no_grad()) { using (enable_grad()) { x = f.call(x); } } return x;"),

        // Variances.
        ("B 4", "return f.call(x).var(-1, unbiased: false, keepdim: true) + x;"),
        ("B 3 4", "return f.call(x).var(new long[] { 1, 2 }, unbiased: false) + x.std(1, true).sum(1);"),
        ("B 4", "return f.call(x).std(unbiased: false) * x.var();"),
        ("B 4", "var (v, m) = torch.var_mean(f.call(x), 1, unbiased: false, keepdim: true); return (x - m) / (v + 0.1).sqrt();"),
        ("B 4", "var (s, m) = x.std_mean(1, keepdim: true); return (f.call(x) - m) / (s + 0.1);"),
    ];

    private static readonly Lazy<Assembly> Nets = new(() => Compilations.Load(string.Join("\n", Rows.Select((r, i) => $$"""
        [Export] [Shape("{{r.Shape}}")] public sealed partial class Net{{i}}(int n)
        {
            [Layer] private readonly Linear f = Linear(4, 4);
            [Layer] private readonly ModuleList<Linear> many = ModuleList(Linear(4, 4), Linear(4, 4));
            public int Turns => n;
            private Tensor Forward(Tensor x) { {{r.Body}} }
            private (Tensor, Tensor) Both(Tensor x) { using (no_grad()) { return (f.call(x), x.exp()); } }
            private Tensor Fixed(Tensor x) { using var mode = no_grad(); return f.call(x); }
        }
        """))));

    public static TheoryData<int, string> Numbers => [.. Rows.Select((r, i) => (i, r.Body))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Code_around_the_operations_is_exported_to_ONNX(int number, string body)
    {
        Assert.NotEmpty(body);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        using var net = New(number);
        var runs = new[] { 1, 2, 5 }.Select(batch => Input(number, batch)).Select(x => (new Tensor?[] { x }, Call(net, x))).ToArray();
        var path = Path.GetTempFileName();
        try
        {
            ((IExportable)net).ExportOnnx(path);
            Assert.Null(OnnxJudge.Compare(path, runs, 1e-5).Wrong);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Numbers))]
    public void Code_around_the_operations_is_exported_to_PyTorch(int number, string body)
    {
        Assert.NotEmpty(body);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        using var net = New(number);
        var folder = Directory.CreateTempSubdirectory("gen-pytorch").FullName;
        try
        {
            ((IExportable)net).ExportPyTorch(folder);
            var said = PyTorchModelTests.Compare(net, folder, run => [Input(number, 2 + run)], runs: 2, float64);
            Assert.True(said.StartsWith("agrees", StringComparison.Ordinal),
                said + File.ReadAllText(Directory.EnumerateFiles(folder, "*.py").Single()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static nn.Module New(int number)
    {
        random.manual_seed(number);
        var net = (nn.Module)Activator.CreateInstance(Nets.Value.GetType($"Net{number}")!, 3)!;
        net.eval();
        return net;
    }

    private static Tensor Input(int number, long batch) => randn([.. Rows[number].Shape.Split(' ').Select(s => s == "B" ? batch
        : long.Parse(s, System.Globalization.CultureInfo.InvariantCulture))]);

    private static Tensor[] Call(nn.Module net, Tensor x) => [.. OnnxJudge.Tensors(net.GetType().GetMethods()
        .Single(m => m.Name == "call" && m.DeclaringType == net.GetType()).Invoke(net, [x.clone()]))];
}
