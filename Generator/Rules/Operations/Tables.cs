using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Operations on series of numbers and on tables of samples.</summary>
internal static class Tables
{
    private const int MostChosen = 8;

    public static readonly IReadOnlyList<OperationRule> All =
    [
        new("searchsorted") { Output = Search, Memory = Memory.Unordered },
        new("argwhere")
        {
            Output = static call => call.Self.Rank is { } rank && !call.Self.Dims.Any(static d => d.Constant == 0)
                ? new Value.Tensor(Shape.Of(Dim.Unknown, Dim.Of(rank))) : call.Unknown(),
            Types = TypeRule.First("any > int64"),
            Memory = Memory.Unordered,
        },
        new("diff") { Output = Difference, Memory = Memory.Unordered },
        new("trapezoid trapz") { Output = static call => Area(call, isCumulative: false), Memory = Memory.Unordered },
        new("cumulative_trapezoid") { Output = static call => Area(call, isCumulative: true), Memory = Memory.Unordered },
        new("cov") { Output = Correlated, Memory = Memory.Unordered },
        new("corrcoef") { Output = Correlated, Memory = Memory.Unordered },
        new("aminmax")
        {
            Output = Extremes,
            Types = TypeRule.First("int float bool"),
            Memory = Memory.Unordered,
        },
        new("msort")
        {
            Output = static call => call.Self.IsUnknownRank || call.Self.Rank == 0 ? call.Unknown() : new Value.Tensor(call.Self),
            Shapes = "*B -> *B",
            Types = TypeRule.First("int float bool"),
            Memory = Memory.Unordered,
        },
        new("cartesian_prod") { Output = Products, Types = TypeRule.Alike("any"), Memory = Memory.Unordered, MayReturnInput = true },
        new("combinations") { Output = Combinations, Types = TypeRule.Same, Memory = Memory.Unordered },
        new("diag_embed") { Output = OnDiagonals, Types = TypeRule.Same, Memory = Memory.Unordered },
        new("diagflat")
        {
            Output = static call => call.Self.IsUnknownRank || OperationCall.SizeOf(call["offset"] ?? Views.Number(0)).Constant
                is not { } offset
                ? call.Unknown()
                : Views.Of(call, call.Self.Elements + Dim.Of(Math.Abs(offset)), call.Self.Elements + Dim.Of(Math.Abs(offset))),
            Types = TypeRule.Same,
            Memory = Memory.Unordered,
        },
        new("atleast_3d")
        {
            Output = static call => call.At(0) is not Value.Tensor || call.Self.Rank is not { } rank ? call.Unknown()
                : Views.Of(call, [.. Enumerable.Repeat(Dim.One, rank < 2 ? 1 : 0), .. call.Self.Dims,
                    .. Enumerable.Repeat(Dim.One, rank switch { 0 => 2, 1 or 2 => 1, _ => 0 })]),
            Types = TypeRule.Same,
            Memory = Memory.View,
        },
        new("hsplit") { Output = static call => Split(call, 1), Types = TypeRule.Same, Memory = Memory.View },
        new("vsplit") { Output = static call => Split(call, 0), Types = TypeRule.Same, Memory = Memory.View },
        new("dsplit") { Output = static call => Split(call, 2), Types = TypeRule.Same, Memory = Memory.View },
        new("as_strided")
        {
            // Whether the elements are there is known at run time.
            Output = static call =>
            {
                call.Checks.Incomplete();
                return call.Sizes(call["size"]) is { } sizes ? Views.Of(call, [.. sizes]) : call.Unknown();
            },
            Types = TypeRule.Same,
            Memory = Memory.View,
        },
        new("select_scatter slice_scatter diagonal_scatter")
        {
            Output = static call =>
            {
                call.Checks.Incomplete();
                return new Value.Tensor(call.Self);
            },
            Types = TypeRule.Same,
            Memory = Memory.Unordered,
        },
        new("poisson")
        {
            // Of what is negative there is none.
            Output = static call => call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self),
            Shapes = "*B -> *B",
            Types = TypeRule.First("float"),
        },
        new("allclose is_nonzero") { GivesTensors = false },
    ];

    /// <summary>A place for each value, in one sorted row or in as many as there are rows of values.</summary>
    private static Value Search(OperationCall call)
    {
        var values = OperationCall.ShapeOf(call["values"]);
        if (call.Self.Rank is not ({ } rank and > 0) || values.Rank is null || call.Has("sorter")
            || call["values"] is not Value.Tensor && rank > 1
            || (call["values"] is Value.Tensor { Type: var type } && type != call.Type))
        {
            return call.Unknown();
        }

        if (rank > 1 && values.Rank != rank)
        {
            return call.Wrong(FindingKind.OperationRank, $"{call.Self} and {values}",
                "the sorted numbers need 1 dimension, or as many as the values");
        }

        for (var i = 0; rank > 1 && i < rank - 1; i++)
        {
            call.Same(call.Self, values, i, call.Self.Dims[i], values.Dims[i]);
        }

        return call.Failed ? call.Unknown() : new Value.Tensor(values, call.Flag("out_int32") switch
        {
            true => ElementType.Int32,
            false => ElementType.Int64,
            _ => ElementType.Integer,
        });
    }

    /// <summary>What each number has more than the one before.</summary>
    private static Value Difference(OperationCall call)
    {
        if (call["n"] is Value.Integer { Dim.Constant: not (null or 1) })
        {
            return call.Wrong(FindingKind.OperationArguments, "TorchSharp has no other than n: 1");
        }

        if (call.Self.Rank is not ({ } rank and > 0) || call["n"] is not (null or Value.Integer)
            || call.Dimension(call["dim"] ?? Views.Number(-1), call.Self) is not { } at)
        {
            return call.Unknown();
        }

        var size = call.Self.Dims[at];
        foreach (var beside in new[] { "prepend", "append" }.Where(call.Has).Select(call.ShapeAt))
        {
            if (beside.Rank != rank
                || beside.Dims.Where((d, i) => i != at && !call.Same(call.Self, beside, i, call.Self.Dims[i], d)).Any())
            {
                return call.Unknown();
            }

            size += beside.Dims[at];
        }

        call.NotEmpty(size);
        return size.Constant == 0 ? call.Unknown()
            : new Value.Tensor(call.Self.WithDim(at, size - Dim.One),
                call.Has("prepend") || call.Has("append") ? ElementType.Unknown : call.Type);
    }

    /// <summary>The area under a line, as one number or as far as each place.</summary>
    private static Value Area(OperationCall call, bool isCumulative)
    {
        if (call.Self.Rank is not > 0 || call.Self.Dims.Any(static d => d.Constant == 0)
            || (call["x"] is { } x && OperationCall.ShapeOf(x).Rank != 1)
            || call.Dimension(call["dim"] ?? Views.Number(-1), call.Self) is not { } at)
        {
            return call.Unknown();
        }

        var size = call.Self.Dims[at];
        if (call.Has("x"))
        {
            call.Same(call.Self, call.ShapeAt("x"), at, size, call.ShapeAt("x").Dims[0]);
        }

        if (isCumulative)
        {
            call.NotEmpty(size);
        }

        return call.Failed || size.Constant == 0 ? call.Unknown()
            : new Value.Tensor(isCumulative ? call.Self.WithDim(at, size - Dim.One)
                : Shape.Of([.. call.Self.Dims.Where((_, i) => i != at)]), call.Has("x") ? ElementType.Unknown : call.Floating);
    }

    /// <summary>A row is a variable, a column an observation.</summary>
    private static Value Correlated(OperationCall call)
    {
        if (call.Self.Rank > 2)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs at most 2 dimensions");
        }

        if (call.Self.Rank is not { } rank || call.Has("fweights") || call.Has("aweights"))
        {
            return call.Unknown();
        }

        // Of one variable it is a number.
        var count = rank == 2 ? call.Self.Dims[0] : Dim.One;
        return count.Constant == 1 ? new Value.Tensor(Shape.Of(), call.Floating)
            : Comparison.AtLeast(count, Dim.Of(2), call.Facts) is true ? new Value.Tensor(Shape.Of(count, count), call.Floating)
            : call.Unknown();
    }

    private static Value Extremes(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || call.Flag("keepdim") is not { } keeps || call.Self.Dims.Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        // TorchSharp 0.107 takes -1 for all dimensions.
        Value part;
        if (call.Has("dim") && OperationCall.SizeOf(call["dim"]) is { Constant: not -1 })
        {
            part = call.Self.Rank == 0 ? call.Unknown() : Reductions.Along(call, [call["dim"]!]);
        }
        else
        {
            part = new Value.Tensor(keeps ? Shape.Of([.. Enumerable.Repeat(Dim.One, rank)]) : Shape.Of());
        }

        foreach (var size in call.Self.Dims)
        {
            call.NotEmpty(size);
        }

        return part is Value.Tensor { Shape.Rank: not null } ? new Value.List(EquatableArray.Of(part, part)) : call.Unknown();
    }

    /// <summary>A row for each way to take one number of each.</summary>
    private static Value Products(OperationCall call)
    {
        if (call.At(0) is not Value.List { Items: { Count: > 0 } items }
            || items.Any(static i => i is not Value.Tensor { Shape.Rank: not null }))
        {
            return call.Unknown();
        }

        var shapes = items.Select(OperationCall.ShapeOf).ToArray();
        return shapes.FirstOrDefault(static s => s.Rank != 1) is { } wrong
            ? call.Wrong(FindingKind.OperationRank, wrong.ToString(), "it needs 1 dimension of each")
            : shapes.Length == 1 ? new Value.Tensor(shapes[0])
            : new Value.Tensor(Shape.Of(shapes.Aggregate(Dim.One, static (n, s) => n * s.Dims[0]), Dim.Of(shapes.Length)));
    }

    /// <summary>A row for each choice.</summary>
    private static Value Combinations(OperationCall call)
    {
        if (call.Self.Rank is not 1 || OperationCall.SizeOf(call["r"] ?? Views.Number(2)).Constant is not ({ } r and > 0 and <= MostChosen)
            || call.Flag("with_replacement") is not { } repeats)
        {
            return call.Self.Rank is not (null or 1)
                ? call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 dimension") : call.Unknown();
        }

        var (n, rows) = (call.Self.Dims[0], Dim.One);
        if (n.Constant < r && !repeats)
        {
            return new Value.Tensor(Shape.Of(Dim.Zero, Dim.Of(r)));
        }

        for (var i = 0; i < r; i++)
        {
            rows = Dim.FloorDiv(rows * (repeats ? n + Dim.Of(i) : n - Dim.Of(i)), Dim.Of(i + 1));
        }

        return rows.IsUnknown ? call.Unknown() : new Value.Tensor(Shape.Of(rows, Dim.Of(r)));
    }

    /// <summary>A matrix for each row, which stands on its diagonal.</summary>
    private static Value OnDiagonals(OperationCall call)
    {
        if (call.Self.Rank is not ({ } rank and > 0) || OperationCall.SizeOf(call["offset"] ?? Views.Number(0)).Constant is not { } offset
            || call.Dimension(call["dim1"] ?? Views.Number(-2), call.Self, extra: 1) is not { } first
            || call.Dimension(call["dim2"] ?? Views.Number(-1), call.Self, extra: 1) is not { } second)
        {
            return call.Unknown();
        }

        if (first == second)
        {
            return call.Wrong(FindingKind.OperationArguments, "dim1 and dim2 are the same dimension");
        }

        var rest = call.Self.Dims.Take(rank - 1).ToList();
        var size = call.Self[-1] + Dim.Of(Math.Abs(offset));
        rest.Insert(Math.Min(first, second), size);
        rest.Insert(Math.Max(first, second), size);
        return Views.Of(call, [.. rest]);
    }

    /// <summary>Into equal parts.</summary>
    private static Value Split(OperationCall call, int at)
    {
        if (call.Self.Rank is not { } rank || rank < Math.Max(2, at + 1)
            || call.At(1) is not Value.Integer { Dim.Constant: { } parts and > 0 and <= 1024 })
        {
            return call.Unknown();
        }

        var size = call.Self.Dims[at];
        if (size.Constant is { } length && length % parts != 0)
        {
            return call.Wrong(FindingKind.OperationArguments, $"dimension {at} of {call.Self} is not divisible by {parts}");
        }

        if (size.Constant is null)
        {
            call.Checks.Require(new Fact(Dim.Mod(size, Dim.Of(parts)), Relation.Equal, Dim.Zero));
        }

        var part = new Value.Tensor(call.Self.WithDim(at, Dim.FloorDiv(size, Dim.Of(parts))));
        return new Value.List(Enumerable.Repeat<Value>(part, (int)parts).ToEquatableArray());
    }
}
