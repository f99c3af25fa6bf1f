using Microsoft.CodeAnalysis;

namespace Gen.CodeFixes;

/// <summary>Hand-written classes register by reflection, which a generated base class replaces.</summary>
internal static class DerivedTypes
{
    public static bool Any(INamedTypeSymbol type, CancellationToken cancellation) =>
        !type.IsSealed && Any(type.ContainingAssembly.GlobalNamespace, type, cancellation);

    private static bool Any(INamespaceOrTypeSymbol around, INamedTypeSymbol basis, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return around.GetMembers().OfType<INamespaceOrTypeSymbol>().Any(m =>
            SymbolEqualityComparer.Default.Equals((m as INamedTypeSymbol)?.BaseType?.OriginalDefinition, basis.OriginalDefinition)
                || Any(m, basis, cancellation));
    }
}
