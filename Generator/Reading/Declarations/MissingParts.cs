using System.Runtime.CompilerServices;
using System.Text;
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

    private static readonly ConditionalWeakTable<Compilation, Compilation> Wholes = new();

    /// <summary>The compilation with a base class for each module; itself where none is missing.</summary>
    public static Compilation Whole(Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
    {
        if (Wholes.TryGetValue(compilation, out var known))
        {
            return known;
        }

        var project = ProjectReadings.Of(compilation);
        var all = new StringBuilder();
        foreach (var outline in project.Snapshot.Lacking)
        {
            all.Append(project.Snapshot.Part(outline.Key, () => Part(outline, compilation, torch, cancellation)));
        }

        return Wholes.GetValue(compilation, _ => With(all.ToString(), compilation, project.Snapshot));
    }

    private static Compilation With(string text, Compilation compilation, Snapshot snapshot)
    {
        if (text.Length == 0)
        {
            return compilation;
        }

        // Most edits change no base class.
        var options = compilation.SyntaxTrees.First().Options;
        if (snapshot.Bases is not { } known || known.Text != text || !known.Tree.Options.Equals(options))
        {
            snapshot.Bases = known = (text, CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)options, FilePath));
        }

        return compilation.AddSyntaxTrees(known.Tree);
    }

    /// <summary>The tree with the base classes.</summary>
    public static bool Wrote(SyntaxTree tree) => tree.FilePath == FilePath;

    /// <summary>The same class there.</summary>
    public static INamedTypeSymbol In(this INamedTypeSymbol type, Compilation whole, CancellationToken cancellation) =>
        UserDeclarations.Of(type, cancellation).FirstOrDefault() is { } declaration
            && whole.ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) is { } same ? same : type;

    /// <summary>Empty where the part is there, or the user has given the class a base.</summary>
    private static string Part(TypeOutline outline, Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
    {
        if (ProjectReadings.Declaration(outline, cancellation) is not { } declaration
            || compilation.ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) is not { } type)
        {
            return "";
        }

        var isBare = type.BaseType is { SpecialType: SpecialType.System_Object };
        if (type.TypeKind != TypeKind.Class || !(isBare || HasOptionalInput(type)) || UserDeclarations.FirstAnnotated(type) is null
            || type.GetMembers("call").Length > 0 && !isBare)
        {
            return "";
        }

        var header = TypeReader.Read(type, [.. UserDeclarations.Of(type, cancellation)], compilation, torch, static _ => null, cancellation,
            []);
        var members = UserDeclarations.Members(type).ToArray();
        var forward = ForwardReader.Read(members, header, hasChain: true, torch, []);
        var hasCall = BasePart.HasOwnCall(header, forward) && members.All(m => m.Name != "call");
        return header.IsPartial && (isBare ? header.Base is null : hasCall) ? BasePart.Of(header, forward, hasCall) : "";
    }

    private static bool HasOptionalInput(INamedTypeSymbol type) =>
        type.GetMembers("Forward").OfType<IMethodSymbol>().Any(m => m.Parameters.Any(p => p.IsOptional));
}
