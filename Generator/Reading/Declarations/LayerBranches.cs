using Gen.Model;
using Gen.Shapes;

namespace Gen.Reading;

/// <summary>Layers of which one is built, by a condition.</summary>
internal static class LayerBranches
{
    private const int MostLinks = 16;

    /// <summary>The one where the condition holds, else the other; null is none.</summary>
    public static LayerModel? Either(Truth holds, LayerModel? then, LayerModel? otherwise)
    {
        if (holds is Truth.Known { Value: var value } && then is not null && otherwise is not null)
        {
            return value ? then : otherwise;
        }

        if (then is null || otherwise is null)
        {
            return (then ?? otherwise) is not { } only ? null
                : only.NotUnderstood is not null ? only with { IsOptional = true }
                : Link(
                    [.. Links(only)
                        .Select(l => l with { IsOptional = true, Condition = And(then is null ? !holds : holds, l.Condition) })]);
        }

        if (Plain(then).Equals(Plain(otherwise)))
        {
            return then;
        }

        // What is not known of one way is not known of the field.
        var links = Links(then).Concat(Links(otherwise)).ToArray();
        if (links.FirstOrDefault(l => l.NotUnderstood is not null) is { } lost)
        {
            return Unknown(links, lost.NotUnderstood!);
        }

        if (holds.Indicator.IsUnknown || links.Length > MostLinks)
        {
            return Unknown(links, $"{then.Written} or {otherwise.Written}");
        }

        var isAlways = Links(then).Last().Condition is null;
        return Link([.. Links(then).Select(l => l with { Condition = And(holds, l.Condition) }),
            .. Links(otherwise).Select(l => isAlways ? l : l with { Condition = And(!holds, l.Condition) })]);
    }

    private static LayerModel Unknown(IReadOnlyList<LayerModel> links, string reason) => links[0] with
    {
        Condition = null,
        Otherwise = null,
        Factory = null,
        Parameters = default,
        Arguments = default,
        Nested = links.All(l => ReferenceEquals(l.Nested, links[0].Nested)) ? links[0].Nested : null,
        Given = null,
        IsExact = links.All(l => l.IsExact && ReferenceEquals(l.Nested, links[0].Nested)),
        MayKeep = links.Any(l => l.MayKeep),
        IsOptional = links.Any(l => l.IsOptional),
        NotUnderstood = reason,
    };

    private static Truth And(Truth holds, Truth? also) => also is null ? holds : holds & also;

    /// <summary>The layers of which the first whose condition holds is built.</summary>
    private static IReadOnlyList<LayerModel> Links(LayerModel layer)
    {
        var links = new List<LayerModel>();
        for (var link = layer; link is not null; link = link.Otherwise)
        {
            links.Add(link with { Otherwise = null });
        }

        return links;
    }

    private static LayerModel? Link(IReadOnlyList<LayerModel> links) =>
        links.Reverse().Aggregate((LayerModel?)null, static (rest, link) => link with { Otherwise = rest });

    /// <summary>A layer less how it is written, and where.</summary>
    private static LayerModel Plain(LayerModel layer) => layer with
    {
        Written = "",
        Origin = LayerOrigin.Constructor,
        Arguments = layer.Arguments.Select(a => a with { Written = null }).ToEquatableArray(),
        Otherwise = layer.Otherwise is { } other ? Plain(other) : null,
    };
}
