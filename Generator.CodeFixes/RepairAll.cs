using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>Makes the repairs of one kind together, in a document, a project or the solution.</summary>
internal sealed class RepairAll : FixAllProvider
{
    public static readonly RepairAll Instance = new();

    public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() =>
        [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

    public override Task<CodeAction?> GetFixAsync(FixAllContext context) =>
        Task.FromResult(context.CodeFixProvider is RepairProvider provider
        ? CodeAction.Create("Fix all", c => ApplyAsync(context, provider, c), context.CodeActionEquivalenceKey)
        : null);

    private static async Task<Solution> ApplyAsync(FixAllContext context, RepairProvider provider, CancellationToken cancellation)
    {
        IEnumerable<Document> documents = context.Scope switch
        {
            FixAllScope.Document when context.Document is { } document => [document],
            FixAllScope.Project => context.Project.Documents,
            _ => context.Solution.Projects.SelectMany(p => p.Documents),
        };

        var changes = new List<Change>();
        foreach (var document in documents)
        {
            foreach (var diagnostic in (await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false)).OrderBy(
                d => d.Location.SourceSpan.Start))
            {
                // dotnet format takes the key from any one diagnostic. If that one has no repair there is no key, and each gets its first.
                var repairs = await provider.RepairsAsync(document, diagnostic, cancellation).ConfigureAwait(false);
                changes.AddRange(repairs.FirstOrDefault(r => context.CodeActionEquivalenceKey is null
                    || r.Key == context.CodeActionEquivalenceKey)?.Changes ?? []);
            }
        }

        return await Repair.ApplyAsync(context.Solution, changes, cancellation).ConfigureAwait(false);
    }
}
