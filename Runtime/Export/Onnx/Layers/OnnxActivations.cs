using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Functions of each element, softmax among them, and dropouts, which do nothing in eval mode.</summary>
internal static class OnnxActivations
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        .. new[] { nameof(Dropout), nameof(Dropout1d), nameof(Dropout2d), nameof(Dropout3d), nameof(AlphaDropout),
            nameof(FeatureAlphaDropout) }.Select(static n => (n, (Func<OnnxLayerCall, object?>)(static c => c.Input))),
        .. new[] { "Relu", "Sigmoid", "Tanh", "Softsign" }.Select(static n => (n == "Relu" ? nameof(ReLU) : n,
            (Func<OnnxLayerCall, object?>)(c => Changed(c, Simple(c.B, n, c.Input))))),
        (nameof(CELU), static c => c.Module is CELU m ? Changed(c, Celu(c.B, c.Input, m.alpha)) : null),
        (nameof(ELU), static c => c.Module is ELU m ? Changed(c, Elu(c.B, c.Input, m.alpha)) : null),
        (nameof(GELU), static c => c.Module is GELU m ? Changed(c, Gelu(c.B, c.Input, $"{m.approximate}" == "tanh")) : null),
        (nameof(GLU), static c => c.Module is GLU m ? Glu(c.B, c.Input, m.dim) : null),
        (nameof(Hardshrink), static c => c.Module is Hardshrink m ? HardShrink(c.B, c.Input, m.lambda) : null),
        (nameof(Hardsigmoid), static c => Changed(c, HardSigmoid(c.B, c.Input))),
        (nameof(Hardswish), static c => Changed(c, c.B.Unary("HardSwish", c.Input))),

        // TorchSharp's layer gives back what it gets, unless it works in place.
        (nameof(Hardtanh), static c => c.Module is Hardtanh { inplace: true } m ? Changed(c, Clamp(c.B, c.Input, m.min_val, m.max_val))
            : c.Input),
        (nameof(LeakyReLU), static c => c.Module is LeakyReLU m ? Changed(c, Leaky(c.B, c.Input, m.negative_slope)) : null),
        (nameof(LogSigmoid), static c => LogSigmoid(c.B, c.Input)),
        (nameof(LogSoftmax), static c => c.Module is LogSoftmax m ? Softmax(c.B, c.Input, m.dim, "LogSoftmax") : null),
        (nameof(Mish), static c => Changed(c, c.B.Unary("Mish", c.Input))),
        (nameof(PReLU), static c => PRelu(c.B, c.Input, c.Need("weight"))),
        (nameof(ReLU6), static c => Changed(c, Clamp(c.B, c.Input, 0, 6))),
        (nameof(RReLU), static c => c.Module is RReLU m ? Changed(c, Leaky(c.B, c.Input, (m.lower + m.upper) / 2)) : null),
        (nameof(SELU), static c => Changed(c, Selu(c.B, c.Input))),
        (nameof(SiLU), static c => Changed(c, Silu(c.B, c.Input))),
        (nameof(Softmax), static c => c.Module is Softmax m ? Softmax(c.B, c.Input, m.dim) : null),
        (nameof(Softmax2d), static c => Softmax(c.B, c.Input, -3)),
        (nameof(Softmin), static c => c.Module is Softmin m ? Softmax(c.B, c.B.Unary("Neg", c.Input), m.dim) : null),
        (nameof(Softplus), static c => c.Module is Softplus m ? SoftPlus(c.B, c.Input, m.beta, m.threshold) : null),
        (nameof(Softshrink), static c => c.Module is Softshrink m ? SoftShrink(c.B, c.Input, m.lambda) : null),
        (nameof(Tanhshrink), static c => c.B.Sub(c.Input, c.B.Unary("Tanh", c.Input))),
        (nameof(Threshold), static c => c.Module is Threshold m ? Changed(c, Threshold(c.B, c.Input, m.threshold, m.value)) : null),
    ];

    /// <summary>A layer that works in place changes its input too.</summary>
    private static OnnxValue Changed(OnnxLayerCall call, OnnxValue result)
    {
        var isInPlace = call.Module switch
        {
            ReLU m => m.inplace, ReLU6 m => m.inplace, ELU m => m.inplace, CELU m => m.inplace, GELU m => m.inplace, SELU m => m.inplace,
            SiLU m => m.inplace, Mish m => m.inplace, LeakyReLU m => m.inplace, RReLU m => m.inplace, Threshold m => m.inplace,
            Hardsigmoid m => m.inplace, Hardswish m => m.inplace, Hardtanh m => m.inplace, Sigmoid m => m.inplace, Tanh m => m.inplace,
            Softsign m => m.inplace, _ => false,
        };
        if (isInPlace)
        {
            call.Interpreter.Replace(call.Input, result);
        }

        return result;
    }

    private static OnnxValue Simple(OnnxBuilder b, string op, OnnxValue x) => b.Unary(op, x);

    public static OnnxValue Celu(OnnxBuilder b, OnnxValue x, double alpha) => x.Type == ScalarType.Float32
        ? b.Unary("Celu", x, ("alpha", alpha))
        : b.Add(b.Unary("Relu", x), b.Mul(b.Clip(b.Sub(b.Unary("Exp", b.Div(x, alpha)), 1), null, 0), alpha));

    public static OnnxValue Elu(OnnxBuilder b, OnnxValue x, double alpha) => b.Unary("Elu", x, ("alpha", alpha));

    public static OnnxValue Selu(OnnxBuilder b, OnnxValue x) => b.Unary("Selu", x);

    public static OnnxValue Gelu(OnnxBuilder b, OnnxValue x, bool isTanh)
    {
        if (b.CanUse(20) && x.Type != ScalarType.Float64)
        {
            return b.Unary("Gelu", x, ("approximate", isTanh ? "tanh" : "none"));
        }

        // 0.5 x (1 + erf(x / sqrt 2)), or with tanh in the place of erf.
        var inner = isTanh ? b.Unary("Tanh", b.Mul(b.Add(x, b.Mul(b.Mul(x, b.Mul(x, x)), 0.044715)), Math.Sqrt(2 / Math.PI)))
            : b.Unary("Erf", b.Div(x, Math.Sqrt(2)));
        return b.Mul(b.Mul(x, b.Add(inner, 1)), 0.5);
    }

    public static OnnxValue Silu(OnnxBuilder b, OnnxValue x) => b.Mul(x, b.Unary("Sigmoid", x));

    public static OnnxValue Glu(OnnxBuilder b, OnnxValue x, long dim)
    {
        var axis = OnnxBuilder.Axis(dim, x.Rank);
        var half = Shapes.Dim.FloorDiv(x.Dims[axis], 2);
        return b.Mul(b.Narrow(x, axis, 0, half), b.Unary("Sigmoid", b.Narrow(x, axis, half, half)));
    }

    public static OnnxValue HardShrink(OnnxBuilder b, OnnxValue x, double lambda)
    {
        var isSmall = b.Binary("And", b.Compare("LessOrEqual", x, lambda), b.Compare("GreaterOrEqual", x, -lambda));
        return b.Where(isSmall, b.Scalar(0d, x.Type), x);
    }

    public static OnnxValue SoftShrink(OnnxBuilder b, OnnxValue x, double lambda) => b.Where(b.Compare("Greater", x, lambda),
        b.Sub(x, lambda), b.Where(b.Compare("Less", x, -lambda), b.Add(x, lambda), b.Mul(x, b.Scalar(0d, x.Type))));

    public static OnnxValue HardSigmoid(OnnxBuilder b, OnnxValue x) => b.Unary("HardSigmoid", x, ("alpha", 1.0 / 6), ("beta", 0.5));

    public static OnnxValue Clamp(OnnxBuilder b, OnnxValue x, double least, double most) => b.Clip(x, least, most);

    public static OnnxValue Leaky(OnnxBuilder b, OnnxValue x, double slope) => x.Type == ScalarType.Float64 && b.CanUse(19)
        ? b.Where(b.Compare("Less", x, 0), b.Mul(x, slope), x) : b.Unary("LeakyRelu", x, ("alpha", slope));

    public static OnnxValue LogSigmoid(OnnxBuilder b, OnnxValue x) => b.Unary("Neg", b.Unary("Softplus", b.Unary("Neg", x)));

    public static OnnxValue PRelu(OnnxBuilder b, OnnxValue x, OnnxValue weight)
    {
        var slope = weight.Dims is [{ Constant: 1 }] || x.Rank < 2 ? weight
            : b.Reshape(weight, [weight.Dims[0], .. Enumerable.Repeat(Shapes.Dim.One, x.Rank - 2)]);
        return x.Type == ScalarType.Float64 && b.CanUse(19) ? b.Where(b.Compare("Less", x, 0), b.Mul(x, slope), x)
            : b.Node("PRelu", [x, slope], x.Type, x.Dims);
    }

    public static OnnxValue SoftPlus(OnnxBuilder b, OnnxValue x, double beta, double threshold)
    {
        var scaled = b.Mul(x, beta);
        return b.Where(b.Compare("Greater", scaled, threshold), x, b.Div(b.Unary("Softplus", scaled), beta));
    }

    public static OnnxValue Threshold(OnnxBuilder b, OnnxValue x, double threshold, double value) =>
        b.Where(b.Compare("LessOrEqual", x, threshold), b.Scalar(value, x.Type), x);

    public static OnnxValue Softmax(OnnxBuilder b, OnnxValue x, long dim, string op = "Softmax") =>
        b.Softmax(x, OnnxBuilder.Axis(dim, x.Rank), op);
}
