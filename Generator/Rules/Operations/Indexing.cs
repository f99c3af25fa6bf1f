using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Operations that take some of a tensor's elements.</summary>
internal static partial class Indexing
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        new("narrow") { Output = Narrow, Memory = Memory.View, Types = TypeRule.Same, Saves = Saved.Nothing },
        new("select") { Output = Select, Memory = Memory.View, Types = TypeRule.Same, Saves = Saved.Nothing },
        new("slice") { Output = Between, Memory = Memory.View, Types = TypeRule.Same, Saves = Saved.Nothing },
        new("index_select") { Output = SelectSeveral, Types = TypeRule.Same.Needing("index", Indexes), Saves = Saved.Second },
        new("gather")
        {
            Output = static call => Gather(call, OperationCall.ShapeOf(call.At(2))),
            Types = TypeRule.Same.Needing("index", Indexes),
            Saves = Saved.First | Saved.Second,
        },
        new("take_along_dim") { Output = TakeAlong, Types = TypeRule.Same.Needing("indices", Indexes) },
        new("take")
        {
            Output = static call => call.Self.Dims.Any(d => d.Constant == 0) ? call.Unknown()
                : OperationCall.ShapeOf(call.At(1)) is { IsUnknownRank: false } index ? new Value.Tensor(index) : call.Unknown(),
            Shapes = "*A, *B -> *B",
            Types = TypeRule.Same.Needing("index", ElementType.Int64),
        },
        new("scatter scatter_add") { Output = Scatter, Types = TypeRule.Alike("any").Needing("index", Indexes) },
        new("index_add index_copy")
        {
            Output = Rows,
            Types = TypeRule.Alike("any").Needing("index", ElementType.Int64),
            SavesOf = static call => call.Name == "index_add" ? Saved.Second | Saved.Third | Saved.Passes : null,
        },
        new("index_fill") { Output = Same, Types = TypeRule.Same.Needing("index", ElementType.Int64) },
        new("index_put") { Output = Same, Types = TypeRule.Same },
        new("masked_scatter") { Output = Same, Types = TypeRule.Same.Needing("mask", ElementType.Boolean) },
        new("masked_select")
        {
            Output = static call => new Value.Tensor(Shape.Of(Dim.Unknown)),
            Types = TypeRule.Same.Needing("mask", ElementType.Boolean),
        },
        new("nonzero")
        {
            Output = static call => call.Self.Rank is { } rank
                ? new Value.Tensor(Shape.Of(Dim.Unknown, Dim.Of(rank))) : call.Unknown(),
            Types = TypeRule.First("any > int64"),
        },
        new("bucketize")
        {
            Output = static call => call.Self.IsUnknownRank || OperationCall.ShapeOf(call.At(1)).Rank != 1 ? call.Unknown()
                : new Value.Tensor(call.Self),
            Shapes = "*B, N -> *B",
            Types = TypeRule.First("any > int"),
        },

        // A view, unless a tensor is among the indexes.
        new("[]") { Output = Index, Memory = Memory.View, Types = TypeRule.Same, Column = ColumnOrigin.Index, SavesOf = Indexed },
    ];

    /// <summary>A part along one dimension, or rows by their numbers. What several indexes make in between is not known.</summary>
    private static Saved? Indexed(OperationCall call) => call.At(1) is not Value.List { Items: var items } ? null
        : items.Where(static i => i is not (Value.Text or Value.List { Items: [Value.Null, Value.Null, Value.Null] })).ToArray() switch
        {
            [] or [Value.Integer or Value.List] => Saved.Nothing,
            [Value.Tensor index] when index.Type.Is(ElementType.Int64) => Saved.Second,
            _ => null,
        };

    /// <summary>As <c>x[.., start..finish]</c> along one dimension.</summary>
    private static Value Between(OperationCall call)
    {
        if (call.Self.Rank is not > 0)
        {
            return call.Unknown();
        }

        return call.Dimension(call.At(1), call.Self) is { } at && call["start"] is { } start && call["finish"] is { } finish
            && call["step"] is { } step
            ? new Value.Tensor(call.Self.WithDim(at, Slice(call, call.Self.Dims[at], start, finish, step))) : call.Unknown();
    }

    private const ElementType Indexes = ElementType.Int32 | ElementType.Int64;

    private static Value Select(OperationCall call)
    {
        if (call.Self.Rank == 0)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 dimension or more");
        }

        return call.Dimension(call.At(1), call.Self) is { } at && Within(call, at, OperationCall.SizeOf(call.At(2)))
            ? Views.Of(call, [.. call.Self.Dims.Where((_, i) => i != at)]) : call.Unknown();
    }

    /// <summary>A dimension is as long as the list of indexes.</summary>
    private static Value SelectSeveral(OperationCall call)
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
        else if (count.Constant != 0 && Comparison.AtLeast(call.Self.Dims[at], Dim.One, call.Facts) is not true)
        {
            call.Checks.Incomplete();
        }

        return new Value.Tensor(call.Self.WithDim(at, count));
    }

    private static Value Same(OperationCall call)
    {
        call.Checks.Incomplete();
        return new Value.Tensor(call.Self);
    }

    /// <summary>A number for each row of the source, whose other sizes are those of the tensor.</summary>
    private static Value Rows(OperationCall call)
    {
        var (index, source) = (OperationCall.ShapeOf(call.At(2)), OperationCall.ShapeOf(call.At(3)));
        if (call.Dimension(call.At(1), call.Self) is not { } at || index.Rank != 1 || call.Self.Rank is not { } rank || rank == 0
            || source.Rank != rank || call.Self.Dims[at].Constant == 0)
        {
            return Same(call);
        }

        for (var i = 0; i < rank; i++)
        {
            var other = i == at ? index : call.Self;
            if (!call.Same(other, source, i, other.Dims[i == at ? 0 : i], source.Dims[i]))
            {
                return new Value.Tensor(Shape.UnknownRank);
            }
        }

        return new Value.Tensor(call.Self);
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
                var fits = limit.IsUnknown || index.Dims[i].IsUnknown ? null : Comparison.AtLeast(limit, index.Dims[i], call.Facts);
                if (fits is false && !IsMaybeEmpty(call, index))
                {
                    return call.Wrong(FindingKind.OperationOperands, limit == source?.Dims[i] ? source.ToString() : call.Self.ToString(),
                        index.ToString(), i.ToString(System.Globalization.CultureInfo.InvariantCulture), limit.ToString(),
                        index.Dims[i].ToString());
                }

                if (fits is not true)
                {
                    call.Checks.Incomplete();
                }
            }
        }

        return new Value.Tensor(call.Self);
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
                return IsMaybeEmpty(call, index)
                    ? call.Unknown()
                    : call.Wrong(FindingKind.OperationOperands, call.Self.ToString(), index.ToString(),
                        i.ToString(System.Globalization.CultureInfo.InvariantCulture), have.ToString(), want.ToString());
            }
        }

        return new Value.Tensor(index);
    }

    /// <summary>Tensor and indices are broadcast to each other, but for the dimension; without one both are taken as rows.</summary>
    private static Value TakeAlong(OperationCall call)
    {
        var index = call.ShapeAt("indices");
        if (call.Self.Rank is not { } rank || index.Rank is not { } other || rank == 0
            || index.Dims.Concat(call.Self.Dims).Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (!call.Has("dim"))
        {
            return new Value.Tensor(Shape.Of(index.Elements));
        }

        if (other != rank)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), $"the indices {index} have another number of dimensions");
        }

        if (call.Dimension(call["dim"], call.Self) is not { } at)
        {
            return call.Unknown();
        }

        var common = call.Broadcast(Shape.Of([.. call.Self.Dims.Select((d, i) => i == at ? Dim.One : d)]),
            Shape.Of([.. index.Dims.Select((d, i) => i == at ? Dim.One : d)]));
        return call.Failed || common.Rank is null ? new Value.Tensor(Shape.UnknownRank)
            : new Value.Tensor(Shape.Of([.. common.Dims.Select((d, i) => i == at ? index.Dims[i] : d)]));
    }

    /// <summary>An empty index takes nothing, whatever its other sizes.</summary>
    private static bool IsMaybeEmpty(OperationCall call, Shape index) =>
        index.Dims.Any(d => d.IsUnknown || Comparison.AtLeast(d, Dim.One, call.Facts) is not true);

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
            return new Value.Tensor(call.Self.WithDim(at, length));
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

        return new Value.Tensor(call.Self.WithDim(at, length));
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
}
