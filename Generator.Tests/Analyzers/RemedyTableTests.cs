using Gen.Checks;
using Gen.Diagnostics;
using Gen.Model;
using Gen.Reading;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>What a message says to write mends the mistake: the result compiles, nothing more is said of it, and it runs.</summary>
[Collection("TorchSharp")]
public sealed class RemedyTableTests
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Remedy.All.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void What_the_message_says_to_write_mends_the_mistake(int number)
    {
        var remedy = Remedy.All[number];
        var said = Compilations.Diagnose(Compilations.Of(remedy.Wrong)).Where(d => d.Id == remedy.Id).Select(d => d.GetMessage(null))
            .ToArray();
        Assert.Contains(said, m => m.Contains(remedy.Advice, StringComparison.Ordinal));

        var right =
            $"{remedy.Right}\npublic static class Program {{ public static void Run() {{ using var scope = torch.NewDisposeScope(); var "
            + $"net = new Net(); {remedy.Call} }} }}";
        Assert.DoesNotContain(Compilations.Diagnose(Compilations.Of(right)),
            d => d.Id == remedy.Id || d.Severity == DiagnosticSeverity.Error);
        Compilations.Load(right).GetType("Program")!.GetMethod("Run")!.Invoke(null, null);
    }

    /// <summary>No message that says what to write is without a row.</summary>
    [Fact]
    public void Every_message_that_says_what_to_write_is_in_the_table()
    {
        var shown = Remedy.All.SelectMany(r => Kinds(r.Wrong)).ToHashSet();
        var advising =
            Enum.GetValues<FindingKind>().Where(k => Advises(Messages.Of(new Finding(k, Anchor.Class, [.. Enumerable.Repeat("x", 8)]))))
                .ToArray();
        Assert.True(advising.Length > 20);
        var ids = Remedy.All.Select(r => r.Id).ToHashSet();
        Assert.Equal([], advising.Except(shown).Where(k => !IsAlone(k) || !ids.Contains(Descriptors.Of(k).Id)));
    }

    /// <summary>Its diagnostic has one message: a row of that id shows it, whichever analyzer finds it.</summary>
    private static bool IsAlone(FindingKind kind) =>
        Enum.GetValues<FindingKind>().Count(k => Descriptors.Of(k).Id == Descriptors.Of(kind).Id) == 1;

    private static bool Advises(string message) =>
        new[] { "rite ", "Change it", "Declare ", "give ", "Remove ", "add [", "Put ", "keep one", "must be", "To state it" }.Any(
            a => message.Contains(a, StringComparison.Ordinal));

    private static IEnumerable<FindingKind> Kinds(string source)
    {
        var compilation = Compilations.Of(source);
        return compilation.GlobalNamespace.GetTypeMembers().SelectMany(t => t.GetTypeMembers().Prepend(t))
            .Select(t => ModuleReader.ReadForMessages(t, compilation, default)).OfType<ModuleModel>()
            .SelectMany(m => ModuleChecker.Check(m).Findings).Select(f => f.Kind);
    }
}
