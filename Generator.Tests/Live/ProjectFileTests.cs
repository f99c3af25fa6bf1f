using Gen.Tests.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.MSBuild;
using Microsoft.CodeAnalysis.Text;

namespace Gen.Tests.Live;

/// <summary>A real project file as an editor opens it: what the project refers to is what the editor loads.</summary>
[Collection("TorchSharp")]
public sealed class ProjectFileTests
{
    [Fact]
    [Trait("Category", "Long")]
    public async Task A_project_of_the_repository_has_generator_analyzers_and_fixes()
    {
        // The configuration that the tests themselves are built in.
        var configuration = Directory.GetParent(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!.Name;
        using var workspace = MSBuildWorkspace.Create(new Dictionary<string, string> { ["Configuration"] = configuration });
        var project = await workspace.OpenProjectAsync(Path.Combine(SampleSources.Folder, "Seed", "Seed.csproj"));
        Assert.True(workspace.Diagnostics.All(d => d.Kind != WorkspaceDiagnosticKind.Failure),
            string.Join("\n", workspace.Diagnostics.Select(d => d.Message)));

        var references = project.AnalyzerReferences.OfType<AnalyzerFileReference>()
            .Where(r => Path.GetFileName(r.FullPath).StartsWith("Gen.", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["Gen.CodeFixes.dll", "Gen.Generator.dll"],
            references.Select(r => Path.GetFileName(r.FullPath)).Order(StringComparer.Ordinal));
        Assert.Contains(references, r => r.GetGenerators(LanguageNames.CSharp).Length == 1);

        // The generator runs, and the analyzers are content.
        var analyzers = references.SelectMany(r => r.GetAnalyzers(LanguageNames.CSharp)).ToArray();
        var compilation = await project.GetCompilationAsync();
        Assert.NotEmpty(compilation!.GetTypeByMetadataName("Seed.MnistClassifier")!.GetMembers("ParameterCount"));
        Assert.Empty((await compilation.WithAnalyzers([.. analyzers]).GetAllDiagnosticsAsync()).Where(
            d => d.Id.StartsWith("GEN", StringComparison.Ordinal) && d.Severity >= DiagnosticSeverity.Warning));

        // A mistake is typed, and mended by a fix that the project brings with it.
        var document = project.Documents.Single(d => d.Name == "MyNetwork.cs");
        var text = await document.GetTextAsync();
        var typed =
            document.WithText(
                text.WithChanges(new TextChange(new TextSpan(text.ToString().IndexOf("5, 2", StringComparison.Ordinal), 1), "7")));
        var broken = await typed.Project.GetCompilationAsync();
        var diagnostic =
            Assert.Single(await broken!.WithAnalyzers([.. analyzers])
                .GetAnalyzerSemanticDiagnosticsAsync(broken!.GetSemanticModel((await typed.GetSyntaxTreeAsync())!), null, default));
        Assert.Equal("GEN1001", diagnostic.Id);
        var fixes = FixHarness.Fixes.Where(f => f.FixableDiagnosticIds.Contains(diagnostic.Id));
        var actions = new List<Microsoft.CodeAnalysis.CodeActions.CodeAction>();
        foreach (var fix in fixes)
        {
            await fix.RegisterCodeFixesAsync(new CodeFixContext(typed, diagnostic, (action, _) => actions.Add(action),
                CancellationToken.None));
        }

        var repaired = FixHarness.Apply(Assert.Single(actions)).GetDocument(typed.Id)!;
        Assert.Equal(text.ToString(), (await repaired.GetTextAsync()).ToString());
    }
}
