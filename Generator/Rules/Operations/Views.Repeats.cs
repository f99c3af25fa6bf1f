using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <content>What repeats elements.</content>
internal static partial class Views
{
    private static Value Expand(OperationCall call, IReadOnlyList<Dim>? sizes)
    {
        if (sizes is null || call.Self.Rank is not { } rank)
        {
            return call.Unknown();
        }

        if (sizes.Count < rank)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(),
                $"{sizes.Count} sizes are too few for its {rank} dimensions");
        }

        var result = new List<Dim>();
        for (var i = 0; i < sizes.Count; i++)
        {
            var own = i - (sizes.Count - rank);
            if (sizes[i].Constant < -1)
            {
                return call.Wrong(FindingKind.OperationArguments, $"{sizes[i]} is not a size");
            }

            if (own < 0)
            {
                if (sizes[i].Constant == -1)
                {
                    return call.Wrong(FindingKind.OperationArguments, "-1 stands for a dimension that is not there");
                }

                result.Add(sizes[i]);
                continue;
            }

            var (have, want) = (call.Self.Dims[own], sizes[i]);
            if (want.Constant == -1)
            {
                result.Add(have);
            }
            else if (have.Constant == 1)
            {
                result.Add(want);
            }
            else if (have.IsUnknown || want.IsUnknown)
            {
                call.Checks.Incomplete();
                result.Add(want);
            }
            else
            {
                switch (Comparison.Compare(have, want, call.Facts))
                {
                    case Verdict.Different when Comparison.Compare(have, Dim.One, call.Facts) == Verdict.Different:
                        return call.Wrong(FindingKind.OperationOperands, call.Self.ToString(), Shape.Of([.. sizes]).ToString(),
                            own.ToString(System.Globalization.CultureInfo.InvariantCulture), have.ToString(), want.ToString());
                    case Verdict.Equal:
                        break;
                    default:
                        call.Checks.Incomplete();
                        break;
                }

                result.Add(want);
            }
        }

        return Of(call, [.. result]);
    }

    private static Value Repeat(OperationCall call, bool needsAll)
    {
        if (call.Self.Rank is not { } rank || call.Sizes(call.At(1)) is not { } times)
        {
            return call.Unknown();
        }

        if (needsAll && times.Count < rank)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(),
                $"{times.Count} numbers are too few for its {rank} dimensions");
        }

        var count = Math.Max(rank, times.Count);
        return Of(call, [.. Enumerable.Range(0, count).Select(i =>
            (i - (count - rank) is var own and >= 0 ? call.Self.Dims[own] : Dim.One) * (i - (count - times.Count) is var at and >= 0
                ? times[at] : Dim.One))]);
    }

    private static Value Interleave(OperationCall call)
    {
        if (call.At(1) is not Value.Integer { Dim: { Constant: null or >= 0 } } times || call.Self.Rank is null || call.Has("output_size"))
        {
            return call.Unknown();
        }

        if (call["dim"] is null or Value.Null)
        {
            return Of(call, call.Self.Elements * times.Dim);
        }

        return call.Self.Rank > 0 && call.Dimension(call["dim"], call.Self) is { } at
            ? new Value.Tensor(call.Self.WithDim(at, call.Self.Dims[at] * times.Dim)) : call.Unknown();
    }
}
