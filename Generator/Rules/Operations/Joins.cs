using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Operations that put tensors together, or take one apart.</summary>
internal static class Joins
{
    private const int MostParts = 4096;

    public static readonly IReadOnlyList<OperationRule> All =
    [
        // Of one tensor it is that tensor.
        new("cat concat")
        {
            Saves = Saved.Views,
            Output = CatAll,
            Types = Listed,
            Memory = Memory.Ordered,
            MayReturnInput = true,
            Column = ColumnOrigin.Features,
            Devices = DeviceRule.Alike,
        },
        new("concatenate") { Output = CatAll, Types = Listed, Column = ColumnOrigin.Features, Devices = DeviceRule.Alike },
        new("stack")
        {
            Saves = Saved.Views,
            Output = Stack,
            Types = Listed,
            Memory = Memory.Ordered,
            Column = ColumnOrigin.Features,
            Devices = DeviceRule.Alike,
        },
        new("hstack")
        {
            Output = static call => Tensors(call) is { } parts
                ? Cat(call, AtLeast(parts, 1), Views.Number(parts.All(p => p.Rank <= 1) ? 0 : 1)) : call.Unknown(),
            Types = Listed,
            Devices = DeviceRule.Alike,
        },
        new("column_stack")
        {
            Output = static call => Tensors(call) is { } parts
                ? Cat(call, [.. parts.Select(static p => p.Rank switch
                {
                    0 => Shape.Of(Dim.One, Dim.One),
                    1 => Shape.Of(p.Dims[0], Dim.One),
                    _ => p,
                })], Views.Number(1)) : call.Unknown(),
            Types = Listed,
            Column = ColumnOrigin.Features,
            Devices = DeviceRule.Alike,
        },
        new("vstack row_stack")
        {
            Output = static call => Tensors(call) is { } parts ? Cat(call, AtLeast(parts, 2), Views.Number(0)) : call.Unknown(),
            Types = Listed,
            Devices = DeviceRule.Alike,
        },
        new("split") { Output = Split, Memory = Memory.View, Types = TypeRule.Same, Saves = Saved.Nothing },
        new("chunk") { Output = Chunk, Memory = Memory.View, Types = TypeRule.Same, Saves = Saved.Nothing },
        new("tensor_split")
        {
            Output = static call => call.At(1) is Value.Integer ? TensorSplit(call) : call.Unknown(),
            Memory = Memory.View,
            Types = TypeRule.Same,
            Devices = DeviceRule.First,
        },
        new("unbind") { Output = Unbind, Memory = Memory.View, Types = TypeRule.Same },
        new("block_diag") { Output = Blocks },
        new("broadcast_tensors")
        {
            Devices = DeviceRule.Unknown,
            Output = static call => Tensors(call) is { Count: > 0 } parts
                && parts.Aggregate(call.Broadcast) is { IsUnknownRank: false } shape && !call.Failed
                ? new Value.List(parts.Select(_ => (Value)new Value.Tensor(shape)).ToEquatableArray())
                : call.Unknown(),
        },
    ];

    /// <summary>The common type of a list.</summary>
    private static TypeRule Listed => TypeRule.Common("any", 0);

    private static IReadOnlyList<Shape>? Tensors(OperationCall call) =>
        call.At(0) is Value.List list && list.Items.All(i => i is Value.Tensor)
        ? list.Items.Select(OperationCall.ShapeOf).ToArray()
        : null;

    /// <summary>Matrices, rows and numbers one below and beside the other.</summary>
    private static Value Blocks(OperationCall call)
    {
        if (Tensors(call) is not { Count: > 0 } parts || parts.Any(static p => p.Rank is null))
        {
            return call.Unknown();
        }

        return parts.FirstOrDefault(static p => p.Rank > 2) is { } large
            ? call.Wrong(FindingKind.OperationRank, large.ToString(), "each needs 2 dimensions or fewer")
            : new Value.Tensor(Shape.Of(
                parts.Aggregate(Dim.Zero, static (sum, p) => sum + (p.Rank == 2 ? p.Dims[0] : Dim.One)),
                parts.Aggregate(Dim.Zero, static (sum, p) => sum + (p.Rank == 0 ? Dim.One : p[-1]))));
    }

