using System.Globalization;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>New tensors.</summary>
internal static class OnnxCreation
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("zeros", static c => Filled(c, c.B.Scalar(0d, c.Type("dtype") ?? ScalarType.Float32))),
        ("ones", static c => Filled(c, c.B.Scalar(1d, c.Type("dtype") ?? ScalarType.Float32))),
        ("full", static c => Filled(c, c.As(c.Get("value"), c.Type("dtype") ?? TypeOf(c.Get("value"))))),
        ("new_zeros", static c => Filled(c, c.B.Scalar(0d, c.Type("dtype") ?? c.Self.Type))),
        ("new_ones", static c => Filled(c, c.B.Scalar(1d, c.Type("dtype") ?? c.Self.Type))),
        ("new_full", static c => Filled(c, c.As(c.Get("value"), c.Type("dtype") ?? c.Self.Type))),
        ("zeros_like", static c => c.B.Expand(c.B.Scalar(0d, c.Type("dtype") ?? c.Self.Type), c.Self.Dims)),
        ("ones_like", static c => c.B.Expand(c.B.Scalar(1d, c.Type("dtype") ?? c.Self.Type), c.Self.Dims)),
        ("full_like", static c => c.B.Expand(c.As(c.Get("value"), c.Type("dtype") ?? c.Self.Type), c.Self.Dims)),
        ("arange", Range),
        ("eye", Identity),
        ("linspace", Linear),
        ("tensor as_tensor from_array", Made),
    ];

    private static readonly string[] Separate = ["size", "rows", "columns", "dim0", "dim1", "dim2", "dim3"];

    private static ScalarType TypeOf(object? value) => value switch
    {
        bool or long or Dim => ScalarType.Int64,
        _ => ScalarType.Float32,
    };

    private static OnnxValue Filled(OnnxCall call, OnnxValue value) => call.B.Expand(value,
        [.. Separate.Where(call.Has).SelectMany(n => call.Sizes(n) ?? [])]);

    private static OnnxValue Range(OnnxCall call)
    {
        var (start, stop, step) = (call.Get("start") ?? 0L, call.Get("stop") ?? throw call.Refused("without an end"),
            call.Get("step") ?? 1L);
        var isWhole = new[] { start, stop, step }.All(static n => n is long or Dim);
        var type = call.Type("dtype") ?? (isWhole ? ScalarType.Int64 : ScalarType.Float32);
        var b = call.B;
        if (isWhole)
        {
            var (from, to, by) = (call.SizeOf(start), call.SizeOf(stop), call.SizeOf(step));
            var count = by.Constant is { } number and > 0 ? Dim.FloorDiv(to - from + (number - 1), number) : b.NewSize();
            return b.Cast(b.Node("Range", [.. new[] { from, to, by }.Select(n => n.Constant is { } known
                ? b.Scalar(known, ScalarType.Int64) : b.Squeeze(b.Size(n), 0))], ScalarType.Int64, [count]), type);
        }

        var numbers = new[] { start, stop, step }.Select(n => n is Dim { Constant: null } ? throw call.Refused("of a size and fractions")
            : Convert.ToDouble(n is Dim d ? d.Constant!.Value : n, CultureInfo.InvariantCulture)).ToArray();
        using var scope = NewDisposeScope();
        return b.State(arange(numbers[0], numbers[1], numbers[2], dtype: type).DetachFromDisposeScope());
    }

    private static OnnxValue Identity(OnnxCall call)
    {
        var rows = call.SizeOf(call.Get("rows"));
        var columns = call.Int("columns") is { } given && given >= 0 ? Dim.Of(given) : rows;
        var type = call.Type("dtype") ?? ScalarType.Float32;
        var zeros = call.B.Expand(call.B.Scalar(0d, type), [rows, columns]);
        return call.B.Unary("EyeLike", zeros);
    }

    private static OnnxValue Linear(OnnxCall call)
    {
        using var scope = NewDisposeScope();
        return call.B.State(linspace(call.Real("start")!.Value, call.Real("end")!.Value, call.Int("steps")!.Value,
            dtype: call.Type("dtype") ?? ScalarType.Float32).DetachFromDisposeScope());
    }

    private static OnnxValue Made(OnnxCall call)
    {
        var given = call[0];
        if (given is OnnxValue tensor)
        {
            return call.Type("dtype") is { } wanted ? call.B.Cast(tensor, wanted) : tensor;
        }

        var (items, sizes) = Flat(given);
        var type = call.Type("dtype") ?? (items.Any(static i => i is double) ? ScalarType.Float64
            : items.Any(static i => i is float) ? ScalarType.Float32 : items.All(static i => i is bool) ? ScalarType.Bool
            : ScalarType.Int64);
        if (given is not List<object?>)
        {
            return call.As(given, type);
        }

        if (items.Count == 0)
        {
            throw call.Refused("without numbers");
        }

        var numbers = call.B.Concat([.. items.Select(i => call.B.Reshape(call.As(i, type), [Dim.One]))], 0);
        var dims = new[] { "dimensions" }.Concat(Separate).Where(call.Has).SelectMany(n => call.Sizes(n) ?? []).ToArray();
        return dims.Length > 0 ? call.B.Reshape(numbers, dims) : sizes.Count > 1 ? call.B.Reshape(numbers, sizes) : numbers;
    }

    /// <summary>The numbers of lists in lists, and how many there are of each.</summary>
    private static (List<object?> Items, List<Dim> Sizes) Flat(object? given)
    {
        var (items, sizes) = (new List<object?> { given }, new List<Dim>());
        while (items is [List<object?> first, ..])
        {
            sizes.Add(Dim.Of(first.Count));
            items = [.. items.SelectMany(static i => (List<object?>)i!)];
        }

        return (items, sizes);
    }
}
