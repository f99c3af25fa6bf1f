using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>Turns a module written by hand into a declarative one with the same keys in its <c>state_dict</c>.</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp)]
public sealed class DeclareModuleRefactoring : CodeRefactoringProvider
{
    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var cancellation = context.CancellationToken;
        if (await ModuleAtCursor.FindAsync(context).ConfigureAwait(false) is not { IsGenModule: false } at
            || !(at.IsAtName || at.Node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not null)
            || HandWrittenModule.Read(at.Type, at.Semantics, cancellation) is not { } module)
        {
            return;
        }

        var changes = module.Changes().ToArray();
        if (await IsWellDeclaredAsync(context.Document, at.Type, changes, cancellation).ConfigureAwait(false))
        {
            var repair = new Repair("Make it a declarative module", nameof(DeclareModuleRefactoring), changes);
            context.RegisterRefactoring(CodeAction.Create(repair.Title, c => repair.ApplyAsync(context.Document.Project.Solution, c), repair.Key));
        }
    }

    /// <summary>What comes out must be a module to the generator: what it cannot read is not offered.</summary>
    private static async Task<bool> IsWellDeclaredAsync(Document document, INamedTypeSymbol type, IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        var changed = (await Repair.ApplyAsync(document.Project.Solution, changes, cancellation).ConfigureAwait(false)).GetProject(document.Project.Id);
        return changed is not null && await changed.GetCompilationAsync(cancellation).ConfigureAwait(false) is { } compilation
            && compilation.Assembly.GetTypeByMetadataName(TypeReader.MetadataName(type)) is { } after
            && ModuleReader.ReadForMessages(after, compilation, cancellation) is { Findings.Count: 0 };
    }
}
