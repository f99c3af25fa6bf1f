using Gen.Model;
using Gen.Shapes;
using static Gen.Rules.Operations.OperationRules;

namespace Gen.Rules.Operations;

/// <summary>Operations that take some of a tensor's elements.</summary>
internal static class Indexing
{
    public static readonly Dictionary<string, Rule> All = new(StringComparer.Ordinal)
    {
        ["narrow"] = Narrow,
        ["select"] = call =>
        {
            if (call.Self.Rank == 0)
            {
                return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 dimension or more");
            }

            return call.Dimension(call.At(1), call.Self) is { } at && Within(call, at, OperationCall.SizeOf(call.At(2)))
                ? Views.Of(call, [.. call.Self.Dims.Where((_, i) => i != at)]) : call.Unknown();
        },
        ["index_select"] = call =>
        {
            if (call.Dimension(call.At(1), call.Self) is not { } at || OperationCall.ShapeOf(call.At(2)).Rank is not { } rank)
            {
                return call.Unknown();
            }

            if (rank > 1)
            {
                return call.Wrong(FindingKind.OperationRank, OperationCall.ShapeOf(call.At(2)).ToString(),
                    "the index must have 1 dimension");
            }

            if (call.Self.Rank == 0 || call.Self.Dims[at].Constant == 0)
            {
                return call.Unknown();
            }

            // Of nothing, only nothing can be taken.
            var count = rank == 0 ? Dim.One : OperationCall.ShapeOf(call.At(2)).Dims[0];
            if (Comparison.AtLeast(count, Dim.One, call.Facts) is true)
            {
                call.NotEmpty(call.Self.Dims[at]);
            }
            else if (count.Constant != 0)
            {
                call.Checks.Incomplete();
            }

            return new Value.Tensor(call.Self.WithDim(at, count), call.Type);
        },
        ["gather"] = call => Gather(call, OperationCall.ShapeOf(call.At(2))),
        ["take_along_dim"] = call => call.Unknown(),
        ["take"] = call => call.Self.Dims.Any(d => d.Constant == 0) ? call.Unknown()
            : OperationCall.ShapeOf(call.At(1)) is { IsUnknownRank: false } index ? new Value.Tensor(index, call.Type) : call.Unknown(),
        ["scatter"] = Scatter,
        ["scatter_add"] = Scatter,
        ["index_add"] = Same,
        ["index_copy"] = Same,
        ["index_fill"] = Same,
        ["index_put"] = Same,
        ["masked_scatter"] = Same,
        ["masked_select"] = call => new Value.Tensor(Shape.Of(Dim.Unknown), call.Type),
        ["nonzero"] = call => call.Self.Rank is { } rank ? new Value.Tensor(Shape.Of(Dim.Unknown, Dim.Of(rank)), ElementType.Integer)
            : call.Unknown(),
        ["bucketize"] = call => call.Self.IsUnknownRank || OperationCall.ShapeOf(call.At(1)).Rank != 1 ? call.Unknown()
            : new Value.Tensor(call.Self, ElementType.Integer),
        ["[]"] = Index,
    };

    private static Value Same(OperationCall call)
    {
        call.Checks.Incomplete();
        return new Value.Tensor(call.Self, call.Type);
    }

    /// <summary>The index reaches no farther than the source, nor than the tensor but in its dimension.</summary>
    private static Value Scatter(OperationCall call)
    {
        var (index, source) = (OperationCall.ShapeOf(call.At(2)), call.At(3) is Value.Tensor values ? values.Shape : null);
        if (call.Dimension(call.At(1), call.Self) is not { } at || index.Rank is not { } rank || rank == 0 || rank != call.Self.Rank
            || (source is not null && source.Rank != rank) || call.At(3) is null)
        {
            return Same(call);
        }

        if (call.Self.Dims[at].Constant == 0)
        {
            // No index fits there, but for an index of nothing.
            call.Checks.Incomplete();
        }

        for (var i = 0; i < rank; i++)
        {
            foreach (var limit in new[] { i == at ? null : call.Self.Dims[i], source?.Dims[i] }.OfType<Dim>())
            {
                if (limit.IsUnknown || index.Dims[i].IsUnknown || Comparison.AtLeast(limit, index.Dims[i], call.Facts) is not true)
                {
                    call.Checks.Incomplete();
                }
            }
        }

        return new Value.Tensor(call.Self, call.Type);
    }

    private static Value Gather(OperationCall call, Shape index)
    {
        if (call.Dimension(call.At(1), call.Self) is not { } at || index.Rank is not { } rank || call.Self.Rank is not { } own)
        {
            return call.Unknown();
        }

        if (index.Dims.Concat(call.Self.Dims).Any(d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (Math.Max(rank, 1) != Math.Max(own, 1))
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), $"the index {index} has another number of dimensions");
        }

