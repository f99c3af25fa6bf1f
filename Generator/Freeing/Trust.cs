using Gen.Model;
using Gen.Rules.Layers;

namespace Gen.Freeing;

/// <summary>Which layers are known to keep nothing of what they are given.</summary>
internal static class Trust
{
    /// <summary>A layer of TorchSharp itself, whose results are new.</summary>
    public static bool IsBuiltIn(LayerModel layer) =>
        layer.Nested is null && !IsContainer(layer) && layer.Type.StartsWith("global::TorchSharp.Modules.", StringComparison.Ordinal);

    /// <summary>What it returns is never what it is given.</summary>
    public static bool GivesNew(LayerModel layer) => (layer.Otherwise is not { } otherwise || GivesNew(otherwise))
        && (layer.Nested is { } nested
            ? nested is { IsHandWritten: false, Contract: null } && IsOf(layer, nested)
                && (nested.Forward.Kind == ForwardKind.Chain ? Chain.Steps(nested).LastOrDefault() is { IsOptional: false } last
                    && GivesNew(last) : nested.Freeing is { GivesNew: true })
            : IsContainer(layer) ? Last(layer).DefaultIfEmpty().All(static item => item is not null && GivesNew(item))
            : IsBuiltIn(layer) && layer.Condition is null
                && LayerRules.Find(layer.Factory) is not { MayReturnInput: true });

    public static bool Keeps(LayerModel layer) => (layer.Otherwise is { } otherwise && Keeps(otherwise))
        || (layer.Nested is { } nested ? !IsOf(layer, nested) || Keeps(nested)
            : IsContainer(layer) ? Items(layer) is not { } items || items.Any(Keeps)
            : !IsBuiltIn(layer));

    /// <summary>Its code is that of the class, not of one that is derived from it.</summary>
    private static bool IsOf(LayerModel layer, ModuleModel nested) => layer.IsExact || nested.Type.IsSealed;

    /// <summary>It may hold what is computed in a call when that has ended, and no generated code marks what that is.</summary>
    public static bool MayKeep(LayerModel layer) => IsContainer(layer)
        ? Items(layer) is not { } items || items.Any(MayKeep)
        : (layer.Factory is null && layer.MayKeep) || (layer.Otherwise is { } otherwise && MayKeep(otherwise));

    /// <summary>The class of a layer that may hold what it computes because others may derive from it; null for others.</summary>
    public static string? Open(LayerModel layer) =>
        layer is { Factory: null, MayKeep: true, IsExact: false, Nested.Type: { IsSealed: false } type } ? type.Name : null;

    private static bool Keeps(ModuleModel module) =>
        module.IsHandWritten || module.Contract is not null || module.Forward.Kind switch
    {
        ForwardKind.Chain => module.Layers.Any(Keeps),
        ForwardKind.Method => module.Freeing is not { Stores: false },
        _ => true,
    };

    /// <summary>The modules of which one is the last: those that are repeated may not be there.</summary>
    private static IEnumerable<LayerModel> Last(LayerModel layer)
    {
        if (Chain.Items(layer) is { } items)
        {
            return items.Reverse().Take(1).Select(static i => i.Layer);
        }

        var parts = (Chain.Parts(layer) ?? []).Reverse().ToArray();
        return parts.TakeWhile(static p => !p.IsOne).Concat(parts.SkipWhile(static p => !p.IsOne).Take(1))
            .Select(static p => p.Layers[p.Layers.Count - 1].Layer);
    }

    private static IEnumerable<LayerModel>? Items(LayerModel layer) =>
        Chain.Items(layer)?.Select(i => i.Layer) ?? Chain.Parts(layer)?.SelectMany(p => p.Layers).Select(l => l.Layer);

    private static bool IsContainer(LayerModel layer) => layer.TypeName is "Sequential" or "ModuleList" or "ModuleDict";
}
