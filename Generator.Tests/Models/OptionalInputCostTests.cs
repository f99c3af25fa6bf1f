using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Models;

/// <summary>Multiply-adds of bodies that ask whether an optional input or a cache is there, against what the calls run.</summary>
[Collection("TorchSharp")]
public sealed class OptionalInputCostTests
{
    private const string Layers = """
        [Layer(8, 8)] private readonly Linear q;
        [Layer(8, 8)] private readonly Linear k;
        """;

    private const string Attend = "return matmul(softmax(matmul(q.call(x), keys.transpose(1, 2)), -1), keys);";

    public static TheoryData<string, string> Inputs => new()
    {
        { "a statement", "var keys = k.call(x); if (past is not null) { keys = cat([past, keys], 1); } " },
        { "the other way round", "var keys = k.call(x); if (past is null) { } else { keys = cat([past, keys], 1); } " },
        { "a choice", "var keys = k.call(x); keys = past is null ? keys : cat([past, keys], 1); " },
        { "a pattern", "var keys = k.call(x); if (past is { } before) { keys = cat([before, keys], 1); } " },
        { "nothing or something", "var keys = k.call(x); if (past is not { } before) { } else { keys = cat([before, keys], 1); } " },
    };

    /// <summary>Members and the body up to the attention; the first call finds nothing.</summary>
    public static TheoryData<string, string, string> Caches => new()
    {
        { "a field", "private Tensor? kept;",
            "var keys = k.call(x); keys = kept is null ? keys : cat([kept, keys], 1); kept = keys.detach(); " },
        { "an object's property", "private readonly Cache cache = new();",
            "var keys = k.call(x); keys = cache.Keys is null ? keys : cat([cache.Keys, keys], 1); cache.Keys = keys.detach(); " },
        { "an object that is not there", "private Cache? cache; public void Drop() => cache = null;",
            "var keys = k.call(x); if (cache is not null) { keys = cache.Add(keys); } " },
        { "one of two questions", "private Cache? cache; public void Drop() => cache = null;",
            "var keys = k.call(x); if (cache is not null && cache.Keys is not null) { keys = cat([cache.Keys, keys], 1); } " },
        { "in a loop", "private readonly Tensor?[] kept = new Tensor?[2];",
            "var keys = k.call(x); for (var i = 0; i < 2; i++) { if (kept[i] is not null) { keys = q.call(cat([kept[i]!, "
            + "keys], 1)); } } " },
        { "a fallback", "private Tensor? kept; public void Drop() => kept = null;", "var keys = kept ?? k.call(x); " },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void The_cost_of_an_optional_input_is_a_formula_that_holds_without_it(string form, string body)
    {
        var source = $$"""
            [Shape("B T 8, B P 8 -> B T 8")]
            public sealed partial class Net : Module<Tensor, Tensor?, Tensor>
            {
                {{Layers}}
                private Tensor Forward(Tensor x, Tensor? past = null) { {{body}}{{Attend}} }
            }
            """;
        Assert.True(!Reported(source).Any(), $"{form}: {string.Join("\n", Reported(source))}");
        var type = Compilations.Load(source).GetType("Net")!;
        var count = type.GetMethod("MultiplyAdds")!;
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor, Tensor>)Activator.CreateInstance(type)!;
        foreach (var (b, t, p) in new[] { (1, 1, 1), (2, 3, 4), (3, 5, 0) })
        {
            Assert.Equal([b, t, 8], net.call(randn(b, t, 8), p > 0 ? randn(b, p, 8) : null!).shape);
            Assert.Equal(["B", "P", "T"], count.GetParameters().Select(n => n.Name).Order());
            var given = count.GetParameters().Select(n => (object)(long)(n.Name switch { "B" => b, "T" => t, _ => p })).ToArray();
            Assert.Equal(Run(b, t, p + t), count.Invoke(null, given));
        }
    }

    [Theory]
    [MemberData(nameof(Caches))]
    public void The_cost_of_a_cache_is_that_of_the_call_that_finds_none(string form, string member, string body)
    {
        var source = $$"""
            public sealed class Cache
            {
                public Tensor? Keys { get; set; }
                public Tensor Add(Tensor keys) => Keys = Keys is null ? keys : cat([Keys, keys], 1);
            }

            [Shape("B T 8 -> B T 8")]
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                {{Layers}}
                {{member}}
                private Tensor Forward(Tensor x) { {{body}}{{Attend}} }
            }
            """;
        Assert.True(!Reported(source).Any(d => d.Contains("GEN2004", StringComparison.Ordinal)), form);
        var type = Compilations.Load(source).GetType("Net")!;
        using var scope = NewDisposeScope();
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        var ran = 0L;
        foreach (var layer in net.children().OfType<TorchSharp.Modules.Linear>())
        {
            layer.register_forward_hook((_, input, output) =>
            {
                ran += layer.weight!.numel() * input.shape[0] * input.shape[1];
                return output;
            });
        }

        Assert.Equal([2, 3, 8], net.call(randn(2, 3, 8)).shape);
        Assert.Equal(Run(2, 3, 3), ran + (2 * 2 * 3 * 3 * 8));
        Assert.Equal(Run(2, 3, 3), type.GetMethod("MultiplyAdds")!.Invoke(null, [2L, 3L]));
    }

