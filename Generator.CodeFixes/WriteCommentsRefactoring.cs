using Gen.Diagnostics;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace Gen.CodeFixes;

/// <summary>
/// Writes <c>// (B, 256)</c> behind the lines whose tensor's shape is known: of the method at the cursor, of the fields, or of the whole
/// class where the cursor is at its head.
/// </summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp)]
public sealed class WriteCommentsRefactoring : CodeRefactoringProvider
{
    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var cancellation = context.CancellationToken;
        if (await ModuleAtCursor.FindAsync(context).ConfigureAwait(false) is not { IsGenModule: true } at)
        {
            return;
        }

        var method = at.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>();
        var isField = at.Node.FirstAncestorOrSelf<FieldDeclarationSyntax>() is not null;
        if (method is null && !isField && !at.IsAtName)
        {
            return;
        }

        var lines = CommentLines.Of(at.Type, at.Semantics, at.Declaration, cancellation)
            .Where(l => l.Of is null && (method is not null ? method.Span.Contains(l.End.Span) : !isField || l.IsField)).ToArray();
        if (LineShapes.Of(at.Type, lines, at.Semantics.Compilation, cancellation) is not { } shapes)
        {
            return;
        }

        var changes = ShapeCommentWriter.Write(lines, shapes).ToArray();
        if (changes.Length > 0)
        {
            var repair = new Repair("Write shape comments", nameof(WriteCommentsRefactoring), changes);
            context.RegisterRefactoring(CodeAction.Create(repair.Title, c => repair.ApplyAsync(context.Document.Project.Solution, c),
                repair.Key));
        }
    }
}
