namespace Gen.Tests.Distributed;

/// <summary>Whatever goes wrong in one rank, the job ends soon, with an exit code and one message.</summary>
[Collection("TorchSharp")]
public sealed class FailedJobTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("throw", 1, "rank 1 of 2 ends the job in step 3: System.InvalidOperationException: the data of this rank are bad")]
    [InlineData("thread", 1, "rank 1 of 2 ends the job in step 3: System.InvalidOperationException: the data of this rank are bad")]
    [InlineData("exit", 3, "rank 1 of 2 ends the job in step 3: it exits with code 3, and the others are not at their end.")]
    [InlineData("leave", 1, "rank 0 of 2 ends the job in step 3: the ranks do not do the same: rank 0 in step 3 reduces 15 "
        + "Float32 (Average), rank 1 in step 3 has ended.")]
    [InlineData("early", 1, "rank 0 of 2 ends the job in step 3: the ranks do not do the same: rank 0 in step 3 reduces 15 "
        + "Float32 (Average), rank 1 in step 3 reduces 1 Float64 (Sum).")]
    [InlineData("order", 1, "rank 0 of 2 ends the job in step 3: the ranks do not do the same: rank 0 in step 3 reduces 15 "
        + "Float32 (Average), rank 1 in step 3 waits at a Barrier.")]
    [InlineData("stall", 1, "rank 0 of 2 ends the job in step 3: it reduces 15 Float32 (Average), and has waited 2 s for rank 1.")]
    public void A_rank_that_fails_ends_the_job_with_one_message(string scenario, int code, string says) =>
        Ends(Job.OpenMpi(2, scenario), code, says);

    /// <summary>A killed rank can say nothing; the launcher says it, and the other rank that it was stopped.</summary>
    [Fact]
    public void A_killed_rank_ends_the_job()
    {
        var job = Job.OpenMpi(2, "kill");
        Assert.Equal(137, job.Code);
        Assert.InRange(job.Time, TimeSpan.Zero, Soon);
        Assert.Contains("rank 1 with PID", job.Errors, StringComparison.Ordinal);
        Assert.Contains("exited on signal 9 (Killed)", job.Errors, StringComparison.Ordinal);
        Assert.InRange(job.Said.Length, 0, 1);
    }

    [Fact]
    public void Ctrl_C_ends_the_job_and_leaves_the_checkpoint_whole()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "last.gen");
        IsStopped(Job.Interrupted(Mpirun.OpenMpi, Mpirun.Arguments(2, Job.Program, "endless", path)), 1, "SIGTERM");
        CheckpointTests.IsWhole(path);
    }

    /// <summary>Holds an interrupted job to what it should have said.</summary>
    internal static void IsStopped(Job job, int code, string signal)
    {
        Assert.Equal(code, job.Code);
        Assert.InRange(job.Time, TimeSpan.Zero, Soon);
        Assert.Contains($"it was stopped by {signal}", Assert.Single(job.Said), StringComparison.Ordinal);
    }

    /// <summary>All ranks throw the same, and can go on.</summary>
    [Fact]
    public void Different_models_are_refused_and_the_first_difference_is_named()
    {
        var job = Job.OpenMpi(2, "models");
        Assert.True(job.Code == 0, job.Errors);
        Assert.All(new[] { 0, 1 }, rank => Assert.Equal(
            [
                "shape: the models differ: rank 1 has 'weight' Float32 [5, 4], rank 0 has 'weight' Float32 [3, 4].",
                "name: the models differ: rank 1 has 'other.weight' Float32 [3, 4], rank 0 has 'fc.weight' Float32 [3, 4].",
                "type: the models differ: rank 1 has 'weight' Float64 [3, 4], rank 0 has 'weight' Float32 [3, 4].",
                "frozen: the models differ: rank 1 has 'bias' Float32 [3], frozen, rank 0 has 'bias' Float32 [3].",
                "more: the models differ: rank 1 has '1.weight' Float32 [3, 3], rank 0 has nothing more.",
                "buffer: the models differ: rank 1 has nothing more, rank 0 has 'running_mean' Float32 [3], a buffer.",
            ],
            job.Of(rank)));
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "last.gen");
        File.WriteAllBytes(path, new byte[100]);
        Ends(Job.OpenMpi(2, "damaged", path), 1,
            $"rank 0 of 2 ends the job in step 0: the checkpoint {path} cannot be loaded: it is damaged, or no checkpoint: ");
    }

    /// <summary>Without a check, each process would be a job of its own, and all would seem well.</summary>
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=2", "Open MPI's mpirun has started 2 processes, but libmpi.so.40 (Open MPI 4")]
    [InlineData("PMI_SIZE=3 GEN_MPI_LIBRARY=libmpi.so.40", "MPICH's mpiexec has started 3 processes, but libmpi.so.40 (Open MPI 4")]
    [InlineData("OMPI_COMM_WORLD_SIZE=2 GEN_MPI_LIBRARY=libnothing.so", "the MPI library libnothing.so, which ProcessGroupOptions.Library "
        + "or GEN_MPI_LIBRARY names, cannot be loaded.")]
    [InlineData("WORLD_SIZE=2 RANK=0", "torchrun has started 2 processes, but Gen.Distributed is started by MPI: mpirun -n 2 dotnet ")]
    public void A_launcher_that_does_not_fit_is_refused(string variables, string says)
    {
        _ = Mpirun.OpenMpi;
        var job = Job.Alone(variables, "init");
        Assert.NotEqual(0, job.Code);
        Assert.InRange(job.Time, TimeSpan.Zero, Soon);
        Assert.Contains(says, job.Errors, StringComparison.Ordinal);
        Assert.Empty(job.Lines);
    }

    [Fact]
    public void Without_a_launcher_there_is_one_rank()
    {
        var job = Job.Alone("", "init");
        Assert.Equal((0, "size 1 with one process"), (job.Code, Assert.Single(job.Of(0))));
    }

    internal static void Ends(Job job, int code, string says)
    {
        Assert.True(job.Code == code, $"{job.Code}\n{job.Errors}");
        Assert.InRange(job.Time, TimeSpan.Zero, Soon);
        Assert.StartsWith($"Gen.Distributed: {says}", Assert.Single(job.Said));
    }
}
