using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Some of the elements.</summary>
internal static class OnnxParts
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("narrow", static c => c.B.Narrow(c.Self, c.Axis(c.Int("dim")!.Value), Start(c), c.SizeOf(c.Get("length")))),
        ("select", static c => c.B.Select(c.Self, c.Axis(c.Int("dim")!.Value), c.SizeOf(c.Get("index")))),
        ("index_select", static c => c.B.Gather(c.Self, Index(c), c.Axis(c.Int("dim")!.Value))),
        ("gather", static c => c.B.Node("GatherElements", [c.Self, Index(c)], c.Self.Type, Index(c).Dims,
            ("axis", (long)c.Axis(c.Int("dim")!.Value)))),
        ("take_along_dim", static c => c.Int("dim") is { } dim && c.TensorOf("indices") is { } index
            ? Along(c, c.Axis(dim), index) : throw c.Refused("without a dimension")),
        ("take", static c => c.B.Gather(OnnxRearranging.Flatten(c.B, c.Self, 0, -1), Index(c), 0)),
        ("scatter", static c => Scatter(c, "none")),
        ("scatter_add", static c => Scatter(c, "add")),
        ("index_add", static c => Along(c, "add", c.Get("alpha"))),
        ("index_copy", static c => Along(c, "none", null)),
        ("index_fill", static c => Fill(c)),
        ("masked_select", static c => OnnxIndexes.Masked(c.B, c.B.Expand(c.Self, c.B.Broadcast(c.Self.Dims, c.TensorOf("mask")!.Dims)),
            c.B.Expand(c.TensorOf("mask")!.Take(ScalarType.Bool), c.B.Broadcast(c.Self.Dims, c.TensorOf("mask")!.Dims)))),
        ("nonzero", static c => c.B.NewSize() is var count ? c.B.Transpose(c.B.Node("NonZero", [c.Self], ScalarType.Int64,
            [c.Self.Rank, count]), 1, 0) : null),
    ];

    private static Dim Start(OnnxCall call) => call.SizeOf(call.Get("start")) is { Constant: < 0 } start
        ? call.Self.Dims[call.Axis(call.Int("dim")!.Value)] + start : call.SizeOf(call.Get("start"));

    private static OnnxValue Index(OnnxCall call) => call.B.Cast(call.TensorOf("index")!.Take(ScalarType.Int64), ScalarType.Int64);

    private static OnnxValue Along(OnnxCall call, int axis, OnnxValue index)
    {
        var b = call.B;
        var dims = b.Broadcast(call.Self.Dims, index.Dims);
        var (x, at) = (b.Expand(call.Self, [.. dims.Select((d, i) => i == axis ? call.Self.Dims[i] : d)]),
            b.Expand(b.Cast(index, ScalarType.Int64), [.. dims.Select((d, i) => i == axis ? index.Dims[i] : d)]));
        return b.Node("GatherElements", [x, at], x.Type, at.Dims, ("axis", (long)axis));
    }

    private static OnnxValue Scatter(OnnxCall call, string reduction)
    {
        var (b, index) = (call.B, Index(call));
        var axis = call.Axis(call.Int("dim")!.Value);
        var source = call.Get("src") as OnnxValue ?? b.Expand(call.As(call.Get("src", "value"), call.Self.Type), index.Dims);
        for (var i = 0; i < index.Rank; i++)
        {
            source = source.Dims[i].Equals(index.Dims[i]) ? source : b.Narrow(source, i, 0, index.Dims[i]);
        }

        return b.Node("ScatterElements", [call.Self, index, source], call.Self.Type, call.Self.Dims, ("axis", (long)axis),
            ("reduction", reduction));
    }

    /// <summary>Rows of another tensor at the places of some numbers.</summary>
    private static OnnxValue Along(OnnxCall call, string reduction, object? factor)
    {
        var (b, index) = (call.B, Index(call));
        var axis = call.Axis(call.Int("dim")!.Value);
        var source = call.TensorOf("source")!;
        source = factor is null ? source : b.Mul(source, call.As(factor, source.Type));
        var places = b.Expand(b.Reshape(index, [.. source.Dims.Select((d, i) => i == axis ? index.Dims[0] : Dim.One)]), source.Dims);
        return b.Node("ScatterElements", [call.Self, places, source], call.Self.Type, call.Self.Dims, ("axis", (long)axis),
            ("reduction", reduction));
    }

    private static OnnxValue Fill(OnnxCall call)
    {
        var (b, index) = (call.B, Index(call));
        var axis = call.Axis(call.Int("dim")!.Value);
        IReadOnlyList<Dim> dims = [.. call.Self.Dims.Select((d, i) => i == axis ? index.Dims[0] : d)];
        var places = b.Expand(b.Reshape(index, [.. dims.Select((d, i) => i == axis ? index.Dims[0] : Dim.One)]), dims);
        return b.Node("ScatterElements", [call.Self, places, b.Expand(call.As(call.Get("value"), call.Self.Type), dims)], call.Self.Type,
            call.Self.Dims, ("axis", (long)axis));
    }
}
