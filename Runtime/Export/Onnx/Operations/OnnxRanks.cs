using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>What runs along a dimension, and what is found by an order: for each place a triangle chooses what lies before it.</summary>
internal static class OnnxRanks
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("cumprod", static c => Running(c, c.Type("dtype", "type") is { } type ? c.B.Cast(c.Self, type) : c.Self.IsFloat ? c.Self
            : c.B.Cast(c.Self, ScalarType.Int64), 1, "ReduceProd")),
        ("logcumsumexp", static c => Running(c, c.Self, double.NegativeInfinity, "ReduceLogSumExp")),
        ("cummax", static c => Extremes(c, "Max", double.NegativeInfinity)),
        ("cummin", static c => Extremes(c, "Min", double.PositiveInfinity)),
        ("median", static c => Flat(c) is var x && OnnxBuilder.Product(x.Dims) is var count
            ? c.B.Select(Lowest(c, x, 0, Dim.FloorDiv(count + 1, 2))[0], 0, Dim.FloorDiv(count - 1, 2)) : null),
        ("kthvalue", static c => c.Int("k") is { } k && c.Axis(c.Int("dim") ?? -1) is var axis
            ? Lowest(c, c.Self, axis, k).Select(v => (object?)(c.Flag("keepdim", false) ? c.B.Narrow(v, axis, k - 1, 1)
                : c.B.Select(v, axis, k - 1))).ToList() : null),
        ("quantile", Quantile),
    ];

    private static OnnxValue Flat(OnnxCall call) => OnnxRearranging.Flatten(call.B, call.Self, 0, -1);

    /// <summary>The lowest numbers along an axis, in their order, and where they are.</summary>
    private static OnnxValue[] Lowest(OnnxCall call, OnnxValue x, int axis, Dim count)
    {
        IReadOnlyList<Dim> dims = [.. x.Dims.Select((d, i) => i == axis ? count : d)];
        return call.B.Nodes("TopK", [x, call.B.Size(count)], [(x.Type, dims), (ScalarType.Int64, dims)], ("axis", (long)axis),
            ("largest", 0L), ("sorted", 1L));
    }

    /// <summary>For each place of a dimension, all that lies there and before it: <c>[.., n, n, ..]</c>.</summary>
    private static (OnnxValue Value, int Axis) Before(OnnxCall call, OnnxValue x, double otherwise)
    {
        var (triangle, axis) = Triangle(call, x);
        return (call.B.Where(triangle, call.B.Unsqueeze(x, axis - 1), call.B.Scalar(otherwise, x.Type)), axis);
    }

    /// <summary>Which places of a dimension are there or before, for each place; and the dimension of the former.</summary>
    private static (OnnxValue IsBefore, int Axis) Triangle(OnnxCall call, OnnxValue x)
    {
        var b = call.B;
        var axis = call.Axis(call.Int("dim")!.Value);
        if (x.Rank == 0)
        {
            throw call.Refused("of one number");
        }

        var size = x.Dims[axis];
        var square = b.Expand(b.Scalar(1d, ScalarType.Float32), [size, size]);
        var triangle = b.Cast(b.Node("Trilu", [square], ScalarType.Float32, square.Dims, ("upper", 0L)), ScalarType.Bool);
        return (b.Unsqueeze(triangle, [.. Enumerable.Range(2, x.Rank - axis - 1)]), axis + 1);
    }

    private static OnnxValue Running(OnnxCall call, OnnxValue x, double otherwise, string op)
    {
        var (all, axis) = Before(call, x, otherwise);
        return call.B.Reduce(op, all, [axis], keeps: false);
    }

    /// <summary>Of equal numbers the last one is told.</summary>
    private static List<object?> Extremes(OnnxCall call, string which, double otherwise)
    {
        if (!call.Self.IsFloat)
        {
            return WholeExtremes(call, which);
        }

        var (all, axis) = Before(call, call.Self, otherwise);
        return [call.B.Reduce($"Reduce{which}", all, [axis], keeps: false), call.B.Node($"Arg{which}", [all], ScalarType.Int64,
            call.Self.Dims, ("axis", (long)axis), ("keepdims", 0L), ("select_last_index", 1L))];
    }

    /// <summary>ArgMax has no kernel for int64: of the places that have the extreme number, the last.</summary>
    private static List<object?> WholeExtremes(OnnxCall call, string which)
    {
        var b = call.B;
        var x = b.Cast(call.Self, ScalarType.Int64);
        var (triangle, axis) = Triangle(call, x);
        var all = b.Where(triangle, b.Unsqueeze(x, axis - 1),
            b.Scalar(which == "Max" ? long.MinValue : long.MaxValue, ScalarType.Int64));
        var best = b.Reduce($"Reduce{which}", all, [axis], keeps: true);
        var size = x.Dims[axis - 1];
        var places = b.Unsqueeze(b.Node("Range", [b.Scalar(0L, ScalarType.Int64), b.Squeeze(b.Size(size), 0),
            b.Scalar(1L, ScalarType.Int64)], ScalarType.Int64, [size]), [.. Enumerable.Range(1, x.Rank - axis)]);
        var isBest = b.Node("And", [b.Compare("Equal", all, best), triangle], ScalarType.Bool, all.Dims);
        var index = b.Reduce("ReduceMax", b.Where(isBest, places, b.Scalar(-1L, ScalarType.Int64)), [axis], keeps: false);
        return [b.Cast(b.Squeeze(best, axis), call.Self.Type), index];
    }

    /// <summary>Between the two numbers beside the place.</summary>
    private static OnnxValue Quantile(OnnxCall call)
    {
        var (b, q) = (call.B, call.Tensor(1));

        // TorchSharp takes its default dimension for all of them.
        var isAll = call.Int("dim") is null or -1;
        var x = isAll ? Flat(call) : call.Self;
        var (axis, keeps) = (isAll ? 0 : call.Axis(call.Int("dim")!.Value), call.Flag("keepdim", false));
        if (q.Rank > 1)
        {
            throw call.Refused("of a matrix of shares");
        }

        var size = x.Dims[axis];
        var sorted = Lowest(call, x, axis, size)[0];
        var place = b.Mul(b.Cast(q, x.Type), call.As(OnnxCall.Number(size - 1), x.Type));
        var (below, above) = (b.Unary("Floor", place), b.Unary("Ceil", place));
        OnnxValue At(OnnxValue index) => b.Gather(sorted, b.Cast(index, ScalarType.Int64), axis);
        var share = b.Sub(place, below);
        share = q.Rank == 0 ? share : b.Unsqueeze(share, [.. Enumerable.Range(1, x.Rank - axis - 1)]);
        var low = At(below);
        var value = b.Add(low, b.Mul(b.Sub(At(above), low), share));

        // Several shares come first.
        if (q.Rank == 1)
        {
            value = b.Transpose(value, [axis, .. Enumerable.Range(0, value.Rank).Where(a => a != axis)]);
        }

        return !keeps ? value : isAll ? b.Reshape(value, [.. q.Dims, .. call.Self.Dims.Select(static _ => Dim.One)])
            : b.Unsqueeze(value, axis + q.Rank);
    }
}
