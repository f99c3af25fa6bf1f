namespace Gen.Tests.Distributed;

/// <summary>The same under MPICH, which is installed with <c>apt-get install mpich</c>.</summary>
[Collection("TorchSharp")]
[Trait("Category", "Long")]
public sealed class MpichTests
{
    [Fact]
    public void Two_ranks_reduce_and_broadcast_every_type()
    {
        var job = Job.Mpich(2, "collectives");
        Assert.True(job.Code == 0, job.Errors);
        MpiTests.AreReduced(job, "MPICH 4");
    }

    [Fact]
    public void It_trains_what_Open_MPI_trains()
    {
        const string Ways = "views,overlap,norm";
        var (mpich, open) = (Job.Mpich(2, "train", Ways, "20"), Job.OpenMpi(2, "train", Ways, "20"));
        Assert.All(Ways.Split(','), way => Assert.Equal(MpiTests.Row(open, 0, way), MpiTests.Row(mpich, 1, way)));
    }

    [Theory]
    [InlineData("throw", 1, "rank 1 of 2 ends the job in step 3: System.InvalidOperationException: the data of this rank are bad")]
    [InlineData("exit", 3, "rank 1 of 2 ends the job in step 3: it exits with code 3, and the others are not at their end.")]
    [InlineData("leave", 1, "rank 0 of 2 ends the job in step 3: the ranks do not do the same: ")]
    [InlineData("early", 1, "rank 0 of 2 ends the job in step 3: the ranks do not do the same: ")]
    [InlineData("stall", 1, "rank 0 of 2 ends the job in step 3: it reduces 15 Float32 (Average), and has waited 2 s for rank 1.")]
    public void A_rank_that_fails_ends_the_job_with_one_message(string scenario, int code, string says) =>
        FailedJobTests.Ends(Job.Mpich(2, scenario), code, says);

    [Fact]
    public void A_killed_rank_ends_the_job()
    {
        var job = Job.Mpich(2, "kill");
        Assert.NotEqual(0, job.Code);
        Assert.Contains("BAD TERMINATION", job.Errors + job.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_ends_the_job_and_leaves_the_checkpoint_whole()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "last.gen");
        FailedJobTests.IsStopped(Job.Interrupted(Mpirun.Mpich, ["-n", "2", "dotnet", Job.Program, "rank", "endless", path]), 130, "SIGINT");
        CheckpointTests.IsWhole(path);
    }

    /// <summary>The real case: two jobs of one rank each, where two ranks were meant.</summary>
    [Fact]
    public void Its_library_under_the_launcher_of_Open_MPI_is_refused()
    {
        _ = Mpirun.Mpich;
        var job = Job.Run(Mpirun.OpenMpi, Mpirun.Arguments(2, Job.Program, "init"), "GEN_MPI_LIBRARY=libmpich.so.12");
        Assert.NotEqual(0, job.Code);
        Assert.Empty(job.Lines);
        Assert.Single(job.Errors.Split('\n'), l => l.Contains("Open MPI's mpirun has started 2 processes, but libmpich.so.12 (MPICH 4",
            StringComparison.Ordinal));
    }

    /// <summary>MPI counts with an int.</summary>
    [Fact]
    public void More_numbers_than_an_int_can_count_are_reduced()
    {
        var job = Job.OpenMpi(2, "large");
        Assert.True(job.Code == 0, job.Errors);
        Assert.All(new[] { 0, 1 }, rank => Assert.Equal(["sum 1 7", "given 8"], job.Of(rank)));
    }
}
