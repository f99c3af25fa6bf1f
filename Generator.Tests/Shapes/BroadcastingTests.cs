using CsCheck;
using Gen.Shapes;
using G = CsCheck.Gen;

namespace Gen.Tests.Algebra;

public class BroadcastingTests
{
    [Theory]
    [InlineData("B 64 28 28", "B 64 28 28", "", "[B, 64, 28, 28]", "")]
    [InlineData("B T d", "d", "", "[B, T, d]", "")]
    [InlineData("B 1", "B", "", "[B, B]", "")]
    [InlineData("B 1 d", "T 1", "", "[B, T, d]", "")]
    [InlineData("", "B T", "", "[B, T]", "")]
    [InlineData("N", "M", "", "[_]", "N == M or one of them is 1")]
    [InlineData("N", "8", "", "[8]", "N == 8 or one of them is 1")]
    [InlineData("N", "M", "N >= 2", "[N]", "N == M or one of them is 1")]
    [InlineData("N", "M", "N == M", "[N]", "")]
    [InlineData("N", "M", "M == 1", "[N]", "")]
    [InlineData("N", "N+1", "", "[N+1]", "N == N+1 or one of them is 1")]
    [InlineData("_ 3", "B 3", "", "[_, 3]", "")]
    [InlineData("_", "8", "", "[8]", "")]
    [InlineData("*B d", "*B d", "", "[*B, d]", "")]
    [InlineData("*B d", "d", "", "[*B, d]", "")]
    [InlineData("*B 1", "*B d", "", "[*B, d]", "")]
    [InlineData("*B d", "8 T d", "", "[..., 8, _, d]", "")]
    [InlineData("*A d", "*B d", "", "[..., d]", "")]
    [InlineData("...", "8 d", "", "[..., 8, _]", "")]
    public void Shapes_broadcast_from_the_right(string left, string right, string facts, string result, string conditions)
    {
        var broadcast = Broadcasting.Broadcast(Dims.Shape(left), Dims.Shape(right), Dims.Facts(facts));
        Assert.Equal((result, conditions), (broadcast.Result!.ToString(), string.Join("; ", broadcast.Conditions)));
        Assert.Equal(broadcast.Conditions.Count,
            Broadcasting.Broadcast(Dims.Shape(right), Dims.Shape(left), Dims.Facts(facts)).Conditions.Count);
    }

    [Theory]
    [InlineData("B 64 28 28", "B 128 28 28", "", 3)]
    [InlineData("*B 64", "*C 128", "", 1)]
    [InlineData("2*N", "2*M+3", "M >= 2", 1)]
    [InlineData("N", "M", "N > M, M >= 2", 1)]
    public void Only_sizes_proved_different_and_not_1_conflict(string left, string right, string facts, int fromEnd)
    {
        var broadcast = Broadcasting.Broadcast(Dims.Shape(left), Dims.Shape(right), Dims.Facts(facts));
        Assert.Null(broadcast.Result);
        Assert.Equal(fromEnd, broadcast.Conflict!.FromEnd);
    }

    [Fact]
    public void Broadcasting_stretches_only_the_literal_one()
    {
        var broadcast = Broadcasting.Broadcast(Dims.Shape("N d"), Dims.Shape("1 d"), Facts.None);
        Assert.Equal(("[N, d]", 0), (broadcast.Result!.ToString(), broadcast.Conditions.Count));
    }

    [Fact]
    public void No_tensors_contradict_a_broadcast()
    {
        var (proved, conflicts) = (0, 0);
        G.Select(RandomShape, RandomShape, Situation.Random, Lead, Lead, Lead).Sample(
            (left, right, situation, a, b, c) =>
            {
                var broadcast = Broadcasting.Broadcast(left, right, situation.Facts);
                Interlocked.Add(ref proved, broadcast.Result is not null && broadcast.Conditions.Count == 0 ? 1 : 0);
                Interlocked.Add(ref conflicts, broadcast.Conflict is null ? 0 : 1);
                foreach (var sizes in situation.Assignments)
                {
                    // Anonymous leading dimensions of the two have nothing to do with each other.
                    var (x, y) = (Concrete(left, sizes, left.Variadic == "A" ? a : b),
                        Concrete(right, sizes, right.Variadic == "A" ? a : c));
                    var real = Real(x, y);
                    if (broadcast.Result is null ? real is not null : real is not null && !Fits(real, broadcast.Result, sizes, a))
                    {
                        return false;
                    }

                    // Without conditions, and with nothing unknown, it does broadcast.
                    var isProved = broadcast.Result is not null && broadcast.Conditions.Count == 0 && !left.HasVariadic
                        && !right.HasVariadic;
                    if (isProved && real is null)
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 20_000);
        Assert.InRange(proved, 2_000, 19_000);
        Assert.InRange(conflicts, 1_000, 19_000);
    }

    private static Gen<long[]> Lead { get; } = G.OneOf(G.Const(1L), G.Long[1, 3]).Array[0, 2];

    private static Gen<Shape> RandomShape { get; } = G.Select(
        G.Int[0, 5], G.Int[0, 9].Array[0, 3],
        (lead, dims) => new Shape(lead switch { 0 => "A", 1 => "...", _ => null }, [.. dims.Select(RandomDim)]));

    private static Dim RandomDim(int kind) => kind switch
    {
        0 or 1 => 1,
        2 => 3,
        3 => 4,
        4 => Dims.Of("H+1"),
        5 => Dims.Of("2*W"),
        6 => Dims.Of("d//2+1"),
        7 => Dim.Name("B"),
        8 => Dim.Name("H"),
        _ => Dim.Name("W"),
    };

    private static long[] Concrete(Shape shape, Sizes sizes, long[] lead) =>
        [.. shape.HasVariadic ? lead : [], .. shape.Dims.Select(d => d.Evaluate(n => sizes[n]) ?? 0)];

    private static long[]? Real(long[] x, long[] y)
    {
        var result = new long[Math.Max(x.Length, y.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (a, b) = (i <= x.Length ? x[^i] : 1, i <= y.Length ? y[^i] : 1);
            if (a != b && a != 1 && b != 1)
            {
                return null;
            }

            result[^i] = a == 1 ? b : a;
        }

        return result;
    }

    private static bool Fits(long[] real, Shape shape, Sizes sizes, long[] lead)
    {
        var rest = real.Length - shape.Dims.Count;
        var dims = Enumerable.Range(1, shape.Dims.Count).All(i => shape[-i].IsUnknown || shape[-i].Evaluate(n => sizes[n]) == real[^i]);
        return rest >= 0 && dims && (shape.Variadic switch
        {
            null => rest == 0,
            "..." => true,
            _ => real[..rest].SequenceEqual(lead),
        });
    }
}
