using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Gen.Symbols;

/// <summary>
/// One semantic model for each tree of a compilation: what it has bound once it need not bind again for the next class. They go with the
/// compilation that they are of.
/// </summary>
internal static class SemanticModels
{
    private const int Deepest = 300;

    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<SyntaxTree, SemanticModel>> Models = new();
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> Deep = new();

    public static SemanticModel ModelOf(this Compilation compilation, SyntaxTree tree) =>
        Models.GetValue(compilation, static _ => new()).GetOrAdd(tree, t => OwnerOf(compilation, t).GetSemanticModel(t));

    /// <summary>In an editor the code of other projects can be seen too.</summary>
    private static Compilation OwnerOf(Compilation compilation, SyntaxTree tree) => compilation.ContainsSyntaxTree(tree) ? compilation
        : compilation.References.OfType<CompilationReference>().Select(r => r.Compilation).FirstOrDefault(c => c.ContainsSyntaxTree(tree))
            ?? compilation;

    /// <summary>What a piece of code does; null where it is not understood, or nested so deep that the stack might end: that cannot be
    /// caught.</summary>
    public static IOperation? OperationOf(this SemanticModel semantics, SyntaxNode node, CancellationToken cancellation) =>
        node.IsDeep() ? null : semantics.GetOperation(node, cancellation);

    /// <summary>Deeper than anyone writes.</summary>
    public static bool IsDeep(this SyntaxNode node)
    {
        // Each level has a character of its own.
        return node.Span.Length > Deepest
            && Deep.GetValue(node.SyntaxTree, static tree => new(IsDeeper(tree.GetRoot()))).Value && IsDeeper(node);
    }

    private static bool IsDeeper(SyntaxNode node)
    {
        var open = new Stack<(SyntaxNode Node, int Depth)>([(node, 0)]);
        while (open.Count > 0)
        {
            var (next, depth) = open.Pop();
            if (depth > Deepest)
            {
                return true;
            }

            foreach (var child in next.ChildNodes())
            {
                open.Push((child, depth + 1));
            }
        }

        return false;
    }
}
