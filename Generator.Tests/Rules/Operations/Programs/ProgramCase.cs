namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>A compiled program and what was said of it, for the process that runs it.</summary>
internal sealed record ProgramCase
{
    public required int Number { get; init; }

    /// <summary>The class; null where it does not compile.</summary>
    public required string? Type { get; init; }

    public required Element[] Inputs { get; init; }

    public required bool HasSize { get; init; }

    /// <summary>It asks <c>Ways.A</c> (1), <c>Ways.B</c> (2) or both (3).</summary>
    public required int Ways { get; init; }

    /// <summary>It makes tensors of a type of its own: <c>torch.randn(...)</c>.</summary>
    public required bool MakesTensors { get; init; }

    /// <summary>It asks for a size: an error may be on a way that other sizes go.</summary>
    public required bool AsksForSizes { get; init; }

    public string[] FreeNames { get; init; } = [];

    public string[] InputShapes { get; init; } = [];

    /// <summary>The declared result, else the one of the walk; null where it is not known.</summary>
    public string? Output { get; init; }

    public LayerRow[] Rows { get; init; } = [];

    /// <summary>The number of parameters; null where it is not known.</summary>
    public string? Parameters { get; init; }

    /// <summary>The id of the first error that is said, else of the first thing said to be unproved, else empty.</summary>
    public required string Says { get; init; }

    public required string Message { get; init; }

    /// <summary>All that is said to be unproved is said to be checked at run time.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>What is wrong before it runs.</summary>
    public required string[] Strange { get; init; }

    public bool IsError => Says.StartsWith("GEN1", StringComparison.Ordinal);

    /// <summary>A layer's output as the walk has it.</summary>
    internal sealed record LayerRow(string Path, string? Output);
}

/// <summary>What came of one program.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Says">What was said of it: an id, or nothing.</param>
/// <param name="Ran">It runs with the sizes that the writer had in mind.</param>
/// <param name="Failed">It fails in one of its runs.</param>
/// <param name="IsResultKnown">The walk knows the shape of the result.</param>
/// <param name="Rows">The layers' shapes that were compared.</param>
/// <param name="Runs">The runs.</param>
/// <param name="Contradictions">Where the two disagree.</param>
internal sealed record Verdict(int Number, string Says, bool Ran, bool Failed, bool IsResultKnown, int Rows, int Runs,
    string[] Contradictions)
{
    public bool IsCaught => Failed && Says.StartsWith("GEN1", StringComparison.Ordinal);

    public bool IsOpen => Failed && (Says.StartsWith("GEN2", StringComparison.Ordinal) || Says == "GEN4013");
}
