using System.Reflection;
using Microsoft.CodeAnalysis;
using TorchSharp;

namespace Gen.Tests.Analyzers;

/// <summary>Mistakes in projects are said at the line that is to blame, and fail when the program runs; repaired programs run, and nothing
/// is said of them.</summary>
[Collection("TorchSharp")]
public sealed class ProjectBugTests
{
    public static TheoryData<string> Names => [.. ProjectBugs.All.Select(b => b.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_project_with_the_mistake_is_told_of_it_and_throws(string name)
    {
        var wrong = Find(name).Wrong;
        Assert.NotEqual(Find(name).Right, Markup.Strip(wrong));
        Assert.NotEmpty(Markup.Verify(wrong, IsSaid));
        Assert.Throws<TargetInvocationException>(() => Run(Markup.Strip(wrong)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_repaired_project_is_not_spoken_of_and_runs(string name)
    {
        Markup.Verify(Find(name).Right, IsSaid);
        Run(Find(name).Right);
    }

    /// <summary>Notes on what is not known, and on defaults, are not about the mistake.</summary>
    private static bool IsSaid(Diagnostic diagnostic) =>
        diagnostic.Id == "GEN2001" || diagnostic.Id.StartsWith("GEN5", StringComparison.Ordinal)
            || diagnostic.Severity > DiagnosticSeverity.Info;

    private static ProjectBug Find(string name) => ProjectBugs.All.Single(b => b.Name == name);

    private static void Run(string source)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        Compilations.Load(source).GetType("Program", throwOnError: true)!.GetMethod("Main")!.Invoke(null, null);
    }
}
