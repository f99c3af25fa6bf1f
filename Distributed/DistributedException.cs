namespace Gen.Distributed;

/// <summary>
/// What all ranks of a job know to be wrong at the same moment: they do different things, their models differ, a checkpoint is damaged.
/// Each rank throws it. Where nobody catches it, one rank prints it, and the job ends.
/// </summary>
public sealed class DistributedException : Exception
{
    internal DistributedException(string message, int speaker)
        : base(message) => Speaker = speaker;

    /// <summary>The rank that prints the message where nobody catches the exception.</summary>
    internal int Speaker { get; }
}
