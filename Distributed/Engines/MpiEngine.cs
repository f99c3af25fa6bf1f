using System.Diagnostics.CodeAnalysis;

namespace Gen.Distributed.Engines;

/// <summary>MPI, called in place on the memory of the tensors, without native code of Gen's own.</summary>
internal sealed unsafe class MpiEngine : CommunicationEngine
{
    private const int ThreadMultiple = 3;
    private const int FirstTag = 32_000;

    private readonly MpiLibrary library;
    private readonly bool hasInitialized;
    private readonly bool isThreadSafe;
    private readonly nint world;
    private readonly delegate* unmanaged<nint, nint, int, nint, nint, nint, int> allReduce;
    private readonly delegate* unmanaged<nint, int, nint, int, nint, int> broadcast;
    private readonly delegate* unmanaged<nint, int, int> abort;
    private readonly delegate* unmanaged<int> finalize;

    /// <summary>Joins the job.</summary>
    /// <exception cref="InvalidOperationException">MPI was ended before in this process; it cannot begin again.</exception>
    public MpiEngine(MpiLibrary library)
    {
        this.library = library;
        world = library.World;
        allReduce = (delegate* unmanaged<nint, nint, int, nint, nint, nint, int>)library.Function("MPI_Allreduce");
        broadcast = (delegate* unmanaged<nint, int, nint, int, nint, int>)library.Function("MPI_Bcast");
        abort = (delegate* unmanaged<nint, int, int>)library.Function("MPI_Abort");
        finalize = (delegate* unmanaged<int>)library.Function("MPI_Finalize");
        int isFinalized, isInitialized, provided, rank, size;
        Check(((delegate* unmanaged<int*, int>)library.Function("MPI_Finalized"))(&isFinalized));
        if (isFinalized != 0)
        {
            throw new InvalidOperationException("MPI was ended in this process, and cannot begin again: use one ProcessGroup from the "
                + "beginning of the program to its end.");
        }

        Check(((delegate* unmanaged<int*, int>)library.Function("MPI_Initialized"))(&isInitialized));
        if (isInitialized == 0)
        {
            Check(((delegate* unmanaged<nint, nint, int, int*, int>)library.Function("MPI_Init_thread"))(0, 0, ThreadMultiple, &provided));
            hasInitialized = true;
            isThreadSafe = provided == ThreadMultiple;
        }

        Check(((delegate* unmanaged<nint, nint, int>)library.Function("MPI_Comm_set_errhandler"))(world, library.ErrorsReturn));
        Check(((delegate* unmanaged<nint, int*, int>)library.Function("MPI_Comm_rank"))(world, &rank));
        Check(((delegate* unmanaged<nint, int*, int>)library.Function("MPI_Comm_size"))(world, &size));
        (Rank, Size) = (rank, size);
    }

    public override string Name => library.Name;

    public override int Rank { get; }

    public override int Size { get; }

    public override void AllReduce(nint data, int count, ScalarType type, ReduceOp op) => Check(allReduce(library.InPlace, data, count,
        library.TypeOf(type) ?? throw new ArgumentException($"MPI reduces no {type}.", nameof(type)), library.OperationOf(op), world));

    public override void Broadcast(nint data, int count, int root) => Check(broadcast(data, count, library.Bytes, root, world));

    public override void Tell(Notice notice)
    {
        if (!isThreadSafe)
        {
            return;
        }

        var send = (delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int>)library.Function("MPI_Isend");
        for (var rank = 0; rank < Size; rank++)
        {
            if (rank != Rank)
            {
                // Nobody receives it: that it can be seen is all that it says. The job ends after it.
                nint request;
                _ = send(0, 0, library.Bytes, rank, FirstTag + (int)notice, world, &request);
            }
        }
    }

    public override bool HasTold(int rank, Notice notice)
    {
        if (!isThreadSafe || rank == Rank)
        {
            return false;
        }

        // One look makes the library take in what has come, and the next one finds it.
        const int Looks = 3;
        var isThere = 0;
        var status = stackalloc byte[256];
        var look = (delegate* unmanaged<int, int, nint, int*, byte*, int>)library.Function("MPI_Iprobe");
        for (var i = 0; i < Looks && isThere == 0; i++)
        {
            if (look(rank, FirstTag + (int)notice, world, &isThere, status) != 0)
            {
                return false;
            }
        }

        return isThere != 0;
    }

    [DoesNotReturn]
    public override void Abort(int exitCode)
    {
        abort(world, exitCode);

        // Where MPI comes back all the same, this process at least ends, and its launcher ends the others.
        Environment.FailFast(null);
    }

    protected override void Dispose(bool disposing)
    {
        if (hasInitialized && disposing)
        {
            Check(finalize());
        }
    }

    private void Check(int code)
    {
        if (code != 0)
        {
            throw new IOException($"{library.Name} reports: {library.ErrorText(code)}");
        }
    }
}