        for (var i = 0; i < Math.Min(rank, own); i++)
        {
            if (i == at)
            {
                continue;
            }

            var (have, want) = (call.Self.Dims[i], index.Dims[i]);
            if (have.IsUnknown || want.IsUnknown || Comparison.AtLeast(have, want, call.Facts) is null)
            {
                call.Checks.Incomplete();
            }
            else if (Comparison.AtLeast(have, want, call.Facts) is false)
            {
                // An empty index takes nothing, whatever its other sizes.
                return index.Dims.Any(d => d.Constant is null or 0)
                    ? call.Unknown()
                    : call.Wrong(FindingKind.OperationOperands, call.Self.ToString(), index.ToString(),
                        i.ToString(System.Globalization.CultureInfo.InvariantCulture), have.ToString(), want.ToString());
            }
        }

        return new Value.Tensor(index, call.Type);
    }

    private static Value Narrow(OperationCall call)
    {
        if (call.Self.Rank == 0)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 dimension or more");
        }

        if (call.Dimension(call.At(1), call.Self) is not { } at)
        {
            return call.Unknown();
        }

        var (size, start, length) = (call.Self.Dims[at], OperationCall.SizeOf(call.At(2)), OperationCall.SizeOf(call.At(3)));
        if (size.IsUnknown || start.IsUnknown || length.IsUnknown)
        {
            call.Checks.Incomplete();
            return new Value.Tensor(call.Self.WithDim(at, length), call.Type);
        }

        if (start.Constant < 0)
        {
            start += size;
        }

        foreach (var (left, right) in new[] { (start, Dim.Zero), (length, Dim.Zero), (size, start + length) })
        {
            switch (Comparison.AtLeast(left, right, call.Facts))
            {
                case false:
                    return call.Wrong(FindingKind.OperationArguments,
                        $"{length} from {start} on is more than the {size} of dimension {at}");
                case null:
                    call.Checks.Require(new Fact(left, Relation.AtLeast, right));
                    break;
            }
        }

        return new Value.Tensor(call.Self.WithDim(at, length), call.Type);
    }

    private static bool Within(OperationCall call, int at, Dim index)
    {
        var size = call.Self.Dims[at];
        if (size.IsUnknown || index.IsUnknown)
        {
            call.Checks.Incomplete();
            return true;
        }

        // -size <= index < size
        foreach (var (left, right) in new[] { (size, index + Dim.One), (index, -size) })
        {
            switch (Comparison.AtLeast(left, right, call.Facts))
            {
                case false:
                    call.Fail(new(FindingKind.OperationArguments, call.Name, $"{index} is no index of dimension {at}, which has {size}"));
                    return false;
                case null:
                    call.Checks.Require(new Fact(left, Relation.AtLeast, right));
                    break;
            }
        }

        return true;
    }

    /// <summary><c>x[0, .., ^1]</c>: numbers take a dimension away, slices shorten it, null puts one in, tensors of indexes
    /// broadcast.</summary>
    private static Value Index(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || call.At(1) is not Value.List items)
        {
            return call.Unknown();
        }

        var indices = items.Items.ToList();
        if (indices.Any(i => i is Value.Tensor { Type: not ElementType.Integer } mask
            && (mask.Type != ElementType.Boolean || mask.Shape.Rank is null or 0)))
        {
            return call.Unknown();
        }

        var taken = indices.Sum(i => i is Value.Text ? 0 : i is Value.Tensor { Type: ElementType.Boolean } mask ? mask.Shape.Dims.Count
            : 1);
        if (taken > rank)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), $"{taken} indices are too many for its {rank} dimensions");
        }

        // A second ellipsis passes over as many dimensions again: nothing is left for what stands behind it. A slice there is not looked at
        // by the library.
        var places = Enumerable.Range(0, indices.Count).Where(i => indices[i] is Value.Text { Characters: "Ellipsis" }).ToArray();
        var behind = places.Length > 1 && taken < rank
            ? indices.Skip(places[1]).Where(i => i is not Value.Text { Characters: "Ellipsis" }).ToArray() : [];
        if (behind.Length > 0)
        {
            return behind.Any(i => i is Value.Integer or Value.Text)
                ? call.Wrong(FindingKind.OperationRank, call.Self.ToString(),
                    "one ellipsis stands for all the dimensions that are left, so that none is left for what comes after a second one")
                : call.Unknown();
        }

        var ellipsis = places.Length == 0 ? -1 : places[0];
        var fill = Enumerable.Repeat<Value>(new Value.Null(), rank - taken);
        indices = ellipsis >= 0 ? [.. indices.Take(ellipsis), .. fill,
            .. indices.Skip(ellipsis + 1).Where(i => i is not Value.Text { Characters: "Ellipsis" })] : [.. indices, .. fill];
        var result = new List<Dim>();
        Shape? gathered = null;
        var (gatheredAt, isApart, at) = (-1, false, 0);
        foreach (var index in indices)
        {
            switch (index)
            {
                case Value.Text { Characters: "None" or "Null" }:
                    result.Add(Dim.One);
                    continue;
                case Value.Text { Characters: "True" or "False" } truth
                    when indices.Count(i => i is Value.Tensor or Value.Text { Characters: "True" or "False" }) == 1:
                    result.Add(truth.Characters == "True" ? Dim.One : Dim.Zero);
                    continue;
                case Value.Text:
                    return call.Unknown();
                case Value.Integer number:
                    if (!Within(call, at, number.Dim))
                    {
                        return new Value.Tensor(Shape.UnknownRank);
                    }

                    break;
                case Value.Null:
                    result.Add(call.Self.Dims[at]);
                    break;
                case Value.List { Items: [var start, var stop, var step] }:
                    result.Add(Slice(call, call.Self.Dims[at], start, stop, step));
                    break;
                case Value.Tensor { Type: ElementType.Boolean } mask:
                    if (!Masks(call, mask.Shape, at))
                    {
                        return new Value.Tensor(Shape.UnknownRank);
                    }

                    // How many elements it takes only its numbers tell.
                    var isAlone = indices.Count(i => i is Value.Tensor) == 1;
                    call.Checks.Incomplete();
                    gathered = isAlone ? Shape.Of(Dim.Unknown) : Shape.UnknownRank;
                    gatheredAt = result.Count;
                    at += mask.Shape.Dims.Count - 1;
                    break;
                case Value.Tensor tensor:
                    gathered = gathered is null ? tensor.Shape : call.Broadcast(gathered, tensor.Shape);
                    isApart |= gatheredAt >= 0 && gatheredAt != result.Count;
                    gatheredAt = gatheredAt < 0 ? result.Count : gatheredAt;
                    break;
                default:
                    return call.Unknown();
            }

            at++;
        }

        if (gathered is not null)
        {
            // Indexes that stand apart put their dimensions first; with numbers among them the library does too.
            if (gathered.Rank is null || isApart || indices.Any(i => i is Value.Integer))
            {
                return call.Unknown();
            }

            result.InsertRange(gatheredAt, gathered.Dims);
        }

        return Views.Of(call, [.. result]);
    }

    /// <summary>A mask has the sizes of the dimensions that it takes.</summary>
    private static bool Masks(OperationCall call, Shape mask, int at)
    {
        for (var i = 0; i < mask.Dims.Count; i++)
        {
            if (!call.Same(call.Self, mask, at + i, call.Self.Dims[at + i], mask.Dims[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>start..stop</c> with a step, where negative numbers count from the end and what lies outside is cut off.</summary>
    private static Dim Slice(OperationCall call, Dim size, Value start, Value stop, Value step)
    {
        if (step is not Value.Null && OperationCall.SizeOf(step).Constant is not > 0)
        {
            call.Checks.Incomplete();
            return Dim.Unknown;
        }

        var (from, to) = (Clip(start, Dim.Zero), Clip(stop, size));
        var length = Dim.Max(Dim.Zero, to - from);
        if (Comparison.AtLeast(to, from, call.Facts) is true)
        {
            length = to - from;
        }

        var result = step is Value.Null ? length : Dim.FloorDiv(length + OperationCall.SizeOf(step) - Dim.One, OperationCall.SizeOf(step));
        if (result.IsUnknown)
        {
            call.Checks.Incomplete();
        }

        return result;

        Dim Clip(Value value, Dim otherwise)
        {
            if (value is Value.Null)
            {
                return otherwise;
            }

            var at = OperationCall.SizeOf(value);
            if (at.IsUnknown || size.IsUnknown)
            {
                return Dim.Unknown;
            }

            if (Comparison.AtLeast(at, Dim.Zero, call.Facts) is not true)
            {
                if (Comparison.AtLeast(at, Dim.Zero, call.Facts) is null)
                {
                    return call.DependsOn($"the sign of {at}");
                }

                at += size;
                if (Comparison.AtLeast(at, Dim.Zero, call.Facts) is not true)
                {
                    at = Dim.Max(Dim.Zero, at);
                }
            }

            return Comparison.AtLeast(size, at, call.Facts) is true ? at : Comparison.AtLeast(at, size, call.Facts) is true ? size
                : Dim.Min(at, size);
        }
    }
}
