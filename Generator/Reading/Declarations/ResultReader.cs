using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>Reads where the tensors are in the type of a result.</summary>
internal static class ResultReader
{
    public static ResultModel Read(ITypeSymbol type, TorchSymbols torch) => type switch
    {
        _ when torch.IsTensor(type) => new ResultModel.Tensor(IsNullable(type)),
        { NullableAnnotation: NullableAnnotation.Annotated } => new ResultModel.Other(),
        INamedTypeSymbol { IsTupleType: true } tuple =>
            new ResultModel.Tuple(tuple.TupleElements.Select(e => Read(e.Type, torch)).ToEquatableArray()),
        IArrayTypeSymbol { Rank: 1, ElementType: var item } when torch.IsTensor(item) => new ResultModel.List("Length", IsNullable(item)),
        INamedTypeSymbol { Name: "List" or "IList" or "IReadOnlyList", TypeArguments: [var item], ContainingNamespace: var space }
            when torch.IsTensor(item) && space.ToDisplayString() == "System.Collections.Generic" =>
            new ResultModel.List("Count", IsNullable(item)),
        _ => new ResultModel.Other(),
    };

    private static bool IsNullable(ITypeSymbol type) => type.NullableAnnotation == NullableAnnotation.Annotated;
}
