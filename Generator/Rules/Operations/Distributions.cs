using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>The distributions of <c>torch.distributions</c>: the sizes of what they give, by those of what they are made of.</summary>
internal static class Distributions
{
    private static readonly HashSet<string> OfElements = new(
        ["Bernoulli", "Beta", "Cauchy", "Chi2", "Exponential", "FisherSnedecor", "Gamma", "Geometric", "Gumbel", "HalfCauchy", "HalfNormal",
            "Kumaraswamy", "Laplace", "LogNormal", "Normal", "Pareto", "Poisson", "Uniform", "Weibull"], StringComparer.Ordinal);

    private static readonly HashSet<string> OfRows = new(["Categorical", "Dirichlet", "Multinomial"], StringComparer.Ordinal);

    /// <summary>The sizes of a sample that is drawn once, and how many of the last of them belong to one event; null where that is not
    /// known.</summary>
    /// <param name="name">The class.</param>
    /// <param name="from">The tensors that it is made of.</param>
    /// <param name="facts">What is known of their sizes.</param>
    public static (Shape Sample, int Event)? Of(string name, IReadOnlyList<Shape> from, Facts facts)
    {
        if (from.Count == 0 || from.Any(static s => s.IsUnknownRank || s.HasVariadic))
        {
            return null;
        }

        if (OfRows.Contains(name))
        {
            return from is not [{ Rank: > 0 } only] ? null
                : name == "Categorical" ? (Shape.Of([.. only.Dims.Take(only.Dims.Count - 1)]), 0) : (only, 1);
        }

        return OfElements.Contains(name) && from.Skip(1).Aggregate((Shape?)from[0], (all, next) => all is null ? null
            : Broadcasting.Broadcast(all, next, facts).Result) is { } shape ? (shape, 0) : null;
    }

    /// <summary>What a method or a property of a distribution gives; null where that is not known.</summary>
    /// <param name="name">The class.</param>
    /// <param name="member">The method or the property.</param>
    /// <param name="sample">The sizes of one sample.</param>
    /// <param name="events">How many of the last of them belong to one event.</param>
    /// <param name="given">The sizes before them that are asked for, or those of the value.</param>
    /// <param name="facts">What is known of the sizes.</param>
    public static Shape? Member(string name, string member, Shape sample, int events, Shape? given, Facts facts)
    {
        var batch = Shape.Of([.. sample.Dims.Take(sample.Dims.Count - events)]);
        return member switch
        {
            "sample" or "rsample" when given is { IsUnknownRank: false, HasVariadic: false } => Shape.Of([.. given.Dims, .. sample.Dims]),
            "log_prob" when given is { IsUnknownRank: false, HasVariadic: false } && given.Dims.Count >= sample.Dims.Count
                && Broadcasting.Broadcast(given, sample, facts).Result is { } all =>
                Shape.Of([.. all.Dims.Take(all.Dims.Count - events)]),
            "cdf" or "icdf" when given is { IsUnknownRank: false, HasVariadic: false } && events == 0 =>
                Broadcasting.Broadcast(given, sample, facts).Result,
            "entropy" => batch,
            "mean" or "variance" or "stddev" when name is not ("Cauchy" or "HalfCauchy") => sample,
            "mode" => sample,
            _ => null,
        };
    }

    /// <summary>The values are whole numbers.</summary>
    public static bool AreIndexes(string name, string member) => name == "Categorical" && member is "sample" or "rsample";
}
