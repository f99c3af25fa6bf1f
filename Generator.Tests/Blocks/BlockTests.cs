using Gen.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Blocks;

/// <summary>The blocks compute what their formulas say, with a cache and without.</summary>
[Collection("TorchSharp")]
public sealed class BlockTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 1e-6)]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.BFloat16, 1e-2)]
    public void RMSNorm_divides_by_the_root_of_the_mean_square(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var norm = new RMSNorm(16);
        using (no_grad())
        {
            norm.state_dict()["weight"].normal_();
        }

        norm.to(type);
        var x = (randn(3, 5, 16) * 7).to(type);
        var wide = x.to(ScalarType.Float64);
        var expected = wide / (wide.square().mean([-1], keepdim: true) + 1e-6).sqrt() * norm.state_dict()["weight"].to(ScalarType.Float64);
        var result = norm.call(x);
        Assert.Equal(type, result.dtype);
        Assert.True(result.to(ScalarType.Float64).allclose(expected, rtol: tolerance, atol: tolerance));
    }

    [Fact]
    public void RMSNorm_keeps_its_precision_where_squares_leave_the_range_of_float16()
    {
        using var scope = NewDisposeScope();
        using var norm = new RMSNorm(4);
        norm.to(ScalarType.Float16);
        var result = norm.call(full(1, 4, 1000.0, dtype: ScalarType.Float16));
        Assert.True(result.to(ScalarType.Float32).allclose(ones(1, 4), rtol: 1e-3));
    }

    [Fact]
    public void SwiGLU_gates_and_counts()
    {
        using var scope = NewDisposeScope();
        using var module = new SwiGLU(8, 20, hasBias: true);
        var state = module.state_dict();
        var x = randn(2, 3, 8);
        var gate = x.matmul(state["gate.weight"].t()) + state["gate.bias"];
        var up = x.matmul(state["up.weight"].t()) + state["up.bias"];
        var expected = (gate * gate.sigmoid() * up).matmul(state["down.weight"].t()) + state["down.bias"];
        Assert.True(module.call(x).allclose(expected, rtol: 1e-4, atol: 1e-5));
        Assert.Equal(SwiGLU.CountParameters(8, 20, hasBias: true), module.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void A_rotary_embedding_turns_pairs_as_complex_numbers()
    {
        using var scope = NewDisposeScope();
        using var rotary = new RotaryEmbedding(6, context: 10, theta: 100);
        var x = randn(1, 1, 4, 6);
        var turned = rotary.call(x, 3);
        for (var position = 0; position < 4; position++)
        {
            for (var pair = 0; pair < 3; pair++)
            {
                var number = new System.Numerics.Complex(x[0, 0, position, pair].ToDouble(), x[0, 0, position, pair + 3].ToDouble());
                var angle = (position + 3) * Math.Pow(100, -2.0 * pair / 6);
                number *= System.Numerics.Complex.FromPolarCoordinates(1, angle);
                Assert.Equal(number.Real, turned[0, 0, position, pair].ToDouble(), 1e-5);
                Assert.Equal(number.Imaginary, turned[0, 0, position, pair + 3].ToDouble(), 1e-5);
            }
        }

        Assert.Empty(rotary.state_dict());
        Assert.Equal(2, rotary.named_buffers().Count());
    }

    [Fact]
    public void The_product_of_turned_queries_and_keys_depends_on_their_distance_alone()
    {
        using var scope = NewDisposeScope();
        using var rotary = new RotaryEmbedding(8, context: 100);
        var (q, k) = (randn(1, 1, 1, 8), randn(1, 1, 1, 8));
        var near = (rotary.call(q, 5) * rotary.call(k, 2)).sum().ToDouble();
        var far = (rotary.call(q, 95) * rotary.call(k, 92)).sum().ToDouble();
        Assert.Equal(near, far, 1e-4);
        Assert.NotEqual(near, (rotary.call(q, 5) * rotary.call(k, 3)).sum().ToDouble(), 1e-3);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 2)]
    [InlineData(4, 1)]
    public void Attention_with_a_cache_gives_what_it_gives_for_the_whole_sequence(long heads, long keyValueHeads)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        manual_seed(1);
        using var attention = new CausalSelfAttention(32, heads, keyValueHeads, context: 20);
        var x = randn(2, 11, 32);
        var whole = attention.call(x, null);
        using var cache = new KeyValueCache();

        // A prompt, two tokens one by one, then several at once.
        Tensor[] parts = [attention.call(x[.., ..5], cache), attention.call(x[.., 5..6], cache), attention.call(x[.., 6..7], cache),
            attention.call(x[.., 7..], cache)];
        Assert.Equal(11, cache.Length);
        Assert.True(whole.allclose(cat(parts, 1), rtol: 1e-4, atol: 1e-5));

        // What was drawn in vain is taken back.
        cache.Truncate(6);
        Assert.True(whole[.., 6..9].allclose(attention.call(x[.., 6..9], cache), rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void Attention_is_the_weighted_mean_of_what_came_before()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var attention = new CausalSelfAttention(8, heads: 2, keyValueHeads: 1, context: 5);
        using var rotary = new RotaryEmbedding(4, context: 5);
        var (x, state) = (randn(1, 5, 8), attention.state_dict());
        var q = rotary.call(Heads(x, state["query.weight"], 2));
        var k = rotary.call(Heads(x, state["key.weight"], 1));
        var v = Heads(x, state["value.weight"], 1);
        var scores = (q.matmul(k.transpose(2, 3)) / 2).masked_fill(ones(5, 5, dtype: ScalarType.Bool).triu(1), double.NegativeInfinity);
        var heard = scores.softmax(-1).matmul(v).transpose(1, 2).reshape(1, 5, 8);
        Assert.True(attention.call(x, null).allclose(heard.matmul(state["output.weight"].t()), rtol: 1e-4, atol: 1e-5));

        static Tensor Heads(Tensor x, Tensor weight, long heads) =>
            x.matmul(weight.t()).reshape(1, 5, heads, weight.shape[0] / heads).transpose(1, 2);
    }

    [Fact]
    public void A_decoder_block_counts_what_it_has_and_learns()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
        {
            var (keyValueHeads, groups, half, hidden) = (random.Next(1, 4), random.Next(1, 4), random.Next(1, 5), random.Next(1, 40));
            var heads = keyValueHeads * groups;
            var width = 2 * half * heads;
            using var block = new DecoderBlock(width, heads, keyValueHeads, hidden, context: 6);
            Assert.Equal(DecoderBlock.CountParameters(width, heads, keyValueHeads, hidden, 6), block.parameters().Sum(p => p.numel()));
            Assert.Equal([2, 5, width], block.call(randn(2, 5, width), null).shape);
        }

        using var trained = new DecoderBlock(16, 2, 1, 32, context: 8, dropout: 0.1);
        using var optimizer = torch.optim.Adam(trained.parameters(), 1e-2);
        var (x, y) = (randn(4, 8, 16), randn(4, 8, 16));
        var losses = new List<double>();
        for (var step = 0; step < 60; step++)
        {
            var loss = functional.mse_loss(trained.call(x, null), y);
            losses.Add(loss.ToDouble());
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        Assert.True(losses[^1] < losses[0] / 3, $"{losses[0]} to {losses[^1]}");
        Assert.All(trained.parameters(), p => Assert.NotNull(p.grad));
    }

    [Fact]
    public void A_stack_of_blocks_in_another_project_counts_them_and_keeps_a_cache_for_each()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var stack = new Decoder(16, depth: 3);
        stack.eval();
        Assert.Equal(Decoder.CountParameters(16, 3), stack.parameters().Sum(p => p.numel()));
        stack.to(ScalarType.Float64);
        var x = randn(1, 9, 16, dtype: ScalarType.Float64);
        KeyValueCache[] caches = [new(), new(), new()];
        var whole = stack.call(x, null);
        var parts = Enumerable.Range(0, 9).Select(t => stack.call(x[.., t..(t + 1)], caches));
        Assert.True(whole.allclose(cat([.. parts], 1)));
        Array.ForEach(caches, c => c.Dispose());
    }

    [Fact]
    public void A_block_of_the_wrong_width_is_an_error_in_the_project_that_uses_it()
    {
        var compilation = Compilations.Of("""
            using Gen.Blocks;

            [Shape("B T 64 -> B T 64")]
            public sealed partial class Model
            {
                [Layer(64, 32)] private readonly Linear down;
                [Layer] private readonly DecoderBlock block = new(64, 4, 2, 128, context: 100);

                private Tensor Forward(Tensor x) => block.call(down.call(x), null);
            }
            """);
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        var error = Assert.Single(Compilations.Diagnose(output), d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
        Assert.Equal("GEN1008", error.Id);
        Assert.Contains("'block'", error.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}

[Shape("B T width -> B T width", Where = "width % 8 == 0, T <= 12")]
public sealed partial class Decoder(long width, int depth)
{
    [Layer] private readonly ModuleList<DecoderBlock> blocks =
        ModuleList([.. Enumerable.Range(0, depth).Select(_ => new DecoderBlock(width, 4, 2, 2 * width, context: 12))]);

    private Tensor Forward(Tensor x, KeyValueCache[]? caches = null)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            x = blocks[i].call(x, caches?[i]);
        }

        return x;
    }
}
