namespace Gen.Distributed.Engines;

/// <summary>
/// What moves numbers between processes: the seam behind <see cref="ProcessGroup"/>. <see cref="ProcessGroup.Init"/> chooses MPI, or
/// nothing at all for one process; <c>new ProcessGroup(engine)</c> takes any other. An engine knows memory, not tensors: conversions,
/// devices, large tensors, and the check that all ranks do the same are the group's.
/// </summary>
/// <remarks>The group calls one method at a time, from any thread, except for <see cref="Abort"/>, which may be called while another
/// waits.</remarks>
public abstract class CommunicationEngine : IDisposable
{
    /// <summary>What it is, for messages: <c>Open MPI 4.1.4</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The number of this process: from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public abstract int Size { get; }

    /// <summary>Reduces numbers in place; afterwards every rank has the same bits.</summary>
    /// <param name="data">The address of the first number.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="type"><c>Float32</c>, <c>Float64</c>, <c>Byte</c>, <c>Int8</c>, <c>Int16</c>, <c>Int32</c> or <c>Int64</c>.</param>
    /// <param name="op">Any but <see cref="ReduceOp.Average"/>, which the group makes of a sum.</param>
    /// <exception cref="IOException">The other ranks cannot be reached.</exception>
    public abstract void AllReduce(nint data, int count, ScalarType type, ReduceOp op);

    /// <summary>Gives every rank the bytes of one.</summary>
    /// <param name="data">The address of the first byte.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="root">The rank that has them.</param>
    /// <exception cref="IOException">The other ranks cannot be reached.</exception>
    public abstract void Broadcast(nint data, int count, int root);

    /// <summary>Tells the other ranks something without waiting for them. Called while another thread may be in an operation; an engine
    /// that cannot do it leaves it out, and messages say less.</summary>
    /// <param name="notice">What they are told.</param>
    public virtual void Tell(Notice notice)
    {
    }

    /// <summary>Whether a rank has told something. Called while another thread may be in an operation.</summary>
    /// <param name="rank">The rank.</param>
    /// <param name="notice">What is asked for.</param>
    public virtual bool HasTold(int rank, Notice notice) => false;

    /// <summary>Ends all processes of the job, this one too; does not return.</summary>
    /// <param name="exitCode">The exit code of the job: 1 to 255.</param>
    public abstract void Abort(int exitCode);

    /// <summary>Ends the communication, after all ranks have agreed to end.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the communication.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected abstract void Dispose(bool disposing);
}
