using CsCheck;
using Gen.Shapes;
using G = CsCheck.Gen;

namespace Gen.Tests.Algebra;

public class ComparisonTests
{
    [Theory]
    [InlineData("128", "128", "", "Equal")]
    [InlineData("128", "100", "", "Different")]
    [InlineData("H", "W", "", "Unknown")]
    [InlineData("H", "H+1", "", "Different")]
    [InlineData("H*W", "W*H", "", "Equal")]
    [InlineData("H", "0", "", "Different")]
    [InlineData("H", "1", "", "Unknown")]
    [InlineData("2*H", "2*W+1", "", "Different")]
    [InlineData("2*H", "2*W+4", "", "Unknown")]
    [InlineData("H*W+1", "H", "", "Different")]
    [InlineData("H*W", "H", "", "Unknown")]
    [InlineData("H*W+W", "W", "", "Different")]
    [InlineData("H//2*2", "H", "", "Unknown")]
    [InlineData("H//2*2", "H", "H % 2 == 0", "Equal")]
    [InlineData("H//2*2", "H", "H % 32 == 0", "Equal")]
    [InlineData("H//2*2", "H", "H % 2 == 1", "Different")]
    [InlineData("H//2", "(H+1)//2", "H % 2 == 0", "Equal")]
    [InlineData("h*(d//h)", "d", "d % h == 0", "Equal")]
    [InlineData("2*h*(d//h)", "2*d", "d % h == 0", "Equal")]
    [InlineData("h*(d//h)", "d", "d % h == 0, h % 2 == 0", "Equal")]
    [InlineData("6*(H//6)", "H", "H % 2 == 0, H % 3 == 0", "Equal")]
    [InlineData("4*((H+2)//4)", "H+2", "(H+2) % 4 == 0", "Equal")]
    [InlineData("(H*W)//4*4", "H*W", "(H*W) % 4 == 0", "Equal")]
    [InlineData("H%4", "7", "", "Different")]
    [InlineData("(3*H)//2", "H+H//2", "", "Equal")]
    [InlineData("(a//b)//c", "a//(b*c)", "", "Equal")]
    [InlineData("nHead*dHead", "d", "d == nHead*dHead", "Equal")]
    [InlineData("d//nHead", "dHead", "d == nHead*dHead", "Equal")]
    [InlineData("12*B", "B*a*b", "a*b == 12", "Equal")]
    [InlineData("24*B*C", "2*B*C*a*b", "a*b == 12", "Equal")]
    [InlineData("12*B", "B*a*b", "a*b != 12", "Unknown")]
    [InlineData("T", "2048", "T <= 1024", "Different")]
    [InlineData("T", "8", "T <= 8, T >= 8", "Equal")]
    [InlineData("H", "W", "H == W", "Equal")]
    [InlineData("H", "W", "H != W", "Different")]
    [InlineData("2*H", "2*W", "H != W", "Different")]
    [InlineData("H", "W", "H > W", "Different")]
    [InlineData("H+1", "W", "H >= W", "Different")]
    [InlineData("H", "0", "H >= 0", "Unknown")]
    [InlineData("max(padding,1)", "padding", "", "Equal")]
    [InlineData("max(padding,1)", "padding", "padding >= 0", "Unknown")]
    [InlineData("_", "_", "", "Unknown")]
    [InlineData("9223372036854775807*H", "H", "", "Different")]
    public void Sizes_are_equal_different_or_not_known_to_be_either(string a, string b, string facts, string verdict)
    {
        Assert.Equal(verdict, Comparison.Compare(Dims.Of(a), Dims.Of(b), Dims.Facts(facts)).ToString());
        Assert.Equal(verdict, Comparison.Compare(Dims.Of(b), Dims.Of(a), Dims.Facts(facts)).ToString());
    }

    [Theory]
    [InlineData("H", "1", "", true)]
    [InlineData("H", "2", "", null)]
    [InlineData("0", "H", "", false)]
    [InlineData("H*W", "H", "", true)]
    [InlineData("(H-3)//2+1", "1", "H >= 3", true)]
    [InlineData("(H-3)//2+1", "1", "H <= 2", false)]
    [InlineData("(H-3)//2+1", "1", "", null)]
    [InlineData("H//2", "1", "H % 2 == 0", true)]
    [InlineData("1024", "T", "T <= 1024", true)]
    [InlineData("H", "W", "H >= W", true)]
    [InlineData("H", "W", "H < W", false)]
    [InlineData("_", "0", "", null)]
    public void A_size_is_at_least_another_proved_refuted_or_not_known(string a, string b, string facts, bool? answer) =>
        Assert.Equal(answer, Comparison.AtLeast(Dims.Of(a), Dims.Of(b), Dims.Facts(facts)));

    [Fact]
    public void No_sizes_that_meet_the_facts_contradict_a_verdict()
    {
        var counts = new int[3];
        Pairs.Sample(
            (a, b, situation) =>
            {
                var verdict = Comparison.Compare(a.ToDim(), b.ToDim(), situation.Facts);
                Interlocked.Increment(ref counts[(int)verdict]);
                return verdict == Verdict.Unknown || situation.Assignments.All(
                    sizes => a.Evaluate(sizes) is not { } left || b.Evaluate(sizes) is not { } right
                        || left == right == (verdict == Verdict.Equal));
            },
            iter: 100_000);

        // A test of proofs needs proofs.
        Assert.All(counts, count => Assert.InRange(count, 5_000, 95_000));
    }

    [Fact]
    public void No_sizes_that_meet_the_facts_contradict_an_order()
    {
        var counts = new int[3];
        Pairs.Sample(
            (a, b, situation) =>
            {
                var answer = Comparison.AtLeast(a.ToDim(), b.ToDim(), situation.Facts);
                Interlocked.Increment(ref counts[answer is null ? 2 : answer.Value ? 1 : 0]);
                return answer is null || situation.Assignments.All(
                    sizes => a.Evaluate(sizes) is not { } left || b.Evaluate(sizes) is not { } right || left >= right == answer);
            },
            iter: 30_000);
        Assert.All(counts, count => Assert.InRange(count, 1_500, 27_000));
    }

    /// <summary>Two expressions of which the second is often the first in other words, or the first and a little.</summary>
    private static Gen<(Expression A, Expression B, Situation Situation)> Pairs { get; } = G.Select(
        Expression.Random, Expression.Random, G.Int[0, 7], G.Long[-2, 2], Situation.Random,
        (a, b, kind, n, situation) => (a, Second(a, b, kind, n), situation));

    private static Expression Second(Expression a, Expression b, int kind, long n)
    {
        Expression Of(char sign, Expression left, Expression right) => new Expression.Operation(sign, left, right);
        var number = new Expression.Number(n);
        return kind switch
        {
            0 => b,
            1 => Of('+', a, number),
            2 => Of('-', Of('+', b, a), b),
            3 => Of('/', Of('*', a, b), b),
            4 => Of('+', Of('*', Of('/', a, b), b), Of('%', a, b)),
            5 => Of('-', Of('+', a, b), Of('<', a, b)),
            6 => Of('*', Of('/', a, new Expression.Number(n * n + 1)), new Expression.Number(n * n + 1)),
            _ => Of('>', a, number),
        };
    }
}
