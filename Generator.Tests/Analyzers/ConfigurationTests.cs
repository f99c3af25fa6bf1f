using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Tests.Analyzers;

/// <summary>Every rule has its severity by .editorconfig, and is silenced by a pragma at its place.</summary>
public sealed class ConfigurationTests
{
    public static TheoryData<string> Rules => [.. Traps.TrapPrograms.All.Concat(Traps.AdvicePrograms.All)
        .Select(p => p.Name.Split(' ')[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_switched_off(string id) => Assert.Empty(Found(id, $"dotnet_diagnostic.{id}.severity = none"));

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_made_an_error(string id) =>
        Assert.All(Found(id, $"dotnet_diagnostic.{id}.severity = error"), d => Assert.Equal(DiagnosticSeverity.Error, d.Severity));

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_other_rules_stay(string id) => Assert.NotEmpty(Found(id, "dotnet_diagnostic.GEN9999.severity = none"));

    [Theory]
    [InlineData("dotnet_analyzer_diagnostic.category-Gen.Advice.severity = none", "GEN5003", false)]
    [InlineData("dotnet_analyzer_diagnostic.category-Gen.Advice.severity = none", "GEN4004", true)]
    [InlineData("dotnet_analyzer_diagnostic.category-Gen.Traps.severity = none", "GEN4004", false)]
    public void A_category_is_switched_off(string configuration, string id, bool isLeft) =>
        Assert.Equal(isLeft, Found(id, configuration).Length > 0);

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_pragma_silences_what_stands_in_its_lines(string id) => Assert.Empty(Found(id, "", $"#pragma warning disable {id}\n"));

    private static Diagnostic[] Found(string id, string configuration, string before = "")
    {
        var program = Traps.TrapPrograms.All.Concat(Traps.AdvicePrograms.All)
            .First(p => p.Name.StartsWith(id, StringComparison.Ordinal));
        var compilation = Compilations.Of(before + Markup.Strip(program.Wrong));
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == "Source.cs");
        var options =
            new SeverityOptions(tree,
                AnalyzerConfigSet.Create<ImmutableArray<AnalyzerConfig>>(
                    [AnalyzerConfig.Parse($"root = true\n[*.cs]\n{configuration}\n", "/.editorconfig")])
                    .GetOptionsForSourcePath("/Source.cs"));
        compilation = compilation.WithOptions(compilation.Options.WithSyntaxTreeOptionsProvider(options));
        return [.. compilation.WithAnalyzers([.. Compilations.Analyzers()], new AnalyzerOptions([], options.Values))
            .GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult().Where(d => d.Id == id)];
    }

    /// <summary>What the compiler makes of an .editorconfig for a file.</summary>
    private sealed class SeverityOptions(SyntaxTree tree, AnalyzerConfigOptionsResult result) : SyntaxTreeOptionsProvider
    {
        public AnalyzerConfigOptionsProvider Values { get; } = new Provider(tree, result.AnalyzerOptions);

        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(SyntaxTree asked, string diagnosticId, CancellationToken cancellationToken,
            out ReportDiagnostic severity)
        {
            severity = default;
            return asked == tree && result.TreeOptions.TryGetValue(diagnosticId, out severity);
        }

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken,
            out ReportDiagnostic severity)
        {
            severity = default;
            return false;
        }
    }

    private sealed class Provider(SyntaxTree tree, ImmutableDictionary<string, string> values) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => new Options(ImmutableDictionary<string, string>.Empty);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree asked) => asked == tree ? new Options(values) : GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Options(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) =>
            values.TryGetValue(key, out value);
    }
}
