using Gen.Model;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <summary>What holds on every way through a body, where each way has assumptions of its own: with <c>B == 1</c> a size <c>4*B</c> is
/// <c>4</c>.</summary>
internal static class PathMerge
{
    /// <summary>The one of the sizes that is right on every way, by what is assumed there; unknown where none is.</summary>
    public static Dim Of(IReadOnlyList<(Dim Size, Facts Facts)> ways) =>
        ways.Select(w => w.Size).FirstOrDefault(candidate => ways.All(w => candidate.Simplify(w.Facts).Equals(w.Size.Simplify(w.Facts))))
            ?? Dim.Unknown;

    public static Shape Of(IReadOnlyList<(Shape Shape, Facts Facts)> ways)
    {
        var first = ways[0].Shape;
        return ways.All(w => !w.Shape.IsUnknownRank && w.Shape.Variadic == first.Variadic && w.Shape.Dims.Count == first.Dims.Count)
            ? new Shape(first.Variadic, [.. first.Dims.Select((_, i) => Of(ways.Select(w => (w.Shape.Dims[i], w.Facts)).ToArray()))])
            : Shape.UnknownRank;
    }

    public static AbstractValue Of(IReadOnlyList<(AbstractValue Value, Facts Facts)> ways)
    {
        if (ways.All(w => w.Value is AbstractValue.Tensor))
        {
            var joined = (AbstractValue.Tensor)ways.Select(w => w.Value).Aggregate(Evaluator.Join);
            return joined with { Shape = Of(ways.Select(w => (((AbstractValue.Tensor)w.Value).Shape, w.Facts)).ToArray()) };
        }

        if (ways[0].Value is AbstractValue.Handed first
            && ways.All(w => w.Value is AbstractValue.Handed made && made.Type == first.Type))
        {
            // A member that one way leaves open is not known.
            return first with
            {
                Members = [.. first.Members.Select(m => m with { Value = Of([.. ways.Select(w => (Value:
                    ((AbstractValue.Handed)w.Value).Members.FirstOrDefault(o => o.Name == m.Name)?.Value ?? AbstractValue.Anything,
                    w.Facts))]) })],
            };
        }

        return ways[0].Value is AbstractValue.Items { Values.Count: var count }
            && ways.All(w => w.Value is AbstractValue.Items items && items.Values.Count == count)
            ? (AbstractValue.Items)ways[0].Value with { Values =
                Enumerable.Range(0, count).Select(i => Of(ways.Select(w => (((AbstractValue.Items)w.Value).Values[i], w.Facts)).ToArray()))
                    .ToArray() }
            : ways.Select(w => w.Value).Aggregate(Evaluator.Join);
    }

    /// <summary>A layer's row, by its first use on each way.</summary>
    public static CheckedLayer Of(IReadOnlyList<(CheckedLayer Row, Facts Facts)> ways) => ways[0].Row with
    {
        Input = Of(ways.Select(w => (w.Row.Input, w.Facts)).ToArray()),
        Output = Of(ways.Select(w => (w.Row.Output, w.Facts)).ToArray()),
        MultiplyAdds = Of(ways.Select(w => (w.Row.MultiplyAdds, w.Facts)).ToArray()),
        TorchinfoMultiplyAdds = Of(ways.Select(w => (w.Row.TorchinfoMultiplyAdds, w.Facts)).ToArray()),
    };
}
