using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Functions of one tensor, element by element, and conversions.</summary>
internal static class OnnxSigns
{
    private static OnnxValue Rounded(OnnxCall call)
    {
        var decimals = call.Int("decimals") ?? 0;
        var (b, x, factor) = (call.B, call.Self, Math.Pow(10, Math.Abs(decimals)));
        return !x.IsFloat ? decimals >= 0 ? x : throw call.Refused("of whole numbers to tens") : decimals == 0 ? b.Unary("Round", x)
            : decimals > 0 ? b.Div(b.Unary("Round", b.Mul(x, factor)), factor) : b.Mul(b.Unary("Round", b.Div(x, factor)), factor);
    }

    private static OnnxValue Logit(OnnxBuilder b, OnnxValue x) => b.Unary("Log", b.Div(x, b.Sub(b.Scalar(1d, x.Type), x)));

    /// <summary>Numbers for what is none, and for infinities: the largest there are, where none are given.</summary>
    private static OnnxValue Numbers(OnnxCall call)
    {
        var (b, x) = (call.B, call.Self);
        if (!x.IsFloat)
        {
            return x;
        }

        var result = b.Where(b.Node("IsNaN", [x], ScalarType.Bool, x.Dims), b.Scalar(call.Real("nan") ?? 0, x.Type), x);
        if (call.Real("posinf") is null && call.Real("neginf") is null && x.Type == ScalarType.Float32)
        {
            return b.Clip(result, float.MinValue, float.MaxValue);
        }

        var most = x.Type switch { ScalarType.Float64 => double.MaxValue, ScalarType.Float16 => 65504, _ => float.MaxValue };
        foreach (var (infinity, value) in new[] { (double.PositiveInfinity, call.Real("posinf") ?? most),
            (double.NegativeInfinity, call.Real("neginf") ?? -most) })
        {
            result = b.Where(b.Compare("Equal", x, infinity), b.Scalar(value, x.Type), result);
        }

        return result;
    }

    private static readonly (string Name, string Op)[] Direct =
    [
        ("exp", "Exp"), ("log", "Log"), ("sqrt", "Sqrt"), ("sin", "Sin"), ("cos", "Cos"), ("tan", "Tan"), ("asin arcsin", "Asin"),
        ("acos arccos", "Acos"), ("atan arctan", "Atan"), ("sinh", "Sinh"), ("cosh", "Cosh"), ("tanh", "Tanh"), ("asinh arcsinh", "Asinh"),
        ("acosh arccosh", "Acosh"), ("atanh arctanh", "Atanh"), ("erf", "Erf"), ("reciprocal", "Reciprocal"),
        ("sigmoid expit", "Sigmoid"),
    ];

    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        .. Direct.Select(static d => (d.Name, (Func<OnnxCall, object?>)(c => c.B.Unary(d.Op, Real(c))))),
        ("neg negative", static c => c.B.Unary("Neg", c.Self)),
        ("abs absolute", static c => c.B.Unary("Abs", c.Self)),
        ("sign sgn", static c => c.B.Unary("Sign", c.Self)),
        ("floor", static c => c.Self.IsFloat ? c.B.Unary("Floor", c.Self) : c.Self),
        ("ceil", static c => c.Self.IsFloat ? c.B.Unary("Ceil", c.Self) : c.Self),
        ("trunc fix", static c => c.Self.IsFloat ? Truncated(c.B, c.Self) : c.Self),
        ("frac", static c => c.B.Sub(c.Self, Truncated(c.B, c.Self))),
        ("round", Rounded),
        ("square", static c => c.B.Mul(c.Self, c.Self)),
        ("rsqrt", static c => c.B.Unary("Reciprocal", c.B.Unary("Sqrt", Real(c)))),
        ("exp2", static c => c.B.Unary("Exp", c.B.Mul(Real(c), Math.Log(2)))),
        ("expm1", static c => c.B.Sub(c.B.Unary("Exp", Real(c)), 1)),
        ("log1p", static c => c.B.Unary("Log", c.B.Add(Real(c), 1))),
        ("log2", static c => c.B.Div(c.B.Unary("Log", Real(c)), Math.Log(2))),
        ("log10", static c => c.B.Div(c.B.Unary("Log", Real(c)), Math.Log(10))),
        ("erfc", static c => c.B.Sub(c.B.Scalar(1d, Real(c).Type), c.B.Unary("Erf", Real(c)))),
        ("deg2rad", static c => c.B.Mul(Real(c), Math.PI / 180)),
        ("rad2deg", static c => c.B.Mul(Real(c), 180 / Math.PI)),
        ("logit", static c => c.Real("eps") is { } eps ? Logit(c.B, c.B.Clip(Real(c), eps, 1 - eps)) : Logit(c.B, Real(c))),
        ("isnan", static c => c.B.Node("IsNaN", [Real(c)], ScalarType.Bool, c.Self.Dims)),
        ("isinf", static c => c.B.Node("IsInf", [Real(c)], ScalarType.Bool, c.Self.Dims)),
        ("isfinite", static c => c.B.Unary("Not", c.B.Binary("Or", c.B.Node("IsNaN", [Real(c)], ScalarType.Bool, c.Self.Dims),
            c.B.Node("IsInf", [Real(c)], ScalarType.Bool, c.Self.Dims)))),
        ("relu", static c => c.Self.IsFloat ? c.B.Unary("Relu", c.Self) : c.B.Binary("Max", c.Self, c.B.Scalar(0d, c.Self.Type))),
        ("relu6", static c => c.B.Clip(c.Self, 0, 6)),
        ("selu", static c => c.B.Unary("Selu", c.Self)),
        ("silu", static c => OnnxActivations.Silu(c.B, c.Self)),
        ("mish", static c => c.B.Unary("Mish", c.Self)),
        ("hardsigmoid", static c => OnnxActivations.HardSigmoid(c.B, c.Self)),
        ("hardswish", static c => c.B.Unary("HardSwish", c.Self)),
        ("log_sigmoid", static c => OnnxActivations.LogSigmoid(c.B, c.Self)),
        ("elu", static c => c.Has("scale") ? throw c.Refused("with a scale") : OnnxActivations.Elu(c.B, c.Self, c.Real("alpha") ?? 1)),
        ("celu", static c => OnnxActivations.Celu(c.B, c.Self, c.Real("alpha") ?? 1)),
        ("gelu", static c => OnnxActivations.Gelu(c.B, c.Self, c.Member("approximate") == "tanh")),
        ("leaky_relu", static c => OnnxActivations.Leaky(c.B, c.Self, c.Real("negative_slope") ?? 0.01)),
        ("softplus", static c => OnnxActivations.SoftPlus(c.B, c.Self, c.Real("beta") ?? 1, c.Real("threshold") ?? 20)),
        ("threshold", static c => OnnxActivations.Threshold(c.B, c.Self, c.Real("threshold")!.Value, c.Real("value")!.Value)),

