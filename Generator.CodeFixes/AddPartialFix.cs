using System.Collections.Immutable;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gen.CodeFixes;

/// <summary>GEN0001: writes <c>partial</c> before a class with layers and before the types around it, in all their parts.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class AddPartialFix : RepairProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("GEN0001");

    private protected override IEnumerable<Repair> Repairs(Site site)
    {
        if (site.Inner.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } named
            || site.Semantics.GetDeclaredSymbol(named, site.Cancellation) is not { } type
            || Changes(type, site.Cancellation).ToArray() is not { Length: > 0 } changes)
        {
            yield break;
        }

        yield return new Repair($"Write 'partial {named.Keyword.Text} {named.Identifier.Text}'", nameof(AddPartialFix), changes);
    }

    internal static IEnumerable<Change> Changes(INamedTypeSymbol type, CancellationToken cancellation) => Declarations(type, cancellation)
        .Where(d => !d.Modifiers.Any(SyntaxKind.PartialKeyword))
        .Select(d => Change.Insert(d.SyntaxTree, d.Keyword.SpanStart, "partial "));

    /// <summary>The squiggle may stand at the class or at a type around it: whatever is in the way of a class with layers is made
    /// partial.</summary>
    private static IEnumerable<TypeDeclarationSyntax> Declarations(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var around = new List<INamedTypeSymbol>();
        for (var t = type; t is not null; t = t.ContainingType)
        {
            around.Add(t);
        }

        return around.Concat(type.GetTypeMembers().SelectMany(WithLayers)).SelectMany(t => UserDeclarations.Of(t, cancellation));
    }

    private static IEnumerable<INamedTypeSymbol> WithLayers(INamedTypeSymbol type)
    {
        var inner = type.GetTypeMembers().SelectMany(WithLayers).ToArray();
        return inner.Length > 0 || UserDeclarations.FirstAnnotated(type) is not null ? inner.Prepend(type) : inner;
    }
}
