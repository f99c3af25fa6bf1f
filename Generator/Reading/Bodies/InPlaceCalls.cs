using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>The fields that the project changes in place, such as by <c>Mask.unsqueeze_(0)</c>: they do not stay as they were
/// made.</summary>
internal static class InPlaceCalls
{
    private static readonly ConditionalWeakTable<Compilation, HashSet<string>> Known = new();

    /// <summary>Something of that name is changed in place.</summary>
    public static bool AreOn(string name, Compilation compilation, CancellationToken cancellation)
    {
        if (!Known.TryGetValue(compilation, out var names))
        {
            names = new(Receivers(compilation, cancellation), StringComparer.Ordinal);
            Known.GetValue(compilation, _ => names);
        }

        return names.Contains(name);
    }

    private static IEnumerable<string> Receivers(Compilation compilation, CancellationToken cancellation) => compilation.SyntaxTrees
        .SelectMany(t => t.GetRoot(cancellation).DescendantNodes()).OfType<InvocationExpressionSyntax>()
        .Select(static c => c.Expression).OfType<MemberAccessExpressionSyntax>()
        .Where(static m => m.Name.Identifier.ValueText is [.., not '_', '_'])
        .Select(static m => m.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
            IdentifierNameSyntax local => local.Identifier.ValueText,
            _ => "",
        });
}