    /// <summary>The tensors of a list with how often each stands there, which for those that a loop added may be a size.</summary>
    private static IReadOnlyList<(Shape Shape, Dim Times)>? Counted(OperationCall call)
    {
        if (call.At(0) is not Value.List list)
        {
            return null;
        }

        var parts = new List<(Shape, Dim)>();
        foreach (var item in list.Items)
        {
            var (of, times) = item is Value.Repeat repeat ? (repeat.Item, repeat.Count) : (item, Dim.One);
            foreach (var tensor in of is Value.List several ? several.Items.AsEnumerable() : [of])
            {
                if (tensor is not Value.Tensor)
                {
                    return null;
                }

                parts.Add((OperationCall.ShapeOf(tensor), times));
            }
        }

        // What a loop adds is nothing where it takes no turn: then it need not fit.
        var certain = parts.Where(p => Comparison.AtLeast(p.Item2, Dim.One, call.Facts) is true).Select(p => p.Item1).ToArray();
        if (parts.Any(p => p.Item2.IsUnknown || p.Item1.Rank is null || certain.Any(c => c.Rank != p.Item1.Rank)))
        {
            return null;
        }

        if (certain.Length == 0 && parts.Count > 0)
        {
            call.Checks.Require(new Fact(parts[0].Item2, Relation.AtLeast, Dim.One));
        }

        return parts;
    }

    /// <summary>Tensors of one shape, of a number that nothing tells: of none at all the library makes nothing.</summary>
    private static Shape? Uncounted(OperationCall call) => call.At(0) is Value.List
    {
        Items: [Value.Repeat { Count.IsUnknown: true, Item: Value.Tensor { Shape: { Rank: not null } shape } }],
    }
        ? shape : null;

    private static Value CatAll(OperationCall call)
    {
        var dim = call["dim"] ?? Views.Number(0);
        if (Uncounted(call) is { Rank: > 0 } each && call.Dimension(dim, each) is { } along)
        {
            return new Value.Tensor(each.WithDim(along, call.Checks.Unknown()));
        }

        if (Tensors(call) is { } tensors || Counted(call) is not { Count: > 0 } parts)
        {
            return Cat(call, Tensors(call), dim);
        }

        if (Cat(call, parts.Select(p => p.Shape).ToArray(), dim) is not Value.Tensor { Shape.Rank: > 0 } put
            || call.Dimension(dim, put.Shape) is not { } at || parts.Any(p => p.Shape.Rank != put.Shape.Rank))
        {
            return call.Unknown();
        }

        return put with { Shape = put.Shape.WithDim(at, parts.Aggregate(Dim.Zero, (sum, p) => sum + p.Shape.Dims[at] * p.Times)) };
    }

    private static IReadOnlyList<Shape>? AtLeast(IReadOnlyList<Shape> parts, int rank) => parts.Any(p => p.Rank is null)
        ? null
        : parts.Select(p => p.Rank == 0 && rank > 0 ? Shape.Of([.. Enumerable.Repeat(Dim.One, rank)]) : p.Rank == 1 && rank == 2
            ? Shape.Of(Dim.One, p.Dims[0]) : p).ToArray();

