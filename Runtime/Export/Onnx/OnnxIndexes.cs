using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Items of tensors, lists and containers of modules.</summary>
internal static class OnnxIndexes
{
    private enum Special
    {
        Ellipsis,
        None,
    }

    public static object? Item(OnnxCall call)
    {
        if (call[0] is OnnxValue tensor)
        {
            return Item(call, tensor, [.. call.Operands.Skip(1).Select(static o => o.Value)]);
        }

        if (call[0] is ExportMap map)
        {
            return map[call[1]];
        }

        if (call[0] is OnnxSeries series)
        {
            return series.At(call[1] is OnnxFromEnd last ? series.Count - last.Number : call.Size(1));
        }

        if (call[1] is string key)
        {
            return (call[0] as nn.Module)?.named_children().FirstOrDefault(c => c.name == key).module ?? throw call.Refused(key);
        }

        var items = OnnxCall.Items(call[0]).ToList();
        if (call[1] is OnnxRange range)
        {
            var (from, to) = (range.Start is null ? 0 : Place(range.Start), range.Stop is null ? items.Count : Place(range.Stop));
            return items[from..to];
        }

        return items[Place(call[1])];

        int Place(object? index) => index is OnnxFromEnd end ? items.Count - (int)Known(end.Number) : (int)Known(call.SizeOf(index));

        long Known(Dim dim) => dim.Constant ?? throw call.Refused("which item it is only a call knows");
    }

    /// <summary><c>TensorIndex.Slice(...)</c> and its like.</summary>
    public static object? Of(OnnxCall call) => call.Name switch
    {
        "Ellipsis" => Special.Ellipsis,
        "None" or "Null" => Special.None,
        "Colon" => new OnnxRange(null, null, null),
        "Single" or "Tensor" or "Bool" => call[0],
        "Slice" when call.Operands is [{ Parameter: not "start" }] => call[0] as OnnxRange
            ?? (OnnxCall.Items(call[0]).ToList() is [var from, var to] ? new OnnxRange(from, to, null) : throw call.Refused("a slice")),
        "Slice" => new OnnxRange(call.Get("start"), call.Get("stop"), call.Get("step")),
        _ => throw call.Refused("an index that is not followed"),
    };

    private static OnnxValue Item(OnnxCall call, OnnxValue tensor, object?[] indices)
    {
        var b = call.B;
        var taken = indices.Sum(static i => i is Special or null ? 0 : i is OnnxValue { Type: ScalarType.Bool } mask ? mask.Rank : 1);
        var axis = 0;
        var value = tensor;
        var gathered = new List<(int Axis, OnnxValue Index)>();
        foreach (var index in indices)
        {
            switch (index)
            {
                case Special.Ellipsis:
                    axis += tensor.Rank - taken;
                    break;
                case Special.None or null:
                    value = b.Unsqueeze(value, axis++);
                    break;
                case OnnxRange range:
                    value = b.Slice(value, axis, Bound(range.Start, Dim.Zero), Bound(range.Stop, Dim.Of(long.MaxValue)),
                        range.Step is null ? 1 : call.SizeOf(range.Step).Constant ?? throw call.Refused("the step of a slice"));
                    axis++;
                    break;
                case OnnxValue { Type: ScalarType.Bool } mask:
                    if (indices.Length > 1)
                    {
                        throw call.Refused("a mask beside other indices");
                    }

                    return Masked(b, value, mask);
                case OnnxValue numbers:
                    gathered.Add((axis++, b.Cast(numbers, ScalarType.Int64)));
                    break;
                case OnnxFromEnd end:
                    value = b.Select(value, axis, -end.Number);
                    break;
                case bool:
                    throw call.Refused("a truth as an index");
                default:
                    value = b.Select(value, axis, call.SizeOf(index));
                    break;
            }
        }

        return gathered.Count switch
        {
            0 => value,
            1 => b.Gather(value, gathered[0].Index, gathered[0].Axis),
            _ => Several(b, value, gathered),
        };

        Dim Bound(object? bound, Dim otherwise) => bound switch
        {
            null => otherwise,
            OnnxFromEnd { Number.Constant: 0 } => Dim.Of(long.MaxValue),
            OnnxFromEnd end => -end.Number,
            _ => call.SizeOf(bound),
        };
    }

