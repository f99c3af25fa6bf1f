using Microsoft.CodeAnalysis;

namespace Gen.Diagnostics;

/// <summary>Which types may hold a module.</summary>
internal static class ModuleContents
{
    /// <summary>A module, a collection of some, a delegate that gives or takes one; numbers, texts and the like are none.</summary>
    public static bool MayHoldModule(ITypeSymbol? type) => type switch
    {
        null => true,
        IArrayTypeSymbol array => MayHoldModule(array.ElementType),
        { SpecialType: SpecialType.System_Void or (>= SpecialType.System_Boolean and <= SpecialType.System_String)
            or SpecialType.System_DateTime } or { TypeKind: TypeKind.Enum } => false,
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Any(e => MayHoldModule(e.Type)),
        INamedTypeSymbol { TypeKind: TypeKind.Delegate } => true,
        INamedTypeSymbol { IsGenericType: true } generic when IsOfLibrary(generic) => TypeArguments(generic).Any(MayHoldModule),
        INamedTypeSymbol { IsValueType: true } value when IsOfLibrary(value) => false,
        _ when IsOfTorchSharp(type) => IsModuleOrTensor(type),
        _ => true,
    };

    /// <summary>Those of the types around it too: <c>Dictionary&lt;string, Linear&gt;.ValueCollection</c>.</summary>
    private static IEnumerable<ITypeSymbol> TypeArguments(INamedTypeSymbol type) =>
        type.TypeArguments.Concat(type.ContainingType is { } outer ? TypeArguments(outer) : []);

    /// <summary>More can be put into it: two variables that hold the same object hold what is put into either.</summary>
    public static bool IsFilled(ITypeSymbol type) =>
        !type.IsValueType
            && (!IsOfTorchSharp(type) || type.Name is "Sequential" or "ModuleList" or "ModuleDict" or "ParameterList" or "ParameterDict");

    public static bool IsOfLibrary(ISymbol symbol) =>
        symbol.ContainingAssembly?.Name is { } name && (name is "mscorlib" or "netstandard"
            || name.StartsWith("System", StringComparison.Ordinal));

    public static bool IsOfTorchSharp(ISymbol symbol) =>
        symbol.ContainingAssembly?.Name is { } name && name.StartsWith("TorchSharp", StringComparison.Ordinal);

    public static bool IsTensor(ITypeSymbol? type) => type is { Name: "Tensor" } && IsOfTorchSharp(type);

    private static bool IsModuleOrTensor(ITypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.Name is "Module" or "Tensor")
            {
                return true;
            }
        }

        // Interfaces of modules, generic containers.
        return type.TypeKind == TypeKind.Interface || type is INamedTypeSymbol { IsGenericType: true };
    }
}
