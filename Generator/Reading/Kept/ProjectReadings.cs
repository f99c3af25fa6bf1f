using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>
/// A compilation with its snapshot. The generator and the analyzers see the same files, the latter with the generated parts beside them,
/// and read the same of them (<see cref="MissingParts"/>): they have one snapshot. After an edit, what was read is used again
/// (<see cref="Snapshot"/>).
/// </summary>
internal sealed class ProjectReadings
{
    private const int MostSettings = 64;
    private const int MostSnapshots = 3;

    private static readonly ConditionalWeakTable<Compilation, ProjectReadings> Known = new();

    /// <summary>The last snapshots of the projects with a reference in common, by their settings, the last used in front. They go with the
    /// reference.</summary>
    private static readonly ConditionalWeakTable<object, List<(Settings Settings, List<Snapshot> Snapshots)>> Recent = new();

    private static readonly object Gate = new();

    private readonly IAssemblySymbol assembly;

    private ProjectReadings(Compilation compilation)
    {
        Compilation = compilation;
        assembly = compilation.Assembly;
        Snapshot = Find(compilation,
            [.. compilation.SyntaxTrees.Where(t => !UserDeclarations.IsOfGenerator(t) && !MissingParts.Wrote(t)).Select(TreeOutline.Of)]);
    }

    public Compilation Compilation { get; }

    public Snapshot Snapshot { get; }

    public static ProjectReadings Of(Compilation compilation) =>
        Known.TryGetValue(compilation, out var known) ? known : Known.GetValue(compilation, static c => new ProjectReadings(c));

    /// <summary>The first declaration of a class of this project that the user wrote; null for others.</summary>
    public TypeOutline? Outline(INamedTypeSymbol type)
    {
        if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, assembly))
        {
            return null;
        }

        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (!UserDeclarations.IsGenerated(reference.SyntaxTree))
            {
                return TreeOutline.Of(reference.SyntaxTree).At(reference.Span.Start);
            }
        }

        return null;
    }

    /// <summary>False for a class that has no annotated member, which needs no look at its symbols.</summary>
    public static bool MayBeAnnotated(INamedTypeSymbol type, Compilation compilation) =>
        Of(compilation) is var project && (project.Outline(type) is not { } outline || project.Snapshot.MayBeAnnotated(outline.Key));

    /// <summary>The module that a declaration stands for; null for any but the first of a class, and for what is no module.</summary>
    public ModuleModel? Read(TypeOutline outline, CancellationToken cancellation)
    {
        if (!Snapshot.IsRepresentative(outline))
        {
            return null;
        }

        if ((Snapshot.Find(outline.Key, ReadingKind.WholeAtRoot) ?? Snapshot.Find(outline.Key, ReadingKind.Whole)) is { } known)
        {
            return known.Module is { IsHandWritten: false } module ? module : null;
        }

        return Declaration(outline, cancellation) is { } declaration
            ? ModuleReader.Read(declaration, outline.Key, this, cancellation) : null;
    }

    /// <summary>A declaration in the compilation's trees.</summary>
    public static TypeDeclarationSyntax? Declaration(TypeOutline outline, CancellationToken cancellation) =>
        outline.Tree.Tree?.GetRoot(cancellation).FindToken(outline.Start).Parent?.AncestorsAndSelf().OfType<TypeDeclarationSyntax>()
            .FirstOrDefault(d => d.SpanStart == outline.Start);

    private static Snapshot Find(Compilation compilation, TreeOutline[] files)
    {
        var settings = new Settings(compilation);
        lock (Gate)
        {
            var recent = Recent.GetValue(compilation.References.FirstOrDefault() ?? Gate, static _ => []);
            var at = recent.FindIndex(r => r.Settings.Equals(settings));
            var snapshots = at < 0 ? [] : recent[at].Snapshots;
            if (at >= 0)
            {
                recent.RemoveAt(at);
            }

            recent.Insert(0, (settings, snapshots));
            if (recent.Count > MostSettings)
            {
                recent.RemoveAt(MostSettings);
            }

            var snapshot = snapshots.Find(s => s.Files.SequenceEqual(files))
                ?? (snapshots.Count > 0 ? snapshots.OrderByDescending(s => Edit.InCommon(s.Files, files)).First().Next(files)
                    : Snapshot.First(files));
            snapshots.Remove(snapshot);
            snapshots.Insert(0, snapshot);
            if (snapshots.Count > MostSnapshots)
            {
                snapshots.RemoveAt(MostSnapshots);
            }

            return snapshot;
        }
    }

    /// <summary>What names and types mean beside the files. References are looked at, not kept alive: one may be a compilation.</summary>
    private sealed class Settings(Compilation compilation) : IEquatable<Settings>
    {
        private readonly string? name = compilation.AssemblyName;
        private readonly CompilationOptions options = Own(compilation.Options);
        private readonly ParseOptions? parsing = compilation.SyntaxTrees.FirstOrDefault()?.Options;
        private readonly (WeakReference<object> Object, MetadataReferenceProperties Properties)[] references =
            [.. compilation.References.Select(r => (new WeakReference<object>(Identity(r)), r.Properties))];

        public bool Equals(Settings? other) => other is not null && name == other.name && options.Equals(other.options)
            && Equals(parsing, other.parsing) && references.Length == other.references.Length
            && references.Zip(other.references, static (a, b) => Same(a.Object, b.Object) && a.Properties.Equals(b.Properties))
                .All(static same => same);

        public override bool Equals(object? obj) => Equals(obj as Settings);

        public override int GetHashCode() => name?.GetHashCode() ?? 0;

        /// <summary>All that they say of the language. How severe a diagnostic is in a file, and where files are found, is left out: what
        /// tells it holds the project.</summary>
        private static CompilationOptions Own(CompilationOptions options) => options.WithSyntaxTreeOptionsProvider(null)
            .WithMetadataReferenceResolver(null).WithSourceReferenceResolver(null).WithXmlReferenceResolver(null)
            .WithStrongNameProvider(null);

        private static object Identity(MetadataReference reference) =>
            reference is CompilationReference { Compilation: var other } ? other : reference;

        private static bool Same(WeakReference<object> reference, WeakReference<object> other) =>
            reference.TryGetTarget(out var one) && other.TryGetTarget(out var two) && ReferenceEquals(one, two);
    }
}
