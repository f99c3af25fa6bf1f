using Gen.Shapes;

namespace Gen.Export.Onnx;

/// <summary>Together and apart.</summary>
internal static class OnnxJoins
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("cat concat concatenate", static c => Join(c, c.Int("dim") ?? 0, isNew: false)),
        ("stack", static c => Join(c, c.Int("dim") ?? 0, isNew: true)),
        ("hstack", static c => Join(c, Tensors(c).All(static t => t.Rank == 1) ? 0 : 1, isNew: false)),
        ("vstack row_stack", static c => c.B.Concat([.. c.Promoted([.. Tensors(c)]).Select(t => t.Rank < 2
            ? c.B.Reshape(t, [Dim.One, OnnxBuilder.Product(t.Dims)]) : t)], 0)),
        ("split", Split),
        ("chunk", Chunk),
        ("tensor_split", TensorSplit),
        ("unbind", Unbind),
        ("broadcast_tensors", static c => Tensors(c).Aggregate((IReadOnlyList<Dim>)[], (d, t) => c.B.Broadcast(d, t.Dims)) is var dims
            ? Tensors(c).Select(t => (object?)c.B.Expand(t, dims)).ToList() : null),
    ];

    private static OnnxValue[] Tensors(OnnxCall call) => [.. (call.Operands is [{ Value: OnnxValue }, { Value: OnnxValue }, ..]
        ? call.Operands.Select(static o => o.Value) : OnnxCall.Items(call[0])).Select(t => t as OnnxValue
            ?? throw call.Refused("an item is no tensor"))];

    private static OnnxValue Join(OnnxCall call, long dim, bool isNew)
    {
        if (call[0] is OnnxSeries { Tensor: { } parts } series)
        {
            // The items are parts of one tensor already.
            var place = OnnxBuilder.Axis(dim, parts.Rank - (isNew ? 0 : 1));
            var order = Enumerable.Range(0, parts.Rank).Where(i => i != series.Axis).ToList();
            order.Insert(place, series.Axis);
            var moved = call.B.Transpose(parts, [.. order]);
            return isNew ? moved : call.B.Reshape(moved, [.. moved.Dims.Take(place), moved.Dims[place] * moved.Dims[place + 1],
                .. moved.Dims.Skip(place + 2)]);
        }

        var given = Tensors(call);

        // A tensor without elements of one dimension takes no part in it.
        var kept = given.Any(static t => t.Rank > 1) ? given.Where(static t => t.Dims is not [{ Constant: 0 }]).ToArray() : given;
        var tensors = call.Promoted([.. kept]);
        var axis = OnnxBuilder.Axis(dim, tensors[0].Rank + (isNew ? 1 : 0));
        return call.B.Concat(isNew ? [.. tensors.Select(t => call.B.Unsqueeze(t, axis))] : tensors, axis);
    }

    private static List<object?> Split(OnnxCall call)
    {
        var axis = call.Axis(call.Int("dim") ?? 0);
        if (call.Sizes("sizes") is { } sizes)
        {
            return Parts(call, axis, sizes);
        }

        var size = call.Int("size")!.Value;
        var length = call.Self.Dims[axis];
        return length.Constant is { } all
            ? Parts(call, axis,
                [.. Enumerable.Range(0, (int)((all + size - 1) / size)).Select(i => Dim.Of(Math.Min(size, all - (i * size))))])
            : throw call.Refused($"how many parts {length} has only a call knows");
    }

    private static List<object?> Chunk(OnnxCall call)
    {
        var axis = call.Axis(call.Int("dim") ?? 0);
        var (count, length) = (call.Int("chunks")!.Value, call.Self.Dims[axis]);
        if (length.Constant is { } all)
        {
            var size = Math.Max(1, (all + count - 1) / count);
            return Parts(call, axis,
                [.. Enumerable.Range(0, (int)((all + size - 1) / size)).Select(i => Dim.Of(Math.Min(size, all - (i * size))))]);
        }

        var part = Dim.FloorDiv(length, count);
        return (part * count).Equals(length) ? Parts(call, axis, [.. Enumerable.Repeat(part, (int)count)])
            : throw call.Refused($"how {length} is divided only a call knows");
    }

    private static List<object?> TensorSplit(OnnxCall call)
    {
        var axis = call.Axis(call.Int("dim") ?? 0);
        var all = call.Self.Dims[axis].Constant ?? throw call.Refused("how it is divided only a call knows");
        if (call.Ints("sizes") is { } places)
        {
            long[] bounds = [0, .. places.Select(p => Math.Clamp(p < 0 ? p + all : p, 0, all)), all];
            return Parts(call, axis, [.. bounds.Zip(bounds.Skip(1), static (a, b) => Dim.Of(Math.Max(0, b - a)))]);
        }

        var count = call.Int("size")!.Value;
        return Parts(call, axis, [.. Enumerable.Range(0, (int)count).Select(i => Dim.Of((all / count) + (i < all % count ? 1 : 0)))]);
    }

    private static object Unbind(OnnxCall call)
    {
        var axis = call.Axis(call.Int("dimension", "dim") ?? 0);
        return call.Self.Dims[axis].Constant is not { } count ? OnnxSeries.Of(call.B, call.Self, axis, call.Interpreter)
            : Enumerable.Range(0, (int)count).Select(i => (object?)call.B.Select(call.Self, axis, i)).ToList();
    }

    private static List<object?> Parts(OnnxCall call, int axis, IReadOnlyList<Dim> sizes)
    {
        var (start, parts) = (Dim.Zero, new List<object?>());
        foreach (var size in sizes)
        {
            parts.Add(call.B.Narrow(call.Self, axis, start, size));
            start += size;
        }

        return parts;
    }
}
