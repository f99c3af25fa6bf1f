using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>
/// Every planted mistake is reported in its place with its words, and really fails on TorchSharp; the repaired program is silent, and runs.
/// </summary>
public sealed class PlantedMistakesTests
{
    public static TheoryData<string> Whats => [.. PlantedMistakes.All.Select(m => m.What)];

    [Theory]
    [MemberData(nameof(Whats))]
    public void It_is_said_where_it_stands_and_silent_when_repaired(string what)
    {
        var mistake = PlantedMistakes.All.Single(m => m.What == what);
        Assert.NotEqual(Markup.Strip(mistake.Wrong), mistake.Repaired);
        MetadataReference[] references = mistake.References() is { } library ? [library.Reference] : [];
        Assert.Equal(mistake.Message, Assert.Single(Markup.Verify(mistake.Wrong, IsNoAdvice, references))
            .GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(Markup.Verify(mistake.Repaired, IsNoAdvice, references));
    }

    /// <summary>Two linear layers in a row, forward in the place of call, or what TorchSharp does otherwise than PyTorch are no mistakes of
    /// shapes.</summary>
    private static bool IsNoAdvice(Diagnostic diagnostic) =>
        diagnostic.Id is not ("GEN5003" or "GEN4004" or "GEN4005" or "GEN4010" or "GEN4011" or "GEN4012");

    [Fact]
    public void The_wrong_programs_fail_on_TorchSharp()
    {
        var outcomes = MistakeProcess.Run(PlantedMistakes.All, m => Markup.Strip(m.Wrong));
        Assert.Equal([], PlantedMistakes.All.Zip(outcomes).Where(p => !Fails(p.First, p.Second))
            .Select(p => $"{p.First.What}: {p.Second ?? "runs"}"));
    }

    [Fact]
    public void The_repaired_programs_run_on_TorchSharp()
    {
        var outcomes = MistakeProcess.Run(PlantedMistakes.All, m => m.Repaired);
        Assert.Equal([], PlantedMistakes.All.Zip(outcomes).Where(p => p.Second is not null).Select(p => $"{p.First.What}: {p.Second}"));
    }

    /// <summary>
    /// A broken contract, of a result or of a call, is refused by Gen's guard; what spreads in silence runs; everything else is
    /// TorchSharp's own refusal.
    /// </summary>
    private static bool Fails(Mistake mistake, string? outcome)
    {
        var isContract = mistake.Wrong.Contains("{|GEN1005:", StringComparison.Ordinal)
            || mistake.Wrong.Contains("{|GEN1008:", StringComparison.Ordinal)
            || (mistake.Wrong.Contains("{|GEN1012:", StringComparison.Ordinal)
                && mistake.Wrong.Contains("int64: B", StringComparison.Ordinal));
        var isSilent = mistake.Wrong.Contains("{|GEN5006:", StringComparison.Ordinal);
        return isSilent ? outcome is null : outcome is not null
            && (isContract || !outcome.StartsWith(nameof(ShapeMismatchException), StringComparison.Ordinal));
    }
}
