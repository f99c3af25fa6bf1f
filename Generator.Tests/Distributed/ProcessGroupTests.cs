using Gen.Distributed;
using Gen.Distributed.Engines;
using static TorchSharp.torch;

namespace Gen.Tests.Distributed;

/// <summary>What a group makes of an engine of somebody else's, and what it reads from the environment.</summary>
[Collection("TorchSharp")]
public sealed class ProcessGroupTests
{
    /// <summary>The agreement of the ranks asks too; a mirror agrees.</summary>
    [Fact]
    public void Another_engine_fills_the_seam()
    {
        var engine = new Mirror(3);
        using (var group = new ProcessGroup(engine))
        {
            Assert.Equal((0, 3, "a mirror"), (group.Rank, group.Size, group.Engine));
            using var x = tensor(new[] { 1f, 2f });
            group.AllReduce(x);
            Assert.Equal([3f, 6f], x.data<float>().ToArray());
            group.AllReduce(x, ReduceOp.Average);
            Assert.Equal([3f, 6f], x.data<float>().ToArray());
            using var half = x.to(ScalarType.Float16);
            group.AllReduce(half);
            Assert.Equal([9f, 18f], half.to(ScalarType.Float32).data<float>().ToArray());
            group.Broadcast(half, root: 2);
            group.Barrier();
        }

        Assert.Equal(["Sum 2 Float32", "Sum 2 Float32", "Sum 2 Float32", "4 bytes of 2", "end"], engine.Asked);
    }

    [Fact]
    public void One_rank_asks_its_engine_for_nothing()
    {
        var engine = new Mirror(1);
        using (var group = new ProcessGroup(engine))
        {
            using var x = tensor(new[] { 1f, 2f });
            group.AllReduce(x, ReduceOp.Average);
            group.Broadcast(x);
            group.Barrier();
            Assert.Equal([1f, 2f], x.data<float>().ToArray());
        }

        Assert.Equal(["end"], engine.Asked);
    }

    [Fact]
    public void A_group_that_has_ended_is_of_no_more_use()
    {
        var group = new ProcessGroup(new Mirror(1));
        group.Dispose();
        group.Dispose();
        Assert.Throws<ObjectDisposedException>(group.Barrier);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("SLURM_NTASKS=4 SLURM_PROCID=0", null)]
    [InlineData("WORLD_SIZE=1 RANK=0", null)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=1", "Open MPI's mpirun 4 2 True")]
    [InlineData("PMI_SIZE=4 PMI_RANK=3", "MPICH's mpiexec 4 3 False")]
    [InlineData("SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=7 PMIX_RANK=7", "Slurm's srun 8 7 True")]
    [InlineData("SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=7", "Slurm's srun 8 7 False")]
    [InlineData("PMIX_RANK=1", "a launcher with PMIx  1 True")]
    [InlineData("PMI_RANK=1", "a launcher with PMI  1 False")]
    [InlineData("WORLD_SIZE=2 RANK=1", "torchrun 2 1 False")]
    public void A_launcher_is_known_by_its_variables(string variables, string? expected)
    {
        var environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('='))
            .ToDictionary(v => v[0], v => v[1]);
        var launcher = Launcher.Of(environment.GetValueOrDefault);
        Assert.Equal(expected, launcher is null ? null : $"{launcher.Name} {launcher.Size} {launcher.Rank} {launcher.IsOpenMpi}");
    }
}
