using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Freeing;

/// <summary>What values of a type hold, as far as tensors go.</summary>
internal sealed class HeldTypes(TorchSymbols torch)
{
    /// <summary>Null for a type that may hold tensors in a way that is not followed.</summary>
    public Holds? Of(ITypeSymbol? type) => type switch
    {
        null or { TypeKind: TypeKind.Error } => null,
        _ when torch.IsTensor(type) => Holds.Tensor,
        IArrayTypeSymbol { Rank: 1, ElementType: var item } when torch.IsTensor(item) => Holds.Array,
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.All(e => Of(e.Type) == Holds.Nothing) ? Holds.Nothing
            : tuple.TupleElements.All(e => Of(e.Type) is Holds.Tensor or Holds.Nothing) ? Holds.Several : null,
        INamedTypeSymbol tuple when IsTuple(tuple) =>
            tuple.TypeArguments.All(e => Of(e) is Holds.Tensor or Holds.Nothing) ? Holds.Several : null,
        _ => IsPlain(type) ? Holds.Nothing : null,
    };

    /// <summary><see cref="Tuple{T1, T2}"/> and its siblings: what <c>MultiheadAttention</c> gives.</summary>
    public static bool IsTuple(INamedTypeSymbol type) => type is { Name: "Tuple", IsGenericType: true, TypeArguments.Length: < 8,
        ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>Numbers, texts, sizes, and TorchSharp's descriptions of tensors.</summary>
    private static bool IsPlain(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsPlain(array.ElementType),
        { SpecialType: (>= SpecialType.System_Boolean and <= SpecialType.System_UIntPtr) or SpecialType.System_Void } => true,
        { TypeKind: TypeKind.Enum } => true,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } => IsPlain(inner),
        INamedTypeSymbol { Name: "Scalar" or "Device" or "TensorIndex" or "Generator" or "Range" or "Index" } => true,
        _ => false,
    };
}