    /// <summary>The ways without the object end in an exception, or each has another one.</summary>
    [Theory]
    [InlineData("if (kept is null) { throw new InvalidOperationException(); } if (training) { x = q.call(x); } return k.call(x);")]
    [InlineData("if (kept is null) { throw new InvalidOperationException(); } if (n > 2) { x = q.call(x); } return k.call(x);")]
    [InlineData("if (kept is null && more is null) { throw new InvalidOperationException(); } if (kept is null) { return q.call(x); } "
        + "if (more is null) { return k.call(q.call(x)); } return x;")]
    public void Objects_that_every_call_has_do_not_stop_the_generator(string body)
    {
        var source = $$"""
            [Shape("B T 8 -> B T 8")]
            public sealed partial class Net(int n) : Module<Tensor, Tensor>("Net")
            {
                {{Layers}}
                private object? kept;
                private object? more;
                public void Keep(object? one, object? other) { kept = one; more = other; }
                private Tensor Forward(Tensor x) { {{body}} }
                public int Size => n;
            }
            """;
        Assert.DoesNotContain(Reported(source), d => d.Contains(": error", StringComparison.Ordinal));
        var count = Compilations.Load(source).GetType("Net")!.GetMethod("MultiplyAdds");
        Assert.Equal(body.Contains("n > 2", StringComparison.Ordinal), count is not null);
    }

    /// <summary>What the two ways share is no formula: with a memory there is a layer more.</summary>
    [Fact]
    public void A_layer_that_only_the_optional_input_reaches_leaves_the_cost_open()
    {
        var source = $$"""
            [Shape("B T 8, B S 8 -> B T 8")]
            public sealed partial class Net : Module<Tensor, Tensor?, Tensor>
            {
                {{Layers}}
                private Tensor Forward(Tensor x, Tensor? memory = null)
                {
                    x = q.call(x);
                    return memory is null ? x : k.call(x) + memory.mean([1], true);
                }
            }
            """;
        Assert.Contains(Reported(source), d => d.Contains("GEN2004", StringComparison.Ordinal));
    }

    /// <summary>What multiplies something of unknown shape costs something unknown, not nothing.</summary>
    [Theory]
    [InlineData("matmul(x, kept.Value!.transpose(1, 2))")]
    [InlineData("x.matmul(kept.Value!)")]
    [InlineData("bmm(x, kept.Value!)")]
    [InlineData("x.bmm(kept.Value!)")]
    [InlineData("einsum(\"btd,bsd->bts\", x, kept.Value!)")]
    [InlineData("baddbmm(x, kept.Value!, x)")]
    [InlineData("functional.linear(x, kept.Value!)")]
    [InlineData("functional.scaled_dot_product_attention(x, kept.Value!, kept.Value!)")]
    [InlineData("functional.conv1d(x, kept.Value!)")]
    [InlineData("functional.conv1d(kept.Value!, kept.Value!)")]
    [InlineData("functional.conv_transpose1d(x, kept.Value!)")]
    [InlineData("functional.bilinear(x, x, kept.Value!)")]
    [InlineData("tensordot(x, kept.Value!, new long[] { 2 }, new long[] { 2 })")]
    [InlineData("x.inner(kept.Value!)")]
    [InlineData("q.call(kept.Value!)")]
    [InlineData("Other.Mix(kept.Value!.relu())")]
    [InlineData("linalg.multi_dot([kept.Value!.relu(), kept.Value!.relu()])")]
    public void A_product_with_something_of_unknown_shape_leaves_the_cost_open(string product)
    {
        var source = $$"""
            public static class Other
            {
                public static Tensor Mix(Tensor x) => matmul(x, x);
            }

            [Shape("B T 8 -> B T 8")]
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                {{Layers}}
                private readonly System.Threading.ThreadLocal<Tensor?> kept = new();
                private Tensor Forward(Tensor x) { kept.Value = k.call(x); var y = {{product}}; return q.call(x) + y.sum(); }
            }
            """;
        Assert.Contains(Reported(source), d => d.Contains("GEN2004: the multiply-adds", StringComparison.Ordinal));
        Assert.Null(Compilations.Load(source).GetType("Net")!.GetMethod("MultiplyAdds"));
    }

    private static long Run(long b, long t, long keys) => (2 * b * t * 64) + (2 * b * t * keys * 8);

    private static IEnumerable<string> Reported(string source) => Compilations.Diagnose(Compilations.Of(source)).Select(d => d.ToString());
}
