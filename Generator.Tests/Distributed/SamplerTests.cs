using Gen.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

/// <summary>Which items each rank gets.</summary>
[Collection("TorchSharp")]
public sealed class SamplerTests
{
    [Fact]
    public void The_ranks_together_have_all_and_the_first_are_taken_twice()
    {
        long[][] parts = [.. Enumerable.Range(0, 4).Select(r => new DistributedSampler(10, 4, r, shuffle: false).ToArray())];
        Assert.Equal([[0, 4, 8], [1, 5, 9], [2, 6, 0], [3, 7, 1]], parts);
        Assert.Equal(3, new DistributedSampler(10, 4, 2).Count);
    }

    [Fact]
    public void The_rest_is_left_out_on_request()
    {
        long[][] parts = [.. Enumerable.Range(0, 4)
            .Select(r => new DistributedSampler(10, 4, r, shuffle: false, dropLast: true).ToArray())];
        Assert.Equal([[0, 4], [1, 5], [2, 6], [3, 7]], parts);
    }

    [Fact]
    public void Fewer_items_than_ranks_are_taken_several_times() => Assert.Equal([[0], [1], [0], [1], [0]],
        Enumerable.Range(0, 5).Select(r => new DistributedSampler(2, 5, r, shuffle: false).ToArray()));

    [Fact]
    public void Each_epoch_has_an_order_of_its_own_and_the_same_on_all_ranks()
    {
        var (first, second) = (new DistributedSampler(101, 2, 0, seed: 5), new DistributedSampler(101, 2, 1, seed: 5));
        var zero = first.ToArray();
        Assert.Equal(zero, first);
        Assert.Equal(Enumerable.Range(0, 101).Select(i => (long)i), zero.Concat(second).Distinct().Order());
        first.SetEpoch(1);
        second.SetEpoch(1);
        Assert.NotEqual(zero, first);
        Assert.Equal(101, first.Concat(second).Distinct().Count());
    }

    /// <summary>PyTorch's: randperm of a generator with seed + epoch, the first ones again at the end, every size-th.</summary>
    [Fact]
    public void The_order_is_that_of_PyTorch()
    {
        var sampler = new DistributedSampler(7, 2, 1, seed: 3);
        sampler.SetEpoch(2);
        using var generator = new Generator(5);
        var order = randperm(7, ScalarType.Int64, generator: generator).data<long>().ToArray();
        Assert.Equal([order[1], order[3], order[5], order[0]], sampler);
    }

    /// <summary>The model's dropout has the generator of the process.</summary>
    [Fact]
    public void The_random_numbers_of_the_process_stay_as_they_are()
    {
        manual_seed(1);
        using var expected = rand(3);
        manual_seed(1);
        _ = new DistributedSampler(50, 2, 1).ToArray();
        using var actual = rand(3);
        Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
    }

    [Theory]
    [InlineData(0, 2, 0, false)]
    [InlineData(5, 2, 2, false)]
    [InlineData(5, 0, 0, false)]
    [InlineData(5, 2, -1, false)]
    [InlineData(3, 4, 0, true)]
    public void What_is_no_part_is_refused(long length, int size, int rank, bool dropLast) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistributedSampler(length, size, rank, dropLast: dropLast));
}
