using Gen.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.Tests.CodeFixes;

/// <summary>What can be fixed, and how editors find it.</summary>
public sealed class FixableTests
{
    [Fact]
    public void Every_diagnostic_with_one_edit_has_a_fix() => Assert.Equal(
        ["GEN0001", "GEN0003", "GEN0005", "GEN1001", "GEN1004", "GEN1005", "GEN1011", "GEN1012", "GEN2001", "GEN2002", "GEN3001", "GEN4001",
            "GEN4002", "GEN4004", "GEN4005", "GEN4006", "GEN4009", "GEN4010", "GEN4011", "GEN4012", "GEN4013", "GEN5001", "GEN5002",
            "GEN5003", "GEN5005"],
        FixHarness.Fixes.SelectMany(f => f.FixableDiagnosticIds).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_fix_is_for_a_diagnostic_that_exists() =>
        Assert.Subset(new HashSet<string>(Compilations.Analyzers().SelectMany(a => a.SupportedDiagnostics).Select(d => d.Id)),
            new HashSet<string>(FixHarness.Fixes.SelectMany(f => f.FixableDiagnosticIds)));

    [Fact]
    public void Every_fix_fixes_all() => Assert.All(FixHarness.Fixes,
        f => Assert.Equal([FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution],
            f.GetFixAllProvider()!.GetSupportedFixAllScopes()));

    private const string Unregistered = """
        [Shape("B 8 -> B 8")] public partial class Chain
        {
            [Layer(8, 8)] private readonly Linear fc;
            {MARK}private readonly BatchNorm1d norm = BatchNorm1d(8);
        }

        public sealed class Net : Module<Tensor, Tensor>
        {
            private readonly Linear fc;
            public Net() : base("net") { fc = Linear(8, 2);{CALL} }
            public override Tensor forward(Tensor x) => fc.call(x);
        }
        """;

    /// <summary>Two kinds of repair of one diagnostic are one "fix all", whichever comes first.</summary>
    [Fact]
    public void Fix_all_repairs_each_in_its_own_way()
    {
        string Source(string mark, string call) => Unregistered.Replace("{MARK}", mark, StringComparison.Ordinal)
            .Replace("{CALL}", call, StringComparison.Ordinal);
        var right = Source("[Layer] ", " RegisterComponents();");
        Assert.Equal(right, FixHarness.FixAll(Source("", ""), "GEN4001"));
        Assert.Equal(right, FixHarness.FixAllWithoutKey(Source("", ""), "GEN4001"));
    }

    /// <summary>Also where the first has no repair: nobody but the writer knows which gamma is meant.</summary>
    [Fact]
    public void Different_arguments_of_one_diagnostic_are_written_together()
    {
        string Source(string gamma, string weightDecay, string rate) => $$"""
            public static class Training
            {
                public static object Of(optim.Optimizer optimizer) => optim.lr_scheduler.ExponentialLR(optimizer{{gamma}});
                public static object[] Of(Linear model) =>
                    [optim.AdamW(model.parameters(), lr: 1e-3{{weightDecay}}), optim.RAdam(model.parameters(){{rate}})];
            }
            """;
        Assert.Equal(Source(", gamma: 0.9", ", weight_decay: 0.01", ", lr: 0.001"),
            FixHarness.FixAll(Source(", gamma: 0.9", "", ""), "GEN4011"));
        Assert.Equal(Source("", ", weight_decay: 0.01", ", lr: 0.001"), FixHarness.FixAllWithoutKey(Source("", "", ""), "GEN4011"));
    }

    /// <summary><c>dotnet format</c> hands a fix whatever the analyzer reports.</summary>
    [Fact]
    public void A_fix_offers_nothing_for_the_diagnostic_of_another()
    {
        const string Wrong = """
            [Shape("B 784 -> B 5")]
            public partial class Net
            {
                [Layer(100, 10)] private readonly Linear fc;
            }
            """;
        var project = FixHarness.Project(Wrong);
        var diagnostics = FixHarness.Diagnose(project);
        Assert.NotEmpty(diagnostics);
        foreach (var fix in FixHarness.Fixes)
        {
            var context = diagnostics.Where(d => !fix.FixableDiagnosticIds.Contains(d.Id))
                .Select(d => new CodeFixContext(FixHarness.First(project), d, (action, _) => Assert.Fail(action.Title), default));
            Assert.All(context, c => fix.RegisterCodeFixesAsync(c).GetAwaiter().GetResult());
        }
    }

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
