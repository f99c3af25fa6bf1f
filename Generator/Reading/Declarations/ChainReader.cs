using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>Reads <c>[Chain(nameof(fc1), nameof(relu), ...)]</c>.</summary>
internal static class ChainReader
{
    public static EquatableArray<string>? Read(INamedTypeSymbol type, IReadOnlyList<LayerModel> layers, List<Finding> findings)
    {
        if (type.Find(Annotations.Chain) is not { ConstructorArguments: [{ Kind: TypedConstantKind.Array, IsNull: false } items, ..] })
        {
            return null;
        }

        var names = items.Values.Select(v => v.Value as string ?? "").ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            if (layers.All(l => l.Name != names[i]))
            {
                findings.Add(new(FindingKind.ChainNamesNoLayer, new Anchor(AnchorKind.ChainItem, Index: i), names[i], type.Name,
                    string.Join(", ", layers.Select(l => l.Name))));
            }
        }

        return names.ToEquatableArray();
    }
}
