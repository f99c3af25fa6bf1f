using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Sums, means, extremes, and what is sorted.</summary>
internal static class OnnxReductions
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("sum", static c => c.B.Reduce("ReduceSum", Whole(c), Axes(c), c.Flag("keepdim", false))),
        ("prod", static c => c.B.Reduce("ReduceProd", Whole(c), Axes(c), c.Flag("keepdim", false))),
        ("mean", static c => c.B.Reduce("ReduceMean", c.Type("type") is { } type ? c.B.Cast(c.Self, type) : c.Self, Axes(c),
            c.Flag("keepdim", false))),
        ("var", static c => Variance(c)),
        ("std", static c => c.B.Unary("Sqrt", Variance(c))),
        ("var_mean", static c => new List<object?> { Variance(c), c.B.Reduce("ReduceMean", c.Self, Axes(c), c.Flag("keepdim", false)) }),
        ("std_mean", static c => new List<object?> { c.B.Unary("Sqrt", Variance(c)), c.B.Reduce("ReduceMean", c.Self, Axes(c),
            c.Flag("keepdim", false)) }),
        ("norm", static c => c.Get("ord") is null ? OnnxLinearLayers.Norm(c.B, c.Self, c.Real("p") ?? 2, Axes(c), c.Flag("keepdim", false))
            : throw c.Refused("with an order it is another function for matrices")),
        ("amax", static c => c.B.Reduce("ReduceMax", c.Self, Axes(c), c.Flag("keepdim", false))),
        ("amin", static c => c.B.Reduce("ReduceMin", c.Self, Axes(c), c.Flag("keepdim", false))),
        ("argmax", static c => Place(c, "ArgMax")),
        ("argmin", static c => Place(c, "ArgMin")),
        ("max", static c => Extreme(c, "Max")),
        ("min", static c => Extreme(c, "Min")),
        ("all", static c => Truths(c, "ReduceMin")),
        ("any", static c => Truths(c, "ReduceMax")),
        ("logsumexp", static c => c.B.Reduce("ReduceLogSumExp", c.Self, Axes(c), c.Flag("keepdim", false))),
        ("count_nonzero", static c => c.B.Reduce("ReduceSum", c.B.Cast(c.B.Cast(c.Self, ScalarType.Bool), ScalarType.Int64), Axes(c),
            keeps: false)),
        ("topk", Top),
        ("sort", static c => Sorted(c)),
        ("argsort", static c => Sorted(c)[1]),
    ];

    private static readonly string[] Dims = ["dim", "dims", "dimensions", "dimension", "dim0"];

    /// <summary>The axes that are given, one or several; null for all.</summary>
    private static IReadOnlyList<int>? Axes(OnnxCall call)
    {
        var given = (call.Ints(Dims) ?? []).Concat(new[] { "dim1", "dim2" }.Where(call.Has).Select(n => call.Int(n)!.Value)).ToArray();
        return given.Length == 0 ? null : [.. given.Select(call.Axis)];
    }

    /// <summary>Of whole numbers and truths the sum is of int64.</summary>
    private static OnnxValue Whole(OnnxCall call) => call.Type("type") is { } type ? call.B.Cast(call.Self, type)
        : call.Self.IsFloat ? call.Self : call.B.Cast(call.Self, ScalarType.Int64);

    private static OnnxValue Variance(OnnxCall call)
    {
        var (b, axes, keeps) = (call.B, Axes(call), call.Flag("keepdim", false));
        var x = call.Type("type") is { } type ? b.Cast(call.Self, type) : call.Self;
        var centered = b.Sub(x, b.Reduce("ReduceMean", x, axes, keeps: true));
        var squares = b.Mul(centered, centered);
        if (!call.Flag("unbiased", true))
        {
            return b.Reduce("ReduceMean", squares, axes, keeps);
        }

        var count = OnnxBuilder.Product((axes ?? [.. Enumerable.Range(0, x.Rank)]).Select(a => x.Dims[a])) - 1;
        return b.Div(b.Reduce("ReduceSum", squares, axes, keeps), call.As(OnnxCall.Number(count), x.Type));
    }

    private static OnnxValue Place(OnnxCall call, string op)
    {
        var (b, keeps) = (call.B, call.Flag("keepdim", false));
        if (call.Int("dim") is not { } dim)
        {
            return b.Node(op, [OnnxRearranging.Flatten(b, call.Self, 0, -1)], ScalarType.Int64, [], ("axis", 0L), ("keepdims", 0L));
        }

        var axis = call.Axis(dim);
        return b.Node(op, [call.Self], ScalarType.Int64, keeps ? [.. call.Self.Dims.Select((d, i) => i == axis ? Dim.One : d)]
            : [.. call.Self.Dims.Where((_, i) => i != axis)], ("axis", (long)axis), ("keepdims", keeps ? 1L : 0L));
    }

    private static object Extreme(OnnxCall call, string op)
    {
        if (call.Operands.Count > 1 && call[1] is OnnxValue)
        {
            var pair = call.Promoted(call[0], call[1]);
            return call.B.Binary(op, pair[0], pair[1]);
        }

        var values = call.B.Reduce($"Reduce{op}", call.Self, Axes(call), call.Flag("keepdim", false));
        return call.Int("dim") is null ? values : new List<object?> { values, Place(call, $"Arg{op}") };
    }

    private static OnnxValue Truths(OnnxCall call, string op)
    {
        var numbers = call.B.Cast(call.B.Cast(call.Self, ScalarType.Bool), ScalarType.Int32);
        return call.B.Cast(call.B.Reduce(op, numbers, Axes(call), call.Flag("keepdim", false)), ScalarType.Bool);
    }

    private static List<object?> Top(OnnxCall call)
    {
        var axis = call.Axis(call.Int("dim") ?? -1);
        var count = call.SizeOf(call.Get("k"));
        return Top(call, axis, count, call.Flag("largest", true));
    }

    private static List<object?> Sorted(OnnxCall call)
    {
        var axis = call.Axis(call.Int("dim") ?? -1);
        return Top(call, axis, call.Self.Dims[axis], call.Flag("descending", false));
    }

    private static List<object?> Top(OnnxCall call, int axis, Dim count, bool isLargest)
    {
        var x = call.Self;
        IReadOnlyList<Dim> dims = [.. x.Dims.Select((d, i) => i == axis ? count : d)];
        var outputs = call.B.Nodes("TopK", [x, call.B.Size(count)], [(x.Type, dims), (ScalarType.Int64, dims)], ("axis", (long)axis),
            ("largest", isLargest ? 1L : 0L), ("sorted", 1L));
        return [.. outputs];
    }
}
