using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Algebra;

/// <summary>Whether a view of dimensions in another order can be: TorchSharp is the judge.</summary>
[Collection("TorchSharp")]
public sealed class StridesTests
{
    [Fact]
    public void A_view_is_refused_where_TorchSharp_refuses_it()
    {
        var random = new Random(1);
        var (refused, taken) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            var sizes = Enumerable.Range(0, random.Next(1, 5)).Select(_ => (long)random.Next(1, 5)).ToArray();
            var places = Enumerable.Range(0, sizes.Length).OrderBy(_ => random.Next()).ToArray();
            var target = Split(random, sizes.Aggregate(1L, static (a, b) => a * b));
            using var scope = NewDisposeScope();
            var x = zeros(sizes).permute([.. places.Select(static p => (long)p)]);
            bool runs;
            try
            {
                runs = x.view(target).shape.SequenceEqual(target);
            }
            catch (System.Runtime.InteropServices.ExternalException)
            {
                runs = false;
            }

            var strides = Strides.InOrder(Dims(sizes));
            var said = Strides.Refused(Dims(x.shape), [.. places.Select(p => strides[p])], Dims(target), Facts.None);
            Assert.True(said == (runs ? null : true),
                $"[{string.Join(", ", x.shape)}] by {string.Join(", ", places)} as [{string.Join(", ", target)}]: {said}, {runs}");
            (refused, taken) = (refused + (runs ? 0 : 1), taken + (runs ? 1 : 0));
        }

        Assert.True(refused > 500 && taken > 500, $"{refused} {taken}");
    }

    /// <summary>The sizes of a tensor that was made as <c>sizes</c>, its dimensions in another order, viewed as <c>target</c>.</summary>
    [Theory]
    [InlineData("B 8 T 8", "0 2 1 3", "B T 64", false)]
    [InlineData("B 8 10 8", "0 2 1 3", "B 10 64", true)]
    [InlineData("B H T D", "0 2 1 3", "B T H*D", false)]
    [InlineData("B H T E//H", "0 2 1 3", "B T H*(E//H)", false)]
    [InlineData("B 1 T D", "0 2 1 3", "B T D", null)]
    [InlineData("B T 8 8", "0 1 3 2", "B T 64", true)]
    [InlineData("B T 8 8", "0 1 3 2", "B*T 8 8", null)]
    [InlineData("B T 8 8", "1 0 2 3", "T B 64", null)]
    [InlineData("B T 8 8", "1 0 2 3", "T*B 64", false)]
    [InlineData("B C H W", "0 2 3 1", "B H*W C", null)]
    [InlineData("B C H W", "0 2 3 1", "B H*W*C", false)]
    [InlineData("B _ H W", "0 2 3 1", "B H*W*C", null)]
    public void Sizes_of_1_can_be_viewed_where_others_cannot(string sizes, string places, string target, bool? refused)
    {
        var made = Algebra.Dims.Shape(sizes).Dims;
        var strides = Strides.InOrder(made);
        var order = places.Split(' ').Select(int.Parse).ToArray();
        Assert.Equal(refused, Strides.Refused([.. order.Select(p => made[p])], [.. order.Select(p => strides[p])],
            Algebra.Dims.Shape(target).Dims, Facts.None));
    }

    private static Dim[] Dims(IEnumerable<long> sizes) => [.. sizes.Select(Dim.Of)];

    private static long[] Split(Random random, long count)
    {
        var parts = new List<long>();
        while (count > 1 && parts.Count < 4)
        {
            var divisors = Enumerable.Range(1, (int)count).Where(d => count % d == 0).ToArray();
            parts.Add(divisors[random.Next(divisors.Length)]);
            count /= parts[^1];
        }

        parts.Insert(random.Next(parts.Count + 1), count);
        return [.. parts];
    }
}
