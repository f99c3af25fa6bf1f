using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>Reads <c>[Expect(Parameters = 109_386)]</c>.</summary>
internal static class ExpectReader
{
    public static ExpectModel? Read(INamedTypeSymbol type) => type.Find(Annotations.Expect) is { } attribute
        ? new ExpectModel(
            Number(attribute, "Parameters"),
            Number(attribute, "MaxParameters"),
            Number(attribute, "MultiplyAdds"),
            Number(attribute, "MaxActivationBytes"),
            attribute.Named<string>("At"))
        : null;

    private static long? Number(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == name) is { Key: not null, Value.Value: long value } ? value : null;
}
