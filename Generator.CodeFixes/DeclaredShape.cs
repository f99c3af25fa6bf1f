using Gen.Diagnostics;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>The <c>[Shape]</c> that the code at a place is checked against: of the method that it stands in, else of the module.</summary>
/// <param name="Attribute">The attribute; null where there is none, or where the source is not at hand.</param>
/// <param name="IsOfResult">It declares the result alone.</param>
internal sealed record DeclaredShape(AttributeSyntax? Attribute, bool IsOfResult)
{
    public static DeclaredShape At(Site site) => site.Type is not { } type ? new(null, false)
        : site.Inner.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } around
            && site.Semantics.GetDeclaredSymbol(around, site.Cancellation) is { } method
            && Of(method, site.Cancellation) is { Attribute: not null } own ? own : Of(type, site.Cancellation);

    /// <summary>That of a module.</summary>
    public static DeclaredShape Of(INamedTypeSymbol type, CancellationToken cancellation) =>
        UserDeclarations.Members(type).OfType<IMethodSymbol>().Where(static m => m.Name is "Forward" or "forward")
            .OrderBy(static m => m.IsStatic).FirstOrDefault() is { } method
            && Of(method, cancellation) is { Attribute: not null } own
                ? own : new(Syntax(type.Find(Annotations.Shape), cancellation), false);

    private static DeclaredShape Of(IMethodSymbol method, CancellationToken cancellation) =>
        method.Find(Annotations.Shape) is { } whole ? new(Syntax(whole, cancellation), false)
            : new(Syntax(method.GetReturnTypeAttributes().FirstOrDefault(static a =>
                a.AttributeClass?.ToDisplayString() == Annotations.Shape), cancellation), true);

    /// <summary>The text of an argument that is a plain one; null for others.</summary>
    public static LiteralExpressionSyntax? Plain(ExpressionSyntax? expression) =>
        expression is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression, Token.Text: ['"', .., '"'] text } literal
            && text.Length > 1 && !text.StartsWith("\"\"\"", StringComparison.Ordinal) && text.IndexOf('\\') < 0 ? literal : null;

    private static AttributeSyntax? Syntax(AttributeData? attribute, CancellationToken cancellation) =>
        attribute?.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;
}
