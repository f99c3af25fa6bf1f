using Gen.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.Tests.CodeFixes;

/// <summary>What can be fixed, and how editors find it.</summary>
public sealed class FixableTests
{
    [Fact]
    public void Every_diagnostic_with_one_edit_has_a_fix() => Assert.Equal(
        ["GEN0001", "GEN0003", "GEN0005", "GEN1001", "GEN1005", "GEN1011", "GEN3001", "GEN4001", "GEN4002", "GEN4004", "GEN4005", "GEN4006",
            "GEN4009", "GEN4010", "GEN4011", "GEN5001", "GEN5002", "GEN5003", "GEN5005"],
        FixHarness.Fixes.SelectMany(f => f.FixableDiagnosticIds).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_fix_is_for_a_diagnostic_that_exists() =>
        Assert.Subset(new HashSet<string>(Compilations.Analyzers().SelectMany(a => a.SupportedDiagnostics).Select(d => d.Id)),
            new HashSet<string>(FixHarness.Fixes.SelectMany(f => f.FixableDiagnosticIds)));

    [Fact]
    public void Every_fix_fixes_all() => Assert.All(FixHarness.Fixes,
        f => Assert.Equal([FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution],
            f.GetFixAllProvider()!.GetSupportedFixAllScopes()));

    /// <summary>The compiler loads the analyzers without workspaces; these are the fixes' alone.</summary>
    [Fact]
    public void Only_the_fixes_refer_to_workspaces()
    {
        Assert.DoesNotContain(typeof(ModuleGenerator).Assembly.GetReferencedAssemblies(),
            a => a.Name!.Contains("Workspaces", StringComparison.Ordinal));
        Assert.Contains(typeof(Gen.CodeFixes.RepairProvider).Assembly.GetReferencedAssemblies(),
            a => a.Name == "Microsoft.CodeAnalysis.Workspaces");
        Assert.DoesNotContain(typeof(Gen.CodeFixes.RepairProvider).Assembly.GetReferencedAssemblies(),
            a => a.Name!.StartsWith("System.Composition", StringComparison.Ordinal));
        Assert.DoesNotContain(typeof(Gen.CodeFixes.RepairProvider).Assembly.GetTypes(),
            t => t.IsSubclassOf(typeof(Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzer)));
    }

    [Fact]
    public void What_a_diagnostic_tells_its_fix_has_names_of_its_own() =>
        Assert.Equal(typeof(Hints).GetFields().Length, typeof(Hints).GetFields().Select(f => f.GetRawConstantValue()).Distinct().Count());
}
