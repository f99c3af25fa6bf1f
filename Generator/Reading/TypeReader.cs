using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Reads what a generated part must repeat of a class: its names, the types around it, its base.</summary>
internal static class TypeReader
{
    public static TypeModel Read(
        INamedTypeSymbol type, IReadOnlyList<TypeDeclarationSyntax> declarations, Compilation compilation, TorchSymbols torch, Func<INamedTypeSymbol, ModuleModel?> readModule, CancellationToken cancellation, List<Finding> findings)
    {
        var containers = Containers(type).ToArray();
        for (var i = 0; i < containers.Length; i++)
        {
            if (!IsPartial(containers[i], cancellation))
            {
                findings.Add(new(FindingKind.ContainingTypeNotPartial, new Anchor(AnchorKind.ContainingType, Index: i), type.Name, containers[i].Name));
            }
        }

        var isPartial = declarations.All(d => d.Modifiers.Any(SyntaxKind.PartialKeyword));
        if (!isPartial)
        {
            findings.Add(new(FindingKind.NotPartial, Anchor.Class, type.Name));
        }

        return new TypeModel(
            MetadataName: string.Join("+", containers.Append(type).Select(t => t.MetadataName)) is var name && type.ContainingNamespace is { IsGlobalNamespace: false } space
                ? $"{space.ToDisplayString(Unescaped)}.{name}"
                : name,
            Namespace: type.ContainingNamespace is { IsGlobalNamespace: false } n ? n.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)) : "",
            Containers: containers.Select(Header).ToEquatableArray(),
            Header: Header(type),
            Base: Base(declarations, compilation, torch, readModule, cancellation),
            IsPartial: isPartial && containers.All(c => IsPartial(c, cancellation)),
            type.IsAbstract,
            type.IsSealed);
    }

    /// <summary>A namespace as metadata has it: keywords without their @.</summary>
    private static readonly SymbolDisplayFormat Unescaped = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    private static IEnumerable<INamedTypeSymbol> Containers(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? Containers(outer).Append(outer) : [];

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) =>
        UserDeclarations.Of(type, cancellation).All(d => d.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            yield return t;
        }
    }

    private static TypeHeader Header(INamedTypeSymbol type)
    {
        var keyword = type switch
        {
            { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
            { IsRecord: true } => "record",
            { TypeKind: TypeKind.Struct } => "struct",
            { TypeKind: TypeKind.Interface } => "interface",
            _ => "class",
        };
        return new(keyword, type.Name, type.TypeParameters.Select(p => p.Name).ToEquatableArray());
    }

    /// <summary>The base class as the user wrote it; a generated part's base list does not count.</summary>
    private static BaseModel? Base(
        IReadOnlyList<TypeDeclarationSyntax> declarations, Compilation compilation, TorchSymbols torch, Func<INamedTypeSymbol, ModuleModel?> readModule, CancellationToken cancellation)
    {
        foreach (var written in declarations.Where(d => d.BaseList is not null).SelectMany(d => d.BaseList!.Types))
        {
            if (compilation.ModelOf(written.SyntaxTree).GetTypeInfo(written.Type, cancellation).Type is INamedTypeSymbol { TypeKind: TypeKind.Class } symbol)
            {
                return new BaseModel(
                    LayerReader.Name(symbol),
                    TakesName: symbol.Name == "Module" && SymbolEqualityComparer.Default.Equals(symbol.ContainingType, torch.Functions),
                    HasParameterlessConstructor: symbol.InstanceConstructors.Any(c => c.Parameters.All(p => p.HasExplicitDefaultValue) && c.DeclaredAccessibility is not Accessibility.Private),
                    Members: Bases(symbol).SelectMany(UserDeclarations.Members).Select(m => m.Name).Where(UserDeclarations.GeneratedMembers.Contains).Distinct().OrderBy(n => n, StringComparer.Ordinal).ToEquatableArray(),
                    Module: readModule(symbol));
            }
        }

        return null;
    }
}
