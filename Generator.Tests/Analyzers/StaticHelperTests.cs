using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Analyzers;

/// <summary>Static methods and extensions of other classes that a <c>Forward</c> calls: they are followed like its own.</summary>
[Collection("TorchSharp")]
public sealed class StaticHelperTests
{
    private const string Helpers = """

        public static class Heads
        {
            private static readonly Dictionary<long, Tensor> masks = new();
            private static Tensor? first;
            public static Tensor Split(Tensor x, long n) => x.view(x.shape[0], x.shape[1], n, x.shape[2] / n).transpose(1, 2);
            public static Tensor SplitInto(this Tensor x, long n) => Split(x, n);
            public static Tensor Join(Tensor x) => x.transpose(1, 2).flatten(2);
            public static (Tensor Left, Tensor Right) Halves(Tensor x) { var parts = x.chunk(2, -1); return (parts[0], parts[1]); }
            public static Tensor Rotate(Tensor x) { var (a, b) = Halves(x); return cat([-b, a], -1); }
            public static Tensor Mask(long n)
            {
                if (!masks.TryGetValue(n, out var mask))
                {
                    mask = ones(n, n, dtype: ScalarType.Bool).triu(1).DetachFromDisposeScope();
                    masks[n] = mask;
                }

                return mask;
            }

            public static Tensor Once(long n) => first ??= ones(n, n).DetachFromDisposeScope();
            public static T Same<T>(T value) => value;
        }
        """;

    private static string Net(string body) => $$"""
        [Shape("B T 8 -> B T 8")]
        public sealed partial class Net
        {
            [Layer] private readonly Linear fc = Linear(8, 8);
            private Tensor Forward(Tensor x) { {{body}} }
        }
        """ + Helpers;

    [Theory]
    [InlineData("return fc.call(Heads.Join(Heads.Split(x, 2)));")]
    [InlineData("return fc.call(Heads.Join(x.SplitInto(4)));")]
    [InlineData("var y = Heads.Rotate(fc.call(x)); return y * Heads.Rotate(y);")]
    [InlineData("var (a, b) = Heads.Halves(fc.call(x)); return fc.call(cat([b, a], 2));")]
    [InlineData("return Heads.Same(fc.call(x));")]
    [InlineData("var y = Heads.Split(fc.call(x), 2); for (var i = 0; i < 3; i++) { y = Heads.Rotate(y); } return Heads.Join(y);")]
    public void What_they_give_is_proved(string body)
    {
        var source = Net(body);
        Assert.Empty(Compilations.Diagnose(Compilations.Of(source)));
        Calls(source);
    }

    /// <summary>What they keep is not freed.</summary>
    [Theory]
    [InlineData("return fc.call(x.matmul(x.transpose(1, 2)).masked_fill(Heads.Mask(x.shape[1]), -1e9).softmax(-1).matmul(x));")]
    [InlineData("return fc.call(x.matmul(x.transpose(1, 2)).mul(Heads.Once(x.shape[1])).matmul(x));")]
    [InlineData("var m = Heads.Mask(x.shape[1]); var s = x.matmul(x.transpose(1, 2)); return s.masked_fill(m, 0).matmul(fc.call(x));")]
    public void What_they_keep_outlives_the_call(string body) => Calls(Net(body));

    private static void Calls(string source)
    {
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(source).GetType("Net")!)!;
        using var scope = NewDisposeScope();
        var x = rand(2, 5, 8);
        var expected = net.call(x);
        Assert.Equal([2, 5, 8], expected.shape);
        Assert.True(net.call(x).equal(expected).all().item<bool>());
        Assert.True(net.call(x).equal(expected).all().item<bool>());
    }

    [Theory]
    [InlineData("return fc.call(Heads.Join({|GEN1004:Heads.Split(x, 3)|}));", "view of [B, T, 8] as [B, T, 3, 2]: 3*2 = 6, not 8.")]
    [InlineData("return fc.call(Heads.Join({|GEN1004:x.SplitInto(5)|}));", "view of [B, T, 8] as [B, T, 5, 1]: 5*1 = 5, not 8.")]
    [InlineData("return {|GEN1001:fc.call(Heads.Halves(x).Left)|};",
        "'fc' (Linear 8 -> 8) needs 8 features but gets 4: x [B, T, 8] -> chunk [B, T, 4]. Change it to Linear(4, 8).")]
    public void What_fails_there_is_reported_at_the_call(string body, string message)
    {
        Assert.Equal(message, Markup.Message(Net(body)));
        using var net = (nn.Module<Tensor, Tensor>)Activator.CreateInstance(Compilations.Load(Markup.Strip(Net(body))).GetType("Net")!)!;
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<Exception>(() => net.call(rand(2, 5, 8)));
    }

    [Fact]
    public void What_fails_whatever_it_is_given_is_said_there_once() => Markup.Verify(Net("return Wrong.Sum(fc.call(x));") + """

        public static class Wrong { public static Tensor Sum(Tensor x) => x + {|GEN1003:zeros(3, 4).matmul(zeros(5, 6))|}; }
        """, static d => d.Id == "GEN1003");

    [Fact]
    public void What_is_computed_there_is_freed_after_its_last_use()
    {
        var text = Compilations.GeneratedText(
            Net("var y = Heads.Split(fc.call(x), 2); var z = Heads.Join(y); return z.relu();"));
        Assert.Contains("scope.Free(y);", text, StringComparison.Ordinal);
    }
}
