using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Another shape, another order.</summary>
internal static class OnnxViews
{
    /// <summary>What shares its memory with its operand.</summary>
    public static readonly IReadOnlySet<string> Shared = new HashSet<string>(StringComparer.Ordinal)
    {
        "view", "view_as", "reshape", "reshape_as", "flatten", "unflatten", "squeeze", "unsqueeze", "transpose", "swapaxes", "swapdims",
        "t", "T", "mT", "H", "mH", "permute", "movedim", "moveaxis", "expand", "expand_as", "broadcast_to", "narrow", "select", "split",
        "chunk", "tensor_split", "unbind", "diagonal", "unfold", "ravel", "slice",
    };

    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("view reshape", static c => c.B.Reshape(c.Self, OnnxRearranging.Inferred(
            c.Sizes("shape") ?? throw c.Refused("the shape is not known"), OnnxBuilder.Product(c.Self.Dims)))),
        ("view_as reshape_as", static c => c.B.Reshape(c.Self, c.Tensor(1).Dims)),
        ("flatten", static c => OnnxRearranging.Flatten(c.B, c.Self, c.Int("start_dim") ?? 0, c.Int("end_dim") ?? -1)),
        ("ravel", static c => OnnxRearranging.Flatten(c.B, c.Self, 0, -1)),
        ("unflatten", static c => OnnxRearranging.Unflatten(c.B, c.Self, c.Int("dim")!.Value, c.Sizes("sizes")!)),
        ("squeeze", Squeeze),
        ("unsqueeze", static c => c.B.Unsqueeze(c.Self, OnnxBuilder.Axis(c.Int("dim")!.Value, c.Self.Rank + 1))),
        ("transpose swapaxes swapdims", static c => c.B.Swap(c.Self, c.Axis(c.Int("dim0")!.Value), c.Axis(c.Int("dim1")!.Value))),
        ("t T mT H mH adjoint", static c => c.Self.Rank < 2 ? c.Self : c.Name is "T" or "H"
            ? c.B.Transpose(c.Self, [.. Enumerable.Range(0, c.Self.Rank).Reverse()]) : c.B.Swap(c.Self, c.Self.Rank - 2, c.Self.Rank - 1)),
        ("permute", static c => c.B.Transpose(c.Self, [.. c.Ints("permutation", "dims")!.Select(c.Axis)])),
        ("movedim moveaxis", Move),
        ("expand broadcast_to", Expand),
        ("expand_as", static c => c.B.Expand(c.Self, c.Tensor(1).Dims)),
        ("repeat tile", Repeat),
        ("repeat_interleave", Interleave),
        ("roll", Roll),
        ("flip", static c => Flip(c, c.Ints("dims")!)),
        ("flipud", static c => Flip(c, [0])),
        ("fliplr", static c => Flip(c, [1])),
        ("tril", static c => Triangle(c, 0)),
        ("triu", static c => Triangle(c, 1)),
        ("unfold", Unfold),
        ("diagonal", static c => Diagonal(c, c.Int("dim1") ?? 0, c.Int("dim2") ?? 1, c.Int("offset") ?? 0)),
        ("atleast_1d", static c => c.Self.Rank == 0 ? c.B.Reshape(c.Self, [Dim.One]) : c.Self),
        ("atleast_2d", static c => c.Self.Rank >= 2 ? c.Self : c.B.Reshape(c.Self, [Dim.One, OnnxBuilder.Product(c.Self.Dims)])),
    ];

    private static OnnxValue Squeeze(OnnxCall call)
    {
        var axes = call.Int("dim") is { } dim ? [call.Axis(dim)] : Enumerable.Range(0, call.Self.Rank).ToArray();
        return call.B.Squeeze(call.Self, [.. axes.Where(a => call.Self.Rank > 0 && call.Self.Dims[a].Constant == 1)]);
    }

    private static OnnxValue Move(OnnxCall call)
    {
        var (from, to) = (call.Ints("source")!.Select(call.Axis).ToArray(), call.Ints("destination")!.Select(call.Axis).ToArray());
        var order = Enumerable.Range(0, call.Self.Rank).Except(from).ToList();
        foreach (var (source, target) in from.Zip(to).OrderBy(static p => p.Second))
        {
            order.Insert(target, source);
        }

        return call.B.Transpose(call.Self, [.. order]);
    }

    private static OnnxValue Expand(OnnxCall call)
    {
        var sizes = call.Sizes("sizes", "shape", "size") ?? throw call.Refused("the sizes are not known");
        return call.B.Expand(call.Self,
            [.. sizes.Select((s, i) => s.Constant == -1 ? call.Self.Dims[i - sizes.Count + call.Self.Rank] : s)]);
    }

    private static OnnxValue Repeat(OnnxCall call)
    {
        var (b, x) = (call.B, call.Self);
        var times = call.Sizes("sizes", "reps", "dims", "repeats")!;
        var rank = Math.Max(times.Count, x.Rank);
        var value = b.Unsqueeze(x, [.. Enumerable.Range(0, rank - x.Rank)]);
        IReadOnlyList<Dim> all = [.. Enumerable.Repeat(Dim.One, rank - times.Count), .. times];
        return all.All(static t => t.Constant == 1) ? value
            : b.Node("Tile", [value, b.Sizes(all)], x.Type, [.. value.Dims.Select((d, i) => d * all[i])]);
    }

    private static OnnxValue Interleave(OnnxCall call)
    {
        var (b, x) = (call.B, call.Self);
        var times = call.Get("repeats") is OnnxValue ? throw call.Refused("by a tensor of numbers") : call.SizeOf(call.Get("repeats"));
        x = call.Int("dim") is null ? OnnxRearranging.Flatten(b, x, 0, -1) : x;
        var axis = OnnxBuilder.Axis(call.Int("dim") ?? 0, x.Rank);
        var grown = b.Expand(b.Unsqueeze(x, axis + 1), [.. x.Dims.Take(axis + 1), times, .. x.Dims.Skip(axis + 1)]);
        return b.Reshape(grown, [.. x.Dims.Select((d, i) => i == axis ? d * times : d)]);
    }

    private static OnnxValue Roll(OnnxCall call)
    {
        var (b, x) = (call.B, call.Self);
        var shifts = call.Ints("shifts")!;
        if (call.Ints("dims") is not { Length: > 0 } dims)
        {
            return b.Reshape(Rolled(OnnxRearranging.Flatten(b, x, 0, -1), 0, shifts[0]), x.Dims);
        }

        return dims.Zip(shifts).Aggregate(x, (value, d) => Rolled(value, call.Axis(d.First), d.Second));

        OnnxValue Rolled(OnnxValue value, int axis, long shift)
        {
            var size = value.Dims[axis];
            var start = size.Constant is { } number ? Dim.Of((((-shift) % number) + number) % number) : shift >= 0 ? size - shift
                : Dim.Of(-shift);
            return start.Constant == 0 ? value
                : b.Concat([b.Narrow(value, axis, start, size - start), b.Narrow(value, axis, 0, start)], axis);
        }
    }

    private static OnnxValue Flip(OnnxCall call, long[] dims) => dims.Select(call.Axis).Aggregate(call.Self, (value, axis) =>
        call.B.Node("Slice", [value, call.B.Ints(-1), call.B.Ints(long.MinValue), call.B.Ints(axis), call.B.Ints(-1)], value.Type,
            value.Dims));

    private static OnnxValue Triangle(OnnxCall call, long isUpper) => call.B.Node("Trilu",
        [call.Self, call.B.Scalar(call.Int("diagonal") ?? 0, ScalarType.Int64)], call.Self.Type, call.Self.Dims, ("upper", isUpper));

    private static OnnxValue Unfold(OnnxCall call)
    {
        var (b, x) = (call.B, call.Self);
        var axis = call.Axis(call.Int("dimension")!.Value);
        var (size, step) = (call.Int("size")!.Value, call.Int("step")!.Value);
        var length = x.Dims[axis].Constant ?? throw call.Refused($"it depends on {x.Dims[axis]}, which only a call knows");
        var count = ((length - size) / step) + 1;
        var places = Enumerable.Range(0, (int)count).SelectMany(i => Enumerable.Range(0, (int)size).Select(k => (i * step) + k)).ToArray();
        var parts = b.Gather(x, b.Ints(places, [count, size]), axis);
        return b.Transpose(parts, [.. Enumerable.Range(0, parts.Rank).Where(a => a != axis + 1), axis + 1]);
    }

    public static OnnxValue Diagonal(OnnxCall call, long dim1, long dim2, long offset)
    {
        var (b, x) = (call.B, call.Self);
        var (first, second) = (call.Axis(dim1), call.Axis(dim2));
        if (x.Dims[first].Constant is not { } rows || x.Dims[second].Constant is not { } columns)
        {
            throw call.Refused("its length depends on the call");
        }

        var count = Math.Max(0, Math.Min(rows + Math.Min(0, offset), columns - Math.Max(0, offset)));
        var places = Enumerable.Range(0, (int)count).Select(i => ((i - Math.Min(0, offset)) * columns) + i + Math.Max(0, offset)).ToArray();
        var rest = Enumerable.Range(0, x.Rank).Where(a => a != first && a != second).ToArray();
        var moved = b.Transpose(x, [.. rest, first, second]);
        return b.Gather(b.Reshape(moved, [.. rest.Select(r => x.Dims[r]), rows * columns]), b.Ints(places), rest.Length);
    }
}
