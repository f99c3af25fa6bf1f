using System.Reflection;
using Gen.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>Operations for which ONNX has no operator of its own: ONNX Runtime gives what TorchSharp gives, for several batches, and for
/// zeros of both signs, infinities and what is no number.</summary>
[Collection("TorchSharp")]
public sealed class OnnxOperationTests
{
    /// <summary>The shapes of x and y, and an expression of them.</summary>
    private static readonly (string Shapes, string Expression)[] Rows =
    [
        ("B 5, B 5", "x.atan2(y)"), ("B 5, 5", "torch.atan2(x, y)"), ("int64: B 5, int64: B 5", "x.atan2(y)"),
        ("B 4 4", "torch.baddbmm(x, x * 2, x + 3)"), ("B 4 4", "x.baddbmm(x * 2, x + 3, 0.5f, 2)"),
        ("4 4", "torch.addmm(x, x * 2, x + 3, 0.5f, 2)"), ("4 4", "torch.addbmm(x, x.view(2, 2, 4).mT, x.view(2, 2, 4), 0.5f, 2)"),
        ("B 5, B 5", "x.copysign(y)"), ("B 5, B 5", "x.heaviside(y)"),
        ("B 5, B 5", "x.isclose(x + (y * 1e-6))"), ("B 5, B 5", "torch.isclose(x, y, 0.5, 0.1, true)"),
        ("int64: B 5, int64: B 5", "x.isclose(y, atol: 1)"),
        ("B 5", "x.isposinf()"), ("B 5", "x.isneginf()"), ("int64: B 5", "x.isneginf()"), ("B 5", "x.signbit()"),
        ("int64: B 5", "x.signbit()"),
        ("B 5", "x.isreal()"), ("B 5", "x.sinc()"), ("B 5, B 5", "x.logaddexp2(y)"), ("B 5, int64: B 5", "x.ldexp(y)"),
        ("B 5, B 5", "x.float_power(y)"), ("int64: B 5, int64: B 5", "x.float_power(y.abs())"),
        ("B 5, 3 2", "torch.isin(x.round(), y.round())"), ("int64: B 5, int64: 3", "x.isin(y, invert: true)"),
        ("B 5", "x.bucketize(torch.linspace(-2, 2, 7))"), ("B 5", "x.round().bucketize(torch.arange(-2, 3).to(float32), right: true)"),
        ("B 5", "x.bucketize(torch.linspace(-2, 2, 7), outInt32: true)"),
        ("B 5", "x.nansum()"), ("int64: B 5", "x.nansum()"), ("B 5, B 5", "x.dist(y)"), ("B 5, 5", "torch.dist(x, y, 3)"),
        ("5, 5", "x.dist(y, 1)"),
        ("B 5", "x.cumprod(1)"), ("B 5 3", "x.cumprod(0)"), ("int64: B 5", "x.cumprod(-1)"), ("B 4 3", "torch.cumprod(x, 1, float64)"),
        ("B 5", "x.logcumsumexp(1)"), ("B 5 3", "x.logcumsumexp(0)"),
        ("B 5", "x.cummax(1).Item1"), ("B 5 3", "x.round().cummax(1).Item2"), ("B 5", "x.cummin(0).Item1"),
        ("B 5", "x.round().cummin(0).Item2"),
        ("int64: B 5", "x.cummax(1).Item1"), ("int64: B 5 3", "x.cummin(0).Item2"), ("int64: B 5 3", "x.to(int32).cummax(1).Item2"),
        ("int64: B 5", "x.to(int32).cummin(-1).Item1"),
        ("B 5", "x.median()"), ("B 6", "torch.median(x)"),
        ("B 5", "x.kthvalue(2, 1).Item1"), ("B 5 4", "x.kthvalue(3, 2).Item2"), ("B 5", "torch.kthvalue(x, 1, 0, true).Item1"),
        ("B 5", "x.quantile(tensor(0.3f), 1)"), ("B 5 4", "x.quantile(torch.tensor(new float[] { 0, 0.25f, 1 }), 1)"),
        ("B 5", "torch.quantile(x, tensor(0.8f), 0, true)"), ("B 5 4", "x.quantile(torch.tensor(new float[] { 0.1f, 0.7f }), 0, true)"),
        ("B 5 4", "x.quantile(tensor(0.3f))"), ("B 5", "x.quantile(torch.tensor(new float[] { 0.1f, 0.7f }), -1, true)"),
        ("B 5", "x.round(1)"), ("B 5", "(x * 100).round(-1)"), ("B 5", "x.sigmoid().logit(0.2)"),
        ("B 5", "x.nan_to_num(0, 1, -1)"), ("B 5", "x.nan_to_num(2, 7)"), ("B 5", "x.nan_to_num()"),
        ("B 5", "functional.hardtanh(x, -1, 1)"), ("B 5", "x.hardtanh(-1, 1)"), ("B 5", "functional.hardtanh(x * 1, -1, 1, true)"),
        ("B 5", "(x * 1).hardtanh_(-1, 1)"), ("B 5", "torch.full(new long[] { 1, 5 }, true) + x.to(int64)"),
        ("B 4", "torch.tensor(new[] { 1, 2, 3, 4 }, new long[] { 2, 2 })"), ("B 4", "torch.tensor(new[] { 1, 2, 3, 4 }, 2, 2)"),
        ("B 4", "torch.tensor(2) + x.to(int32).sum().to(int32)"),
        ("B 5", "x.slice(1, 1, 4, 1)"), ("B 5", "x.slice(1, 0, 5, 2)"), ("B 5", "x.slice(1, -3, -1, 1)"),
        ("B, B 3", "torch.column_stack(x, y)"), ("B, B", "torch.column_stack(x, y, x)"),
        ("B, 4", "torch.meshgrid([x, y])[1]"), ("B, 4", "torch.meshgrid([x, y], \"xy\")[0]"),
        ("B, 4", "torch.meshgrid(new[] { x, y, x })[2]"),
        ("B 3, 4", "torch.block_diag(x, y, x)"),
        ("B 3, 2 2", "x.kron(y)"), ("B, 2 3", "torch.kron(x, y)"), ("B 3 2, 4", "x.kron(y)"),
        ("B 3 4, 3 4 5", "x.tensordot(y, new long[] { 1, 2 }, new long[] { 0, 1 })"),
        ("B 3 4, 4 3", "torch.tensordot(x, y, new long[] { 2 }, new long[] { 0 })"),
        ("B 3 4, 2 B 4", "torch.tensordot(x, y, new long[] { 0, 2 }, new long[] { 1, -1 })"),
        ("B 3, B 3", "linalg.cross(x, y)"), ("3 B, 3 1", "linalg.cross(x, y, 0)"),
        ("B 3", "x.rot90()"), ("B 3 4", "x.rot90(2, (1, 2))"), ("B 3 4", "torch.rot90(x, 3, (0, 2))"), ("B 3", "x.rot90(-1)"),
        ("B", "x.diag()"), ("B", "x.diag(2)"), ("B", "torch.diag(x, -1)"), ("4 3", "x.diag()"), ("4 3", "x.diag(-2)"),
        ("4 3", "x.diag(1)"),
        ("B 5, 100", "x.masked_scatter(x > 0, y)"), ("B 5, 50 2", "x.masked_scatter((x < 0.5)[0], y)"),
        ("B 5", "x + torch.logspace(-1, 1, 5)"), ("B 5", "x + torch.logspace(0, 2, 5, 2)"),
        ("B 3", "x + torch.tril_indices(2, 3).sum()"), ("B 6", "x + torch.triu_indices(3, 3)[0]"),
        ("B 3", "x + torch.triu_indices(2, 3, 1)[1]"),
        ("B 5, int64: B", "functional.cross_entropy(x, y.abs(), torch.linspace(0.5, 2, 5))"),
        ("B 5, int64: B", "functional.cross_entropy(x, y.abs(), ignore_index: 1, reduction: nn.Reduction.Sum, label_smoothing: 0.2)"),
        ("B 5, int64: B", "functional.cross_entropy(x, y.abs(), torch.linspace(0.5, 2, 5), reduction: nn.Reduction.None, "
            + "label_smoothing: 0.3)"),
        ("B 5 3, int64: B 3", "functional.cross_entropy(x, y.abs(), torch.linspace(0.5, 2, 5), ignore_index: 2, label_smoothing: 0.1)"),
        ("B 5 3, int64: B 3", "functional.cross_entropy(x, y.abs(), ignore_index: 0, label_smoothing: 0.1)"),
        ("B 5, B 5", "functional.cross_entropy(x, y.softmax(1), torch.linspace(0.5, 2, 5), label_smoothing: 0.1)"),
        ("B 5 3, B 5 3", "functional.cross_entropy(x, y.softmax(1), torch.linspace(0.5, 2, 5))"),
        ("B 5, int64: B", "functional.nll_loss(x.log_softmax(1), y.abs(), torch.linspace(0.5, 2, 5))"),
        ("B 5 3, int64: B 3", "functional.nll_loss(x.log_softmax(1), y.abs(), torch.linspace(0.5, 2, 5), nn.Reduction.Sum)"),
        ("B 5, B 5", "functional.binary_cross_entropy_with_logits(x, y.sigmoid(), torch.linspace(0.5, 2, 5), "
            + "pos_weights: torch.linspace(1, 3, 5))"),
        ("B 5, B 5", "functional.binary_cross_entropy(x.sigmoid(), y.sigmoid(), torch.linspace(0.5, 2, 5), nn.Reduction.None)"),
    ];

