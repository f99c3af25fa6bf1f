namespace Gen.Tests.Analyzers;

/// <summary>What one object is built with is not what another one is, though both call it by one name.</summary>
public sealed class ObjectSizesTests
{
    private const string Types = """
        [Shape("B 784 -> B 10")] public sealed partial class Net
        {
            [Layer(784, 10)] private readonly Linear fc;
            public Tensor Classes(Tensor x) => fc.call(x).argmax(1);
        }
        [Shape("B 784 -> B _")] public sealed partial class Open
        {
            [Layer(784, 10)] public Linear fc;
        }
        public sealed class Sizes(int n, Sizes.Pair pair)
        {
            public sealed record Pair(int N);
            private readonly int kept = n;
            public Tensor Left() => zeros(2, n);
            public Tensor Right() => zeros(n + 1, 2);
            public Tensor KeptLeft() => zeros(2, kept);
            public Tensor KeptRight() => zeros(kept + 1, 2);
            public Tensor PairLeft() => zeros(2, pair.N);
            public Tensor PairRight() => zeros(pair.N + 1, 2);
        }

        """;

    [Theory]
    [InlineData("var c = a.Left().mm(b.Right());")]
    [InlineData("var c = a.KeptLeft().mm(b.KeptRight());")]
    [InlineData("var c = a.PairLeft().mm(b.PairRight());")]
    [InlineData("var c = new Sizes(10, new(10)).Left().mm(new Sizes(9, new(9)).Right());")]
    [InlineData("var c = new Sizes(10, new(10)).KeptLeft().mm(new Sizes(9, new(9)).KeptRight());")]
    [InlineData("var c = new Sizes(10, new(10)).PairLeft().mm(new Sizes(9, new(9)).PairRight());")]
    [InlineData("var c = open.call(x).gather(1, zeros([8], dtype: int64).view(-1, 1)); open.fc = Linear(784, 3);")]
    public void What_runs_is_not_spoken_of(string body) => Verify(body);

    [Theory]
    [InlineData("var c = {|GEN1003:new Sizes(10, new(10)).Left().mm(new Sizes(10, new(10)).Right())|};")]
    [InlineData("var c = {|GEN1003:new Sizes(10, new(10)).PairLeft().mm(new Sizes(10, new(10)).PairRight())|};")]
    [InlineData("var c = {|GEN1002:net.call(x).gather(1, zeros([8], dtype: int64))|};")]
    [InlineData("var c = {|GEN1012:functional.cross_entropy(net.Classes(x), x)|};")]
    public void What_fails_whatever_it_is_given_is_said_there(string body) => Verify(body);

    /// <summary>Within one object a name is one number.</summary>
    [Fact]
    public void One_object_keeps_its_sizes() => Markup.Verify("""
        public sealed class Own(int n, Own.Pair pair)
        {
            public sealed record Pair(int N);
            private Tensor Left() => zeros(2, n);
            private Tensor Right() => zeros(n + 1, 2);
            public Tensor Both() => {|GEN1003:Left().mm(Right())|};
            public Tensor Pairs() => {|GEN1003:zeros(2, pair.N).mm(zeros(pair.N + 1, 2))|};
        }
        """);

    private static void Verify(string body) => Markup.Verify(
        Types + $"public static class Program {{ public static void Run(Sizes a, Sizes b, Net net, Open open, Tensor x) {{ {body} }} }}",
        static d => d.Id.StartsWith("GEN1", StringComparison.Ordinal));
}
