using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Gen.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.Text;

namespace Gen.Tests.CodeFixes;

/// <summary>Sources in a workspace, as an editor has them: what is offered at a squiggle or at the cursor, and what comes of it.</summary>
internal static class FixHarness
{
    public static readonly IReadOnlyList<CodeFixProvider> Fixes = All<CodeFixProvider, ExportCodeFixProviderAttribute>();

    public static readonly IReadOnlyList<CodeRefactoringProvider> Refactorings =
        All<CodeRefactoringProvider, ExportCodeRefactoringProviderAttribute>();

    /// <summary>What all have in common: once bound, the symbols of the references are shared.</summary>
    private static readonly Project Base = Empty();

    public static Project Project(params string[] sources)
    {
        var solution = Base.Solution;
        foreach (var (source, i) in sources.Select((s, i) => (s, i)))
        {
            var name = i == 0 ? "Source.cs" : string.Create(CultureInfo.InvariantCulture, $"Source{i}.cs");
            solution = solution.AddDocument(DocumentId.CreateNewId(Base.Id), name, SourceText.From(source), filePath: name);
        }

        return solution.GetProject(Base.Id)!;
    }

    private static Project Empty()
    {
        var compilation = Compilations.Of();
        var project = ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Create(), compilation.AssemblyName!, compilation.AssemblyName!, LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: Compilations.Parsing, metadataReferences: compilation.References);
        var usings = compilation.SyntaxTrees.Single();
        var empty = new AdhocWorkspace().CurrentSolution.AddProject(project)
            .AddDocument(DocumentId.CreateNewId(project.Id), usings.FilePath, usings.GetText(), filePath: usings.FilePath)
            .GetProject(project.Id)!;
        _ = empty.GetCompilationAsync().GetAwaiter().GetResult()!.GlobalNamespace;
        return empty;
    }

    /// <summary>Makes the one fix offered for the first diagnostic of that id, and asserts that it repairs that and breaks
    /// nothing.</summary>
    /// <returns>The title and the source after.</returns>
    public static (string Title, string Source) Fix(string source, string id, string? title = null)
    {
        var (titles, after) = FixAll([source], id, title, all: false);
        return (titles, after[0]);
    }

    /// <summary>Makes the fix for all diagnostics of that id together, and asserts that none is left.</summary>
    public static string FixAll(string source, string id) => FixAll([source], id, null, all: true).Sources[0];

    /// <summary>What a fix makes of all diagnostics of that id if it is asked without a key, as <c>dotnet format</c> does where the first
    /// diagnostic has no repair.</summary>
    public static string FixAllWithoutKey(string source, string id)
    {
        var project = Project(source);
        var provider = Assert.Single(Fixes, f => f.FixableDiagnosticIds.Contains(id));
        var changed = Apply(FixAllAction(project, provider, null, id, Diagnose(project).Where(d => d.Id == id))).GetProject(project.Id)!;
        AssertNothingBroken(project, changed);
        return Texts(changed)[0];
    }

    public static (string Title, string[] Sources) FixAll(string[] sources, string id, string? title, bool all)
    {
        var project = Project(sources);
        var before = Diagnose(project);
        var diagnostics = before.Where(d => d.Id == id).ToArray();
        Assert.NotEmpty(diagnostics);
        var offered = Offered(project, diagnostics[0]).ToArray();
        var chosen = Assert.Single(offered, o => title is null || o.Action.Title == title);
        var action = all ? FixAllAction(project, chosen.Provider, chosen.Action.EquivalenceKey, id, diagnostics) : chosen.Action;
        var changed = Apply(action).GetProject(project.Id)!;
        var after = Diagnose(changed).Where(d => d.Id == id).ToArray();
        Assert.True(after.Length == (all ? 0 : diagnostics.Length - 1) || (!all && after.Length < diagnostics.Length),
            $"{id} is still there:\n{string.Join("\n", after.Select(d => d.ToString()))}\n{Texts(changed)[0]}");
        AssertNothingBroken(project, changed);
        return (chosen.Action.Title, Texts(changed));
    }

    public static IEnumerable<(CodeFixProvider Provider, CodeAction Action)> Offered(Project project, Diagnostic diagnostic)
    {
        foreach (var provider in Fixes.Where(f => f.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            var actions = new List<CodeAction>();
            var document = project.GetDocument(diagnostic.Location.SourceTree)!;
            provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action),
                CancellationToken.None)).GetAwaiter().GetResult();
            foreach (var action in actions)
            {
                yield return (provider, action);
            }
        }
    }

    /// <summary>Makes the refactoring of that title at <c>$$</c>, and asserts that it breaks nothing.</summary>
    public static string Refactor(string marked, string title)
    {
        var (project, position) = At(marked);
        var action = Assert.Single(Refactor(project, position), a => a.Title == title);
        var changed = Apply(action).GetProject(project.Id)!;
        AssertNothingBroken(project, changed);
        return Texts(changed)[0];
    }

    /// <summary>The titles of what is offered at <c>$$</c>.</summary>
    public static IEnumerable<string> RefactoringTitles(string marked)
    {
        var (project, position) = At(marked);
        return Refactor(project, position).Select(a => a.Title);
    }

    public static IReadOnlyList<CodeAction> Refactor(Project project, int position)
    {
        var actions = new List<CodeAction>();
        foreach (var provider in Refactorings)
        {
            provider.ComputeRefactoringsAsync(new CodeRefactoringContext(First(project), new TextSpan(position, 0), actions.Add,
                CancellationToken.None)).GetAwaiter().GetResult();
        }

        return actions;
    }

    public static Solution Apply(CodeAction action) =>
        action.GetOperationsAsync(CancellationToken.None).GetAwaiter().GetResult().OfType<ApplyChangesOperation>().Single().ChangedSolution;

    public static IReadOnlyList<Diagnostic> Diagnose(Project project) =>
        Compilations.Diagnose(project.GetCompilationAsync().GetAwaiter().GetResult()!);

    /// <summary>The texts of the sources, less the usings.</summary>
    public static string[] Texts(Project project) =>
        [.. project.Documents.Skip(1).Select(d => d.GetTextAsync().GetAwaiter().GetResult().ToString())];

    public static Document First(Project project) => project.Documents.ElementAt(1);

    /// <summary>With what the generator makes of each, the compiler says nothing that it did not say before.</summary>
    public static void AssertNothingBroken(Project before, Project after)
    {
        var known = Compiled(before).ToHashSet();
        var broken = Compiled(after).Where(d => !known.Contains(d)).ToArray();
        Assert.True(broken.Length == 0, $"{string.Join("\n", broken)}\n{string.Join("\n", Texts(after))}");
    }

    private static IEnumerable<string> Compiled(Project project)
    {
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(project.GetCompilationAsync().GetAwaiter().GetResult()!, out var output,
            out _);
        return output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && !IsSuppressed(d))
            .Select(d => $"{d.Id}: {d.GetMessage(CultureInfo.InvariantCulture)}");
    }

    /// <summary>The suppressor is the analyzers' matter, and tested there.</summary>
    private static bool IsSuppressed(Diagnostic diagnostic) =>
        diagnostic.Id is "CS0649" or "CS8618" or "CS0169" or "CS9113" or "CS0414" or "CS1591";

    private static (Project Project, int Position) At(string marked)
    {
        var position = marked.IndexOf("$$", StringComparison.Ordinal);
        Assert.True(position >= 0);
        return (Project(marked.Remove(position, 2)), position);
    }

    private static CodeAction FixAllAction(Project project, CodeFixProvider provider, string? key, string id,
        IEnumerable<Diagnostic> diagnostics) =>
        provider.GetFixAllProvider()!.GetFixAsync(new FixAllContext(
            First(project), provider, FixAllScope.Project, key!, [id], new Known([.. diagnostics]),
            CancellationToken.None)).GetAwaiter().GetResult()!;

    private static T[] All<T, TExport>()
        where TExport : Attribute =>
        [.. typeof(RepairProvider).Assembly.GetTypes().Where(t => t.GetCustomAttribute<TExport>() is not null)
            .OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => (T)Activator.CreateInstance(t)!)];

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.Where(d => document.Project.GetDocument(d.Location.SourceTree) == document));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
