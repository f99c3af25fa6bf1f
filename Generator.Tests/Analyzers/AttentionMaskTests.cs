using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Masks of attention: (T, S), of rank 2; TorchSharp runs none of rank 3.</summary>
[Collection("TorchSharp")]
public sealed class AttentionMaskTests
{
    private const string Attention = "[Layer(8, 2)] private readonly MultiheadAttention a;";

    private const string Encoder = "[Layer(8, 2, 16)] private readonly TransformerEncoderLayer a;";

    [Theory]
    [InlineData("T B 8", Attention, "Tensor x",
        "{|GEN1002:a.call(x, x, x, null, true, zeros(x.shape[1] * 2, x.shape[0], x.shape[0]))|}.Item1")]
    [InlineData("T B 8, H T T", Encoder, "Tensor x, Tensor mask", "{|GEN1002:a.call(x, mask)|}")]
    [InlineData("5 3 8", Attention, "Tensor x", "{|GEN1003:a.call(x, x, x, null, true, zeros(3, 3))|}.Item1")]
    [InlineData("5 3 8", Encoder, "Tensor x", "{|GEN1003:a.call(x, zeros(3, 3))|}")]
    [InlineData("T B 8", Attention, "Tensor x", "{|GEN4013:a.call(x, x, x, null, true, zeros(x.shape[1], x.shape[1]))|}.Item1")]
    [InlineData("T B 8, B B", Encoder, "Tensor x, Tensor mask", "{|GEN4013:a.call(x, mask)|}")]
    [InlineData("T B 8", Attention, "Tensor x", "{|GEN2001:a.call(x, x, x, null, true, zeros(3, 3))|}.Item1")]
    [InlineData("T B 8", Attention, "Tensor x", "a.call(x, x, x, null, true, zeros(x.shape[0], x.shape[0])).Item1")]
    [InlineData("T B 8, T T", Encoder, "Tensor x, Tensor mask", "a.call(x, mask)")]
    public void In_a_module(string shape, string layer, string parameters, string body) =>
        Markup.Verify(
            $"[Shape(\"{shape} -> {shape.Split(',')[0]}\")] public sealed partial class Net {{ {layer} private Tensor "
            + $"Forward({parameters}) => {body}; }}");

    [Fact]
    public void The_message_says_what_the_mask_must_be() => Assert.Equal(
        "'a' (MultiheadAttention 8, 2 heads) needs attn_mask [5, 5] but gets [6, 5, 5].",
        Markup.Message("""
            [Shape("5 3 8 -> 5 3 8")] public sealed partial class Net
            {
                [Layer(8, 2)] private readonly MultiheadAttention a;
                private Tensor Forward(Tensor x) => {|GEN1002:a.call(x, x, x, null, true, zeros(6, 5, 5))|}.Item1;
            }
            """));

    /// <summary>Whatever its sizes and its type, for as many heads and sequences as may be.</summary>
    [Theory]
    [InlineData(2, 3, 5, 7)]
    [InlineData(1, 1, 5, 5)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 4, 4, 4)]
    public void A_mask_of_rank_3_never_runs(int heads, int batch, int targets, int sources)
    {
        using var scope = NewDisposeScope();
        var attention = nn.MultiheadAttention(8, heads);
        var (query, key) = (rand(targets, batch, 8), rand(sources, batch, 8));
        foreach (var size in new long[][] { [batch * heads, targets, sources], [1, targets, sources], [batch, targets, sources],
            [1, 1, 1] })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Bool })
            {
                Assert.ThrowsAny<Exception>(() => attention.call(query, key, key, null, true, zeros(size, dtype: type)));
            }
        }

        Assert.Equal([targets, batch, 8], attention.call(query, key, key, null, true, zeros(targets, sources)).Item1.shape);
    }

    /// <summary>What runs because the mask is stretched still runs.</summary>
    [Fact]
    public void The_guard_refuses_what_does_not_run_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        var type = Compilations.Load("""
            [Shape("T B 8 -> T B 8")] public sealed partial class Net
            {
                [Layer(8, 2)] private readonly MultiheadAttention a;
                private Tensor Forward(Tensor x) => a.call(x, x, x, null, true, zeros(x.shape[1], x.shape[1])).Item1;
            }
            """).GetType("Net", throwOnError: true)!;
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        Assert.Equal([3, 3, 8], net.call(rand(3, 3, 8)).shape);
        Assert.Equal([5, 1, 8], net.call(rand(5, 1, 8)).shape);
        Assert.Throws<ShapeMismatchException>(() => net.call(rand(5, 3, 8)));
    }
}
