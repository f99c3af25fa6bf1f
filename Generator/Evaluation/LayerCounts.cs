using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>Counts the parameters that a layer registers.</summary>
internal static class LayerCounts
{
    private const int Deepest = 32;

    [ThreadStatic]
    private static int depth;

    /// <summary>The elements of the layer's parameters; unknown, with the reason, where an argument or the layer itself is not
    /// known.</summary>
    public static (Dim Count, string? Reason) Parameters(LayerModel layer, EvaluationCache walked)
    {
        if (layer is { Condition: null, Counted: Counted.Elsewhere })
        {
            return (Dim.Zero, null);
        }

        if (layer is { Condition: null, Counted: Counted.Unknown, Holder: { } holder })
        {
            return (Dim.Unknown, $"'{holder.Name}' is one module, and in how many places it stands is not known at compile time");
        }

        if (layer.NotUnderstood is not null)
        {
            return (Dim.Unknown, layer.WhyUnknown(layer.Name));
        }

        if (layer is { Condition.Indicator.Constant: 0, Otherwise: null })
        {
            return (Dim.Zero, null);
        }

        if (layer.Condition is { } condition)
        {
            var (built, why) = Parameters(layer with { Condition = null, Otherwise = null, IsOptional = false }, walked);
            var (otherwise, whyNot) = layer.Otherwise is { } other ? Parameters(other with { Name = layer.Name }, walked)
                : (Dim.Zero, null);
            var indicator = condition.Indicator;
            return built.Equals(otherwise) ? (built, why)
                : (indicator * built + (Dim.One - indicator) * otherwise,
                    why ?? whyNot ?? (indicator.IsUnknown ? $"whether '{layer.Name}' is built is not known at compile time" : null));
        }

        if (Chain.Items(layer) is { } items)
        {
            var counts = items.Select(i => Parameters(i.Layer with { Name = $"{layer.Name}.{i.Key}" }, walked)).ToArray();
            return (counts.Aggregate(Dim.Zero, static (sum, c) => sum + c.Count), counts.FirstOrDefault(c => c.Reason is not null).Reason);
        }

        if (Chain.Parts(layer) is { } parts)
        {
            var (all, reason) = (Dim.Zero, (string?)null);
            foreach (var repeated in parts.SelectMany(p => p.Layers))
            {
                var (each, why) = Parameters(repeated.Layer with { Name = $"{layer.Name}.*" }, walked);
                all += each.SumOver(repeated.Index, repeated.Count);
                reason ??= why ?? (!all.IsUnknown ? null
                    : repeated.Count.IsUnknown ? $"how many items '{layer.Name}' has is not known at compile time"
                    : $"the items of '{layer.Name}' differ, and their number is not known at compile time");
            }

            return (all, reason);
        }

        if (layer.Nested is { } nested && depth < Deepest)
        {
            depth++;
            try
            {
                var inner = walked.Count(layer, nested, () =>
                    ParameterCounts.Of(new Bindings(layer.Arguments).Bind(nested), walked));
                return (inner.Count, inner.Count.IsUnknown ? $"'{layer.Name}' ({layer.TypeName}) cannot be counted: {inner.Reason}" : null);
            }
            finally
            {
                // A thread counts other modules later, also where this one was given up.
                depth--;
            }
        }

        if (LayerRules.Find(layer.Factory) is not { } rule)
        {
            return (Dim.Unknown, layer.WhyUnknown(layer.Name));
        }

        if (layer.Arguments.FirstOrDefault(a => LayerEvaluator.IsHole(layer, a)) is { } hole)
        {
            return (Dim.Unknown, $"'{hole.Parameter}' of '{layer.Name}' is not known at compile time");
        }

        var count = rule.State(new LayerArguments(layer.Arguments)).Where(t => t.IsParameter)
            .Aggregate(Dim.Zero, static (sum, t) => sum + t.Count);
        if (layer.IsOptional && count != Dim.Zero)
        {
            return (Dim.Unknown, $"'{layer.Name}' may be null");
        }

        return (count, count.IsUnknown ? $"a size of '{layer.Name}' ({layer.Written}) is not known at compile time" : null);
    }

    /// <summary>The elements of a parameter that is one with another, to be counted once.</summary>
    public static Dim Tied(ModuleModel module, Tie tie, IReadOnlyList<InferredSize> inferred) =>
        module.Layers.FirstOrDefault(l => l.Name == tie.Layer) is { } layer && LayerRules.Find(layer.Factory) is { } rule
            ? rule.State(new LayerArguments(inferred.Complete(layer).Arguments)).FirstOrDefault(s => s.Name == tie.Tensor)?.Count
            ?? Dim.Unknown
            : Dim.Unknown;
}
