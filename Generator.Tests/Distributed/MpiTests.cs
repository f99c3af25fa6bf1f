using System.Globalization;

namespace Gen.Tests.Distributed;

/// <summary>Ranks in processes of their own under Open MPI: what is reduced, what is trained.</summary>
[Collection("TorchSharp")]
public sealed class MpiTests
{
    private static readonly string[] Types =
        ["Float32", "Float64", "Float16", "BFloat16", "Byte", "Int8", "Int16", "Int32", "Int64"];

    [Fact]
    public void Two_ranks_reduce_and_broadcast_every_type()
    {
        var job = Job.OpenMpi(2, "collectives");
        Assert.True(job.Code == 0, job.Errors);
        AreReduced(job, "Open MPI 4");
    }

    /// <summary>Holds what the ranks printed to what they should have.</summary>
    internal static void AreReduced(Job job, string engine)
    {
        string[] same = [.. Types.SelectMany(t => new[] { $"Sum {t}: 3 4 5", $"Max {t}: 2 2 3", $"Min {t}: 1 2 2", $"Product {t}: 2 4 6",
            $"Broadcast {t}: 0 2 4 6" }), "Max Bool: 1 1 0", "Min Bool: 0 1 0", "Broadcast Bool: 1 0 1", "Broadcast complex: 1 5 1 5",
            "exact: 1152921504606846977", "mean: 1", "not contiguous: 1.5 1.5 1.5 1.5 1.5 1.5", "empty 0, scalar 1",
            .. new[] { "Float32", "BFloat16", "Int64" }.SelectMany(t => new[] { $"in pieces {t}: 1 3 5 7 9 11 13 15",
                $"given in pieces {t}: 0 1 2 3 4 5 6 7" }),
            "refused: Bool has no Sum: Max says whether any is true, Min whether all are; or convert the tensor to int64. (Parameter 'op')",
            "refused: A tensor of ComplexFloat32 cannot be reduced; view_as_real makes numbers of complex ones. (Parameter 'tensor')",
            "refused: An average of whole numbers need not be one: convert the value to double. (Parameter 'op')",
            "refused: The group has the ranks 0 to 1. (Parameter 'root')", "null is caught"];
        foreach (var rank in new[] { 0, 1 })
        {
            Assert.StartsWith($"size 2 with {engine}", job.Of(rank).First());
            Assert.Equal(same.Order(StringComparer.Ordinal), job.Of(rank).Skip(1).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Two_ranks_train_what_one_process_trains()
    {
        const string Ways = "views,null,overlap,nosync,norm,half,buckets";
        var job = Job.OpenMpi(2, "train", Ways, "20");
        Assert.True(job.Code == 0, job.Errors);

        // Ranks that began with different weights have the same, buffers too.
        Assert.All(Ways.Split(','), way => Assert.Equal(Row(job, 0, way), Row(job, 1, way)));

        // How the gradients come together changes no bit.
        var hash = Row(job, 0, "views").Split(' ')[1];
        Assert.All(new[] { "null", "overlap", "buckets" }, way => Assert.Equal(hash, Row(job, 0, way).Split(' ')[1]));
        Assert.EndsWith(" 20 steps, 1 buckets", Row(job, 0, "views"));
        Assert.EndsWith(" 20 steps, 5 buckets", Row(job, 0, "overlap"));
        Assert.All(Ways.Split(','), way => Assert.Contains($"{way} unused 0 0 0 0", job.Of(1)));

        var alone = Job.Alone("", "train", "views,half", "20");
        Assert.True(alone.Code == 0, alone.Errors);
        AreClose(Weights(alone, 0, "views"), Weights(job, 0, "views"), 1e-5);
        AreClose(Weights(alone, 0, "views"), Weights(job, 1, "nosync"), 1e-5);
        AreClose(Weights(alone, 0, "half"), Weights(job, 0, "half"), 0.05);
    }

    /// <summary>The gradients of layers that are computed again come later than backward leaves them.</summary>
    [Fact]
    public void Modules_that_are_computed_again_are_trained_with_overlap()
    {
        var job = Job.OpenMpi(2, "train", "kept,again", "5");
        Assert.True(job.Code == 0, job.Errors);
        var hash = job.Of(0)[0].Split(' ')[1];
        Assert.All(new[] { 0, 1 }, rank => Assert.Equal([$"kept {hash}", $"again {hash}"], job.Of(rank)));
    }

    [Fact]
    public void A_layer_that_also_takes_the_input_is_reduced_when_all_its_gradients_are_there()
    {
        var job = Job.OpenMpi(2, "train", "twice", "5");
        Assert.True(job.Code == 0, job.Errors);
        Assert.Equal(job.Of(0), job.Of(1));
    }

    [Fact]
    public void Four_ranks_are_equal_after_two_hundred_steps()
    {
        var job = Job.OpenMpi(4, "train", "views,overlap", "200");
        Assert.True(job.Code == 0, job.Errors);
        var hash = Row(job, 0, "views").Split(' ')[1];
        for (var rank = 0; rank < 4; rank++)
        {
            Assert.Equal($"views {hash} 200 steps, 1 buckets", Row(job, rank, "views"));
            Assert.Equal($"overlap {hash} 200 steps, 5 buckets", Row(job, rank, "overlap"));
        }
    }

    [Fact]
    public void A_resumed_training_is_the_same_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var job = Job.OpenMpi(2, "resume", folder.Path);
        Assert.True(job.Code == 0, job.Errors);
        foreach (var rank in new[] { 0, 1 })
        {
            var row = Assert.Single(job.Of(rank)).Split(' ', 3);
            Assert.Equal(row[0], row[1]);
            Assert.Equal(" TrainingProgress { Epoch = 1, Step = 3 }", row[2]);
        }

        Assert.Equal(["last.gen"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    internal static string Row(Job job, int rank, string way) =>
        Assert.Single(job.Of(rank),
            l => l.StartsWith($"{way} ", StringComparison.Ordinal) && l.Contains(" steps, ", StringComparison.Ordinal));

    private static double[] Weights(Job job, int rank, string way) => [.. Assert.Single(job.Of(rank),
        l => l.StartsWith($"{way} weights ", StringComparison.Ordinal)).Split(' ').Skip(2)
        .Select(v => double.Parse(v, CultureInfo.InvariantCulture))];

    private static void AreClose(double[] expected, double[] actual, double most)
    {
        Assert.Equal(16, expected.Length);
        Assert.All(expected.Zip(actual), p => Assert.InRange(p.Second, p.First - most, p.First + most));
    }
}
