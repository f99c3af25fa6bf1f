using System.Globalization;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>
/// Random modules of 5 to 30 operations, in layers, loops, branches, methods and modules of their own. Where the program runs, no error
/// is said of it and every shape and count is TorchSharp's; where an error is said, it fails; where it fails, something is said.
/// </summary>
public sealed class RandomProgramTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_said_of_a_program_is_so() => Check(0, 100, ProgramForm.Plain);

    [Fact]
    public void A_program_with_a_changed_number_is_caught_or_runs() => Check(0, 100, ProgramForm.Spoiled);

    [Fact]
    [Trait("Category", "Long")]
    public void What_is_said_of_10_000_programs_is_so() => Check(1_000, 11_000, ProgramForm.Plain);

    [Fact]
    [Trait("Category", "Long")]
    public void Of_10_000_programs_with_a_changed_number_each_is_caught_or_runs() => Check(1_000, 11_000, ProgramForm.Spoiled);

    private void Check(int from, int to, ProgramForm form)
    {
        var verdicts = ProgramProcess.Try(from, to, form);
        var (count, failed) = (verdicts.Count, verdicts.Count(v => v.Failed));
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{count} programs, {verdicts.Sum(v => v.Runs)} runs: {verdicts.Count(v => v.Ran)} run, {failed} fail for some size; of "
            + $"these {verdicts.Count(v => v.IsCaught)} are errors, {verdicts.Count(v => v.IsOpen)} said to be unproved. "
            + $"{verdicts.Count(v => v.IsResultKnown)} results and {verdicts.Sum(v => v.Rows)} layers known.");
        output.WriteLine(text);
        Console.WriteLine(text);
        var contradictions = verdicts.Where(v => v.Contradictions.Length > 0).ToArray();
        Assert.True(contradictions.Length == 0,
            $"{text}\n{contradictions.Length} "
            + $"contradictions:\n{string.Join("\n", contradictions.Take(50).Select(v => $"{v.Number} {v.Says}: {v.Contradictions[0]}"))}");

        // A test of the walk needs programs that run and that it follows, and some that it refuses.
        Assert.Equal(to - from, count);
        Assert.True(form == ProgramForm.Spoiled ? verdicts.Count(v => v.IsCaught) > count / 10
            : verdicts.Count(v => v.Ran) > count * 8 / 10, text);
        Assert.True(verdicts.Count(v => v.IsResultKnown) > count / 2, text);
    }
}
