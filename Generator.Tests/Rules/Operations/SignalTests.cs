using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>Transforms, decompositions and tables in a program: the shapes that are told are those that TorchSharp gives.</summary>
[Collection("TorchSharp")]
public sealed class SignalTests
{
    private static readonly List<(string Text, Func<Tensor> Real)> Cases = [];

    static SignalTests()
    {
        Add(() => torch.stft(rand(2, 100), 16, 4, window: hann_window(16), return_complex: true));
        Add(() => torch.stft(rand(2, 100), 16, window: hann_window(16), center: false, return_complex: true));
        Add(() => torch.stft(rand(2, 100), 16, 5, window: hann_window(16)));
        Add(() => torch.stft(rand(2, 100), 16, 5, window: hann_window(16), onesided: false, return_complex: true));
        Add(() => torch.istft(torch.stft(rand(2, 96), 16, window: hann_window(16), return_complex: true), 16, window: hann_window(16)));
        Add(() => torch.istft(torch.stft(rand(2, 96), 16, 4, return_complex: true), 16, 4, length: 90));
        Add(() => fft.rfft(rand(3, 4, 7), dim: 1));
        Add(() => fft.irfft(fft.rfft(rand(3, 7))));
        Add(() => fft.irfft(fft.rfft(rand(3, 7)), 7));
        Add(() => fft.irfft2(fft.rfft2(rand(3, 5, 8))));
        Add(() => fft.fftn(rand(3, 5, 8), new long[] { 4, 6 }));
        Add(() => fft.rfftfreq(9).unsqueeze(0));
        Add(() => (hann_window(9) * rand(2, 9)));
        Add(() => rand(4, 5).as_strided(new long[] { 3, 2 }, new long[] { 1, 2 }));
        Add(() => rand(3, 4).diagonal_scatter(rand(3)));
        Add(() => linalg.inv(rand(2, 3, 3)));
        Add(() => linalg.pinv(rand(2, 3, 5)));
        Add(() => linalg.svdvals(rand(2, 3, 5)));
        Add(() => linalg.svd(rand(2, 3, 5), false).Vh);
        Add(() => linalg.svd(rand(2, 3, 5)).Vh);
        Add(() => linalg.qr(rand(2, 3, 5)).Q);
        Add(() => linalg.eigvals(rand(2, 3, 3)));
        Add(() => linalg.solve(rand(4, 3, 3), rand(4, 3, 2)));
        Add(() => linalg.solve(rand(4, 3, 3), rand(4, 3)));
        Add(() => linalg.multi_dot(new[] { rand(2, 3), rand(3, 4), rand(4, 5) }));
        Add(() => linalg.matrix_norm(rand(2, 3, 5), keepdim: true));
        Add(() => linalg.vector_norm(rand(2, 3, 5), 2, new long[] { -1 }));
        Add(() => cartesian_prod(arange(3), arange(4)));
        Add(() => combinations(arange(5), 3));
        Add(() => combinations(arange(5), 2, true));
        Add(() => searchsorted(rand(6), rand(2, 3)));
        Add(() => diff(rand(2, 6), prepend: rand(2, 1)));
        Add(() => trapezoid(rand(2, 3, 6)));
        Add(() => cumulative_trapezoid(rand(2, 6)));
        Add(() => cov(rand(3, 6)));
        Add(() => diag_embed(rand(2, 3), 1));
        Add(() => aminmax(rand(2, 3, 4), 1).max);
        Add(() => rand(4, 6).hsplit(3)[1]);
        Add(() => rand(4).atleast_3d());
    }

