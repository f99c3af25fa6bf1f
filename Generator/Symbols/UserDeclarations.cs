using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Symbols;

/// <summary>
/// What the user wrote of a class. An analyzer may see the class with its generated part, the generator and an editor
/// without: both must read the same, so the generated part is passed over.
/// </summary>
internal static class UserDeclarations
{
    public const string GeneratedSuffix = ".g.cs";

    /// <summary>The compiler puts what a generator writes in a folder of this name.</summary>
    public const string Generator = "Gen.ModuleGenerator";

    /// <summary>The members that are generated, unless the user wrote one of that name.</summary>
    public static readonly IReadOnlyList<string> GeneratedMembers = ["call", "ParameterCount", "CountParameters", "MultiplyAdds", "Summary",
        "RegisterComponents", "_toEpilog", "BuildLayers", "_named_parameters"];

    /// <summary>A symbol never changes, and goes with its compilation.</summary>
    private static readonly ConditionalWeakTable<ISymbol, StrongBox<ISymbol?>> Annotated = new();

    /// <summary>The ways into a module's state, which are overridden unless the user did.</summary>
    public static readonly IReadOnlyList<string> EntryPoints =
    [
        "named_parameters", "named_buffers", "named_children", "named_modules", "state_dict", "load_state_dict", "load", "save", "train",
        "apply",
        "has_parameter", "has_buffer", "get_parameter", "get_buffer",
    ];

    public static IEnumerable<TypeDeclarationSyntax> Of(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences
            .Where(r => !IsGenerated(r.SyntaxTree))
            .Select(r => r.GetSyntax(cancellation))
            .OfType<TypeDeclarationSyntax>();

    /// <summary>It is written in this project. The code of another one can be seen in an editor, and cannot in a build: it is looked at in
    /// neither.</summary>
    public static bool IsOwn(ISymbol symbol, Compilation compilation) => symbol.DeclaringSyntaxReferences.Length > 0
        && SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);

    /// <summary>A block <c>extension(Tensor x) { ... }</c>, which the oldest Roslyn that Gen runs on does not know.</summary>
    public static bool IsExtension(INamedTypeSymbol? type) => type is { Name: "", ContainingType: not null } && Extension(type) is not null;

    /// <summary>Such a block, as it is written.</summary>
    public static bool IsExtension(MemberDeclarationSyntax member) => member is TypeDeclarationSyntax { Keyword.ValueText: "extension" };

    /// <summary>What is called there by a name.</summary>
    public static string? ExtensionReceiver(INamedTypeSymbol? type) => ExtensionParameter(type)?.Identifier.ValueText;

    /// <summary>The same, as it is written.</summary>
    public static ParameterSyntax? ExtensionParameter(INamedTypeSymbol? type) => type is { Name: "", ContainingType: not null }
        && Extension(type)?.ParameterList is { Parameters: [{ Identifier.ValueText.Length: > 0 } parameter] } ? parameter : null;

    private static TypeDeclarationSyntax? Extension(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is TypeDeclarationSyntax block && IsExtension(block) ? block : null;

    /// <summary>The user wrote it in this project.</summary>
    public static bool IsWritten(ISymbol symbol) => symbol.DeclaringSyntaxReferences.Any(r => !IsGenerated(r.SyntaxTree));

    public static bool IsGenerated(SyntaxTree tree) => tree.FilePath.EndsWith(GeneratedSuffix, StringComparison.Ordinal);

    /// <summary>The generator wrote it in this compilation.</summary>
    public static bool IsOfGenerator(SyntaxTree tree) => Path.GetFileName(Path.GetDirectoryName(tree.FilePath)) == Generator;

    /// <summary>The members that the user wrote, in their order.</summary>
    public static IEnumerable<ISymbol> Members(INamedTypeSymbol type) =>
        type.GetMembers().Where(m => !m.IsImplicitlyDeclared
            && (m.DeclaringSyntaxReferences.Length == 0 || m.DeclaringSyntaxReferences.Any(r => !IsGenerated(r.SyntaxTree))));

    /// <summary>
    /// The first annotated member stands for its class; the others yield nothing. A class without layers is a module by its
    /// <c>[Shape]</c> and its <c>Forward</c>, which then stands for it.
    /// </summary>
    public static ISymbol? FirstAnnotated(INamedTypeSymbol type) => Annotated.GetValue(type, static t => new(
        !((INamedTypeSymbol)t).CanBeReferencedByName ? null
            : Members((INamedTypeSymbol)t).FirstOrDefault(Annotations.IsAnnotated) ?? ShapedForward((INamedTypeSymbol)t))).Value;

    private static IMethodSymbol? ShapedForward(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, IsStatic: false } && Forward(type) is { IsAbstract: false, IsOverride: false } forward
        && (type.Has(Annotations.Shape) || (forward is { IsStatic: false } && forward.Has(Annotations.Shape) && IsPartial(type)))
        && !Members(type).Any(m => m.Name == "forward")
            ? forward : null;

    /// <summary>A method named Forward in a class that is not partial may be anything.</summary>
    private static bool IsPartial(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Any(r =>
        r.GetSyntax() is TypeDeclarationSyntax { Modifiers: var modifiers }
        && modifiers.Any(m => m.IsKind(SyntaxKind.PartialKeyword)));

    /// <summary>Beside one that is not, a static one is a helper.</summary>
    private static IMethodSymbol? Forward(INamedTypeSymbol type) => Members(type).OfType<IMethodSymbol>()
        .Where(static m => m is { Name: "Forward", MethodKind: MethodKind.Ordinary }).OrderBy(static m => m.IsStatic).FirstOrDefault();
}
