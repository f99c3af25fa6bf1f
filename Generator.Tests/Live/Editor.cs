using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Gen.Tests.Live;

/// <summary>
/// A project open in an editor: Roslyn's workspace, the analyzers asked for the document that is being typed in. The generator is part of
/// the project only where a test says so: editors run it on save or build.
/// </summary>
internal sealed class Editor
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers = [.. Compilations.Analyzers()];

    private Editor(Solution solution, ProjectId project)
    {
        Solution = solution;
        ProjectId = project;
    }

    public Solution Solution { get; private set; }

    public ProjectId ProjectId { get; }

    public Project Project => Solution.GetProject(ProjectId)!;

    public static Editor Open(IEnumerable<string> sources, bool withGenerator)
    {
        var compilation = Compilations.Of([.. sources]);
        var id = ProjectId.CreateNewId();
        var solution = new AdhocWorkspace().CurrentSolution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Create(), compilation.AssemblyName!, compilation.AssemblyName!, LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: Compilations.Parsing, metadataReferences: compilation.References,
            analyzerReferences: withGenerator ? [new AnalyzerFileReference(typeof(ModuleGenerator).Assembly.Location, new Loaded())] : []));
        foreach (var tree in compilation.SyntaxTrees)
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(id), tree.FilePath, tree.GetText(), filePath: tree.FilePath);
        }

        return new Editor(solution, id);
    }

    /// <summary>The documents with the user's sources.</summary>
    public IReadOnlyList<Document> Documents => [.. Project.Documents.Skip(1)];

    public SourceText Text(int document) => Documents[document].GetTextAsync().GetAwaiter().GetResult();

    /// <summary>A keystroke: the text of one document changes, everything else is kept.</summary>
    public void Type(int document, TextChange change) =>
        Solution = Solution.WithDocumentText(Documents[document].Id, Text(document).WithChanges(change));

    /// <summary>What the editor shows in a document: Gen's diagnostics, without those of a crashed analyzer.</summary>
    public IReadOnlyList<Diagnostic> Diagnose(int document) => Diagnose(Documents[document]);

    public static IReadOnlyList<Diagnostic> Diagnose(Document document)
    {
        var compilation = document.Project.GetCompilationAsync().GetAwaiter().GetResult()!;
        var tree = document.GetSyntaxTreeAsync().GetAwaiter().GetResult()!;
        return Diagnose(compilation, tree);
    }

    public static IReadOnlyList<Diagnostic> Diagnose(Compilation compilation, SyntaxTree tree)
    {
        var crashes = new List<string>();
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (e, analyzer, _) => crashes.Add($"{analyzer}: {e}"),
            concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var found = compilation.WithAnalyzers(Analyzers, options)
            .GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), null, CancellationToken.None).GetAwaiter().GetResult();
        Assert.True(crashes.Count == 0, string.Join("\n", crashes));
        return [.. found.OrderBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Id, StringComparer.Ordinal)
            .ThenBy(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal)];
    }

    /// <summary>The same sources as a compilation that has never seen another version of them.</summary>
    public CSharpCompilation Fresh() => Compilations.Of([.. Documents.Select((_, i) => Text(i).ToString())]);

    private sealed class Loaded : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