    [Fact]
    public void The_shapes_that_are_told_are_those_of_TorchSharp()
    {
        using var scope = NewDisposeScope();
        var (body, shapes) = (new List<string>(), new List<string>());
        foreach (var (text, real) in Cases)
        {
            var shape = real().shape;

            // The comment says another shape: the report tells the right one.
            shapes.Add($"({string.Join(", ", shape)})");
            body.Add($"var t{body.Count.ToString(CultureInfo.InvariantCulture)} = {text};  // "
                + $"({string.Join(", ", shape.Select((n, i) => i == 0 ? n + 1 : n))})");
        }

        var source = $"[Shape(\"B 4\")] public sealed partial class Net {{ [Layer(4, 4)] private readonly Linear fc; private Tensor "
            + $"Forward(Tensor x)\n{{\n{string.Join("\n", body)}\nreturn fc.call(x);\n}} }}";
        var found = Compilations.Diagnose(Compilations.Of(source)).Where(static d => d.Id == "GEN1011").ToArray();
        Assert.Equal(shapes, found.Select(static d => d.GetMessage(null).Split(" is ")[1].Split(". ")[0]));
    }

    /// <summary>With names for the sizes, right ones and wrong ones.</summary>
    [Theory]
    [InlineData("B T d -> B T//2+1 d", "fft.rfft(x, dim: 1).real", "B T//2 d")]
    [InlineData("B T d -> B T d", "fft.fft_(fft.fft_(x, dim: -1), dim: -2).real", "B T+1 d")]
    [InlineData("B n n -> B n", "linalg.eigh(x + x.mT).Item1", "B n n")]
    [InlineData("B n m -> B m n", "linalg.pinv(x)", "B m 2*n")]
    [InlineData("B T d -> B T-1 d", "diff(x, dim: 1)", "B T d")]
    [InlineData("B T d -> B T d d", "diag_embed(x)", "B T d 2*d")]
    public void Names_of_sizes_go_through(string shape, string result, string wrong)
    {
        var source = $"[Shape(\"{shape}\", Where = \"T >= 2\")] public sealed partial class Net {{ [Layer] private readonly ReLU relu; "
            + $"private Tensor Forward(Tensor x) => relu.call({result}); }}";
        source = shape.Contains('T', StringComparison.Ordinal) ? source
            : source.Replace(", Where = \"T >= 2\"", "", StringComparison.Ordinal);
        Assert.Empty(Compilations.Diagnose(Compilations.Of(source)));
        Assert.Contains("GEN1005", Compilations.Diagnose(
            Compilations.Of(source.Replace($"-> {shape.Split("-> ")[1]}\"", $"-> {wrong}\"", StringComparison.Ordinal)))
            .Select(static d => d.Id));
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        Assert.Equal(shape.Split("-> ")[1].Split(' ').Length, net.call(rand(2, 4, 4)).dim());
    }

    [Theory]
    [InlineData("linalg.inv(x)", "linalg.inv(x[.., ..4])")]
    [InlineData("linalg.solve(x[.., ..4], ones(3, 5))", "linalg.solve(x[.., ..4], ones(4, 5))")]
    [InlineData("linalg.multi_dot(new[] { x, ones(4, 2), ones(2, 2) })", "linalg.multi_dot(new[] { x, ones(6, 2), ones(2, 2) })")]
    [InlineData("fft.rfft(x.to(ScalarType.ComplexFloat32)).real", "fft.fft_(x.to(ScalarType.ComplexFloat32)).real")]
    [InlineData("combinations(x)", "combinations(x[0])")]
    [InlineData("diff(x, 2)", "diff(x, 1)")]
    public void What_TorchSharp_refuses_is_reported(string wrong, string right)
    {
        string Source(string expression) => "[Shape(\"4 6\")] public sealed partial class Net { [Layer] private readonly ReLU relu; "
            + $"private Tensor Forward(Tensor x) => relu.call({expression}); }}";
        using var scope = NewDisposeScope();
        foreach (var (expression, isRight) in new[] { (right, true), (wrong, false) })
        {
            var errors = Compilations.Diagnose(Compilations.Of(Source(expression)))
                .Where(static d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
            Assert.Equal(isRight, !errors.Any());
        }

        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Source(right)).GetType("Net")!)!;
        net.call(rand(4, 6)).Dispose();
    }

    private static void Add(Func<Tensor> real, [CallerArgumentExpression(nameof(real))] string text = "") =>
        Cases.Add((text["() => ".Length..], real));
}
