using Gen.Model;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Operations that make one number of many, over all elements or along dimensions.</summary>
internal static class Reductions
{
    private static readonly string[] Dimensions = ["dim", "dims", "dimensions", "dimension", "dim0", "dim1", "dim2", "axis"];

    public static readonly IReadOnlyList<OperationRule> All =
    [
        Over("sum", Sums) with { Memory = Memory.Ordered, Saves = Saved.Views },
        Over("mean", "float complex") with { Memory = Memory.Ordered, Saves = Saved.Nothing },
        Over("prod", Sums),
        Over("nansum", "int bool > int64, float"),
        Over("nanmean", "float"),
        Over("norm", Deviations) with { SavesOf = static call => call.Has("p") ? null : Saved.First | Saved.Result | Saved.Once },
        Over("var std", Deviations) with
        {
            Types = TypeRule.First(Deviations) with { IgnoresStated = true },
            SavesOf = static call => Saved.First | Saved.Once | (call.Name == "std" ? Saved.Result : Saved.Nothing),
        },
        Over("amax amin", "int float bool"),
        Over("argmax argmin", "int float > int64"),

        // Bytes stay bytes.
        Over("all any", "uint8, any > bool"),
        Over("logsumexp", "int bool > float32, float complex") with { Saves = Saved.First | Saved.Result | Saved.Twice },
        new("count_nonzero") { Output = Reduce, Types = TypeRule.First("any > int64") },
        new("max min")
        {
            Output = Extreme,
            Types = Extremes("int float bool"),
            Column = ColumnOrigin.Reduction,
            SavesOf = static call => call.Has("dim") ? Saved.Indices : null,
        },
        new("median") { Output = Extreme, Types = Extremes("int float"), Column = ColumnOrigin.Reduction },
        new("nanmedian")
        {
            Output = static call => call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(Shape.Of()),
            Shapes = "*B ->",
            Types = TypeRule.First("int float"),
        },
        new("mode")
        {
            Output = static call => Pair(call, call.At(1) ?? Views.Number(-1)),
            Types = TypeRule.First("any").With(ElementType.Int64),
            Column = ColumnOrigin.Reduction,
        },
        new("quantile nanquantile")
        {
            Output = Quantile,
            Types = TypeRule.Alike("float32 float64"),
            Column = ColumnOrigin.Reduction,
        },
        new("kthvalue") { Output = Nth, Types = TypeRule.First("int float").With(ElementType.Int64) },
        new("histc")
        {
            Output = static call =>
            {
                // Whether its limits are in order is known at run time.
                call.Checks.Incomplete();
                return new Value.Tensor(Shape.Of(OperationCall.SizeOf(call["bins"])));
            },
        },
        new("unique unique_consecutive")
        {
            Output = static call => call.Has("dim") ? call.Unknown()
                : new Value.List(EquatableArray.Of<Value>(new Value.Tensor(Shape.Of(Dim.Unknown)), new Value.Tensor(Shape.UnknownRank),
                    new Value.Tensor(Shape.UnknownRank))),
            Types = TypeRule.First("any").With(ElementType.Int64, ElementType.Int64),
        },
        new("multinomial") { Output = Drawn, Types = TypeRule.First("float > int64") },
        new("std_mean var_mean")
        {
            Output = static call => Reduce(call) is Value.Tensor one ? new Value.List(EquatableArray.Of<Value>(one, one))
                : call.Unknown(),
            Column = ColumnOrigin.Reduction,
        },
        new("topk") { Output = TopK, Types = TypeRule.First("int float").With(ElementType.Int64), Saves = Saved.Indices },
        new("sort")
        {
            Output = static call => call.Dimension(call["dim"] ?? Views.Number(-1), call.Self) is null
                ? call.Unknown()
                : new Value.List(EquatableArray.Of<Value>(new Value.Tensor(call.Self), new Value.Tensor(call.Self))),
            Shapes = "*B -> *B, *B",
            Types = TypeRule.First("int float bool").With(ElementType.Int64),
            Saves = Saved.Indices,
        },
        new("argsort")
        {
            Output = static call => call.Dimension(call["dim"] ?? Views.Number(-1), call.Self) is null ? call.Unknown()
                : new Value.Tensor(call.Self),
            Shapes = "*B -> *B",
            Types = TypeRule.First("int float bool > int64"),
        },
        new("trace")
        {
            Output = static call => call.Self.Rank switch
            {
                null => call.Unknown(),
                2 => new Value.Tensor(Shape.Of()),
                _ => call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 2 dimensions"),
            },
            Shapes = "N M ->",
            Types = TypeRule.First("int > int64, float32 float64 complex"),
        },
        new("dist")
        {
            Output = static call => new Value.Tensor(
                call.Broadcast(call.Self, OperationCall.ShapeOf(call.At(1))).IsUnknownRank ? Shape.UnknownRank : Shape.Of()),
            Shapes = "*B, *B ->",
            Types = TypeRule.Common(Deviations),
        },
        new("bincount") { Output = static call => new Value.Tensor(Shape.Of(Dim.Unknown)) },
    ];

