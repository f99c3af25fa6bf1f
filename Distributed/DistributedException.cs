namespace Gen.Distributed;

/// <summary>
/// What all ranks of a job know to be wrong at the same moment: they do different things, their models differ, a checkpoint is damaged.
/// Each rank throws it. Where nobody catches it, one rank prints it, and the job ends.
/// </summary>
public sealed class DistributedException : Exception
{
    internal DistributedException(string message, int speaker, bool isOfAnEnd = false)
        : base(message) => (Speaker, IsOfAnEnd) = (speaker, isOfAnEnd);

    /// <summary>The rank that prints the message where nobody catches the exception.</summary>
    internal int Speaker { get; }

    /// <summary>Whether a rank has ended before the others: it may have a better reason to tell.</summary>
    internal bool IsOfAnEnd { get; }
}
