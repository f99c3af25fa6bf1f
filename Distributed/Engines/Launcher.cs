using System.Globalization;

namespace Gen.Distributed.Engines;

/// <summary>What the program that started this process says of the job, in environment variables.</summary>
/// <param name="Name">Who started it: <c>Open MPI's mpirun</c>.</param>
/// <param name="Size">How many processes it started; null where it does not say.</param>
/// <param name="Rank">The number that it gave to this process; null where it does not say.</param>
/// <param name="IsOpenMpi">Whether it is Open MPI's, so that its library is tried first.</param>
internal sealed record Launcher(string Name, int? Size, int? Rank, bool IsOpenMpi)
{
    /// <summary>Reads the variables; null where no launcher is known to have started the process.</summary>
    public static Launcher? Of(Func<string, string?> variable)
    {
        // Open MPI first: under Slurm, mpirun's processes have Slurm's variables too.
        if (Number("OMPI_COMM_WORLD_SIZE") is { } open)
        {
            return new("Open MPI's mpirun", open, Number("OMPI_COMM_WORLD_RANK"), IsOpenMpi: true);
        }

        if (Number("PMI_SIZE") is { } hydra)
        {
            return new("MPICH's mpiexec", hydra, Number("PMI_RANK"), IsOpenMpi: false);
        }

        // Of srun alone: a batch script that was not started by it has no such step.
        if (Number("SLURM_STEP_NUM_TASKS") is { } slurm && Number("SLURM_PROCID") is { } task)
        {
            return new("Slurm's srun", slurm, task, variable("PMIX_RANK") is not null);
        }

        return Number("PMIX_RANK") is { } pmix ? new("a launcher with PMIx", null, pmix, IsOpenMpi: true)
            : Number("PMI_RANK") is { } pmi ? new("a launcher with PMI", null, pmi, IsOpenMpi: false)
            : Number("WORLD_SIZE") is > 1 and { } torch && Number("RANK") is { } rank ? new(Torchrun, torch, rank, IsOpenMpi: false)
            : null;

        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
    }

    /// <summary>PyTorch's launcher, which starts no MPI.</summary>
    public const string Torchrun = "torchrun";
}
