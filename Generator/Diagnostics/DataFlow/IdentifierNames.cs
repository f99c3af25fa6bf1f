using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Diagnostics;

/// <summary>The identifiers of a file, looked for once: a file that does not have the name of a class does not use it.</summary>
internal static class IdentifierNames
{
    private static readonly ConditionalWeakTable<SyntaxTree, HashSet<string>> Names = new();

    public static HashSet<string> Of(SyntaxTree tree, CancellationToken cancellation) =>
        Names.GetValue(tree,
            t => new(t.GetRoot(cancellation).DescendantTokens().Where(k => k.IsKind(SyntaxKind.IdentifierToken)).Select(k => k.ValueText),
                StringComparer.Ordinal));
}