    /// <summary>The elements where a mask over the first dimensions holds.</summary>
    public static OnnxValue Masked(OnnxBuilder b, OnnxValue value, OnnxValue mask)
    {
        var count = b.NewSize();
        var places = b.Node("NonZero", [mask], ScalarType.Int64, [mask.Rank, count]);
        return b.Node("GatherND", [value, b.Transpose(places, 1, 0)], value.Type, [count, .. value.Dims.Skip(mask.Rank)]);
    }

    /// <summary>Items by several tensors of numbers: their dimensions stand where the first of them is, or in front where others are
    /// between them.</summary>
    private static OnnxValue Several(OnnxBuilder b, OnnxValue value, List<(int Axis, OnnxValue Index)> gathered)
    {
        var axes = gathered.Select(static g => g.Axis).ToArray();
        var dims = gathered.Select(static g => g.Index.Dims).Aggregate(b.Broadcast);
        var indices = b.Concat([.. gathered.Select(g => b.Unsqueeze(b.Expand(g.Index, dims), dims.Count))], dims.Count);
        var rest = Enumerable.Range(0, value.Rank).Except(axes).ToArray();
        var moved = b.Transpose(value, [.. axes, .. rest]);
        var items = b.Node("GatherND", [moved, indices], value.Type, [.. dims, .. rest.Select(r => value.Dims[r])]);
        var before = axes[^1] - axes[0] == axes.Length - 1 ? rest.Count(r => r < axes[0]) : 0;
        return b.Transpose(items, [.. Enumerable.Range(dims.Count, before), .. Enumerable.Range(0, dims.Count),
            .. Enumerable.Range(dims.Count + before, rest.Length - before)]);
    }

    /// <summary><c>x[i, a..b] = y</c>: the places along each dimension are numbers, and what is there is replaced.</summary>
    public static void Set(OnnxCall call)
    {
        var (indices, given) = (call.Operands.Skip(1).SkipLast(1).Select(static o => o.Value).ToArray(), call[call.Operands.Count - 1]);
        if (call[0] is ExportMap map)
        {
            map[indices[0]] = given;
            return;
        }

        if (call[0] is List<object?> list)
        {
            var place = indices[0] is OnnxFromEnd end ? list.Count - end.Number : call.SizeOf(indices[0]);
            list[(int)(place.Constant ?? throw call.Refused("which item it is only a call knows"))] = given;
            return;
        }

        var (b, tensor) = (call.B, call.Self);
        OnnxValue result;
        if (indices is [OnnxValue { Type: ScalarType.Bool } mask])
        {
            var filled = call.As(given, tensor.Type);
            var all = b.Unsqueeze(mask, [.. Enumerable.Range(mask.Rank, tensor.Rank - mask.Rank)]);
            result = filled.Rank == 0 ? b.Where(all, filled, tensor) : throw call.Refused("several numbers in the places of a mask");
        }
        else
        {
            // The numbers of all elements, and of them those that the index takes.
            var places = b.Reshape(b.Node("Range", [b.Scalar(0L, ScalarType.Int64),
                b.Squeeze(b.Size(OnnxBuilder.Product(tensor.Dims)), 0), b.Scalar(1L, ScalarType.Int64)], ScalarType.Int64,
                [OnnxBuilder.Product(tensor.Dims)]), tensor.Dims);
            var chosen = Item(call, places, indices);
            var updates = b.Expand(call.As(given, tensor.Type), chosen.Dims);
            var flat = b.Reshape(tensor, [OnnxBuilder.Product(tensor.Dims)]);
            var count = OnnxBuilder.Product(chosen.Dims);
            var set = b.Node("ScatterElements", [flat, b.Reshape(chosen, [count]), b.Reshape(updates, [count])], tensor.Type, flat.Dims,
                ("axis", 0L));
            result = b.Reshape(set, tensor.Dims);
        }

        call.Interpreter.Replace(tensor, result);
    }
}
