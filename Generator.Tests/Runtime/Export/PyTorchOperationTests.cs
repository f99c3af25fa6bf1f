using System.Reflection;
using Gen.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>Operations in PyTorch (Debian's python3-torch): each computes what it computes in TorchSharp, of the same type.</summary>
[Collection("TorchSharp")]
public sealed class PyTorchOperationTests
{
    /// <summary>The shape of x, and an expression of it.</summary>
    private static readonly (string Shape, string Expression)[] Rows =
    [
        ("B 4", "x.new_zeros(x.shape) + x.new_ones(1, 4) + x.new_full(new long[] { 1, 4 }, 2.5)"),
        ("B 4", "x.matmul(torch.eye(4)) + x.matmul(eye(x.shape[1])) + torch.eye(2, 3).sum()"),
        ("B 4", "torch.tensor(2)"), ("B 4", "torch.tensor(new[] { 1, 2 })"), ("B 4", "torch.tensor(new[] { 1.0, 2 })"),
        ("B 4", "x * torch.tensor(new float[] { 1, 2, 3, 4 }) + torch.tensor(new[] { true, false, true, true })"),
        ("B 4", "torch.tensor(new[] { 1, 2, 3, 4 }, new long[] { 2, 2 })"), ("B 4", "torch.as_tensor(new[] { 1, 2, 3, 4 }) + x"),
        ("B 4", "torch.full(new long[] { 1, 4 }, true)"),
        ("B 4", "x / x.norm() + x.norm(-1, true) + x.norm(dim: 1, keepdim: true, p: 3) + linalg.norm(x)"),
        ("B 4", "x.type(float64)"), ("B 4", "x.@double()"), ("B 4", "x.@long().@float() + x.type_as(x)"),
        ("B 4", "x.where(x > 0, x * 2) + x.clamp_min(0) + x.clamp_max(1) + x.clip(-1, 1)"),
        ("B 4", "torch.linspace(0, 1, 4) * x + torch.full_like(x, 3) + torch.logspace(0, 1, 4)"),
        ("B 4", "torch.einsum(\"bi,bi->b\", x, x)"), ("B 3 4", "torch.tensordot(x, x[0], new long[] { 1, 2 }, new long[] { 0, 1 })"),
        ("B 4", "x.hypot(x + 1) + x.fmod(2) + x.remainder(2) + x.frac() + x.trunc() + x.round(1)"),
        ("B 4", "x.sinh() + x.cosh() + x.tan() + x.atan() + x.asinh() + x.sigmoid().logit(0.1)"),
        ("B 4", "x.sigmoid().asin() + x.sigmoid().acos() + x.tanh().atanh() + (x.abs() + 1).acosh() + x.abs().lgamma()"),
        ("B 3 4", "x.flip(1, 2) + x.roll(1, 1) + x.roll(new long[] { 1, 2 }, new long[] { 1, 2 }) + x.rot90(2, (1, 2))"),
        ("B 4", "x.cumsum(1) + x.cumprod(1) + x.prod(1, true) + x.logsumexp(1, true) + x.median()"),
        ("B 4", "x.nan_to_num(0, 1, -1) + (x > 0).any(1, true) + (x > 0).all(1, true) + (x > 0).logical_xor(x < 1)"),
        ("B 4", "(x > 0) ^ (x < 1)"), ("B 4", "(x.to(int64) ^ 1) + x.to(int64).bitwise_and(3) + x.to(int64).floor_divide(2)"),
        ("B 4", "x.unfold(1, 2, 1).sum(-1)"), ("B 4", "x.tile(new long[] { 1, 2 })"), ("B 4", "x.broadcast_to(2, x.shape[0], 4)"),
        ("B 4", "torch.hstack(x, x) + torch.concat(new[] { x, x }, 1)"), ("B 4", "torch.vstack(new[] { x, x })"),
        ("B 4", "x.addcmul(x, x, 0.5) + x.addcdiv(x, x.abs() + 1, 0.5) + torch.logaddexp(x, x) + x.xlogy(x.abs() + 1)"),
        ("B 4", "torch.cdist(x, x + 1) + x.dist(x * 2)"), ("B 4", "x.take_along_dim(x.argsort(1), 1) + x.argsort(1, true)"),
        ("B 4", "functional.hardtanh(x, -1, 1) + functional.threshold(x, 0.1, 0) + functional.softmin(x, 1)"),
        ("B 4", "functional.hardtanh(x * 1, -1, 1, true)"), ("B 4", "(x * 1).hardtanh_(-1, 1)"),
        ("B 4", "functional.layer_norm(x, new long[] { 4 }) + functional.rrelu(x) + functional.tanhshrink(x)"),
        ("B 4", "functional.elu(x, 0.5) + functional.celu(x, 0.5) + functional.hardshrink(x) + functional.softshrink(x)"),
        ("B 4", "functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh) + functional.softplus(x, 2, 1) + x.softplus(1, 20)"),
        ("B 4", "functional.cosine_similarity(x, x + 1) + functional.pairwise_distance(x, x + 1)"),
        ("B 4", "functional.mse_loss(x, x + 1) + functional.cross_entropy(x, x.softmax(1)) + functional.l1_loss(x, x * 2)"),
        ("B 4", "functional.kl_div(x.log_softmax(1), x.log_softmax(1) * 2) + functional.huber_loss(x, x * 3)"),
        ("B 4 8 8", "functional.batch_norm(x, zeros(4), ones(4)) + functional.group_norm(x, 2) + functional.instance_norm(x)"),
        ("B 4 8 8", "functional.conv2d(x, ones(2, 4, 3, 3), padding: new long[] { 1, 1 })"),
        ("B 4 8 8", "functional.unfold(x, 3)"),
        ("B 4 8 8", "functional.lp_pool2d(x.abs(), 2, 2) + functional.local_response_norm(x, 3).sum()"),
        ("B 4", "x.scatter_add(1, torch.zeros(x.shape[0], 4, dtype: int64), x) + x.masked_scatter(x > 0, x.flatten() * 0 + 5)"),
        ("B 4", "x.index_add(1, torch.tensor(new long[] { 0, 1 }), x[.., ..2], 1) + x.index_fill(1, torch.tensor(new long[] { 0 }), 3)"),
        ("B 4", "x.masked_select(x > 0)"), ("B 4", "x.nonzero()"), ("B 4", "x.diagonal()"),
        ("B 4", "x.div(3, RoundingMode.floor) + torch.div(x, 3, RoundingMode.floor) + x.div(x.abs() + 1, RoundingMode.trunc)"),
        ("B 3 4", "x.sum(1, 2) + x.swapaxes(1, 2).sum(1, 2) + torch.movedim(x, 2, 1).sum(1, 2)"),
        ("B 3 4", "x.cummax(1).Item1 + x.cummin(2).Item1 + x.logcumsumexp(1) + x.kthvalue(2, 1).Item1.unsqueeze(1)"),
        ("B 3 4", "torch.meshgrid(new[] { x[0, 0], x[0, 1] })[0] + torch.broadcast_tensors(x[0, 0, 0], x[0, ..1])[0].sum()"),
        ("B 3 4", "cat(x.tensor_split(new long[] { 1, 3 }, 2), 2) + x.quantile(torch.tensor(0.5f), 1, true)"),
        ("B 3 4", "x.isclose(x + 1e-9).to(float32) + x.isfinite() + torch.isin(x, x[0]).to(int64) + x.count_nonzero()"),
    ];

    private static readonly Lazy<Assembly> Nets = new(() => Compilations.Load(string.Join("\n", Rows.Select((r, i) =>
        $"[Export] [Shape(\"{r.Shape}\")] public sealed partial class Net{i} {{ [Layer] private readonly Identity same; "
        + $"private Tensor Forward(Tensor x) => {r.Expression}; }}"))));

    public static TheoryData<int, string> Numbers => [.. Rows.Select((r, i) => (i, $"{r.Expression} of {r.Shape}"))];

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Numbers))]
    public void An_operation_computes_the_same_in_PyTorch(int number, string operation)
    {
        Assert.NotEmpty(operation);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(number);
        using var net = (nn.Module)Activator.CreateInstance(Nets.Value.GetType($"Net{number}")!)!;
        net.eval();
        var folder = Directory.CreateTempSubdirectory("gen-pytorch").FullName;
        try
        {
            ((IExportable)net).ExportPyTorch(folder);
            var said = PyTorchModelTests.Compare(net, folder, run => [randn([.. Rows[number].Shape.Split(' ').Select(s => s == "B" ? 2 + run
                : long.Parse(s, System.Globalization.CultureInfo.InvariantCulture))])], runs: 2, precision: null);
            Assert.True(said.StartsWith("agrees", StringComparison.Ordinal),
                said + File.ReadAllText(Directory.EnumerateFiles(folder, "*.py").Single()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