    private const string Sums = "int bool > int64, float complex";
    private const string Deviations = "float, complex64 > float32, complex128 > float64";

    private static OperationRule Over(string names, string types) =>
        new(names) { Output = Reduce, Types = TypeRule.First(types), Column = ColumnOrigin.Reduction };

    /// <summary>Of the elements of one tensor with their places, or of two tensors.</summary>
    private static TypeRule Extremes(string types) =>
        TypeRule.Common(types).With(ElementType.Int64) with { IsOfTensorsAlone = true };

    private static Value Reduce(OperationCall call)
    {
        if (call.Self.Rank is null)
        {
            return LastOnly(call);
        }

        // The norm of linalg is one of matrices where it is given an order and two dimensions, or none.
        if (call.Has("ord"))
        {
            return call.Unknown();
        }

        var given = Dimensions.Where(call.Has).Select(d => call[d]!).ToArray();
        var dims = given is [Value.List list] ? list.Items.ToArray() : given;
        if (dims.Length == 0)
        {
            if (call.Name is "argmax" or "argmin" && call.Self.Dims.Any(d => d.Constant == 0))
            {
                return call.Wrong(FindingKind.OperationArguments, $"{call.Self} is empty");
            }

            return call.Flag("keepdim") switch
            {
                false => new Value.Tensor(Shape.Of()),
                _ => call.Unknown(),
            };
        }

        var at = dims.Select(d => call.Dimension(d, call.Self)).ToArray();
        if (at.Any(a => a is null) || call.Flag("keepdim") is not { } keeps)
        {
            return call.Unknown();
        }

        if (at.Distinct().Count() != at.Length)
        {
            return call.Wrong(FindingKind.OperationArguments, "a dimension is named twice");
        }

        // Without elements there is no greatest one.
        if (call.Name is "amax" or "amin" or "argmax" or "argmin"
            && at.Any(a => a < call.Self.Dims.Count && call.Self.Dims[a!.Value].Constant == 0))
        {
            return call.Wrong(FindingKind.OperationArguments, $"dimension {at[0]} of {call.Self} is empty");
        }

        foreach (var size in at.Where(a => call.Name is "amax" or "amin" or "argmax" or "argmin" && a < call.Self.Dims.Count)
            .Select(a => call.Self.Dims[a!.Value]))
        {
            call.NotEmpty(size);
        }

        return new Value.Tensor(Without(call.Self, at.Select(a => a!.Value).ToArray(), keeps));
    }

    /// <summary><c>mean(-1, keepdim: true)</c> after any number of leading dimensions.</summary>
    private static Value LastOnly(OperationCall call)
    {
        var given = Dimensions.Where(call.Has).Select(d => call[d]!).ToArray();
        var only = given switch
        {
            [Value.List { Items: [var one] }] => one,
            [Value.Integer one] => one,
            _ => null,
        };
        return OperationCall.SizeOf(only).Constant == -1 && call.Self.Dims.Count > 0 && call.Flag("keepdim") is { } keeps
            ? new Value.Tensor(keeps ? call.Self.WithLast(Dim.One)
                : new Shape(call.Self.Variadic, [.. call.Self.Dims.Take(call.Self.Dims.Count - 1)]))
            : call.Unknown();
    }

    /// <summary>Along the dimensions that are named.</summary>
    public static Value Along(OperationCall call, IReadOnlyList<Value> dims)
    {
        var at = dims.Select(d => call.Dimension(d, call.Self)).ToArray();
        return at.Any(static a => a is null) || at.Distinct().Count() != at.Length || call.Flag("keepdim") is not { } keeps
            ? call.Unknown() : new Value.Tensor(Without(call.Self, [.. at.Select(static a => a!.Value)], keeps));
    }

    private static Shape Without(Shape shape, int[] at, bool keeps) => keeps
        ? Shape.Of([.. shape.Dims.Select((d, i) => at.Contains(i) ? Dim.One : d)])
        : Shape.Of([.. shape.Dims.Where((_, i) => !at.Contains(i))]);

    private static Value Extreme(OperationCall call)
    {
        if (call.At(1) is Value.Tensor other)
        {
            return call.Self.IsUnknownRank || other.Shape.IsUnknownRank ? call.Unknown()
                : new Value.Tensor(call.Broadcast(call.Self, other.Shape));
        }

        if (call.Has("dim"))
        {
            return Pair(call, call["dim"]!);
        }

        if (call.Name != "median" && !call.Self.IsUnknownRank && call.Self.Elements.Constant != 0)
        {
            call.NotEmpty(call.Self.Elements);
        }

        return call.Self.Elements.Constant == 0 && call.Name != "median"
            ? call.Wrong(FindingKind.OperationArguments, $"{call.Self} is empty")
            : call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(Shape.Of());
    }

