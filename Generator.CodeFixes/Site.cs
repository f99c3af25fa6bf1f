using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>A diagnostic where it stands.</summary>
internal sealed record Site(SyntaxNode Root, SemanticModel Semantics, Diagnostic Diagnostic, CancellationToken Cancellation)
{
    /// <summary>The outermost node at the squiggle.</summary>
    public SyntaxNode Node => Root.FindNode(Diagnostic.Location.SourceSpan, getInnermostNodeForTie: false);

    /// <summary>The innermost node at the squiggle.</summary>
    public SyntaxNode Inner => Root.FindNode(Diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);

    /// <summary>The class around the squiggle.</summary>
    public INamedTypeSymbol? Type => Inner.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
        ? Semantics.GetDeclaredSymbol(type, Cancellation) : null;

    /// <summary>What the diagnostic tells beside its message.</summary>
    public string? Told(string property) => Diagnostic.Properties.TryGetValue(property, out var value) ? value : null;
}
