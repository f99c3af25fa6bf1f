using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>
/// One semantic model for each tree of a compilation: what it has bound once it need not bind again for the next class. They go with the
/// compilation that they are of.
/// </summary>
internal static class SemanticModels
{
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<SyntaxTree, SemanticModel>> Models = new();

    public static SemanticModel ModelOf(this Compilation compilation, SyntaxTree tree) =>
        Models.GetValue(compilation, static _ => new()).GetOrAdd(tree, t => compilation.GetSemanticModel(t));
}
