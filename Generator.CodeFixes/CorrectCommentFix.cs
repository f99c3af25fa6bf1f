using System.Collections.Immutable;
using Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN1011: writes the shape that the tensor has into the comment.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CorrectCommentFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN1011");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        var comment = site.Root.FindTrivia(site.Diagnostic.Location.SourceSpan.Start);
        if (comment.IsKind(SyntaxKind.SingleLineCommentTrivia) && site.Told(Hints.Edit) is { } shape)
        {
            // Of several shapes in a comment one is wrong.
            var place = site.Diagnostic.Location.SourceSpan;
            yield return new Repair($"Change it to {shape}", nameof(CorrectCommentFix),
                [place == comment.Span ? new Change(site.Root.SyntaxTree, comment.Span, CommentText.Replace(comment.ToString(), shape))
                    : new Change(site.Root.SyntaxTree, place, shape)]);
        }
    }
}
