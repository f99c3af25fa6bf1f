using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Gen.Symbols;

/// <summary>
/// Names of generated files. The compiler takes <c>Net.g.cs</c> and <c>NET.g.cs</c> for one name, and ends a generator that gives both:
/// names that differ from another one only in case get a number made of the name.
/// </summary>
internal static class HintNames
{
    private static readonly ConditionalWeakTable<INamespaceOrTypeSymbol, HashSet<string>> AlikeIn = new();

    public static string Of(INamedTypeSymbol type, string metadataName) =>
        IsAlike(type) ? $"{metadataName}.{Number(metadataName).ToString("x8", CultureInfo.InvariantCulture)}.g.cs" : $"{metadataName}.g.cs";

    /// <summary>It, or something around it, has a neighbour whose name differs only in case.</summary>
    private static bool IsAlike(INamespaceOrTypeSymbol? symbol)
    {
        for (; symbol?.ContainingSymbol is INamespaceOrTypeSymbol outer; symbol = outer)
        {
            if (AlikeIn.GetValue(outer, Alike).Contains(symbol.MetadataName))
            {
                return true;
            }
        }

        return false;
    }

    private static HashSet<string> Alike(INamespaceOrTypeSymbol outer) =>
        new(outer.GetMembers().OfType<INamespaceOrTypeSymbol>().Select(m => m.MetadataName).Distinct()
            .GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>FNV-1a: the same in every process.</summary>
    private static uint Number(string text) => text.Aggregate(2166136261u, static (hash, c) => unchecked((hash ^ c) * 16777619u));
}