    private static Value Pair(OperationCall call, Value dim)
    {
        if (call.Dimension(dim, call.Self) is not { } at || call.Flag("keepdim") is not { } keeps)
        {
            return call.Unknown();
        }

        if (at < call.Self.Dims.Count && call.Self.Dims[at].Constant == 0)
        {
            return call.Wrong(FindingKind.OperationArguments, $"dimension {at} of {call.Self} is empty");
        }

        if (at < call.Self.Dims.Count)
        {
            call.NotEmpty(call.Self.Dims[at]);
        }

        var shape = Without(call.Self, [at], keeps);
        return new Value.List(EquatableArray.Of<Value>(new Value.Tensor(shape), new Value.Tensor(shape)));
    }

    /// <summary>One result for each of the quantiles, in a dimension of its own in front.</summary>
    private static Value Quantile(OperationCall call)
    {
        if (OperationCall.ShapeOf(call.At(1)) is not { Rank: { } several } quantiles || call.Flag("keepdim") is not { } keeps
            || OperationCall.SizeOf(call["dim"] ?? Views.Number(-1)).Constant is not { } named
            || call.Dimension(call["dim"] ?? Views.Number(-1), call.Self) is not { } at)
        {
            return call.Unknown();
        }

        // TorchSharp takes -1, its default, for all dimensions.
        int[] over = named == -1 ? [.. Enumerable.Range(0, call.Self.Dims.Count)] : [at];

        if (several > 1)
        {
            return call.Wrong(FindingKind.OperationRank, quantiles.ToString(), "the quantiles must have at most 1 dimension");
        }

        if (call.Self.Dims.Any(static d => d.Constant == 0))
        {
            return call.Wrong(FindingKind.OperationArguments, $"{call.Self} is empty");
        }

        foreach (var size in call.Self.Dims)
        {
            call.NotEmpty(size);
        }

        return new Value.Tensor(Shape.Of([.. quantiles.Dims, .. Without(call.Self, over, keeps).Dims]));
    }

    /// <summary>Numbers of columns, drawn by their probabilities row by row.</summary>
    private static Value Drawn(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || OperationCall.SizeOf(call["num_samples"]) is not { IsUnknown: false } count)
        {
            return call.Unknown();
        }

        // Which numbers are probabilities is known at run time.
        call.Checks.Incomplete();
        return rank is 1 or 2 ? new Value.Tensor(Shape.Of([.. call.Self.Dims.Take(rank - 1), count]))
            : call.Wrong(FindingKind.OperationRank, call.Self.ToString(), "it needs 1 or 2 dimensions");
    }

    /// <summary>The k-th smallest of a dimension, the last one where none is named; k is counted from 1.</summary>
    private static Value Nth(OperationCall call)
    {
        var (k, dim) = (OperationCall.SizeOf(call["k"]), call.Has("dim") ? call["dim"]! : Views.Number(-1));
        if (k.Constant is not { } nth || call.Self.Rank is not { } rank || call.Dimension(dim, call.Self) is not { } at)
        {
            return call.Unknown();
        }

        if (call.Self.Dims.Any(static d => d.Constant == 0))
        {
            return call.Unknown();
        }

        var size = rank == 0 ? Dim.One : call.Self.Dims[at];
        if (nth < 1 || (!size.IsUnknown && Comparison.AtLeast(size, k, call.Facts) is false))
        {
            return call.Wrong(FindingKind.OperationArguments, $"k {k} is none of 1 to {size}");
        }

        if (size.IsUnknown)
        {
            call.Checks.Incomplete();
        }
        else if (Comparison.AtLeast(size, k, call.Facts) is null)
        {
            call.Checks.Require(new Fact(size, Relation.AtLeast, k));
        }

        return Pair(call, dim);
    }

    private static Value TopK(OperationCall call)
    {
        if (call.Dimension(call["dim"] ?? Views.Number(-1), call.Self) is not { } at)
        {
            return call.Unknown();
        }

        var k = OperationCall.SizeOf(call["k"]);
        if (k.Constant < 0)
        {
            return call.Wrong(FindingKind.OperationArguments, $"k {k} is negative");
        }

        if (k.IsUnknown || call.Self.Rank == 0)
        {
            return call.Unknown();
        }

        var size = call.Self.Dims[at];
        if (size.IsUnknown)
        {
            call.Checks.Incomplete();
        }
        else
        {
            switch (Comparison.AtLeast(size, k, call.Facts))
            {
                case false:
                    return call.Wrong(FindingKind.OperationArguments, $"k {k} is more than the {size} of dimension {at}");
                case null:
                    call.Checks.Require(new Fact(size, Relation.AtLeast, k));
                    break;
            }
        }

        var shape = call.Self.WithDim(at, k);
        return new Value.List(EquatableArray.Of<Value>(new Value.Tensor(shape), new Value.Tensor(shape)));
    }
}
