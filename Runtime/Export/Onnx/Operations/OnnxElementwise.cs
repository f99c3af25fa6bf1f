using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Arithmetic, comparisons and choices, element by element.</summary>
internal static class OnnxElementwise
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("add", static c => Scaled(c, "Add", "Or")),
        ("sub subtract", static c => Scaled(c, "Sub", null)),
        ("mul multiply", static c => Pair(c, "Mul", "And")),
        ("div divide", Divide),
        ("true_divide", static c => True(c)),
        ("remainder", Remainder),
        ("fmod", static c => c.Promoted(c[0], c[1]) is [var x, var y] ? c.B.Binary("Mod", x, y, ("fmod", 1L)) : null),
        ("floor_divide", static c => c.Promoted(c[0], c[1]) is [var x, var y] ? x.IsFloat ? c.B.Unary("Floor", c.B.Div(x, y))
            : c.B.Div(c.B.Sub(x, c.B.Binary("Mod", x, y)), y) : null),
        ("pow", Power),
        ("maximum fmax", static c => Extreme(c, "Max")),
        ("minimum fmin", static c => Extreme(c, "Min")),
        ("bitwise_and logical_and", static c => Bits(c, "And", "BitwiseAnd")),
        ("bitwise_or logical_or", static c => Bits(c, "Or", "BitwiseOr")),
        ("bitwise_xor logical_xor", static c => Bits(c, "Xor", "BitwiseXor")),
        ("bitwise_not logical_not", static c => c.Self.Type == ScalarType.Bool ? c.B.Unary("Not", c.Self)
            : c.Name == "logical_not" ? c.B.Compare("Equal", c.Self, 0) : c.B.Unary("BitwiseNot", c.Self)),
        ("eq equal_to", static c => Compared(c, "Equal")),
        ("ne not_equal", static c => c.B.Unary("Not", Compared(c, "Equal"))),
        ("lt less", static c => Compared(c, "Less")),
        ("le less_equal", static c => Compared(c, "LessOrEqual")),
        ("gt greater", static c => Compared(c, "Greater")),
        ("ge greater_equal", static c => Compared(c, "GreaterOrEqual")),
        ("where", Where),
        ("masked_fill", static c => c.B.Where(c.TensorOf("mask")!.Take(ScalarType.Bool), c.As(c.Get("value"), c.Self.Type), c.Self)),
        ("lerp", static c => c.Promoted(c[0], c[1], c[2]) is [var x, var y, var w] ? c.B.Add(x, c.B.Mul(w, c.B.Sub(y, x))) : null),
        ("addcmul", static c => Combined(c, static (b, x, y) => b.Mul(x, y))),
        ("addcdiv", static c => Combined(c, static (b, x, y) => b.Div(x, y))),
        ("clamp clip", static c => Clamp(c, c.Get("min"), c.Get("max"))),
        ("clamp_min", static c => Clamp(c, c[1], null)),
        ("clamp_max", static c => Clamp(c, null, c[1])),
        ("xlogy", static c => c.Promoted(c[0], c[1], 1f) is [var x, var y, _]
            ? c.B.Where(c.B.Compare("Equal", x, 0), c.B.Scalar(0d, x.Type), c.B.Mul(x, c.B.Unary("Log", y))) : null),
        ("hypot", static c => c.Promoted(c[0], c[1]) is [var x, var y] ? c.B.Unary("Sqrt", c.B.Add(c.B.Mul(x, x), c.B.Mul(y, y))) : null),
        ("logaddexp", static c => c.Promoted(c[0], c[1]) is [var x, var y] ? Log(c.B, x, y) : null),
    ];

    private static OnnxValue Log(OnnxBuilder b, OnnxValue x, OnnxValue y)
    {
        var most = b.Binary("Max", x, y);
        return b.Add(most, b.Unary("Softplus", b.Unary("Neg", b.Unary("Abs", b.Sub(x, y)))));
    }

    private static OnnxValue Pair(OnnxCall call, string op, string? ofTruths)
    {
        var pair = call.Promoted(call[0], call[1]);
        return pair[0].Type == ScalarType.Bool ? call.B.Binary(ofTruths ?? throw call.Refused("of truths"), pair[0], pair[1])
            : call.B.Binary(op, pair[0], pair[1]);
    }

    private static OnnxValue Scaled(OnnxCall call, string op, string? ofTruths)
    {
        if (call.Get("alpha") is not { } alpha)
        {
            return Pair(call, op, ofTruths);
        }

        var all = call.Promoted(call[0], call[1], alpha);
        return call.B.Binary(op, all[0], call.B.Mul(all[1], all[2]));
    }

    private static OnnxValue True(OnnxCall call)
    {
        var type = OnnxTypes.Common([call.Self, call[1] as OnnxValue ?? OnnxCall.Scalar(call[1]) ?? 1L]);
        type = OnnxTypes.Kind(type) < 2 ? ScalarType.Float32 : type;
        return call.B.Div(call.As(call[0], type), call.As(call[1], type));
    }

    private static OnnxValue Divide(OnnxCall call)
    {
        // The function ignores the mode that it is given, the method does not.
        var mode = call.Operands[0].Parameter.Length == 0 ? call.Member("rounding_mode") : null;
        if (mode is null or "None")
        {
            return True(call);
        }

        var pair = call.Promoted(call[0], call[1]);
        var isFloor = mode.Equals("floor", StringComparison.OrdinalIgnoreCase);
        if (pair[0].IsFloat)
        {
            var quotient = call.B.Div(pair[0], pair[1]);
            return isFloor ? call.B.Unary("Floor", quotient) : OnnxSigns.Truncated(call.B, quotient);
        }

        return isFloor ? call.B.Div(call.B.Sub(pair[0], call.B.Binary("Mod", pair[0], pair[1])), pair[1]) : call.B.Div(pair[0], pair[1]);
    }

    private static OnnxValue Remainder(OnnxCall call)
    {
        var pair = call.Promoted(call[0], call[1]);
        return pair[0].IsFloat
            ? call.B.Sub(pair[0], call.B.Mul(call.B.Unary("Floor", call.B.Div(pair[0], pair[1])), pair[1]))
            : call.B.Binary("Mod", pair[0], pair[1]);
    }

    private static OnnxValue Power(OnnxCall call)
    {
        if (call[0] is OnnxValue { IsFloat: true } tensor && OnnxCall.Scalar(call[1]) is { } number and not bool)
        {
            return call.B.Pow(tensor, Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture));
        }

        var pair = call.Promoted(call[0], call[1]);
        return call.B.Binary("Pow", pair[0], pair[1]);
    }

    private static OnnxValue Extreme(OnnxCall call, string op)
    {
        var pair = call.Promoted(call[0], call[1]);
        return pair[0].Type == ScalarType.Bool ? call.B.Binary(op == "Max" ? "Or" : "And", pair[0], pair[1])
            : call.B.Binary(op, pair[0], pair[1]);
    }

    private static OnnxValue Bits(OnnxCall call, string ofTruths, string ofNumbers)
    {
        if (call.Name.StartsWith("logical", StringComparison.Ordinal))
        {
            return call.B.Binary(ofTruths, call.As(call[0], ScalarType.Bool), call.As(call[1], ScalarType.Bool));
        }

        var pair = call.Promoted(call[0], call[1]);
        return call.B.Binary(pair[0].Type == ScalarType.Bool ? ofTruths : ofNumbers, pair[0], pair[1]);
    }

    private static OnnxValue Compared(OnnxCall call, string op)
    {
        var pair = call.Promoted(call[0], call[1]);
        if (pair[0].Type == ScalarType.Bool && op != "Equal")
        {
            pair = [call.B.Cast(pair[0], ScalarType.Int64), call.B.Cast(pair[1], ScalarType.Int64)];
        }

        return call.B.Compare(op, pair[0], pair[1]);
    }

    private static OnnxValue Where(OnnxCall call)
    {
        // The method's own tensor is what is taken where the condition holds.
        var condition = call.TensorOf("condition") ?? call.Self;
        var isMethod = call.Operands.Count == 3 && call.Operands[1].Parameter == "condition";
        if (call.Operands.Count < 3)
        {
            throw call.Refused("how many places there are only a call knows");
        }

        var pair = call.Promoted(isMethod ? call[0] : call[1], call[2]);
        return call.B.Where(call.As(condition.Take(ScalarType.Bool), ScalarType.Bool), pair[0], pair[1]);
    }

    private static OnnxValue Combined(OnnxCall call, Func<OnnxBuilder, OnnxValue, OnnxValue, OnnxValue> inner)
    {
        var all = call.Promoted(call[0], call[1], call[2]);
        var part = inner(call.B, all[1], all[2]);
        return call.B.Add(all[0], call.Get("value") is { } value ? call.B.Mul(part, call.As(value, part.Type)) : part);
    }

    private static OnnxValue Clamp(OnnxCall call, object? least, object? most)
    {
        object?[] given = [call[0], .. new[] { least, most }.Where(static l => l is not null)];
        var all = call.Promoted(given);
        var value = all[0];
        var next = 1;
        value = least is null ? value : call.B.Binary("Max", value, all[next++]);
        return most is null ? value : call.B.Binary("Min", value, all[next]);
    }
}
