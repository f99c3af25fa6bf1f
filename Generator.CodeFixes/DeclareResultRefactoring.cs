using Gen.Checks;
using Gen.Model;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace Gen.CodeFixes;

/// <summary>Writes the result that the walk found into a <c>[Shape]</c> that declares none.</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp)]
public sealed class DeclareResultRefactoring : CodeRefactoringProvider
{
    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var cancellation = context.CancellationToken;
        if (await ModuleAtCursor.FindAsync(context).ConfigureAwait(false) is not { } at
            || !(at.Node.FirstAncestorOrSelf<AttributeSyntax>() is not null || at.IsAtName)
            || ModuleReader.ReadForMessages(at.Type, at.Semantics.Compilation, cancellation) is not { Signature: { } signature } module
            || signature.Text.IndexOf("->", StringComparison.Ordinal) >= 0
            || ModuleChecker.Check(module) is not { Outputs: { Count: 1 } outputs } checkedModule
            || checkedModule.Findings.Any(f => f.Kind.IsDeclaration() || f.Kind.IsError())
            || outputs[0].Dims.Any(d => d.IsUnknown) || DeclareResultFix.Declare(DeclaredShape.Of(at.Type, cancellation),
                outputs[0].ToShapeString()) is not { } change)
        {
            return;
        }

        var repair = new Repair($"Declare '-> {outputs[0].ToShapeString()}'", nameof(DeclareResultRefactoring), [change]);
        context.RegisterRefactoring(CodeAction.Create(repair.Title, c => repair.ApplyAsync(context.Document.Project.Solution, c),
            repair.Key));
    }
}
