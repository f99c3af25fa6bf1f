using Gen.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Blocks;

/// <summary>A cache gives back what was put in, refuses what does not belong to it, and leaves nothing behind.</summary>
[Collection("TorchSharp")]
public sealed class KeyValueCacheTests
{
    [Fact]
    public void It_holds_what_was_appended()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var random = new Random(1);
        var (keys, values) = (new List<Tensor>(), new List<Tensor>());
        for (var i = 0; i < 30; i++)
        {
            keys.Add(randn(2, 3, random.Next(0, 5), 4));
            values.Add(randn_like(keys[^1]));
            var (k, v) = cache.Append(keys[^1], values[^1]);
            Assert.True(k.allclose(cat(keys, 2), rtol: 0, atol: 0));
            Assert.True(v.allclose(cat(values, 2), rtol: 0, atol: 0));
            Assert.Equal(k.shape[2], cache.Length);
        }
    }

    [Fact]
    public void It_lives_in_no_scope_and_is_freed_whole()
    {
        var before = Tensor.TotalCount;
        using (var cache = new KeyValueCache())
        {
            for (var i = 0; i < 20; i++)
            {
                using var scope = NewDisposeScope();
                cache.Append(ones(1, 1, 1, 2), ones(1, 1, 1, 2));
            }

            Assert.Equal(20, cache.Length);
            Assert.Equal(before + 2, Tensor.TotalCount);
            cache.Dispose();
            Assert.Equal((0, before), (cache.Length, Tensor.TotalCount));

            // It begins anew, with other sizes too.
            using var again = NewDisposeScope();
            Assert.Equal([3, 1, 2, 5], cache.Append(ones(3, 1, 2, 5), ones(3, 1, 2, 5)).Keys.shape);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void What_does_not_belong_to_it_is_refused_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        cache.Append(zeros(2, 3, 1, 4), zeros(2, 3, 1, 4));
        var message = Assert.Throws<ArgumentException>(() => cache.Append(ones(1, 3, 1, 4), ones(1, 3, 1, 4))).Message;
        Assert.Contains("the cache holds (2, 3, 1, 4) of Float32, but (1, 3, 1, 4) of Float32 comes", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => cache.Append(ones(2, 3, 1, 4, dtype: ScalarType.Float64), ones(2, 3, 1, 4)));
        Assert.Throws<ArgumentException>(() => cache.Append(ones(2, 3, 1, 4), ones(2, 3, 2, 4)));
        Assert.Throws<ArgumentException>(() => cache.Append(ones(2, 3, 4), ones(2, 3, 4)));
        Assert.Contains("no_grad", Assert.Throws<InvalidOperationException>(
            () => cache.Append(ones(2, 3, 1, 4, requires_grad: true), ones(2, 3, 1, 4))).Message, StringComparison.Ordinal);
        Assert.Equal(1, cache.Length);
        Assert.Equal(0, cache.Append(zeros(2, 3, 0, 4), zeros(2, 3, 0, 4)).Values.sum().ToDouble());
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(-1));
    }

    [Fact]
    public void Attention_beyond_its_context_says_so()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var attention = new CausalSelfAttention(8, 2, 2, context: 4);
        using var cache = new KeyValueCache();
        attention.call(randn(1, 3, 8), cache);
        var message = Assert.ThrowsAny<Exception>(() => attention.call(randn(1, 2, 8), cache)).ToString();
        Assert.Contains("positions 3 to 4 are not within the context of 4", message, StringComparison.Ordinal);
        Assert.Equal(3, cache.Length);
    }
}
