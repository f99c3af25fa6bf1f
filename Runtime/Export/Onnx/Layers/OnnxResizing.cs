using Gen.Shapes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Resizing: nearest neighbours are items by their numbers, since the operator of ONNX rounds otherwise.</summary>
internal static class OnnxResizing
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        (nameof(Upsample), static c => c.Module is Upsample m ? Resize(c.B, c.Input,
            [.. m.size.ToArray().Select(static s => Dim.Of(s))], m.scale_factor.ToArray(),
            $"{m.mode}", m.align_corners ?? false, m.recompute_scale_factor ?? false, isAntialiased: false) : null),
    ];

    public static OnnxValue Resize(OnnxBuilder b, OnnxValue x, IReadOnlyList<Dim> sizes, IReadOnlyList<double> scales, string mode,
        bool alignsCorners, bool recomputes, bool isAntialiased)
    {
        var spatial = x.Rank - 2;
        var output = Enumerable.Range(0, spatial).Select(i => sizes.Count > 0 ? sizes[sizes.Count == 1 ? 0 : i]
            : Scaled(x.Dims[i + 2], scales[scales.Count == 1 ? 0 : i])).ToArray();
        var factors = Enumerable.Range(0, spatial).Select(i => sizes.Count > 0 || recomputes ? (double?)null
            : scales[scales.Count == 1 ? 0 : i]).ToArray();
        switch (mode)
        {
            case "Nearest" or "NearestExact":
                return Nearest(b, x, output, factors, mode == "NearestExact");
            case "Area":
                return OnnxSizedPooling.Average(b, x, [.. output.Select(o => o.Constant
                    ?? throw new NotExportableException($"a resizing by areas depends on {o}, which only a call knows"))]);
        }

        var isCubic = mode == "Bicubic";
        var attributes = new List<(string, object)>
        {
            ("coordinate_transformation_mode", alignsCorners ? "align_corners" : "half_pixel"), ("mode", isCubic ? "cubic" : "linear"),
        };
        if (isCubic)
        {
            attributes.Add(("cubic_coeff_a", isAntialiased ? -0.5 : -0.75));
        }

        if (isAntialiased)
        {
            attributes.AddRange([("antialias", 1L), ("exclude_outside", 1L)]);
        }

        var dims = x.Dims.Take(2).Concat(output).ToArray();
        if (!alignsCorners && factors.All(static f => f is not null))
        {
            // An axis that keeps its size is copied, whatever its factor.
            var scale = factors.Select((f, i) => output[i].Equals(x.Dims[i + 2]) && !isCubic ? 1 : f!.Value);
            return b.Node("Resize", [x, null, b.Reals([1, 1, .. scale], ScalarType.Float32, x.Rank)], x.Type, dims,
                [.. attributes]);
        }

        return b.Node("Resize", [x, null, null, b.Sizes(dims)], x.Type, dims, [.. attributes]);
    }

    /// <summary>The size times a factor, rounded down.</summary>
    private static Dim Scaled(Dim size, double factor)
    {
        if (size.Constant is { } number)
        {
            return Dim.Of((long)Math.Floor((float)(number * factor)));
        }

        return factor == Math.Floor(factor) ? size * (long)factor
            : 1 / factor is var part && part == Math.Floor(part) ? Dim.FloorDiv(size, (long)part)
            : factor * 8 is var eighths && eighths == Math.Floor(eighths) ? Dim.FloorDiv(size * (long)eighths, 8)
            : throw new NotExportableException($"a resizing of {size} by {factor} is known only in a call; give it a number in [Shape]");
    }

    private static OnnxValue Nearest(OnnxBuilder b, OnnxValue x, Dim[] output, double?[] factors, bool isExact)
    {
        var value = x;
        for (var i = 0; i < output.Length; i++)
        {
            var (axis, from, to) = (i + 2, x.Dims[i + 2], output[i]);
            if (from.Equals(to))
            {
                continue;
            }

            if (from.Constant is { } size && to.Constant is { } count)
            {
                var places = Enumerable.Range(0, (int)count).Select(o => Place(o, size, count, factors[i], isExact));
                value = b.Gather(value, b.Ints([.. places]), axis);
            }
            else if (!isExact && factors[i] is { } whole && whole == Math.Floor(whole))
            {
                // Each item so many times.
                Dim[] grown = [.. value.Dims.Take(axis + 1), (long)whole, .. value.Dims.Skip(axis + 1)];
                value = b.Reshape(b.Expand(b.Unsqueeze(value, axis + 1), grown), [.. value.Dims.Take(axis), to,
                    .. value.Dims.Skip(axis + 1)]);
            }
            else
            {
                value = b.Gather(value, Places(b, from, to, factors[i], isExact), axis);
            }
        }

        return value;
    }

    /// <summary>The same of sizes that a call knows, computed in the graph.</summary>
    private static OnnxValue Places(OnnxBuilder b, Dim from, Dim to, double? factor, bool isExact)
    {
        var numbers = b.Cast(b.Node("Range", [b.Scalar(0L, ScalarType.Int64), b.Squeeze(b.Size(to), 0), b.Scalar(1L, ScalarType.Int64)],
            ScalarType.Int64, [to]), ScalarType.Float32);
        var scale = factor is { } given and > 0 ? b.Scalar((double)(float)(1 / given), ScalarType.Float32)
            : b.Div(b.Cast(b.Size(from), ScalarType.Float32), b.Cast(b.Size(to), ScalarType.Float32));
        var places = b.Unary("Floor", b.Mul(isExact ? b.Add(numbers, 0.5) : numbers, scale));
        return b.Binary("Min", b.Cast(places, ScalarType.Int64), b.Binary("Sub", b.Size(from), b.Ints(1)));
    }

    /// <summary>As PyTorch finds it, in its own precision.</summary>
    private static long Place(long index, long size, long count, double? factor, bool isExact)
    {
        var scale = factor is { } given && given > 0 ? (float)(1.0 / given) : (float)size / count;
        if (isExact)
        {
            return Math.Min((long)MathF.Floor((index + 0.5f) * scale), size - 1);
        }

        return size == count ? index : count == 2 * size ? index >> 1 : Math.Min((long)MathF.Floor(index * scale), size - 1);
    }
}
