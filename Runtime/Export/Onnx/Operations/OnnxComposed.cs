using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Operations for which ONNX has no operator, composed of others, element by element.</summary>
internal static class OnnxComposed
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("atan2 arctan2", static c => Reals(c) is [var y, var x] ? Angle(c.B, y, x) : null),
        ("copysign", static c => Reals(c) is [var x, var y] ? c.B.Unary("Abs", x) is var size
            ? c.B.Where(IsNegative(c.B, y), c.B.Unary("Neg", size), size) : null : null),
        ("heaviside", Step),
        ("isclose", Close),
        ("isposinf", static c => Infinite(c, "detect_negative")),
        ("isneginf", static c => Infinite(c, "detect_positive")),
        ("signbit", static c => c.Self.IsFloat ? IsNegative(c.B, c.Self) : c.Self.Type == ScalarType.Bool
            ? c.B.Expand(c.B.Scalar(false, ScalarType.Bool), c.Self.Dims) : c.B.Compare("Less", c.Self, 0)),
        ("isreal", static c => c.B.Expand(c.B.Scalar(true, ScalarType.Bool), c.Self.Dims)),
        ("sinc", Sinc),
        ("logaddexp2", static c => c.Promoted(c[0], c[1]) is [var x, var y] ? c.B.Add(c.B.Binary("Max", x, y), c.B.Div(c.B.Unary("Softplus",
            c.B.Mul(c.B.Unary("Abs", c.B.Sub(x, y)), -Math.Log(2))), Math.Log(2))) : null),
        ("ldexp", static c => Reals(c) is [var x, var y] ? c.B.Mul(x, c.B.Binary("Pow", c.B.Scalar(2d, x.Type), y)) : null),
        ("float_power", static c => c.B.Binary("Pow", c.As(c[0], ScalarType.Float64), c.As(c[1], ScalarType.Float64))),
        ("isin", Among),
        ("bucketize", Bucket),
        ("nansum", static c => c.B.Reduce("ReduceSum", c.Self.IsFloat
            ? c.B.Where(c.B.Node("IsNaN", [c.Self], ScalarType.Bool, c.Self.Dims), c.B.Scalar(0d, c.Self.Type), c.Self)
            : c.B.Cast(c.Self, ScalarType.Int64), null, keeps: false)),
        ("dist", static c => c.Promoted(c[0], c[1]) is [var x, var y] ? OnnxLinearLayers.Norm(c.B,
            OnnxRearranging.Flatten(c.B, c.B.Sub(x, y), 0, -1), c.Real("p") ?? 2, [0], keeps: false) : null),
    ];

    /// <summary>Both in one type; whole numbers as float32.</summary>
    private static OnnxValue[] Reals(OnnxCall call)
    {
        var pair = call.Promoted(call[0], call[1]);
        return pair[0].IsFloat ? pair : [call.B.Cast(pair[0], ScalarType.Float32), call.B.Cast(pair[1], ScalarType.Float32)];
    }

    /// <summary>The sign, also of -0 and of -inf: the reciprocal of the one is less than 0, of the other it is -0.</summary>
    private static OnnxValue IsNegative(OnnxBuilder b, OnnxValue x) => b.Compare("Or", b.Compare("Less", x, 0),
        b.Compare("Less", b.Unary("Reciprocal", x), 0));

    /// <summary>The angle of the point (x, y): of its distances from the axes, and then by the quadrant.</summary>
    private static OnnxValue Angle(OnnxBuilder b, OnnxValue y, OnnxValue x)
    {
        var (height, width) = (b.Unary("Abs", y), b.Unary("Abs", x));
        var slope = b.Div(height, width);

        // 0/0 and inf/inf are no numbers; the angles are 0 and a quarter of a half turn.
        slope = b.Where(b.Compare("Equal", height, width), b.Where(b.Compare("Equal", height, 0), height, b.Scalar(1d, x.Type)), slope);
        var angle = b.Unary("Atan", slope);
        angle = b.Where(IsNegative(b, x), b.Sub(b.Scalar(Math.PI, x.Type), angle), angle);
        return b.Where(IsNegative(b, y), b.Unary("Neg", angle), angle);
    }

    private static OnnxValue Step(OnnxCall call)
    {
        var (b, x) = (call.B, call.Self);
        return b.Where(b.Compare("Equal", x, 0), b.Cast(call.Tensor(1), x.Type), b.Cast(b.Compare("Greater", x, 0), x.Type));
    }

    private static OnnxValue Close(OnnxCall call)
    {
        var b = call.B;
        var pair = call.Promoted(call[0], call[1]);
        var isSame = b.Compare("Equal", pair[0], pair[1]);
        var (x, y) = pair[0].IsFloat ? (pair[0], pair[1]) : (b.Cast(pair[0], ScalarType.Float64), b.Cast(pair[1], ScalarType.Float64));
        var distance = b.Unary("Abs", b.Sub(x, y));
        var allowed = b.Add(b.Mul(b.Unary("Abs", y), call.Real("rtol") ?? 1e-5), call.Real("atol") ?? 1e-8);
        var isNear = b.Compare("And", b.Compare("LessOrEqual", distance, allowed), b.Compare("Less", distance, double.PositiveInfinity));
        var isClose = b.Compare("Or", isSame, isNear);
        return !call.Flag("nanEqual", false) ? isClose : b.Compare("Or", isClose,
            b.Compare("And", b.Node("IsNaN", [x], ScalarType.Bool, x.Dims), b.Node("IsNaN", [y], ScalarType.Bool, y.Dims)));
    }

    private static OnnxValue Infinite(OnnxCall call, string without) => call.Self.IsFloat
        ? call.B.Node("IsInf", [call.Self], ScalarType.Bool, call.Self.Dims, (without, 0L))
        : call.B.Expand(call.B.Scalar(false, ScalarType.Bool), call.Self.Dims);

    private static OnnxValue Sinc(OnnxCall call)
    {
        var b = call.B;
        var x = b.Mul(call.Self.IsFloat ? call.Self : b.Cast(call.Self, ScalarType.Float32), Math.PI);
        return b.Where(b.Compare("Equal", x, 0), b.Scalar(1d, x.Type), b.Div(b.Unary("Sin", x), x));
    }

    private static OnnxValue Among(OnnxCall call)
    {
        var (b, pair) = (call.B, call.Promoted(call[0], call[1]));
        var isEqual = b.Compare("Equal", b.Unsqueeze(pair[0], pair[0].Rank), OnnxRearranging.Flatten(b, pair[1], 0, -1));
        var count = b.Reduce("ReduceMax", b.Cast(isEqual, ScalarType.Int32), [pair[0].Rank], keeps: false);
        return b.Compare("Equal", count, call.Flag("invert", false) ? 0 : 1);
    }

    /// <summary>How many boundaries lie below.</summary>
    private static OnnxValue Bucket(OnnxCall call)
    {
        var (b, pair) = (call.B, call.Promoted(call[0], call[1]));
        var isBelow = b.Compare(call.Flag("right", false) ? "LessOrEqual" : "Less", pair[1], b.Unsqueeze(pair[0], pair[0].Rank));
        var type = call.Flag("outInt32", false) ? ScalarType.Int32 : ScalarType.Int64;
        return b.Reduce("ReduceSum", b.Cast(isBelow, type), [pair[0].Rank], keeps: false);
    }
}
