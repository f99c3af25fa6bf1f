using Gen.Distributed.Engines;
using Gen.Distributed.Job;

namespace Gen.Distributed;

/// <summary>
/// The processes of a job, its ranks. Every rank runs the same program, and calls the same operations of the group in the same order; if
/// one does not, all of them throw a <see cref="DistributedException"/> that says which rank does what, in which step.
/// </summary>
/// <example><code>
/// using var group = ProcessGroup.Init();                     // mpirun -n 2 dotnet Train.dll
/// using var model = new MnistClassifier();
/// using var parallel = DistributedDataParallel.Attach(model, group);
/// </code></example>
public sealed partial class ProcessGroup : IDisposable
{
    private static readonly TimeSpan FirstSpeaks = TimeSpan.FromSeconds(2);

    private readonly object gate = new();
    private readonly CommunicationEngine engine;
    private readonly Agreement agreement;
    private readonly Watchdog watchdog;
    private readonly JobEnd? end;
    private DistributedException? broken;
    private bool isDisposed;

    /// <summary>A group on the user's own engine.</summary>
    /// <param name="engine">The engine; the group disposes it.</param>
    /// <param name="options">How the group behaves; null for the defaults.</param>
    public ProcessGroup(CommunicationEngine engine, ProcessGroupOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        options ??= new();
        this.engine = engine;
        agreement = new(engine);
        watchdog = new(engine, options.Timeout, () => Step);
        if (engine.Size > 1)
        {
            end = new(this, engine, options.EndsOnSignal);
        }
    }

    /// <summary>The number of this process: 0 to <see cref="Size"/> - 1.</summary>
    public int Rank => engine.Rank;

    /// <summary>How many processes there are; 1 without a launcher.</summary>
    public int Size => engine.Size;

    /// <summary>What carries the numbers: <c>Open MPI 4.1.4</c>, or <c>one process</c>.</summary>
    public string Engine => engine.Name;

    /// <summary>The training step, which messages name. <see cref="DistributedDataParallel.Synchronize"/> adds one.</summary>
    public long Step { get; set; }

    /// <summary>Joins the job that a launcher (<c>mpirun</c>, <c>mpiexec</c>, <c>srun</c>) has started this process for. Without a launcher
    /// the group has one rank, and MPI need not be installed.</summary>
    /// <param name="options">How the group behaves; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">The launcher and the MPI library do not belong together: they disagree on the number of
    /// processes.</exception>
    /// <exception cref="DllNotFoundException">A launcher has started several processes, and no MPI library is installed.</exception>
    public static ProcessGroup Init(ProcessGroupOptions? options = null)
    {
        var launcher = Launcher.Of(Environment.GetEnvironmentVariable);
        var chosen = options?.Library ?? Environment.GetEnvironmentVariable("GEN_MPI_LIBRARY");
        return new(launcher is null ? new SingleProcess() : Join(launcher, chosen), options);
    }

    /// <summary>Waits until all ranks have come here.</summary>
    public void Barrier()
    {
        using (Begin(new(Collective.Barrier)))
        {
        }
    }

    /// <summary>Waits for the other ranks to end too, and ends the communication. If they go on, they throw, and this process ends the job
    /// with an exit code when it exits.</summary>
    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        End();
    }

    /// <summary>Waits for the other ranks to end, and ends the communication. Where they do something else, says what; then the group is of
    /// no more use.</summary>
    internal DistributedException? End()
    {
        lock (gate)
        {
            broken ??= agreement.Difference(new(Collective.End), Step);
            watchdog.Dispose();
            if (broken is null)
            {
                end?.Dispose();
                engine.Dispose();
                agreement.Dispose();
            }

            return broken;
        }
    }

    /// <summary>Enters an operation, as soon as all ranks have come to the same; the watch ends with what is returned.</summary>
    private Turn Begin(Collective collective)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        Monitor.Enter(gate);
        try
        {
            watchdog.Start(collective);
            broken ??= agreement.Difference(collective, Step);
            return broken is null ? new(this) : throw broken;
        }
        catch
        {
            watchdog.Stop();
            Monitor.Exit(gate);
            throw;
        }
    }

    private static MpiEngine Join(Launcher launcher, string? chosen)
    {
        try
        {
            return JoinNow(launcher, chosen);
        }
        catch when (launcher.Rank > 0)
        {
            // What is wrong is wrong in all ranks. The first says it, and its end is the end of the others.
            Thread.Sleep(FirstSpeaks);
            throw;
        }
    }

    private static MpiEngine JoinNow(Launcher launcher, string? chosen)
    {
        if (launcher.Name == Launcher.Torchrun)
        {
            throw new InvalidOperationException($"torchrun has started {launcher.Size} processes, but Gen.Distributed is started by MPI: "
                + "mpirun -n 2 dotnet Program.dll.");
        }

        using var signals = new FaultSignals();
        var library = MpiLibrary.Find(chosen, launcher.IsOpenMpi) ?? throw new DllNotFoundException(
            $"{launcher.Name} has started this process, but no MPI library is installed here. On Debian and Ubuntu: apt-get install "
            + (launcher.IsOpenMpi ? "libopenmpi3" : "libmpich12") + ". If it is elsewhere, set GEN_MPI_LIBRARY to its path.");
        var mpi = new MpiEngine(library);
        if (launcher.Size is { } size && size != mpi.Size)
        {
            var message = $"{launcher.Name} has started {size} processes, but {library.File} ({mpi.Name}) sees {mpi.Size}: they do not "
                + $"belong together. Start the program with the launcher of {mpi.Name}, or set GEN_MPI_LIBRARY to the library of "
                + $"{launcher.Name}.";
            mpi.Dispose();
            throw new InvalidOperationException(message);
        }

        return mpi;
    }

    /// <summary>The time in which an operation has the engine for itself.</summary>
    private readonly ref struct Turn(ProcessGroup group)
    {
        public void Dispose()
        {
            group.watchdog.Stop();
            Monitor.Exit(group.gate);
        }
    }
}
