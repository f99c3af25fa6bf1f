using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>
/// What the generator has read of the classes of a project. The analyzers see the same trees with the generated parts beside them, and read
/// the same of them (<see cref="MissingParts"/>): they need not read it again. It holds trees, never a compilation.
/// </summary>
internal static class SharedModels
{
    /// <summary>By the first tree of the user's own: a project has one, and it goes when an edit replaces that tree.</summary>
    private static readonly ConditionalWeakTable<SyntaxTree, Project> Projects = new();

    private static readonly ConditionalWeakTable<Compilation, Project> Known = new();

    private static readonly object Gate = new();

    /// <summary>What the generator has read of a class, in a compilation of the same trees, references and nullable context; null where it
    /// has not.</summary>
    public static ModuleModel? Find(INamedTypeSymbol type, Compilation compilation) =>
        Place(type) is { } place && Of(compilation)?.Models.TryGetValue(place, out var model) == true ? model : null;

    /// <summary>Keeps what the generator has read of a class.</summary>
    public static void Add(INamedTypeSymbol type, ModuleModel model, Compilation compilation)
    {
        if (Place(type) is { } place)
        {
            Of(compilation)?.Models.TryAdd(place, model);
        }
    }

    private static (SyntaxTree Tree, int Start)? Place(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.FirstOrDefault(r => !UserDeclarations.IsGenerated(r.SyntaxTree)) is { } reference
            ? (reference.SyntaxTree, reference.Span.Start) : null;

    private static Project? Of(Compilation compilation)
    {
        if (Known.TryGetValue(compilation, out var known))
        {
            return known;
        }

        var trees = compilation.SyntaxTrees.Where(t => !UserDeclarations.IsOfGenerator(t) && !MissingParts.Wrote(t)).ToArray();
        if (trees.Length == 0)
        {
            return null;
        }

        lock (Gate)
        {
            if (!Projects.TryGetValue(trees[0], out var project) || !project.IsOf(trees, compilation))
            {
                Projects.Remove(trees[0]);
                Projects.Add(trees[0],
                    project = new(trees, [.. compilation.References.Select(r => new WeakReference<MetadataReference>(r))],
                        compilation.Options.NullableContextOptions));
            }

            return Known.GetValue(compilation, _ => project);
        }
    }

    /// <param name="trees">The user's own.</param>
    /// <param name="references">They are looked at, not kept alive: one may be a compilation.</param>
    /// <param name="nullable">Where a project turns it on or off, the same trees say another thing of what may be null.</param>
    private sealed class Project(SyntaxTree[] trees, WeakReference<MetadataReference>[] references, NullableContextOptions nullable)
    {
        public ConcurrentDictionary<(SyntaxTree Tree, int Start), ModuleModel> Models { get; } = new();

        public bool IsOf(SyntaxTree[] others, Compilation compilation) => trees.SequenceEqual(others)
            && nullable == compilation.Options.NullableContextOptions
            && references.Length == compilation.References.Count()
            && references.Zip(compilation.References, (r, other) => r.TryGetTarget(out var reference) && ReferenceEquals(reference, other))
                .All(same => same);
    }
}
