using System.Globalization;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.CodeFixes;

/// <summary>What comes of a class once the generator has run over the changed sources: nothing else is offered than what builds.</summary>
internal static class RefactoredBuild
{
    /// <summary>Gen suppresses these on the fields that it fills, and reads.</summary>
    private static readonly HashSet<string> Suppressed =
        new(["CS0649", "CS8618", "CS0169", "CS9113", "CS0414", "CS1591"], StringComparer.Ordinal);

    /// <summary>The class, which is a Gen module now, as the generator reads it; null where it does not build, or less well than
    /// before.</summary>
    /// <param name="document">The file.</param>
    /// <param name="metadataName">The class.</param>
    /// <param name="name">The name that files which use it have in them.</param>
    /// <param name="changes">What is changed.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static async Task<ModuleModel?> ReadAsync(Document document, string metadataName, string name, IReadOnlyList<Change> changes,
        CancellationToken cancellation)
    {
        var changed = (await Repair.ApplyAsync(document.Project.Solution, changes, cancellation).ConfigureAwait(false)).GetProject(
            document.Project.Id);
        if (await document.Project.GetCompilationAsync(cancellation).ConfigureAwait(false) is not { } before
            || changed is null || await changed.GetCompilationAsync(cancellation).ConfigureAwait(false) is not { } after)
        {
            return null;
        }

        after = Written(after);
        return after.Assembly.GetTypeByMetadataName(metadataName) is { } type
            && ModuleReader.ReadForMessages(type, after, cancellation) is { Findings.Count: 0 } module
            && Problems(after, name, cancellation) is var problems
            && (problems.Count == 0 || problems.IsSubsetOf(Problems(Written(before), name, cancellation)))
            ? module
            : null;
    }

    /// <summary>Without what the generator has made of the sources: that is made anew.</summary>
    private static Compilation Written(Compilation compilation) =>
        compilation.RemoveSyntaxTrees(compilation.SyntaxTrees.Where(t => t.FilePath.Contains(typeof(ModuleGenerator).FullName)));

    private static HashSet<string> Problems(Compilation compilation, string name, CancellationToken cancellation)
    {
        var driver = CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()],
            parseOptions: (CSharpParseOptions)compilation.SyntaxTrees.First().Options);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _, cancellation);
        var trees = whole.SyntaxTrees.Where(t => UserDeclarations.IsGenerated(t) || t.GetText(cancellation).ToString().Contains(name));
        return new(
            trees.SelectMany(t => whole.GetSemanticModel(t).GetDiagnostics(cancellationToken: cancellation))
                .Where(d => d.Severity == DiagnosticSeverity.Error
                    || (d.Severity == DiagnosticSeverity.Warning && !Suppressed.Contains(d.Id)))
                .Select(d => $"{d.Id} {d.GetMessage(CultureInfo.InvariantCulture)}"),
            StringComparer.Ordinal);
    }
}
