using Gen.Shapes;


namespace Gen.Evaluation;

/// <summary>What is to be done where another number is not what is missing: a flatten, or another order of the dimensions.</summary>
internal static class Remedies
{
    /// <summary>For a layer over the last dimension: the dimensions from some on, taken as one, have the number that it needs.</summary>
    public static string? Flatten(Dim needs, Shape input, Facts facts, string layer)
    {
        for (var from = 1; input.Rank is { } rank && from < rank - 1; from++)
        {
            var merged = input.Dims.Skip(from).ToArray();
            var product = merged.Aggregate(Dim.One, static (all, d) => all * d);
            if (!product.IsUnknown && (from == 1 || AreSeveral(merged)) && Comparison.Compare(product, needs, facts) == Verdict.Equal)
            {
                return $"A flatten is missing before it: {string.Join("*", merged.Select(d => d.ToString()))} = {needs}. Put "
                    + $"{(from == 1 ? "Flatten()" : $"Flatten({from})")} before '{layer}'.";
            }
        }

        return null;
    }

    /// <summary>For a layer over images: the number of channels that it needs comes last.</summary>
    public static string? ChannelsFirst(Dim needs, Shape input, int spatial, string layer)
    {
        if (spatial == 0 || input.Rank is not { } rank || rank - spatial is not (1 or 2) || rank < 3 || needs.IsUnknown
            || !needs.Equals(input.Dims[rank - 1]))
        {
            return null;
        }

        // An image of such a width has such a height too: then it is no number of channels.
        var first = rank - spatial - 1;
        var order = Enumerable.Range(0, first).Append(rank - 1).Concat(Enumerable.Range(first, spatial));
        return input.Dims.Skip(first + 1).Take(spatial - 1).Any(needs.Equals) ? null
            : $"The channels come last, and TorchSharp has them in dimension {first}: "
                + $"permute({string.Join(", ", order)}) before '{layer}'.";
    }

    /// <summary>For a declared result of fewer dimensions: what makes it of the one that is there.</summary>
    public static string? Flatten(Shape declared, Shape computed, Facts facts, Provenance trail)
    {
        if (declared.Rank is not { } wanted || computed.Rank is not { } rank || wanted < 2 || wanted >= rank
            || !Enumerable.Range(0, wanted - 1).All(i => Comparison.Compare(declared.Dims[i], computed.Dims[i], facts) == Verdict.Equal))
        {
            return null;
        }

        var from = wanted - 1;
        var parts = computed.Dims.Skip(from).ToArray();
        var merged = parts.Aggregate(Dim.One, static (all, d) => all * d);
        var call = from == 1 ? "Flatten()" : $"Flatten({from})";
        return !merged.IsUnknown && (rank >= 4 || AreSeveral(parts))
            && Comparison.Compare(merged, declared.Dims[from], facts) == Verdict.Equal
            ? $"A flatten is missing at the end: put {call} there."
            : rank >= 4 && Comparison.Compare(computed.Dims[rank - 1], declared.Dims[from], facts) == Verdict.Equal
                && trail.FirstOverLast(rank) is { } layer
                ? $"A flatten is missing: '{layer}' works on the last dimension alone. Put {call} before it."
                : null;
    }

    /// <summary>Beside a dimension of 1 there is nothing to flatten: it was put there, or left.</summary>
    private static bool AreSeveral(IEnumerable<Dim> merged) => merged.Count(d => d.Constant != 1) > 1;
}