    private static Value Cat(OperationCall call, IReadOnlyList<Shape>? parts, Value dim)
    {
        if (parts is null || parts.Any(p => p.Rank is null))
        {
            return call.Unknown();
        }

        if (parts.Count == 0)
        {
            return call.Wrong(FindingKind.OperationArguments, "there is no tensor to concatenate");
        }

        // One tensor alone is given back as it is, whatever the dimension.
        if (parts.Count == 1)
        {
            if (parts[0].Rank is not { } alone || OperationCall.SizeOf(dim).Constant is not { } index || index < -alone || index >= alone)
            {
                call.Checks.Incomplete();
            }

            return new Value.Tensor(parts[0]);
        }

        // A tensor [0] fits everything, by an old habit of the library.
        var real = parts.Where(p => !(p.Rank == 1 && p.Dims[0].Constant == 0)).ToArray();
        if (real.Length == 0 || real.Any(p => p.Rank == 1 && p.Dims[0].Constant is null && real.Any(o => o.Rank != 1)))
        {
            return call.Unknown();
        }

        var first = real[0];
        if (first.Rank == 0)
        {
            return call.Wrong(FindingKind.OperationRank, first.ToString(), "tensors without dimensions are stacked, not put together");
        }

        if (call.Dimension(dim, first) is not { } at)
        {
            return call.Unknown();
        }

        var sum = first.Dims[at];
        foreach (var part in real.Skip(1))
        {
            if (part.Rank != first.Rank)
            {
                return call.Wrong(FindingKind.OperationRank, first.ToString(), $"{part} has another number of dimensions");
            }

            for (var i = 0; i < first.Dims.Count; i++)
            {
                if (i != at && !call.Same(first, part, i, first.Dims[i], part.Dims[i]))
                {
                    return new Value.Tensor(Shape.UnknownRank);
                }
            }

            sum += part.Dims[at];
        }

        return new Value.Tensor(first.WithDim(at, sum));
    }

    private static Value Stack(OperationCall call)
    {
        if (Uncounted(call) is { } each && call.Dimension(call["dim"] ?? Views.Number(0), each, extra: 1) is { } place)
        {
            return new Value.Tensor(Shape.Of([.. each.Dims.Take(place), call.Checks.Unknown(), .. each.Dims.Skip(place)]));
        }

        if (Counted(call) is not { } counted)
        {
            return call.Unknown();
        }

        if (counted.Count == 0)
        {
            return call.Wrong(FindingKind.OperationArguments, "there is no tensor to concatenate");
        }

        if (counted.Any(p => p.Shape.Rank is null) || call.Dimension(call["dim"] ?? Views.Number(0), counted[0].Shape,
            extra: 1) is not { } at)
        {
            return call.Unknown();
        }

        var parts = counted.Select(p => p.Shape).ToArray();

        foreach (var part in parts.Skip(1))
        {
            if (part.Rank != parts[0].Rank)
            {
                return call.Wrong(FindingKind.OperationRank, parts[0].ToString(), $"{part} has another number of dimensions");
            }

            for (var i = 0; i < part.Dims.Count; i++)
            {
                call.Same(parts[0], part, i, parts[0].Dims[i], part.Dims[i]);
            }
        }

        return new Value.Tensor(Shape.Of([.. parts[0].Dims.Take(at), counted.Aggregate(Dim.Zero, (sum, p) => sum + p.Times),
            .. parts[0].Dims.Skip(at)]));
    }

    private static Value Split(OperationCall call)
    {
        if (call.Self.Rank == 0)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 dimension or more");
        }

        if (call.Dimension(call["dim"] ?? Views.Number(0), call.Self) is not { } at)
        {
            return call.Unknown();
        }

        var size = call.Self.Dims[at];
        if (call.At(1) is Value.List list && call.Sizes(list) is { } sizes)
        {
            var sum = sizes.Aggregate(Dim.Zero, (a, b) => a + b);
            if (sizes.Any(s => s.Constant < 0))
            {
                return call.Wrong(FindingKind.OperationArguments, "a size cannot be negative");
            }

            call.Same(call.Self, Shape.Of([.. sizes]), at, size, sum);
            return Parts(call, at, sizes);
        }

        if (call.At(1) is not Value.Integer { Dim: { Constant: not null } each })
        {
            // Three equal parts of 3*d: the number is known though the size is not.
            return call.At(1) is Value.Integer { Dim: var part }
                && Dim.FloorDiv(size, part).Simplify(call.Facts).Constant is { } number and > 0 and <= MostParts
                && Comparison.Compare(size, Dim.Of(number) * part, call.Facts) == Verdict.Equal
                ? Parts(call, at, Enumerable.Repeat(part, (int)number))
                : call.Unknown();
        }

