using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>
/// A code fix that is a few changes of text. Editors make one by its <c>[ExportCodeFixProvider]</c>; <c>[Shared]</c> would tie the assembly
/// to one version of the composition library, and says nothing here.
/// </summary>
public abstract class RepairProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => RepairAll.Instance;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        // dotnet format also asks about other diagnostics of the same analyzer.
        foreach (var diagnostic in context.Diagnostics.Where(d => FixableDiagnosticIds.Contains(d.Id)))
        {
            foreach (var repair in await RepairsAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(CodeAction.Create(repair.Title, c => repair.ApplyAsync(context.Document.Project.Solution, c),
                    repair.Key), diagnostic);
            }
        }
    }

    internal async Task<IReadOnlyList<Repair>> RepairsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var semantics = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        return root is null || semantics is null || !root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            ? []
            : Repairs(new Site(root, semantics, diagnostic, cancellation)).Where(r => r.Changes.Count > 0).ToArray();
    }

    private protected abstract IEnumerable<Repair> Repairs(Site site);
}
