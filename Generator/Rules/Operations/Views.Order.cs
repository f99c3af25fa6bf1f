using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <content>What puts dimensions, or what is in them, into another order.</content>
internal static partial class Views
{
    private static Value Transpose(OperationCall call)
    {
        if (call.Dimension(call.At(1), call.Self) is not { } a || call.Dimension(call.At(2), call.Self) is not { } b)
        {
            return FromEnd(call);
        }

        var dims = call.Self.Dims.ToArray();
        if (dims.Length > 0)
        {
            (dims[a], dims[b]) = (dims[b], dims[a]);
        }

        return Of(call, dims);
    }

    /// <summary><c>transpose(-2, -1)</c> after any number of leading dimensions.</summary>
    private static Value FromEnd(OperationCall call)
    {
        if (!call.Failed && call.Self.HasVariadic && OperationCall.SizeOf(call.At(1)).Constant is < 0 and var a
            && OperationCall.SizeOf(call.At(2)).Constant is < 0 and var b && Math.Min(a, b) >= -call.Self.Dims.Count)
        {
            var (first, second) = (call.Self[(int)a], call.Self[(int)b]);
            return new Value.Tensor(call.Self.WithDim((int)a, second).WithDim((int)b, first));
        }

        return call.Unknown();
    }

    private static Value Adjoint(OperationCall call)
    {
        if (call.Self.IsUnknownRank)
        {
            return call.Unknown();
        }

        if (call.Self.Rank == 1)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 2 dimensions or more");
        }

        return call.Self.Dims.Count < 2 ? call.Unknown()
            : new Value.Tensor(call.Self.WithDim(-1, call.Self[-2]).WithDim(-2, call.Self[-1]));
    }

    /// <summary>A number for each dimension that is rolled.</summary>
    private static Value Roll(OperationCall call)
    {
        if (call.Self.Rank is null or 0 || call.Self.Dims.Any(d => d.Constant == 0) || call.Sizes(call.At(1)) is not { } shifts)
        {
            return call.Unknown();
        }

        if (call.At(2) is null or Value.Null)
        {
            return shifts.Count == 1 ? new Value.Tensor(call.Self) : call.Unknown();
        }

        var dims = call.At(2) is Value.List list ? list.Items.ToArray() : [call.At(2)!];
        var at = dims.Select(d => call.Dimension(d, call.Self)).ToArray();
        return at.Length == shifts.Count && at.All(a => a is not null) ? new Value.Tensor(call.Self) : call.Unknown();
    }

    private static Value Flip(OperationCall call)
    {
        if (call.Self.Rank is null || call.At(1) is not Value.List list)
        {
            return call.Unknown();
        }

        var at = list.Items.Select(d => call.Dimension(d, call.Self)).ToArray();
        return at.Any(a => a is null) ? call.Unknown()
            : at.Distinct().Count() != at.Length ? call.Wrong(FindingKind.OperationArguments, "a dimension is named twice")
            : new Value.Tensor(call.Self);
    }

    private static Value Permute(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || call.At(1) is not Value.List order)
        {
            return call.Unknown();
        }

        if (order.Items.Count != rank)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), $"{order.Items.Count} dimensions are named for {rank}");
        }

        var at = order.Items.Select(i => call.Dimension(i, call.Self)).ToArray();
        if (at.Any(i => i is null))
        {
            return call.Unknown();
        }

        return at.Distinct().Count() != rank
            ? call.Wrong(FindingKind.OperationArguments, "a dimension is named twice")
            : Of(call, [.. at.Select(i => call.Self.Dims[i!.Value])]);
    }

    private static Value Move(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || List(call.At(1)) is not { } source || List(call.At(2)) is not { } destination)
        {
            return call.Unknown();
        }

        var (from, to) = (source.Select(s => call.Dimension(s, call.Self)).ToArray(),
            destination.Select(d => call.Dimension(d, call.Self)).ToArray());
        if (from.Concat(to).Any(i => i is null))
        {
            return call.Unknown();
        }

        if (from.Length != to.Length || from.Distinct().Count() != from.Length || to.Distinct().Count() != to.Length)
        {
            return call.Wrong(FindingKind.OperationArguments, "source and destination must name as many different dimensions");
        }

        var others = new Queue<Dim>(call.Self.Dims.Where((_, i) => !from.Contains(i)));
        return Of(call,
            [.. Enumerable.Range(0, rank).Select(i => Array.IndexOf(to, i) is var at and >= 0 ? call.Self.Dims[from[at]!.Value]
                : others.Dequeue())]);

        static IReadOnlyList<Value>? List(Value? value) => value switch
        {
            Value.List list => list.Items,
            Value.Integer => [value],
            _ => null,
        };
    }
}