        // TorchSharp gives back what it gets, unless it works in place.
        ("hardtanh Hardtanh", static c => c.Get("inplace") is true
            ? OnnxActivations.Clamp(c.B, c.Self, c.Real("min", "min_val") ?? -1, c.Real("max", "max_val") ?? 1) : c.Self),
        ("prelu", static c => OnnxActivations.PRelu(c.B, c.Self, c.Tensor(1))),
        ("softmax", static c => Softmax(c, "Softmax")),
        ("log_softmax", static c => Softmax(c, "LogSoftmax")),
        ("softmin", static c => c.B.Softmax(c.B.Unary("Neg", c.Self), c.Axis(c.Int("dim") ?? -1))),
        ("cumsum", static c => c.B.Node("CumSum", [c.Self.IsFloat ? c.Self : c.B.Cast(c.Self, ScalarType.Int64),
            c.B.Scalar((long)c.Axis(c.Int("dim")!.Value), ScalarType.Int64)],
            c.Self.IsFloat ? c.Self.Type : ScalarType.Int64, c.Self.Dims)),
        ("nan_to_num", Numbers),
        ("clone contiguous detach alias cpu cuda positive requires_grad with_requires_grad requires_grad_ Keep MoveToOuterDisposeScope "
            + "DetachFromDisposeScope MoveToOtherDisposeScope pin_memory to_dense retain_grad", static c => c.Self),
        ("to", static c => c.Type("type") is { } type ? c.B.Cast(c.Self, type)
            : c.TensorOf("other") is { } other ? c.B.Cast(c.Self, other.Type) : c.Self),
        ("to_type", static c => c.B.Cast(c.Self, c.Type("type")!.Value)),
        ("type", static c => c.B.Cast(c.Self, c.Type("dtype") ?? throw c.Refused("by a function"))),
        ("type_as", static c => c.B.Cast(c.Self, c.Tensor(1).Type)),
        ("float", static c => c.B.Cast(c.Self, ScalarType.Float32)),
        ("double", static c => c.B.Cast(c.Self, ScalarType.Float64)),
        ("half", static c => c.B.Cast(c.Self, ScalarType.Float16)),
        ("bfloat16", static c => c.B.Cast(c.Self, ScalarType.BFloat16)),
        ("long", static c => c.B.Cast(c.Self, ScalarType.Int64)),
        ("int", static c => c.B.Cast(c.Self, ScalarType.Int32)),
        ("short", static c => c.B.Cast(c.Self, ScalarType.Int16)),
        ("byte", static c => c.B.Cast(c.Self, ScalarType.Byte)),
        ("char", static c => c.B.Cast(c.Self, ScalarType.Int8)),
        ("bool", static c => c.B.Cast(c.Self, ScalarType.Bool)),
        ("Additive", static c => c.Self.Take(ScalarType.Bool).Type == ScalarType.Bool
            ? c.B.Where(c.Self, c.B.Scalar(double.NegativeInfinity, ScalarType.Float32), c.B.Scalar(0d, ScalarType.Float32)) : c.Self),
        ("size", static c => c.Int("dim") is { } dim ? OnnxCall.Number(c.Self.Dims[c.Axis(dim)])
            : c.Self.Dims.Select(OnnxCall.Number).ToList()),
        ("NewDisposeScope Dispose DisposeEverything no_grad inference_mode enable_grad set_grad_enabled", static _ => null),
        ("dim", static c => (long)c.Self.Rank),
        ("numel", static c => OnnxCall.Number(OnnxBuilder.Product(c.Self.Dims))),
        ("item", Number),
        ("is_floating_point", static c => c.Self.IsFloat),
        ("is_complex", static _ => false),
    ];

    /// <summary>Of whole numbers these are of float32.</summary>
    private static OnnxValue Real(OnnxCall call) => call.Self.IsFloat ? call.Self : call.B.Cast(call.Self, ScalarType.Float32);

    public static OnnxValue Truncated(OnnxBuilder b, OnnxValue x) =>
        b.Where(b.Compare("Less", x, 0), b.Unary("Ceil", x), b.Unary("Floor", x));

    private static OnnxValue Softmax(OnnxCall call, string op)
    {
        var value = call.Type("dtype") is { } type ? call.B.Cast(call.Self, type) : call.Self;
        return call.B.Softmax(value, call.Axis(call.Int("dim") ?? -1), op);
    }

    /// <summary>The only number of a tensor, as one of C#.</summary>
    private static OnnxValue Number(OnnxCall call)
    {
        var number = call.B.Unary("Identity", call.B.Single(call.Self));
        number.IsNumber = true;
        return number;
    }
}
