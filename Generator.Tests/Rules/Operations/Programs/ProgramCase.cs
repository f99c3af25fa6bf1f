using System.Globalization;
using System.Text.RegularExpressions;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>What is made of the program of a number.</summary>
internal enum ProgramForm
{
    /// <summary>As it is written, of float32.</summary>
    Plain,

    /// <summary>The same with one number changed.</summary>
    Spoiled,

    /// <summary>Another one, with element types drawn.</summary>
    Typed,
}

/// <summary>A compiled program and what was said of it, for the process that runs it.</summary>
internal sealed record ProgramCase
{
    public required int Number { get; init; }

    /// <summary>The class; null where it does not compile.</summary>
    public required string? Type { get; init; }

    public required Element[] Inputs { get; init; }

    /// <summary>The types of the inputs, where they are drawn.</summary>
    public string[] Types { get; init; } = [];

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
internal sealed partial record Verdict(int Number, string Says, bool Ran, bool Failed, bool IsResultKnown, int Rows, int Runs,
    string[] Contradictions)
{
    public bool IsCaught => Failed && Says.StartsWith("GEN1", StringComparison.Ordinal);

    /// <summary>TorchSharp refused an element type: why.</summary>
    public string? OfTypes { get; init; }

    /// <summary>The message is one about element types, as TorchSharp 0.107 has them.</summary>
    public static bool IsOfTypes(string error) => OfType().IsMatch(error.Split(". It was given ")[0]);

    [GeneratedRegex("dtype|scalar ?type|not implemented for|result type|must be ((u?int|b?float|complex)\\d+|bool|int|float|complex)\\b"
        + "|elements of type|bias type|bool input|Long|Bool|[Bb]oolean|bool tensor|[Ff]loating|complex|same type|to have type"
        + "|[Ee]lement type|integer tensor|index tensor|tensors used as indices")]
    private static partial Regex OfType();

    /// <summary>How many there are of each outcome, where types are drawn.</summary>
    public static string Text(IReadOnlyCollection<Verdict> verdicts) => string.Create(CultureInfo.InvariantCulture,
        $"{verdicts.Count} programs, {verdicts.Sum(v => v.Runs)} runs: {verdicts.Count(v => v.Ran)} run, ")
        + string.Create(CultureInfo.InvariantCulture,
            $"{verdicts.Count(v => v.OfTypes is not null)} are refused for a type; of these "
            + $"{verdicts.Count(v => v.IsForeseen)} are foreseen, ")
        + string.Create(CultureInfo.InvariantCulture, $"{verdicts.Count(v => v.Contradictions.Length > 0)} contradictions.");

    public bool IsForeseen => OfTypes is not null && Says is "GEN1012" or "GEN1009";

    public bool IsOpen => Failed && (Says.StartsWith("GEN2", StringComparison.Ordinal) || Says == "GEN4013");
}
