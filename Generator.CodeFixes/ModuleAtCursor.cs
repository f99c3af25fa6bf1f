using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace Gen.CodeFixes;

/// <summary>The class that the cursor is in.</summary>
internal sealed record ModuleAtCursor(INamedTypeSymbol Type, TypeDeclarationSyntax Declaration, SyntaxNode Node, SemanticModel Semantics,
    int Position)
{
    /// <summary>The cursor stands at the head of the class: its attributes, its name, its bases.</summary>
    public bool IsAtName => Position >= Declaration.SpanStart
        && Position <= (Declaration.OpenBraceToken.RawKind == 0 ? Declaration.Span.End : Declaration.OpenBraceToken.SpanStart);

    public static async Task<ModuleAtCursor?> FindAsync(CodeRefactoringContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || !root.FullSpan.Contains(context.Span))
        {
            return null;
        }

        var node = root.FindNode(context.Span, getInnermostNodeForTie: true);
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } semantics
            || semantics.GetDeclaredSymbol(declaration, context.CancellationToken) is not { TypeKind: TypeKind.Class } type)
        {
            return null;
        }

        return new ModuleAtCursor(type, declaration, node, semantics, context.Span.Start);
    }

    /// <summary>The class has layers of Gen's.</summary>
    public bool IsGenModule => UserDeclarations.FirstAnnotated(Type) is not null;
}
