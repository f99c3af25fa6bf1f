using System.Runtime.CompilerServices;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>The code of the project that a call may run.</summary>
internal static class CallTargets
{
    private const int Most = 8;

    private static readonly ConditionalWeakTable<Compilation, IReadOnlyList<INamedTypeSymbol>> Types = new();

    /// <summary>The methods that run, each with the class of the object for which it does; none where some are not in the project, or too
    /// many are.</summary>
    /// <param name="method">The method that is named.</param>
    /// <param name="receiver">The class of what it is called on, as the compiler knows it.</param>
    /// <param name="isBase"><c>base.Method()</c>.</param>
    /// <param name="compilation">The project.</param>
    public static IReadOnlyList<(INamedTypeSymbol Type, IMethodSymbol Method)> Of(IMethodSymbol method, ITypeSymbol? receiver, bool isBase,
        Compilation compilation)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        method = method.PartialImplementationPart ?? method;
        if (!IsVirtual(method, isBase))
        {
            return method is { IsAbstract: false, IsExtern: false } && UserDeclarations.IsOwn(method, compilation)
                ? [(method.ContainingType, method)] : [];
        }

        var known = receiver is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Interface } named ? named.OriginalDefinition
            : method.ContainingType;
        if (!UserDeclarations.IsOwn(method, compilation) || !UserDeclarations.IsOwn(known, compilation))
        {
            return [];
        }

        var targets = new List<(INamedTypeSymbol Type, IMethodSymbol Method)>();
        foreach (var type in Types.GetValue(compilation, static c => [.. All(c.Assembly.GlobalNamespace)])
            .Where(t => t is { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false } && Is(t, known)))
        {
            if (Implementation(type, method) is not { IsAbstract: false, IsExtern: false } implementation
                || !UserDeclarations.IsOwn(implementation, compilation) || targets.Count == Most)
            {
                return [];
            }

            targets.Add((type, implementation));
        }

        return targets;
    }

    /// <summary>The method that runs for an object of just that class.</summary>
    public static IMethodSymbol? In(INamedTypeSymbol type, IMethodSymbol method, bool isBase) =>
        method is { IsStatic: false } and ({ IsVirtual: true } or { IsAbstract: true } or { IsOverride: true }) && !isBase
            ? Implementation(type.OriginalDefinition, Root(method.OriginalDefinition)) : method.OriginalDefinition;

    private static IMethodSymbol Root(IMethodSymbol method)
    {
        while (method.OverriddenMethod is { } overridden)
        {
            method = overridden.OriginalDefinition;
        }

        return method;
    }

    /// <summary>The method that runs for an object of a class that is no module, where no other class can have another; null
    /// else.</summary>
    public static IMethodSymbol? Only(IMethodSymbol method, ITypeSymbol? receiver, bool isBase, Compilation compilation)
    {
        method = method.OriginalDefinition;
        method = method.PartialImplementationPart ?? method;
        if (IsVirtual(method, isBase) && receiver is INamedTypeSymbol { TypeKind: TypeKind.Class, IsSealed: true } known)
        {
            method = Implementation(known.OriginalDefinition, method) ?? method;
        }

        return method is { IsAbstract: false, IsExtern: false, IsStatic: false } && method.ContainingType.TypeKind != TypeKind.Interface
            && (!IsVirtual(method, isBase) || receiver is INamedTypeSymbol { IsSealed: true })
            && UserDeclarations.IsOwn(method, compilation) ? method : null;
    }

    /// <summary>The classes of the project that are of a type, by their names in metadata.</summary>
    public static IEnumerable<string> Of(INamedTypeSymbol known, Compilation compilation) =>
        Types.GetValue(compilation, static c => [.. All(c.Assembly.GlobalNamespace)]).Where(t => Is(t, known.OriginalDefinition))
            .Select(TypeReader.MetadataName);

    /// <summary>The classes of the project that are of a type and can be made; none where they are too many.</summary>
    public static IReadOnlyList<INamedTypeSymbol> Derived(INamedTypeSymbol known, Compilation compilation) =>
        Types.GetValue(compilation, static c => [.. All(c.Assembly.GlobalNamespace)])
            .Where(t => t is { TypeKind: TypeKind.Class, IsAbstract: false } && Is(t, known.OriginalDefinition)).Take(Most + 1).ToArray()
            is { Length: <= Most } types ? types : [];

    /// <summary>A class of another project may have a method of its own in the place of this one.</summary>
    public static bool AreOpen(IMethodSymbol method, ITypeSymbol? receiver, bool isBase, Compilation compilation) =>
        compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary && IsVirtual(method, isBase)
            && IsVisible(receiver as INamedTypeSymbol ?? method.ContainingType);

    private static bool IsVirtual(IMethodSymbol method, bool isBase) =>
        method is { IsStatic: false } and ({ IsVirtual: true } or { IsAbstract: true } or { IsOverride: true })
            && !isBase && method.ContainingType is { IsSealed: false } && !method.IsSealed;

    private static bool IsVisible(INamedTypeSymbol type) => type is { IsSealed: false, DeclaredAccessibility: Accessibility.Public
            or Accessibility.Protected or Accessibility.ProtectedOrInternal }
        && (type.ContainingType is null || IsVisible(type.ContainingType) || type.ContainingType.IsSealed);

    private static bool Is(INamedTypeSymbol type, INamedTypeSymbol known)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, known))
            {
                return true;
            }
        }

        return known.TypeKind == TypeKind.Interface
            && type.AllInterfaces.Any(i => SymbolEqualityComparer.Default.Equals(i.OriginalDefinition, known));
    }

    private static IMethodSymbol? Implementation(INamedTypeSymbol type, IMethodSymbol method)
    {
        if (method.ContainingType.TypeKind == TypeKind.Interface)
        {
            var declared = type.AllInterfaces.FirstOrDefault(
                i => SymbolEqualityComparer.Default.Equals(i.OriginalDefinition, method.ContainingType))?.GetMembers(method.Name)
                .OfType<IMethodSymbol>().FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(m.OriginalDefinition, method));
            return declared is null ? null
                : (type.FindImplementationForInterfaceMember(declared) as IMethodSymbol ?? declared).OriginalDefinition;
        }

        for (var t = type; t is not null; t = t.BaseType)
        {
            foreach (var candidate in t.GetMembers(method.Name).OfType<IMethodSymbol>())
            {
                for (var m = candidate; m is not null; m = m.OverriddenMethod)
                {
                    if (SymbolEqualityComparer.Default.Equals(m.OriginalDefinition, method))
                    {
                        return candidate.OriginalDefinition;
                    }
                }
            }
        }

        return null;
    }

    private static IEnumerable<INamedTypeSymbol> All(INamespaceOrTypeSymbol space)
    {
        var open = new Stack<INamespaceOrTypeSymbol>([space]);
        while (open.Count > 0)
        {
            foreach (var member in open.Pop().GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                open.Push(member);
                if (member is INamedTypeSymbol type)
                {
                    yield return type;
                }
            }
        }
    }
}
