using static TorchSharp.torch;

namespace Gen.Summaries;

/// <summary>A parameter that is not trained.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Elements">Its elements.</param>
/// <param name="Handle">What it is in the native library: a tied one may be one object under two keys, or two objects that share their
/// memory.</param>
internal readonly record struct Frozen(string Key, long Elements, nint Handle)
{
    public static IReadOnlyList<Frozen> Of(nn.Module module) =>
        module.named_parameters().Where(p => !p.parameter.requires_grad)
            .Select(p => new Frozen(p.name, p.parameter.numel(), p.parameter.Handle)).ToArray();

    /// <summary>The keys of the parameters that are trained.</summary>
    public static IReadOnlyList<string> Trained(nn.Module module) =>
        module.named_parameters().Where(static p => p.parameter.requires_grad).Select(static p => p.name).ToArray();

    /// <summary>Their elements, tied ones once.</summary>
    public static long Count(IReadOnlyList<Frozen> all, IReadOnlyList<LayerSummary> layers)
    {
        var distinct = all.DistinctBy(f => f.Handle).ToArray();
        var twice = layers.Where(l => l is { IsTied: true, IsRepeated: false }
            && distinct.FirstOrDefault(f => f.Elements == l.TiedElements.Constant && IsIn(f, l)) is { Key: { } own }
            && distinct.Any(f => f.Key != own && f.Elements == l.TiedElements.Constant));
        return distinct.Sum(f => f.Elements) - twice.Sum(l => l.TiedElements.Constant ?? 0);
    }

    public static long Within(IReadOnlyList<Frozen> all, string path) =>
        all.Where(f => f.Key.StartsWith(path + ".", StringComparison.Ordinal)).Sum(f => f.Elements);

    private static bool IsIn(Frozen parameter, LayerSummary layer) => parameter.Key.StartsWith(layer.Name + ".", StringComparison.Ordinal);
}
