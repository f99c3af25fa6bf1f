namespace Gen.Distributed.Engines;

/// <summary>What a rank tells the others at its end.</summary>
public enum Notice
{
    /// <summary>It ends the job, and has said why.</summary>
    Ends,

    /// <summary>It has waited too long for another rank.</summary>
    Waits,
}
