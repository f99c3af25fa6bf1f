using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>The places of triangles: as many as TorchSharp gives, for numbers and for names.</summary>
[Collection("TorchSharp")]
public sealed class TriangleTests
{
    [Fact]
    public void There_are_as_many_places_as_TorchSharp_gives()
    {
        using var scope = NewDisposeScope();
        var (body, shapes, random) = (new List<string>(), new List<string>(), new Random(7));
        for (var i = 0; i < 300; i++)
        {
            var (rows, columns, offset) = (random.Next(0, 7), random.Next(0, 7), random.Next(-7, 8));
            var name = i % 2 == 0 ? "tril_indices" : "triu_indices";
            var real = i % 2 == 0 ? tril_indices(rows, columns, offset) : triu_indices(rows, columns, offset);
            shapes.Add($"({string.Join(", ", real.shape)})");

            // The comment names one place too many: the report tells how many there are.
            body.Add($"var t{i} = {name}({rows}, {columns}, {offset});  // (2, {real.shape[1] + 1})");
            Assert.Equal(ScalarType.Int64, real.dtype);
        }

        var source = $"[Shape(\"B 4\")] public sealed partial class Net {{ [Layer(4, 4)] private readonly Linear fc; private Tensor "
            + $"Forward(Tensor x)\n{{\n{string.Join("\n", body)}\nreturn fc.call(x);\n}} }}";
        var found = Compilations.Diagnose(Compilations.Of(source)).Where(static d => d.Id == "GEN1011").ToArray();
        Assert.Equal(shapes, found.Select(static d => d.GetMessage(null).Split(" is ")[1].Split(". ")[0]));
    }

    [Theory]
    [InlineData("tril_indices(n, n)", "n*(n+1)//2")]
    [InlineData("tril_indices(n, n, -1)", "n*(n-1)//2")]
    [InlineData("triu_indices(n, n)", "n*(n+1)//2")]
    [InlineData("triu_indices(n, n, offset: 1)", "n*(n-1)//2")]
    public void The_pairs_of_a_square_are_counted_by_its_side(string places, string count)
    {
        var source = $"[Shape(\"B n n -> B {count}\", Where = \"n >= 2\")] public sealed partial class Net(int n) {{ [Layer] private "
            + "readonly ReLU relu; private Tensor Forward(Tensor x) { var at = "
            + places.Replace(")", ", device: x.device)", StringComparison.Ordinal)
            + "; return relu.call(x.flatten(1).index_select(1, (at[0] * n) + at[1])); } }";
        Assert.Empty(Compilations.Diagnose(Compilations.Of(source)));
        Assert.Contains("GEN1005", Compilations.Diagnose(Compilations.Of(source.Replace("//2\"", "//2+1\"", StringComparison.Ordinal)))
            .Select(static d => d.Id));
        using var scope = NewDisposeScope();
        foreach (var n in new[] { 2, 3, 6 })
        {
            using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!, n)!;
            Assert.Equal(count.Contains('+', StringComparison.Ordinal) ? n * (n + 1) / 2 : n * (n - 1) / 2,
                net.call(rand(2, n, n)).shape[1]);
        }
    }
}
