using Gen.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Runtime.Export;

/// <summary>What a file of ONNX looks like: names, dimensions, bytes, a second file; and what is refused.</summary>
[Collection("TorchSharp")]
public sealed class OnnxFileTests : IDisposable
{
    private const string Two = """
        [Export] [Shape("B 8 -> B 4")]
        public sealed partial class Net
        {
            [Layer(8, 16)] private readonly Linear fc1;
            [Layer] private readonly Inner inner;
            [Layer(16, 4)] private readonly Linear fc2;
            private Tensor Forward(Tensor features) => fc2.call(inner.call(fc1.call(features)));
        }

        [Export] [Shape("*B 16 -> *B 16")]
        public sealed partial class Inner { [Layer(16, 16)] private readonly Linear fc; [Layer] private readonly ReLU relu; }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("gen-onnx").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Inputs_dimensions_and_weights_have_their_names()
    {
        using var net = New(Two, "Net");
        var path = Written(net);
        using var session = new OnnxSession(path);
        Assert.Equal(["features"], session.Inputs);
        Assert.Equal(["output"], session.Outputs);
        Assert.Equal(["B", "8"], session.DimsOf("features"));
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path));
        Assert.All(net.state_dict().Keys, key => Assert.Contains(key, text, StringComparison.Ordinal));
        Assert.Contains("inner.fc/Gemm", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_module_gives_the_same_bytes()
    {
        using var net = New(Two, "Net");
        Assert.Equal(File.ReadAllBytes(Written(net, "a.onnx")), File.ReadAllBytes(Written(net, "b.onnx")));
    }

    [Fact]
    public void Many_weights_go_into_a_second_file()
    {
        using var net = New(
            """[Export] [Shape("B 64 -> B 64")] public sealed partial class Net { [Layer(64, 64)] private readonly Linear fc; }""", "Net");
        var path = Path.Combine(folder, "large.onnx");
        ((IExportable)net).ExportOnnx(path, new() { LargestFile = 1_000 });
        Assert.Equal(64 * 64 * 4, new FileInfo(path + ".data").Length);
        Assert.True(new FileInfo(path).Length < 2_000);
        using var mode = no_grad();
        using var x = randn(5, 64);
        using var y = ((nn.Module<Tensor, Tensor>)net).call(x);
        Assert.Null(OnnxJudge.Compare(path, [([x], [y])], 1e-5).Wrong);
    }

    [Fact]
    public void What_fails_leaves_the_file_that_was_there()
    {
        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllText(path, "before");
        using var net = New("""
            [Export] [Shape("B 3 H W")]
            public sealed partial class Net { [Layer] private readonly Upsample up = Upsample(scale_factor: new[] { 1.3, 1.3 }); }
            """, "Net");
        var error = Assert.Throws<NotExportableException>(() => ((IExportable)net).ExportOnnx(path));
        Assert.Contains("H", error.Message, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Single(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public void An_opset_that_is_not_known_is_refused()
    {
        using var net = New(Two, "Net");
        Assert.Throws<ArgumentOutOfRangeException>(() => ((IExportable)net).ExportOnnx("x.onnx", new() { Opset = 27 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((IExportable)net).ExportOnnx("x.onnx", new() { Opset = 17 }));
    }

    /// <summary>Code that C# runs: loops, branches, lists, sizes, and what is changed in place.</summary>
    [Theory]
    [InlineData("B 8", "var sum = x; for (var i = 0; i < 3; i++) { sum = sum * 2 + i; } return sum;")]
    [InlineData("B 8", "if (training) { return functional.dropout(x, 0.5, true); } return x - x.mean([1], keepdim: true);")]
    [InlineData("B T 8", "var (b, t) = (x.shape[0], x.shape[1]); return x.view(b * t, 2, 4).transpose(1, 2).reshape(b, t, -1);")]
    [InlineData("B 8", "var parts = x.chunk(2, dim: 1); return cat([parts[1], parts[0].exp()], dim: 1);")]
    [InlineData("B 8", "var y = x.clone(); y.add_(1); y.mul_(x); return y;")]
    [InlineData("B 8", "return where(x > 0, x, x.mul(0.1)).masked_fill(x > 1, 1.0);")]
    [InlineData("B T 8", "var mask = ones(x.shape[1], x.shape[1]).tril().to(ScalarType.Bool); return "
        + "x.matmul(x.transpose(1, 2)).masked_fill(mask.logical_not(), double.NegativeInfinity).softmax(-1).matmul(x);")]
    [InlineData("B 8", "return x[TensorIndex.Ellipsis, TensorIndex.Slice(1, null, 2)] * x[.., ^1].unsqueeze(1);")]
    [InlineData("B 8", "var list = new List<Tensor>(); foreach (var p in x.unbind(1)) { list.Add(p * list.Count); } "
        + "return stack(list, 1);")]
    [InlineData("B 8", "return einsum(\"bi,bj->bij\", x, x).sum(dim: 2).pow(2).add(1e-3).rsqrt();")]
    [InlineData("B 8", "return (x.to(ScalarType.Int64) % 3).to(ScalarType.Float32) / 2 + x.argmax(1, keepdim: true);")]
    [InlineData("B 8", "return x.var(1, true, true) + x.std([0], unbiased: false) + x.norm(1).unsqueeze(1);")]
    [InlineData("B 2 H W", "return functional.interpolate(x, size: [x.shape[2] * 3 / 2, 7], mode: InterpolationMode.Nearest);")]
    [InlineData("B 8", "var y = zeros_like(x); y[TensorIndex.Colon, TensorIndex.Slice(2, 5)] = x[TensorIndex.Colon, ..3]; return y;")]
    [InlineData("B 8", "return functional.scaled_dot_product_attention(x.unsqueeze(1), x.unsqueeze(1), x.unsqueeze(1)).squeeze(1);")]
    [InlineData("B 8", "var (values, indices) = x.max(1); return values + indices + x.sum(1);")]
    public void Code_computes_the_same_in_ONNX_Runtime(string shape, string body)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(3);
        using var net = New($"[Export] [Shape(\"{shape}\")] public sealed partial class Net() : Module<Tensor, Tensor>(\"Net\") "
            + $"{{ private Tensor Forward(Tensor x) {{ {body} }} }}", "Net");
        net.eval();
        var runs = new[] { 1L, 2, 5 }.Select(b =>
        {
            var x = randn([.. shape.Split(' ').Select((d, i) => long.TryParse(d, out var size) ? size : i == 0 ? b : b + 3)]);
            return ((Tensor?[])[x], (Tensor[])[((nn.Module<Tensor, Tensor>)net).call(x.clone())]);
        }).ToArray();
        Assert.Null(OnnxJudge.Compare(Written(net), runs, 1e-5).Wrong);
    }

    private string Written(nn.Module net, string name = "model.onnx")
    {
        var path = Path.Combine(folder, name);
        ((IExportable)net).ExportOnnx(path);
        return path;
    }

    private static nn.Module New(string source, string type) =>
        (nn.Module)Activator.CreateInstance(Compilations.Load(source).GetType(type)!)!;
}
