using System.Runtime.CompilerServices;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>
/// Until the generator has run, a class with <c>[Layer]</c> fields is no module: <c>block.call(x)</c> does not bind, nor what is done with
/// its result. The base classes that will be generated are put in beforehand, so that the same is read with and without the generated
/// parts.
/// </summary>
internal static class MissingParts
{
    private const string FilePath = "Bases" + UserDeclarations.GeneratedSuffix;

    private static readonly MissingPart None = new("", IsGuess: false);

    private static readonly ConditionalWeakTable<Compilation, Compilation> Wholes = new();

    private static readonly ConditionalWeakTable<Compilation, Compilation> Read = new();

    /// <summary>
    /// The compilation in which classes are read: the user's files with a base class for each module, without what the generator wrote. So
    /// what is read does not depend on who reads first, nor on what an earlier run of the generator left.
    /// </summary>
    public static Compilation ForReading(Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
    {
        if (Read.TryGetValue(compilation, out var known))
        {
            return known;
        }

        var snapshot = ProjectReadings.Of(compilation).Snapshot;
        if (snapshot.Whole is not { } whole)
        {
            var generated = compilation.SyntaxTrees.Where(t => UserDeclarations.IsOfGenerator(t) || Wrote(t)).ToArray();
            whole = Whole(generated.Length == 0 ? compilation : compilation.RemoveSyntaxTrees(generated), torch, cancellation);
            snapshot.Whole = Read.GetValue(whole, static w => w);
        }

        return Read.GetValue(compilation, _ => whole);
    }

    /// <summary>The compilation with a base class for each module that has none; itself where none is missing.</summary>
    public static Compilation Whole(Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
    {
        if (Wholes.TryGetValue(compilation, out var known))
        {
            return known;
        }

        if (compilation.SyntaxTrees.Any(Wrote))
        {
            return compilation;
        }

        var snapshot = ProjectReadings.Of(compilation).Snapshot;

        // Where parts have been generated, others may still be missing.
        var isGenerated = compilation.SyntaxTrees.Any(UserDeclarations.IsOfGenerator);
        var parts = snapshot.Lacking.ToDictionary(o => o, o => isGenerated ? Part(o, compilation, torch, cancellation)
            : snapshot.Part(o.Key, () => Part(o, compilation, torch, cancellation)));
        var whole = With(parts.Values, compilation, snapshot);

        // What attributes are is found out once, where they are read.
        var wrong = false;
        foreach (var outline in parts.Where(p => p.Value.IsGuess).Select(p => p.Key).ToArray())
        {
            var isModule = Type(outline, whole, cancellation) is { } type && UserDeclarations.FirstAnnotated(type) is not null;
            wrong |= !isModule;
            parts[outline] = isModule ? parts[outline] : None;
            if (!isGenerated)
            {
                snapshot.Settle(outline.Key, parts[outline]);
            }
        }

        return Wholes.GetValue(compilation, _ => wrong ? With(parts.Values, compilation, snapshot) : whole);
    }

    private static Compilation With(IEnumerable<MissingPart> parts, Compilation compilation, Snapshot snapshot)
    {
        var text = string.Concat(parts.Select(p => p.Text));
        if (text.Length == 0)
        {
            return compilation;
        }

        // Most edits change no base class.
        var options = compilation.SyntaxTrees.First().Options;
        if (snapshot.Bases is not { } known || known.ToString() != text || !known.Options.Equals(options))
        {
            snapshot.Bases = known = CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)options, FilePath);
        }

        return compilation.AddSyntaxTrees(known);
    }

    /// <summary>The tree with the base classes.</summary>
    public static bool Wrote(SyntaxTree tree) => tree.FilePath == FilePath;

    /// <summary>The same class there.</summary>
    public static INamedTypeSymbol In(this INamedTypeSymbol type, Compilation whole, CancellationToken cancellation) =>
        UserDeclarations.Of(type, cancellation).FirstOrDefault() is { } declaration && whole.ContainsSyntaxTree(declaration.SyntaxTree)
            && whole.ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) is { } same ? same : type;

    private static INamedTypeSymbol? Type(TypeOutline outline, Compilation compilation, CancellationToken cancellation) =>
        ProjectReadings.Declaration(outline, cancellation) is { } declaration
            ? compilation.ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) : null;

    /// <summary>None where the part is there, or the user has given the class a base.</summary>
    private static MissingPart Part(TypeOutline outline, Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
    {
        if (Type(outline, compilation, cancellation) is not { } type)
        {
            return None;
        }

        var isBare = type.BaseType is { SpecialType: SpecialType.System_Object };
        if (type.TypeKind != TypeKind.Class || !(isBare || (HasOptionalInput(type, cancellation) && type.GetMembers("call").Length == 0))
            || !(outline.IsNamedLikeModule || UserDeclarations.FirstAnnotated(type) is not null))
        {
            return None;
        }

        var header = TypeReader.Read(type, [.. UserDeclarations.Of(type, cancellation)], compilation, torch, static _ => null, cancellation,
            []);
        var members = UserDeclarations.Members(type).ToArray();
        var forward = ForwardReader.Read(members, header, hasChain: true, torch, []);
        var hasCall = BasePart.HasOwnCall(header, forward) && members.All(m => m.Name != "call");
        return header.IsPartial && (isBare ? header.Base is null : hasCall)
            ? new(BasePart.Of(header, forward, hasCall), outline.IsNamedLikeModule) : None;
    }

    /// <summary>By its text first, which most do not have.</summary>
    private static bool HasOptionalInput(INamedTypeSymbol type, CancellationToken cancellation) =>
        UserDeclarations.Of(type, cancellation).SelectMany(d => d.Members).Any(m => m is MethodDeclarationSyntax
        {
            Identifier.ValueText: "Forward", ParameterList.Parameters: var parameters,
        } && parameters.Any(p => p.Default is not null || p.AttributeLists.Count > 0))
        && type.GetMembers("Forward").OfType<IMethodSymbol>().Any(m => m.Parameters.Any(p => p.IsOptional));
}
