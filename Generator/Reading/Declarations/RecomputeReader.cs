using Gen.Freeing;
using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;

namespace Gen.Reading;

/// <summary>Reads <c>[Recompute]</c>, and tells where nothing comes of it (GEN0009).</summary>
internal static class RecomputeReader
{
    private const string Setting = "Every";

    /// <summary>Why it has no effect in a class of which Gen generates nothing.</summary>
    public const string NoLayers = "Gen generates nothing for this class. Give it [Layer] fields and a Forward, or remove [Recompute]";

    private const string OnList = "Every counts the items of a Sequential or a ModuleList; remove it here";

    private const string NotGenerated =
        "it is for a forward that Gen generates, and this one is hand-written. Rename it to Forward, or remove [Recompute]";

    /// <summary>How many items are computed again together; null without the attribute.</summary>
    public static int? Every(ISymbol symbol) => symbol.Find(Annotations.Recompute) is { } attribute
        ? attribute.NamedArguments.Any(a => a.Key == Setting) ? attribute.Named<int>(Setting) : 1 : null;

    /// <summary>Whether layers of a <c>Forward</c> are to be computed again, and can be as they are declared.</summary>
    public static bool Check(INamedTypeSymbol type, IEnumerable<ISymbol> members, IReadOnlyList<LayerModel> layers, ForwardModel forward,
        List<Finding> findings)
    {
        var before = findings.Count;
        var isOwn = forward.Kind == ForwardKind.Own;
        if (Every(type) is { } whole && (isOwn ? NotGenerated : whole != 1 ? OnList : null)
            is { } why)
        {
            findings.Add(new(FindingKind.RecomputeWithoutEffect, Anchor.Class, type.Name, why));
        }
        else if (Every(type) is not null && forward.Kind == ForwardKind.Method
            && layers.FirstOrDefault(static l => Trust.Open(l) is not null) is { } held)
        {
            findings.Add(new(FindingKind.RecomputeWithoutEffect, Anchor.Class, type.Name, "nothing that Forward computes is freed, since "
                + $"a class derived from that of '{held.Name}' may hold it. Make '{Trust.Open(held)}' sealed"));
        }

        foreach (var field in members.Where(m => m is IFieldSymbol && m.Has(Annotations.Recompute)))
        {
            if (Reason(layers.FirstOrDefault(l => l.Name == field.Name), isOwn) is { } reason)
            {
                findings.Add(new(FindingKind.RecomputeWithoutEffect, Anchor.Member(field.Name), field.Name, reason));
            }
        }

        return findings.Count == before && forward.Kind == ForwardKind.Method && layers.Any(static l => l.Recomputed is not null);
    }

    private static string? Reason(LayerModel? layer, bool isOwn) => layer switch
    {
        null => "it is for layers. Add [Layer], or remove [Recompute]",
        { TypeName: "ParameterList" or "ParameterDict" } => $"a {layer.TypeName} computes nothing. Remove [Recompute]",
        _ when isOwn => NotGenerated,
        { Recomputed: < 1 } => "Every must be 1 or more",
        { Recomputed: > 1, TypeName: not ("Sequential" or "ModuleList") } => OnList,
        _ => null,
    };
}
