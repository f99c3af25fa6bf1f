namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>
/// Random modules whose inputs, constants and casts have drawn element types. Where the program runs, no GEN1012 is said of it; what
/// TorchSharp refuses for a type is foreseen, or the type was not known.
/// </summary>
public sealed class TypedProgramTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_said_of_the_types_of_a_program_is_so() => Check(0, 100);

    [Fact]
    [Trait("Category", "Long")]
    public void What_is_said_of_the_types_of_10_000_programs_is_so() => Check(1_000, 11_000);

    private void Check(int from, int to)
    {
        var verdicts = ProgramProcess.Try(from, to, ProgramForm.Typed);
        var (text, refused) = (Verdict.Text(verdicts), verdicts.Count(v => v.OfTypes is not null));
        output.WriteLine(text);
        Console.WriteLine(text);
        var contradictions = verdicts.Where(v => v.Contradictions.Length > 0).ToArray();
        Assert.True(contradictions.Length == 0,
            $"{text}\n{string.Join("\n", contradictions.Take(50).Select(v => $"{v.Number} {v.Says}: {v.Contradictions[0]}"))}");
        Assert.Equal(to - from, verdicts.Count);
        Assert.True(verdicts.Count(v => v.Ran) > verdicts.Count * 6 / 10, text);
        Assert.True(refused > verdicts.Count / 20, text);
        Assert.True(verdicts.Count(v => v.IsForeseen) > refused / 2, text);
    }
}
