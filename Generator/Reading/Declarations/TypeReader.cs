using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Reads what a generated part must repeat of a class: its names, the types around it, its base.</summary>
internal static class TypeReader
{
    public static TypeModel Read(
        INamedTypeSymbol type, IReadOnlyList<TypeDeclarationSyntax> declarations, Compilation compilation, TorchSymbols torch,
        Func<INamedTypeSymbol, ModuleModel?> readModule, CancellationToken cancellation, List<Finding> findings)
    {
        var containers = Containers(type).ToArray();
        for (var i = 0; i < containers.Length; i++)
        {
            if (!IsPartial(containers[i], cancellation))
            {
                findings.Add(new(FindingKind.ContainingTypeNotPartial, new Anchor(AnchorKind.ContainingType, Index: i), type.Name,
                    containers[i].Name));
            }
        }

        var isPartial = declarations.All(d => d.Modifiers.Any(SyntaxKind.PartialKeyword));
        var isLocal = containers.Append(type).Any(static t => t.IsFileLocal);
        if (isLocal)
        {
            findings.Add(new(FindingKind.FileLocal, Anchor.Class, type.Name, containers.FirstOrDefault()?.Name ?? type.Name));
        }
        else if (!isPartial)
        {
            findings.Add(new(FindingKind.NotPartial, Anchor.Class, type.Name,
                UserDeclarations.FirstAnnotated(type) is IMethodSymbol ? "declares a [Shape]" : "has layers"));
        }

        var basis = Base(declarations, compilation, torch, readModule, cancellation);
        if (basis is { IsModule: false })
        {
            findings.Add(new(FindingKind.BaseDoesNotFit, Anchor.Class, type.Name,
                $"its base class {basis.Type.Replace("global::", "")} is not a torch.nn module"));
        }

        return new TypeModel(
            MetadataName: MetadataName(type),
            Namespace: type.ContainingNamespace is { IsGlobalNamespace: false } n
                ? n.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(
                    SymbolDisplayGlobalNamespaceStyle.Omitted)) : "",
            Containers: containers.Select(Header).ToEquatableArray(),
            Header: Header(type),
            Base: basis,
            IsPartial: isPartial && !isLocal && containers.All(c => IsPartial(c, cancellation)),
            type.IsAbstract,
            type.IsSealed)
        {
            IsDocumented = declarations.Any(IsDocumented),
            HintName = HintNames.Of(type, MetadataName(type)),
        };
    }

    /// <summary>A namespace as metadata has it: keywords without their @.</summary>
    private static readonly SymbolDisplayFormat Unescaped =
        new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>The name by which a compilation finds the class.</summary>
    public static string MetadataName(INamedTypeSymbol type) =>
        string.Join("+", Containers(type).Append(type).Select(t => t.MetadataName)) is var name
            && type.ContainingNamespace is { IsGlobalNamespace: false } space
            ? $"{space.ToDisplayString(Unescaped)}.{name}"
            : name;

    /// <summary>By its text: where no documentation file is asked for, the compiler takes documentation for comments.</summary>
    private static bool IsDocumented(TypeDeclarationSyntax declaration) =>
        declaration.GetLeadingTrivia().Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia)
            && t.ToFullString().TrimStart() is var text
            && (t.HasStructure || text.StartsWith("///", StringComparison.Ordinal) || text.StartsWith("/**", StringComparison.Ordinal))
            && !t.IsDirective);

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

    /// <summary>A class and those that it derives from, up to what TorchSharp has of modules.</summary>
    private static IEnumerable<INamedTypeSymbol> Above(INamedTypeSymbol type, TorchSymbols torch) =>
        Bases(type).TakeWhile(t => !SymbolEqualityComparer.Default.Equals(t.ContainingType, torch.Functions)
            && t.SpecialType != SpecialType.System_Object);

    /// <summary>The fields that a class registers: the annotated ones, or, in a hand-written class, all that hold modules
    /// and tensors.</summary>
    private static IEnumerable<IFieldSymbol> Registered(INamedTypeSymbol type, TorchSymbols torch) =>
        UserDeclarations.FirstAnnotated(type) is not null
            ? UserDeclarations.Members(type).OfType<IFieldSymbol>().Where(Annotations.IsAnnotated)
            : UserDeclarations.Members(type).OfType<IFieldSymbol>()
                .Where(f => !f.IsStatic && f.Locations.Any(l => l.IsInSource)
                    && (torch.IsModule(f.Type) || torch.IsTensor(f.Type) || f.Type.BaseType is { } basis && torch.IsTensor(basis)));

    /// <summary>The forward that no class so far has given a body.</summary>
    private static AbstractForward AbstractForwardOf(INamedTypeSymbol type, TorchSymbols torch)
    {
        var methods = Bases(type).SelectMany(t => t.GetMembers("forward")).OfType<IMethodSymbol>()
            .Where(m => m.IsAbstract || m.IsOverride || m.IsVirtual).ToArray();
        var open =
            methods.Where((m, i) => m.IsAbstract && !methods.Take(i)
                .Any(o => !o.IsAbstract && o.Parameters.Select(p => p.Type)
                    .SequenceEqual(m.Parameters.Select(p => p.Type), SymbolEqualityComparer.Default))).ToArray();
        return open.Length == 0 ? AbstractForward.None
            : open.All(m => m.Parameters is [{ Type: var input }] && torch.IsTensor(input) && torch.IsTensor(m.ReturnType))
            ? AbstractForward.Fits
            : AbstractForward.Differs;
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
        IReadOnlyList<TypeDeclarationSyntax> declarations, Compilation compilation, TorchSymbols torch,
        Func<INamedTypeSymbol, ModuleModel?> readModule, CancellationToken cancellation)
    {
        foreach (var written in declarations.Where(d => d.BaseList is not null).SelectMany(d => d.BaseList!.Types))
        {
            if (compilation.ModelOf(written.SyntaxTree).GetTypeInfo(written.Type,
                cancellation).Type is INamedTypeSymbol { TypeKind: TypeKind.Class } symbol)
            {
                return new BaseModel(
                    LayerReader.Name(symbol),
                    TakesName: symbol.Name == "Module" && SymbolEqualityComparer.Default.Equals(symbol.ContainingType, torch.Functions),
                    HasParameterlessConstructor: symbol.InstanceConstructors.Any(
                        c => c.Parameters.All(p => p.HasExplicitDefaultValue) && c.DeclaredAccessibility is not Accessibility.Private),
                    Members: Bases(symbol).SelectMany(UserDeclarations.Members).Select(m => m.Name)
                        .Where(UserDeclarations.GeneratedMembers.Contains).Distinct().OrderBy(n => n, StringComparer.Ordinal)
                        .ToEquatableArray(),
                    Module: readModule(symbol))
                {
                    Forward = readModule(symbol) is null ? AbstractForwardOf(symbol, torch) : AbstractForward.None,
                    IsModule = torch.IsModule(symbol) || readModule(symbol) is { Type.IsPartial: true },
                    Overrides = Above(symbol, torch).SelectMany(UserDeclarations.Members).Where(m => m.IsOverride || m.Name == "save")
                        .Select(m => m.Name).Where(UserDeclarations.EntryPoints.Contains)
                        .Distinct().OrderBy(n => n, StringComparer.Ordinal).ToEquatableArray(),
                    Keys = Above(symbol, torch).SelectMany(t => Registered(t, torch))
                        .Select(f => new InheritedKey(Annotations.Key(f), $"{f.ContainingType.Name}.{f.Name}")).ToEquatableArray(),
                };
            }
        }

        return null;
    }
}
