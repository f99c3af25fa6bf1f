namespace Gen.Distributed;

/// <summary>How a <see cref="ProcessGroup"/> behaves.</summary>
public sealed record ProcessGroupOptions
{
    /// <summary>How long a rank waits for the others in one operation before it ends the job with a message that names step and rank: five
    /// minutes. <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The MPI library, by name or path: <c>/opt/mpich/lib/libmpich.so.12</c>. Without it, the environment variable
    /// <c>GEN_MPI_LIBRARY</c> is used; without both, the library that belongs to the launcher, if it is installed.</summary>
    public string? Library { get; init; }

    /// <summary>Whether Ctrl-C, and the signal to terminate, end the job at once with a message. Turn it off where the program handles them
    /// itself.</summary>
    public bool EndsOnSignal { get; init; } = true;
}
