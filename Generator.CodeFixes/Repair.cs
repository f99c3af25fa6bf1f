using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Gen.CodeFixes;

/// <summary>A piece of text in the place of another: everything around it stays as it was written.</summary>
internal readonly record struct Change(SyntaxTree Tree, TextSpan Span, string Text)
{
    public static Change Insert(SyntaxTree tree, int position, string text) => new(tree, new TextSpan(position, 0), text);

    public static Change Replace(SyntaxNode node, string text) => new(node.SyntaxTree, node.Span, text);
}

/// <summary>What a code fix or a refactoring offers.</summary>
/// <param name="Title">What the user chooses; it repeats the edit of the message.</param>
/// <param name="Key">The same for all repairs that "fix all" makes together. Where a fix serves several diagnostics, theirs is one: dotnet
/// format takes it from any of them.</param>
/// <param name="Changes">What it changes.</param>
internal sealed record Repair(string Title, string Key, IReadOnlyList<Change> Changes)
{
    public Task<Solution> ApplyAsync(Solution solution, CancellationToken cancellation) => ApplyAsync(solution, Changes, cancellation);

    /// <summary>Makes the changes; the same one twice counts once, and of two that are in each other's way the first is made.</summary>
    public static async Task<Solution> ApplyAsync(Solution solution, IEnumerable<Change> changes, CancellationToken cancellation)
    {
        foreach (var file in changes.Distinct().GroupBy(c => c.Tree))
        {
            if (solution.GetDocument(file.Key) is not { } document)
            {
                continue;
            }

            var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
            var apart = new List<TextChange>();
            foreach (var change in file.OrderBy(c => c.Span.Start).ThenBy(c => c.Span.End))
            {
                if (apart.Count == 0 || change.Span.Start >= apart[apart.Count - 1].Span.End)
                {
                    apart.Add(new TextChange(change.Span, change.Text));
                }
            }

            solution = solution.WithDocumentText(document.Id, text.WithChanges(apart));
        }

        return solution;
    }
}
