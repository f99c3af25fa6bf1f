using Gen.Model;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace Gen.CodeFixes;

/// <summary>Turns a hand-written module into a declarative one with the same keys in its <c>state_dict</c>.</summary>
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

        foreach (var changes in module.Candidates())
        {
            if (await RefactoredBuild.ReadAsync(context.Document, TypeReader.MetadataName(at.Type), at.Type.Name, changes, cancellation)
                .ConfigureAwait(false) is { } declared && Keeps(module, declared))
            {
                var repair = new Repair("Make it a declarative module", nameof(DeclareModuleRefactoring), changes);
                context.RegisterRefactoring(CodeAction.Create(repair.Title, c => repair.ApplyAsync(context.Document.Project.Solution, c),
                    repair.Key));
                return;
            }
        }
    }

    /// <summary>The same keys in the same order; and a layer that the constructor sets in a branch only is not built by the generated
    /// one.</summary>
    private static bool Keeps(HandWrittenModule written, ModuleModel declared) =>
        declared.Layers.Select(l => l.Key).SequenceEqual(written.Keys(StateKind.Layer))
        && declared.States.Where(s => s.IsParameter).Select(s => s.Key).SequenceEqual(written.Keys(StateKind.Parameter))
        && declared.States.Where(s => !s.IsParameter).Select(s => s.Key).SequenceEqual(written.Keys(StateKind.Tensor))
        && declared.Layers.All(l => l is not { Origin: LayerOrigin.Attribute, Callee: not null });
}