    private static readonly Lazy<Assembly> Nets = new(() => Compilations.Load(string.Join("\n", Rows.Select((r, i) =>
        $"[Export] [Shape(\"{r.Shapes}\")] public sealed partial class Net{i} {{ private Tensor Forward(Tensor x"
        + $"{(r.Shapes.Contains(',', StringComparison.Ordinal) ? ", Tensor y" : "")}) => {r.Expression}; }}"))));

    public static TheoryData<int, string> Numbers => [.. Rows.Select((r, i) => (i, $"{r.Expression} of {r.Shapes}"))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_operation_computes_the_same_in_ONNX_Runtime(int number, string operation)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(number);
        using var net = (nn.Module)Activator.CreateInstance(Nets.Value.GetType($"Net{number}")!)!;
        net.eval();
        var call = net.GetType().GetMethods().Single(m => m.Name == "call" && m.DeclaringType == net.GetType());
        var shapes = Rows[number].Shapes.Split(", ");
        var runs = new[] { 1, 2, 5 }.SelectMany(batch => new[] { false, true }.Select(special =>
        {
            var inputs = shapes.Select(s => (Tensor?)Input(s, batch, special && TakesSpecial(operation), operation)).ToArray();
            return (inputs, OnnxJudge.Tensors(call.Invoke(net, [.. inputs.Select(t => t!.clone())])).ToArray());
        })).ToArray();
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

    /// <summary>Those that look at one number after the other, without an order among them.</summary>
    private static bool TakesSpecial(string operation) => new[] { "atan2", "copysign", "isclose", "isposinf", "isneginf", "signbit",
        "isreal", "nansum", "heaviside", "nan_to_num", "sinc", "rot90", "diag", "slice", "column_stack", "meshgrid" }
        .Any(n => operation.Contains(n, StringComparison.Ordinal));

    private static Tensor Input(string shape, long batch, bool special, string operation)
    {
        var isWhole = shape.StartsWith("int64: ", StringComparison.Ordinal);
        long[] sizes = [.. shape.Replace("int64: ", "", StringComparison.Ordinal).Split(' ').Select(s => s == "B" ? batch
            : long.Parse(s, System.Globalization.CultureInfo.InvariantCulture))];
        if (isWhole)
        {
            return randint(-4, 5, sizes);
        }

        var x = randn(sizes) * 2;

        // What is no number has a sign too, which ONNX does not tell.
        float[] odd = [0f, -0f, float.PositiveInfinity, float.NegativeInfinity, 1f, -1f, 0.5f,
            .. operation.StartsWith("x.copysign", StringComparison.Ordinal) || operation.StartsWith("x.signbit", StringComparison.Ordinal)
                ? Array.Empty<float>() : [float.NaN]];
        return special ? where(rand(sizes) < 0.7, tensor(odd)[randint(odd.Length, sizes)], x) : x;
    }
}
