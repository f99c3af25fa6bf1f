using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Tests.Docs;

/// <summary>The table in CONTRIBUTING.md names every folder of the generator, and what each uses of the others.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Root = Path.Combine(SampleSources.Repository, "Generator");

    [Fact]
    public void The_table_says_what_each_folder_uses()
    {
        var used = Used().Select(u => $"{u.Key}: {Names(u.Value)}").ToArray();
        Assert.True(used.Length > 10 && Table().Select(r => $"{r.Folder}: {Names(r.Uses)}").SequenceEqual(used), string.Join("\n", used));
    }

    /// <summary>Reading and Freeing alone read each other's: whether a child keeps a tensor is asked of the code that frees.</summary>
    [Fact]
    public void No_folder_uses_one_that_comes_after_it()
    {
        var order = Table().Select(r => r.Folder).ToList();
        Assert.Equal(["Reading uses Freeing"],
            Table().SelectMany(r => r.Uses.Where(u => order.IndexOf(u) >= order.IndexOf(r.Folder)).Select(u => $"{r.Folder} uses {u}")));
    }

    [Fact]
    public void Above_the_symbols_nothing_knows_Roslyn() =>
        Assert.Equal(["Diagnostics", "Freeing", "Reading", "Symbols"],
            Sources().Where(s => s.Folder.Length > 0 && UsesRoslyn().IsMatch(s.Text)).Select(s => s.Folder).Distinct()
                .Order(StringComparer.Ordinal));

    [Fact]
    public void The_folder_of_generated_files_has_the_name_of_the_generator() =>
        Assert.Equal(Gen.Symbols.UserDeclarations.Generator, typeof(ModuleGenerator).FullName);

    private static string Names(IEnumerable<string> folders) => string.Join(", ", folders.Order(StringComparer.Ordinal));

    private static (string Folder, string[] Uses)[] Table() =>
        [.. Row().Matches(File.ReadAllText(Path.Combine(SampleSources.Repository, "CONTRIBUTING.md")))
            .Select(m => (m.Groups[1].Value, Code().Matches(m.Groups[2].Value).Select(c => c.Groups[1].Value).ToArray()))];

    private static IEnumerable<KeyValuePair<string, string[]>> Used()
    {
        var trees = Sources().Where(s => s.Folder.Length > 0)
            .Select(s => (s.Folder, Tree: CSharpSyntaxTree.ParseText(s.Text, Compilations.Parsing, s.Path))).ToArray();
        var implicitly = CSharpSyntaxTree.ParseText(
            string.Concat(new[] { "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading" }
                .Select(n => $"global using {n};")), Compilations.Parsing);
        var compilation = CSharpCompilation.Create("Folders", [.. trees.Select(t => t.Tree), implicitly],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(p => !Path.GetFileName(p).StartsWith("Gen.", StringComparison.Ordinal))
                .Select(p => MetadataReference.CreateFromFile(p)),
            new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        var errors = compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(d => d.Severity == DiagnosticSeverity.Error).ToArray();
        Assert.True(errors.Length == 0, string.Join<Diagnostic>("\n", errors));
        var folders = trees.ToDictionary(t => t.Tree, t => t.Folder);
        return Table().Select(r => KeyValuePair.Create(r.Folder, trees.Where(t => t.Folder == r.Folder)
            .SelectMany(t => Types(compilation.GetSemanticModel(t.Tree), t.Tree))
            .SelectMany(t => t.DeclaringSyntaxReferences.Select(d => folders[d.SyntaxTree])).Distinct()
            .Where(f => f != r.Folder).ToArray()));
    }

    private static IEnumerable<ISymbol> Types(SemanticModel model, SyntaxTree tree) =>
        tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<SimpleNameSyntax>()
            .Select(n => model.GetSymbolInfo(n).Symbol)
            .Select(s => s as INamedTypeSymbol ?? s?.ContainingType).OfType<INamedTypeSymbol>()
            .Distinct<ISymbol>(SymbolEqualityComparer.Default);

    private static IEnumerable<(string Path, string Folder, string Text)> Sources() =>
        Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
            .Select(p => (Path: p, Parts: Path.GetRelativePath(Root, p).Split(Path.DirectorySeparatorChar)))
            .Where(p => p.Parts[0] is not ("bin" or "obj"))
            .Select(p => (p.Path, p.Parts is ["Rules", var kind, _] ? $"Rules/{kind}" : p.Parts.Length == 1 ? "" : p.Parts[0],
                File.ReadAllText(p.Path)));

    [GeneratedRegex(@"^\| `([\w/]+)` \| [^|]+ \|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Z][\\w/]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^using (static )?Microsoft\.CodeAnalysis", RegexOptions.Multiline)]
    private static partial Regex UsesRoslyn();
}