        if (each.Constant < 0 || (each.Constant == 0 && size.Constant is not 0))
        {
            return size.Constant is null ? call.Unknown()
                : call.Wrong(FindingKind.OperationArguments, $"parts of {each} cannot be made of {size}");
        }

        return size.Constant is { } length && each.Constant is { } step and > 0 && length / step < MostParts
            ? Parts(call, at, length == 0 ? [Dim.Zero] : Enumerable.Range(0, (int)(((length - 1) / step) + 1))
                .Select(i => Dim.Of(Math.Min(step, length - (i * step)))))
            : call.Unknown();
    }

    private static Value Chunk(OperationCall call)
    {
        if (call.Self.Rank == 0)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 dimension or more");
        }

        if (call.Dimension(call["dim"] ?? Views.Number(0), call.Self) is not { } at
            || OperationCall.SizeOf(call["chunks"] ?? call.At(1)).Constant is not { } chunks)
        {
            return call.Unknown();
        }

        if (chunks <= 0)
        {
            return call.Wrong(FindingKind.OperationArguments, $"the number of chunks must be 1 or more, but is {chunks}");
        }

        var size = call.Self.Dims[at];
        if (size.Constant is { } length)
        {
            var step = Math.Max(1, (length / chunks) + (length % chunks == 0 ? 0 : 1));
            return chunks > MostParts ? call.Unknown()
                : length == 0 ? Parts(call, at, Enumerable.Repeat(Dim.Zero, (int)chunks))
                : Parts(call, at, Enumerable.Range(0, (int)(((length - 1) / step) + 1))
                    .Select(i => Dim.Of(Math.Min(step, length - (i * step)))));
        }

        // Only equal chunks have a number that does not depend on the size.
        return chunks <= MostParts && Comparison.Compare(Dim.Mod(size, Dim.Of(chunks)).Simplify(call.Facts), Dim.Zero, call.Facts)
            == Verdict.Equal
            ? Parts(call, at, Enumerable.Repeat(Dim.FloorDiv(size, Dim.Of(chunks)).Simplify(call.Facts), (int)chunks))
            : call.Unknown();
    }

    private static Value TensorSplit(OperationCall call)
    {
        if (call.Dimension(call["dim"] ?? Views.Number(0), call.Self) is not { } at || call.Self.Rank is null or 0
            || call.Self.Dims[at].Constant is not { } length
            || OperationCall.SizeOf(call.At(1)).Constant is not ({ } parts and > 0 and <= MostParts))
        {
            return call.Unknown();
        }

        return Parts(call, at, Enumerable.Range(0, (int)parts).Select(i => Dim.Of((length / parts) + (i < length % parts ? 1 : 0))));
    }

    private static Value Unbind(OperationCall call)
    {
        if (call.Self.Rank == 0)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 dimension or more");
        }

        if (call.Dimension(call.At(1) ?? Views.Number(0), call.Self) is not { } at || call.Self.Dims[at].IsUnknown)
        {
            return call.Unknown();
        }

        var part = Views.Of(call, [.. call.Self.Dims.Where((_, i) => i != at)]);
        return call.Self.Dims[at] is { Constant: { } count }
            ? count is >= 0 and <= MostParts ? new Value.List(Enumerable.Repeat<Value>(part, (int)count).ToEquatableArray())
                : call.Unknown()
            : part is Value.Tensor ? new Value.Repeat(call.Self.Dims[at], "", part) : call.Unknown();
    }

    private static Value Parts(OperationCall call, int at, IEnumerable<Dim> sizes) =>
        new Value.List(sizes.Select(s => (Value)new Value.Tensor(call.Self.WithDim(at, s))).ToEquatableArray());
}
