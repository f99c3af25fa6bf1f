using System.Reflection;

namespace Gen.Tests.Traps;

/// <summary>GEN4007 against TorchSharp: told where a step fails or leaves the model as it was, and only there.</summary>
[Collection("TorchSharp")]
public sealed class MovedAfterOptimizerTests
{
    private const string Judge = """
        public static class Judge
        {
            private static Tensor? before;
            public static bool IsBroken;
            public static void Before(Linear m) => before = m.weight!.detach().to(float64).clone();
            public static void After(Linear m) => IsBroken |= before!.allclose(m.weight!.to(float64));
        }
        """;

    private static readonly ProgramTable BrokenTable = new(MovePrograms.Broken, Judge);
    private static readonly ProgramTable SoundTable = new(MovePrograms.Sound, Judge);

    public static TheoryData<string> Broken => BrokenTable.Names;

    public static TheoryData<string> Sound => SoundTable.Names;

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_step_after_the_move_does_not_train_the_model_and_is_told(string program)
    {
        Assert.True(IsBroken(BrokenTable, program));
        var said = BrokenTable.Diagnostics(program).Where(d => d.Id != "GEN5009").ToArray();
        Assert.NotEmpty(said);
        Assert.All(said, d => Assert.Equal("GEN4007", d.Id));
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Where_every_step_trains_the_model_nothing_is_said(string program)
    {
        Assert.False(IsBroken(SoundTable, program));
        Assert.DoesNotContain(SoundTable.Diagnostics(program), static d => d.Id != "GEN5009");
    }

    private static bool IsBroken(ProgramTable table, string program)
    {
        var broken = table.Type("Judge").GetField("IsBroken")!;
        broken.SetValue(null, false);
        try
        {
            table.Type(program, "Program").GetMethod("Main")!.Invoke(null, null);
        }
        catch (TargetInvocationException)
        {
            return true;
        }

        return (bool)broken.GetValue(null)!;
    }
}
