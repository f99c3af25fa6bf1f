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

    /// <summary>The class declarations of a tree that could be modules; they are looked for once.</summary>
    private static readonly ConditionalWeakTable<SyntaxTree, TypeDeclarationSyntax[]> Candidates = new();

    /// <summary>The compilation with a base class for each module; itself where none is missing.</summary>
    public static Compilation Whole(Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
    {
        if (Wholes.TryGetValue(compilation, out var known))
        {
            return known;
        }

        var text = new StringBuilder();
        foreach (var type in compilation.SyntaxTrees.Where(t => !UserDeclarations.IsGenerated(t))
            .SelectMany(t => Modules(t, compilation, cancellation)).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default))
        {
            text.Append(Part(type, compilation, torch, cancellation));
        }

        var whole = text.Length == 0 ? compilation : compilation.AddSyntaxTrees(
            CSharpSyntaxTree.ParseText(text.ToString(), (CSharpParseOptions)compilation.SyntaxTrees.First().Options, FilePath,
                cancellationToken: cancellation));
        return Wholes.GetValue(compilation, _ => whole);
    }

    /// <summary>The tree with the base classes.</summary>
    public static bool Wrote(SyntaxTree tree) => tree.FilePath == FilePath;

    /// <summary>The same class there.</summary>
    public static INamedTypeSymbol In(this INamedTypeSymbol type, Compilation whole, CancellationToken cancellation) =>
        UserDeclarations.Of(type, cancellation).FirstOrDefault() is { } declaration
            && whole.ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) is { } same ? same : type;

    private static IEnumerable<INamedTypeSymbol> Modules(SyntaxTree tree, Compilation compilation, CancellationToken cancellation) =>
        Candidates
        .GetValue(tree,
            t => [
                .. t.GetRoot(cancellation)
                    .DescendantNodes(
                        static n => n is not (MemberDeclarationSyntax
                            and not (BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax))).OfType<TypeDeclarationSyntax>()
                            .Where(IsCandidate)])
        .Select(d => compilation.ModelOf(tree).GetDeclaredSymbol(d, cancellation)).OfType<INamedTypeSymbol>();

    private static bool IsCandidate(TypeDeclarationSyntax declaration) =>
        declaration is ClassDeclarationSyntax or RecordDeclarationSyntax && declaration.Modifiers.Any(SyntaxKind.PartialKeyword)
            && declaration.Members.Any(m => m is FieldDeclarationSyntax { AttributeLists.Count: > 0 });

    /// <summary>Empty where the part is there, or the user has given the class a base.</summary>
    private static string Part(INamedTypeSymbol type, Compilation compilation, TorchSymbols torch, CancellationToken cancellation)
    {
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
