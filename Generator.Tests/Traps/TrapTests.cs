using System.Reflection;
using TorchSharp;

namespace Gen.Tests.Traps;

/// <summary>Every trap is there when the program runs, and gone from the repaired one; the analyzers see the one and not the
/// other.</summary>
[Collection("TorchSharp")]
public sealed class TrapTests
{
    private static readonly IReadOnlyList<TrapProgram> Programs = [.. TrapPrograms.All, .. AdvicePrograms.All];

    public static TheoryData<string> Names => [.. Programs.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_program_with_the_trap_falls_into_it(string name)
    {
        var wrong = Find(name).Wrong;
        Analyzers.Markup.Verify(wrong, IsTrapOrAdvice);
        Assert.True(Bites(Analyzers.Markup.Strip(wrong)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_repaired_program_does_not(string name)
    {
        var right = Find(name).Right;
        Analyzers.Markup.Verify(right, IsTrapOrAdvice);
        Assert.False(Bites(right));
    }

    [Fact]
    public void Every_trap_has_a_program() => Assert.Equal(
        Enumerable.Range(4001, 8).Append(4013).Concat(Enumerable.Range(5001, 5)).Concat(Enumerable.Range(5007, 5)).Select(n => $"GEN{n}"),
        Programs.Select(p => p.Name.Split(' ')[0]).Distinct().Order());

    private static bool IsTrapOrAdvice(Microsoft.CodeAnalysis.Diagnostic diagnostic) =>
        diagnostic.Id.StartsWith("GEN4", StringComparison.Ordinal) || diagnostic.Id.StartsWith("GEN5", StringComparison.Ordinal);

    private static TrapProgram Find(string name) => Programs.Single(p => p.Name == name);

    private static bool Bites(string source)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        return (bool)Compilations.Load(source).GetType("Program", throwOnError: true)!.GetMethod("Bites",
            BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null)!;
    }
}
