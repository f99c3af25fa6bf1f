using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <content>Other shapes, other orders, parts.</content>
internal sealed partial class OnnxBuilder
{
    public static int Axis(long axis, int rank)
    {
        var at = axis < 0 ? axis + Math.Max(rank, 1) : axis;
        return at >= 0 && at < Math.Max(rank, 1) ? (int)at : throw new NotExportableException($"there is no dimension {axis} of {rank}");
    }

    public static Dim Product(IEnumerable<Dim> dims) => dims.Aggregate(Dim.One, static (a, b) => a * b);

    public OnnxValue Reshape(OnnxValue value, IReadOnlyList<Dim> dims)
    {
        if (dims.SequenceEqual(value.Dims))
        {
            return value;
        }

        // A size that is no constant is copied where it stands, one may be left to what remains, and others are computed.
        var open = Enumerable.Range(0, dims.Count).Where(i => dims[i].Constant is null).ToArray();
        var copied = open.Where(i => i < value.Rank && value.Dims[i].Equals(dims[i])).ToArray();
        var hasEmpty = dims.Any(static d => d.Constant == 0);
        var rest = open.Except(copied).ToArray();
        var target = hasEmpty ? Sizes(dims)
            : rest.Length <= 1 ? Ints([.. dims.Select((d, i) => d.Constant ?? (copied.Contains(i) ? 0 : -1))])
            : Sizes(dims);
        return Node("Reshape", [value, target], value.Type, dims, hasEmpty ? [("allowzero", 1L)] : []);
    }

    public OnnxValue Transpose(OnnxValue value, params int[] order) => order.Select(static (o, i) => o == i).All(static s => s) ? value
        : Node("Transpose", [value], value.Type, [.. order.Select(o => value.Dims[o])],
            ("perm", order.Select(static o => (long)o).ToArray()));

    public OnnxValue Swap(OnnxValue value, int a, int b)
    {
        var order = Enumerable.Range(0, value.Rank).ToArray();
        (order[a], order[b]) = (b, a);
        return Transpose(value, order);
    }

    public OnnxValue Unsqueeze(OnnxValue value, params int[] axes)
    {
        var dims = value.Dims.ToList();
        foreach (var axis in axes.Order())
        {
            dims.Insert(axis, Dim.One);
        }

        return axes.Length == 0 ? value
            : Node("Unsqueeze", [value, Ints([.. axes.Order().Select(static a => (long)a)])], value.Type, dims);
    }

    public OnnxValue Squeeze(OnnxValue value, params int[] axes) => axes.Length == 0 ? value
        : Node("Squeeze", [value, Ints([.. axes.Select(static a => (long)a)])], value.Type,
            [.. value.Dims.Where((_, i) => !axes.Contains(i))]);

    public OnnxValue Expand(OnnxValue value, IReadOnlyList<Dim> dims) => dims.SequenceEqual(value.Dims) ? value
        : Node("Expand", [value, Sizes([.. dims.Select((d, i) => i - dims.Count + value.Rank is var at and >= 0
            && value.Dims[at].Equals(d) ? Dim.One : d)])], value.Type, dims);

    public OnnxValue Concat(IReadOnlyList<OnnxValue> values, int axis) => values.Count == 1 ? values[0]
        : Node("Concat", values, values[0].Type, [.. values[0].Dims.Select((d, i) => i == axis
            ? values.Aggregate(Dim.Zero, (sum, v) => sum + v.Dims[i])
            : values.Select(v => v.Dims[i]).FirstOrDefault(static o => o.Constant is not null) ?? d)], ("axis", (long)axis));

    /// <summary>Part of an axis, from a place up to one before another, counted from the end where negative.</summary>
    public OnnxValue Slice(OnnxValue value, int axis, Dim start, Dim stop, long step = 1)
    {
        var size = value.Dims[axis];
        var (from, to) = (Placed(start, size), Placed(stop, size));
        if (from.Constant == 0 && step == 1 && (to.Equals(size) || (to.Constant is { } most && most >= Far)))
        {
            return value;
        }

        to = to.Constant >= Far ? size : to;
        var length = to.Equals(size) && from.Constant is not null && size.Constant is null ? AtLeastZero(size - from)
            : to.Constant is { } end && from.Constant is { } begin && size.Constant is { } all
                ? Dim.Of(Math.Max(0, Math.Min(end, all) - Math.Min(begin, all)))
            : Fits(from, to, size) ? to - from : NewSize();
        length = step == 1 ? length : Dim.FloorDiv(length + (step - 1), step);
        return Node("Slice", [value, Size(from), Size(to), Ints(axis), .. step == 1 ? [] : new[] { Ints(step) }], value.Type,
            [.. value.Dims.Select((d, i) => i == axis ? length : d)]);
    }

    private const long Far = long.MaxValue >> 1;

    private static Dim AtLeastZero(Dim size) => size.Constant is { } number ? Dim.Of(Math.Max(0, number))
        : Comparison.AtLeast(size, Dim.Zero, Facts.None) == true ? size : Dim.Max(size, Dim.Zero);

    private static Dim Placed(Dim place, Dim size) => place.Constant is < 0 ? size.Constant is { } all
        ? Dim.Of(Math.Max(0, place.Constant.Value + all)) : size + place : place;

    private static bool Fits(Dim from, Dim to, Dim size) => Comparison.AtLeast(size, to, Facts.None) == true
        && Comparison.AtLeast(to, from, Facts.None) == true;

    /// <summary>Part of an axis that is known to be there.</summary>
    public OnnxValue Narrow(OnnxValue value, int axis, Dim start, Dim length) => start.Constant == 0 && length.Equals(value.Dims[axis])
        ? value : Node("Slice", [value, Size(start), Size(start + length), Ints(axis)], value.Type,
            [.. value.Dims.Select((d, i) => i == axis ? length : d)]);

    /// <summary>Items of an axis by their numbers; a number without dimensions takes the axis away.</summary>
    public OnnxValue Gather(OnnxValue value, OnnxValue index, int axis) => Node("Gather", [value, index], value.Type,
        [.. value.Dims.Take(axis), .. index.Dims, .. value.Dims.Skip(axis + 1)], ("axis", (long)axis));

    public OnnxValue Select(OnnxValue value, int axis, Dim index) => index.Constant is { } number
        ? Gather(value, Ints([number], []), axis) : Squeeze(Gather(value, Size(index), axis), axis);

    public OnnxValue Cast(OnnxValue value, ScalarType type) => value.Type == type ? value
        : Node("Cast", [value], type, value.Dims, ("to", (long)OnnxTypes.Of(type)));

    /// <summary>Elements around a tensor: begins and ends, each for all axes.</summary>
    public OnnxValue Pad(OnnxValue value, IReadOnlyList<long> begins, IReadOnlyList<long> ends, string mode = "constant", double fill = 0)
    {
        if (begins.Concat(ends).All(static p => p == 0))
        {
            return value;
        }

        return Node("Pad", [value, Ints([.. begins, .. ends]), mode == "constant" ? Scalar(fill, value.Type) : null], value.Type,
            [.. value.Dims.Select((d, i) => d + (begins[i] + ends[i]))], ("mode", mode));
    }
}
