using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Sizes that code makes of a tensor's shape, by lists and LINQ.</summary>
[Collection("TorchSharp")]
public sealed class SizesOfListsTests
{
    /// <summary>The sizes of a view of x, and the shape that comes of them.</summary>
    public static TheoryData<string, string> Sizes => new()
    {
        { "x.shape.Take(2).ToArray().Append(8).ToArray()", "2 3 8" },
        { "x.shape.Take(x.shape.Length - 1).Append(-1).ToArray()", "2 3 8" },
        { "x.shape.Take(2).Concat(new long[] { 2, 4 }).ToArray()", "2 3 2 4" },
        { "x.shape.Take(2).Concat([2, 4]).ToArray()", "2 3 2 4" },
        { "[.. x.shape.Take(2), 2, 4]", "2 3 2 4" },
        { "[.. x.shape[..^1], 2, 4]", "2 3 2 4" },
        { "[.. x.shape.SkipLast(1), 4, 2]", "2 3 4 2" },
        { "[.. x.shape.TakeLast(2), 2]", "3 8 2" },
        { "[.. x.shape.Take((int)x.dim() - 1), 2, 4]", "2 3 2 4" },
        { "x.shape.Take(x.shape.Length - 1).Prepend(1).Append(-1).ToArray()", "1 2 3 8" },
        { "x.shape.Select((size, i) => i == 2 ? size / 2 : i == 1 ? size * 2 : size).ToArray()", "2 6 4" },
        { "[x.shape[0], x.shape.Skip(1).Aggregate((a, b) => a * b)]", "2 24" },
        { "[x.shape[0], x.shape.Skip(1).Aggregate(1L, (a, b) => a * b)]", "2 24" },
        { "x.shape.Where((_, i) => i != 2).Append(8).ToArray()", "2 3 8" },
        { "x.shape.TakeWhile((_, i) => i < 2).Append(8).ToArray()", "2 3 8" },
        { "x.shape.SkipWhile((_, i) => i < 2).Append(-1).ToArray()", "8 6" },
        { "[x.shape.First(), x.shape.ElementAt(1), x.shape.Last()]", "2 3 8" },
        { "[x.shape.Last(), -1]", "8 6" },
        { "Enumerable.Repeat(1L, 2).Concat(x.shape).ToArray()", "1 1 2 3 8" },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_sizes_of_a_view_are_followed(string sizes, string result)
    {
        string Source(string declared) => $"[Shape(\"2 3 8 -> {declared}\")] public sealed partial class Net {{ [Layer(8, 8)] private "
            + $"readonly Linear fc; private Tensor Forward(Tensor x) => fc.call(x).view({sizes}); }}";
        Assert.Empty(Compilations.Diagnose(Compilations.Of(Source(result))));
        var found = Compilations.Diagnose(Compilations.Of(Source(result + " 5")));
        Assert.Equal("GEN1005", Assert.Single(found).Id);
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Source(result)).GetType("Net")!)!;
        Assert.Equal(result, string.Join(" ", net.call(randn(2, 3, 8)).shape));
    }

    [Fact]
    public void A_list_of_sizes_is_changed_in_place()
    {
        const string Source = """
            [Shape("B T 8 -> B T 2 4")] public sealed partial class Net
            {
                [Layer(8, 8)] private readonly Linear fc;
                private Tensor Forward(Tensor x)
                {
                    var sizes = x.shape.ToList();
                    sizes.RemoveAt(2);
                    sizes.AddRange([2, 4]);
                    return fc.call(x).view(sizes.ToArray());
                }
            }
            """;
        Assert.Empty(Compilations.Diagnose(Compilations.Of(Source)));
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Source).GetType("Net")!)!;
        Assert.Equal([3, 2, 2, 4], net.call(randn(3, 2, 8)).shape);
    }

    /// <summary>What a condition chooses that the sizes decide is not known.</summary>
    [Fact]
    public void What_the_sizes_choose_is_not_known() => Assert.Equal("GEN2002", Assert.Single(Compilations.Diagnose(Compilations.Of(
        "[Shape(\"B T 8\")] public sealed partial class Net { [Layer(8, 8)] private readonly Linear fc; "
        + "private Tensor Forward(Tensor x) => fc.call(x).view(x.shape.Where(s => s > 1).ToArray()); }"))).Id);
}
