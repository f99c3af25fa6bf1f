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
        {
            MaxTrainingBytes = Number(attribute, "MaxTrainingBytes"),
            Checkpoint = attribute.Named<string>("Checkpoint"),
            Convert = attribute.NamedArguments.Any(a => a is { Key: "Convert", Value.Value: true }),
        }
        : null;

    /// <summary>Reads <c>[Export(Targets = ExportTarget.Onnx)]</c>.</summary>
    public static ExportModel? ReadExport(INamedTypeSymbol type)
    {
        const int Onnx = 1;
        const int PyTorch = 2;
        if (type.Find(Annotations.Export) is not { } attribute)
        {
            return null;
        }

        var targets = attribute.NamedArguments.FirstOrDefault(a => a.Key == "Targets").Value.Value as int? ?? (Onnx | PyTorch);
        return new((targets & Onnx) != 0, (targets & PyTorch) != 0);
    }

    private static long? Number(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == name) is { Key: not null, Value.Value: long value } ? value : null;
}
