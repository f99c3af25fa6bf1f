using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Grids, blocks, products of every element with every other, and turns.</summary>
internal static class OnnxGrids
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("slice", static c => c.B.Slice(c.Self, c.Axis(c.Int("dim")!.Value), c.SizeOf(c.Get("start")), c.SizeOf(c.Get("finish")),
            c.Int("step") ?? 1)),
        ("column_stack", static c => c.B.Concat([.. c.Promoted([.. Tensors(c)]).Select(t => t.Rank < 2
            ? c.B.Reshape(t, [OnnxBuilder.Product(t.Dims), Dim.One]) : t)], 1)),
        ("meshgrid", Grid),
        ("block_diag", Blocks),
        ("kron", Kronecker),
        ("tensordot", Contracted),
        ("cross", Cross),
        ("rot90", Turn),
        ("diag", Diagonal),
        ("masked_scatter", Scattered),
        ("logspace", static c => Constant(c, static (c, type) => logspace(c.Real("start")!.Value, c.Real("end")!.Value,
            c.Int("steps")!.Value, c.Real("base") ?? 10, dtype: type))),
        ("tril_indices", static c => Constant(c, static (c, _) => tril_indices(c.Int("row")!.Value, c.Int("col")!.Value,
            c.Int("offset") ?? 0, c.Type("dtype") ?? ScalarType.Int64))),
        ("triu_indices", static c => Constant(c, static (c, _) => triu_indices(c.Int("row")!.Value, c.Int("col")!.Value,
            c.Int("offset") ?? 0, c.Type("dtype") ?? ScalarType.Int64))),
    ];

    private static OnnxValue[] Tensors(OnnxCall call) => [.. (call.Operands is [{ Value: OnnxValue }, { Value: OnnxValue }, ..]
        or [{ Value: OnnxValue }] ? call.Operands.Select(static o => o.Value) : OnnxCall.Items(call[0]))
        .Select(t => t as OnnxValue ?? throw call.Refused("an item is no tensor"))];

    private static OnnxValue Constant(OnnxCall call, Func<OnnxCall, ScalarType, Tensor> make)
    {
        using var scope = NewDisposeScope();
        return call.B.State(make(call, call.Type("dtype") ?? ScalarType.Float32).DetachFromDisposeScope());
    }

    private static List<object?> Grid(OnnxCall call)
    {
        var (b, given) = (call.B, OnnxCall.Items(call[0]).Cast<OnnxValue>().ToArray());
        var order = Enumerable.Range(0, given.Length).ToArray();
        if (call.Member("indexing") == "xy" && order.Length > 1)
        {
            (order[0], order[1]) = (1, 0);
        }

        // The place of each tensor among the dimensions.
        IReadOnlyList<Dim> dims = [.. order.Select(o => OnnxBuilder.Product(given[o].Dims))];
        return [.. given.Select((t, i) => (object?)b.Expand(b.Reshape(t, [.. dims.Select((d, at) => order[at] == i ? d : Dim.One)]),
            dims))];
    }

    private static OnnxValue Blocks(OnnxCall call)
    {
        var b = call.B;
        OnnxValue[] all = [.. call.Promoted([.. Tensors(call)]).Select(t => t.Rank == 2 ? t
            : b.Reshape(t, [Dim.One, OnnxBuilder.Product(t.Dims)]))];
        var widths = all.Select(t => t.Dims[1].Constant ?? throw call.Refused("the number of columns depends on the call")).ToArray();
        return b.Concat([.. all.Select((t, i) => b.Pad(t, [0, widths.Take(i).Sum()], [0, widths.Skip(i + 1).Sum()]))], 0);
    }

    /// <summary>Each element of the one times the whole other.</summary>
    private static OnnxValue Kronecker(OnnxCall call)
    {
        var (b, pair) = (call.B, call.Promoted(call[0], call[1]));
        var rank = Math.Max(pair[0].Rank, pair[1].Rank);
        OnnxValue Grown(OnnxValue x) => b.Unsqueeze(x, [.. Enumerable.Range(0, rank - x.Rank)]);
        var (left, right) = (Grown(pair[0]), Grown(pair[1]));
        var product = b.Mul(b.Unsqueeze(left, [.. Enumerable.Range(0, rank).Select(static i => (2 * i) + 1)]),
            b.Unsqueeze(right, [.. Enumerable.Range(0, rank).Select(static i => 2 * i)]));
        return b.Reshape(product, [.. left.Dims.Zip(right.Dims, static (l, r) => l * r)]);
    }

    private static OnnxValue Contracted(OnnxCall call)
    {
        var (b, x, y) = (call.B, call.Self, call.Tensor(1));
        if (call.Ints("dims1") is not { } of || call.Ints("dims2") is not { } with)
        {
            throw call.Refused("without the dimensions of both. Give them as two arrays");
        }

        int[] left = [.. of.Select(d => OnnxBuilder.Axis(d, x.Rank))], right = [.. with.Select(d => OnnxBuilder.Axis(d, y.Rank))];
        int[] rows = [.. Enumerable.Range(0, x.Rank).Except(left)], columns = [.. Enumerable.Range(0, y.Rank).Except(right)];
        var inner = OnnxBuilder.Product(left.Select(a => x.Dims[a]));
        var product = b.MatMul(
            b.Reshape(b.Transpose(x, [.. rows, .. left]), [OnnxBuilder.Product(rows.Select(a => x.Dims[a])), inner]),
            b.Reshape(b.Transpose(y, [.. right, .. columns]), [inner, OnnxBuilder.Product(columns.Select(a => y.Dims[a]))]));
        return b.Reshape(product, [.. rows.Select(a => x.Dims[a]), .. columns.Select(a => y.Dims[a])]);
    }

    private static OnnxValue Cross(OnnxCall call)
    {
        var (b, pair) = (call.B, call.Promoted(call[0], call[1] as OnnxValue ?? throw call.Refused("with a number")));
        var dims = b.Broadcast(pair[0].Dims, pair[1].Dims);
        var axis = OnnxBuilder.Axis(call.Int("dim") ?? -1, dims.Count);
        OnnxValue At(OnnxValue x, params long[] order) => b.Gather(b.Expand(x, dims), b.Ints(order), axis);
        return b.Sub(b.Mul(At(pair[0], 1, 2, 0), At(pair[1], 2, 0, 1)), b.Mul(At(pair[0], 2, 0, 1), At(pair[1], 1, 2, 0)));
    }

    private static OnnxValue Turn(OnnxCall call)
    {
        var (b, x) = (call.B, call.Self);
        var axes = (call.Ints("dims") is { Length: 2 } given ? given : [0, 1]).Select(call.Axis).ToArray();
        OnnxValue Flipped(OnnxValue value, int axis) => b.Node("Slice",
            [value, b.Ints(-1), b.Ints(long.MinValue), b.Ints(axis), b.Ints(-1)], value.Type, value.Dims);
        return ((((call.Int("k") ?? 1) % 4) + 4) % 4) switch
        {
            1 => b.Swap(Flipped(x, axes[1]), axes[0], axes[1]),
            2 => Flipped(Flipped(x, axes[0]), axes[1]),
            3 => b.Swap(Flipped(x, axes[0]), axes[0], axes[1]),
            _ => x,
        };
    }

    /// <summary>A vector on the diagonal of a matrix, or the diagonal of a matrix.</summary>
    private static OnnxValue Diagonal(OnnxCall call)
    {
        var (b, x, offset) = (call.B, call.Self, call.Int("diagonal") ?? 0);
        if (x.Rank == 2)
        {
            return OnnxViews.Diagonal(call, 0, 1, offset);
        }

        var size = x.Dims[0] + Math.Abs(offset);
        var square = b.Expand(b.Scalar(0d, ScalarType.Float32), [size, size]);
        var isThere = b.Cast(b.Node("EyeLike", [square], ScalarType.Float32, square.Dims, ("k", offset)), ScalarType.Bool);
        var row = b.Pad(x, [Math.Max(0, offset)], [Math.Max(0, -offset)]);
        return b.Where(isThere, row, b.Scalar(0d, x.Type));
    }

    /// <summary>The numbers of a tensor, in their order, at the places of a mask.</summary>
    private static OnnxValue Scattered(OnnxCall call)
    {
        var (b, x) = (call.B, call.Self);
        var mask = b.Expand(call.TensorOf("mask")!.Take(ScalarType.Bool), x.Dims);
        var numbers = b.Cast(OnnxRearranging.Flatten(b, mask, 0, -1), ScalarType.Int64);
        var place = b.Binary("Max", b.Sub(b.Node("CumSum", [numbers, b.Scalar(0L, ScalarType.Int64)], ScalarType.Int64, numbers.Dims), 1),
            b.Scalar(0L, ScalarType.Int64));
        var source = OnnxRearranging.Flatten(b, b.Cast(call.TensorOf("value")!, x.Type), 0, -1);
        place = b.Binary("Min", place, b.Sub(b.Squeeze(b.Size(source.Dims[0]), 0), 1));
        return b.Where(mask, b.Reshape(b.Gather(source, place, 0), x.Dims), x);
    }
}
