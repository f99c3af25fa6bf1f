using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>The classes of a project that come from one.</summary>
internal static class DerivedClasses
{
    public static IEnumerable<INamedTypeSymbol> Of(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        if (type.IsSealed)
        {
            yield break;
        }

        foreach (var tree in compilation.SyntaxTrees.Where(
            t => !UserDeclarations.IsGenerated(t) && IdentifierNames.Of(t, cancellation).Contains(type.Name)))
        {
            foreach (var declaration in tree.GetRoot(cancellation).DescendantNodes().OfType<TypeDeclarationSyntax>()
                .Where(d => d.BaseList is not null))
            {
                if (compilation.ModelOf(tree).GetDeclaredSymbol(declaration, cancellation) is INamedTypeSymbol derived
                    && IsFrom(derived.BaseType, type))
                {
                    yield return derived;
                }
            }
        }
    }

    /// <summary>Classes between the two are found in files that name the first of them.</summary>
    private static bool IsFrom(INamedTypeSymbol? derived, INamedTypeSymbol type)
    {
        for (var t = derived; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, type.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }
}
