using Gen.Shapes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Losses, as layers and as functions.</summary>
internal static class OnnxLosses
{
    /// <summary>The class that no loss counts, where none is named.</summary>
    private const long Ignored = -100;

    private static readonly (string Layer, string Function, Func<OnnxBuilder, OnnxValue[], OnnxArguments, OnnxValue> Write)[] Forms =
    [
        (nameof(L1Loss), "l1_loss", static (b, x, _) => b.Unary("Abs", b.Sub(x[0], x[1]))),
        (nameof(MSELoss), "mse_loss", static (b, x, _) => b.Pow(b.Sub(x[0], x[1]), 2)),
        (nameof(SmoothL1Loss), "smooth_l1_loss", static (b, x, a) => Smooth(b, x, a.Real("beta", 1), isHuber: false)),
        (nameof(HuberLoss), "huber_loss", static (b, x, a) => Smooth(b, x, a.Real("delta", 1), isHuber: true)),
        (nameof(SoftMarginLoss), "soft_margin_loss", static (b, x, _) =>
            b.Unary("Log", b.Add(b.Unary("Exp", b.Unary("Neg", b.Mul(x[1], x[0]))), 1))),
        (nameof(HingeEmbeddingLoss), "hinge_embedding_loss", static (b, x, a) => b.Add(
            b.Where(b.Compare("Equal", x[1], 1), b.Scalar(0d, x[0].Type), b.Unary("Relu", b.Sub(b.Scalar(a.Real("margin", 1), x[0].Type),
                x[0]))), b.Where(b.Compare("Equal", x[1], -1), b.Scalar(0d, x[0].Type), x[0]))),
        (nameof(MarginRankingLoss), "margin_ranking_loss", static (b, x, a) =>
            b.Unary("Relu", b.Add(b.Mul(b.Unary("Neg", x[2]), b.Sub(x[0], x[1])), a.Real("margin", 0)))),
        (nameof(CosineEmbeddingLoss), "cosine_embedding_loss", Cosine),
        (nameof(TripletMarginLoss), "triplet_margin_loss", Triplet),
        (nameof(KLDivLoss), "kl_div", static (b, x, a) => a["log_target"] is false
            ? b.Sub(b.Where(b.Compare("Equal", x[1], 0), b.Scalar(0d, x[1].Type), b.Mul(x[1], b.Unary("Log", x[1]))), b.Mul(x[1], x[0]))
            : b.Mul(b.Unary("Exp", x[1]), b.Sub(x[1], x[0]))),
        (nameof(PoissonNLLLoss), "poisson_nll_loss", Poisson),
        (nameof(GaussianNLLLoss), "gaussian_nll_loss", Gaussian),
        (nameof(BCELoss), "binary_cross_entropy", Binary),
        (nameof(BCEWithLogitsLoss), "binary_cross_entropy_with_logits", Logits),
    ];

    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        .. Forms.Select(static f => (f.Layer, (Func<OnnxLayerCall, object?>)(c => Reduced(c.B,
            f.Write(c.B, Operands(c.B, [c[0], c[1], c[2]]), ArgumentsOf(c)), ArgumentsOf(c))))),
        (nameof(CrossEntropyLoss), static c => CrossEntropy(c.B, c.Input, c.Tensor(1)!, ArgumentsOf(c))),
        (nameof(NLLLoss), static c => Likelihood(c.B, c.Input, c.Tensor(1)!, ArgumentsOf(c))),
    ];

    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> Functions =>
    [
        .. Forms.Select(static f => (f.Function, (Func<OnnxCall, object?>)(c => Reduced(c.B, f.Write(c.B,
            Operands(c.B, [.. c.Operands.Where(static o => o.Value is OnnxValue).Select(static o => o.Value)]), ArgumentsOf(c)),
            ArgumentsOf(c))))),
        ("cross_entropy", static c => CrossEntropy(c.B, c.Self, c.Tensor(1), ArgumentsOf(c))),
        ("nll_loss", static c => Likelihood(c.B, c.Self, c.Tensor(1), ArgumentsOf(c))),
    ];

    /// <summary>How a loss is built; weights it tells itself.</summary>
    private static OnnxArguments ArgumentsOf(OnnxLayerCall call) => call.Module switch
    {
        CrossEntropyLoss m => call.Arguments.With(("weight", m.weight), ("ignore_index", m.ignore_index ?? Ignored),
            ("label_smoothing", m.label_smoothing)),
        BCEWithLogitsLoss m => call.Arguments.With(("weight", m.weight), ("pos_weights", m.pos_weights)),
        TorchSharp.WeightedLoss<Tensor, Tensor, Tensor> m => call.Arguments.With(("weight", m.weight)),
        _ => call.Arguments,
    };

    private static OnnxArguments ArgumentsOf(OnnxCall call) => new(call.Operands.Where(static o => o.Parameter.Length > 0)
        .ToDictionary(static o => o.Parameter, static o => o.Value is Dim { Constant: { } number } ? number : o.Value,
            StringComparer.Ordinal));

    private static OnnxValue[] Operands(OnnxBuilder b, object?[] given)
    {
        var tensors = given.OfType<OnnxValue>().ToArray();
        var type = OnnxTypes.Common(tensors);
        return [.. tensors.Select(t => b.Cast(t, OnnxTypes.Kind(type) < 2 ? ScalarType.Float32 : type))];
    }

    private static OnnxValue Reduced(OnnxBuilder b, OnnxValue losses, OnnxArguments a) => a.Member("reduction", "Mean") switch
    {
        "None" => losses,
        "Sum" => b.Reduce("ReduceSum", losses, null, keeps: false),
        _ => b.Reduce("ReduceMean", losses, null, keeps: false),
    };

    private static OnnxValue Smooth(OnnxBuilder b, OnnxValue[] x, double beta, bool isHuber)
    {
        var distance = b.Unary("Abs", b.Sub(x[0], x[1]));
        if (beta == 0)
        {
            return distance;
        }

        var squares = b.Mul(b.Mul(distance, distance), isHuber ? 0.5 : 0.5 / beta);
        var line = isHuber ? b.Mul(b.Sub(distance, 0.5 * beta), beta) : b.Sub(distance, 0.5 * beta);
        return b.Where(b.Compare("Less", distance, beta), squares, line);
    }

    private static OnnxValue Cosine(OnnxBuilder b, OnnxValue[] x, OnnxArguments a)
    {
        const double Epsilon = 1e-12;
        var axis = x[0].Rank - 1;
        var product = b.Reduce("ReduceSum", b.Mul(x[0], x[1]), [axis], keeps: false);
        var cosine = b.Div(product, b.Unary("Sqrt", b.Mul(Square(x[0]), Square(x[1]))));
        var zero = b.Scalar(0d, cosine.Type);
        return b.Add(b.Where(b.Compare("Equal", x[2], 1), b.Sub(b.Scalar(1d, cosine.Type), cosine), zero),
            b.Where(b.Compare("Equal", x[2], -1), b.Unary("Relu", b.Sub(cosine, a.Real("margin", 0))), zero));

        OnnxValue Square(OnnxValue value) => b.Add(b.Reduce("ReduceSum", b.Mul(value, value), [axis], keeps: false), Epsilon);
    }

    private static OnnxValue Triplet(OnnxBuilder b, OnnxValue[] x, OnnxArguments a)
    {
        var far = Distance(x[0], x[2]);
        far = a.Flag("swap") ? b.Binary("Min", far, Distance(x[1], x[2])) : far;
        return b.Unary("Relu", b.Add(b.Sub(Distance(x[0], x[1]), far), a.Real("margin", 1)));

        OnnxValue Distance(OnnxValue left, OnnxValue right) =>
            OnnxLinearLayers.Distance(b, left, right, a.Number("p", 2), a.Real("eps", 1e-6), keeps: false);
    }

    private static OnnxValue Poisson(OnnxBuilder b, OnnxValue[] x, OnnxArguments a)
    {
        // TorchSharp 0.107 takes this number, whatever eps it is given.
        const double Epsilon = 1e-8;
        var losses = a["log_input"] is false
            ? b.Sub(x[0], b.Mul(x[1], b.Unary("Log", b.Add(x[0], Epsilon))))
            : b.Sub(b.Unary("Exp", x[0]), b.Mul(x[1], x[0]));
        if (!a.Flag("full"))
        {
            return losses;
        }

        // Stirling's formula of the target.
        var stirling = b.Add(b.Sub(b.Mul(x[1], b.Unary("Log", x[1])), x[1]), b.Mul(b.Unary("Log", b.Mul(x[1], 2 * Math.PI)), 0.5));
        return b.Add(losses, b.Where(b.Compare("LessOrEqual", x[1], 1), b.Scalar(0d, x[1].Type), stirling));
    }

    private static OnnxValue Gaussian(OnnxBuilder b, OnnxValue[] x, OnnxArguments a)
    {
        // TorchSharp adds up what belongs to a sample, whatever is asked of the whole.
        var rest = OnnxBuilder.Product(x[0].Dims.Skip(1));
        var samples = x[0].Dims[0];
        var (input, target) = (b.Reshape(x[0], [samples, rest]), b.Reshape(x[1], [x[1].Dims[0], OnnxBuilder.Product(x[1].Dims.Skip(1))]));
        var variance = b.Reshape(x[2], [x[1].Dims[0], Dim.FloorDiv(OnnxBuilder.Product(x[2].Dims), x[1].Dims[0])]);
        variance = b.Binary("Max", variance, b.Scalar(a.Real("eps", 1e-6), variance.Type));
        var losses = b.Mul(b.Add(b.Unary("Log", variance), b.Div(b.Pow(b.Sub(input, target), 2), variance)), 0.5);
        losses = b.Reshape(losses, [samples, Dim.FloorDiv(OnnxBuilder.Product(losses.Dims), samples)]);
        losses = b.Reduce("ReduceSum", losses, [1], keeps: false);
        return a.Flag("full") ? b.Add(losses, b.Mul(b.Cast(b.Squeeze(b.Size(rest), 0), losses.Type), 0.5 * Math.Log(2 * Math.PI))) : losses;
    }

    private static OnnxValue Binary(OnnxBuilder b, OnnxValue[] x, OnnxArguments a)
    {
        var one = b.Scalar(1d, x[0].Type);
        var losses = b.Unary("Neg", b.Add(b.Mul(x[1], Clamped(x[0])), b.Mul(b.Sub(one, x[1]), Clamped(b.Sub(one, x[0])))));
        return Weighed(b, losses, x, a);

        // The logarithm is not less than -100.
        OnnxValue Clamped(OnnxValue value) => b.Binary("Max", b.Unary("Log", value), b.Scalar(-100d, value.Type));
    }

    private static OnnxValue Logits(OnnxBuilder b, OnnxValue[] x, OnnxArguments a)
    {
        var one = b.Scalar(1d, x[0].Type);
        var positive = b.Unary("Softplus", b.Unary("Neg", x[0]));
        positive = Weight(b, a, "pos_weights", x[0].Type) is { } weight
            ? b.Mul(b.Add(b.Mul(b.Sub(weight, one), x[1]), one), positive) : positive;
        var losses = b.Add(b.Mul(b.Sub(one, x[1]), x[0]), positive);
        return Weighed(b, losses, x, a);
    }

    private static OnnxValue Weighed(OnnxBuilder b, OnnxValue losses, OnnxValue[] x, OnnxArguments a) =>
        Weight(b, a, "weight", x[0].Type) is { } weight ? b.Mul(losses, weight) : losses;

    private static OnnxValue? Weight(OnnxBuilder b, OnnxArguments a, string name, ScalarType type) => a[name] switch
    {
        null => null,
        OnnxValue value => b.Cast(value, type),
        Tensor weight => b.Cast(b.State(weight), type),
        _ => throw new NotExportableException("the weights of a loss are not known"),
    };

    private static OnnxValue Log(OnnxBuilder b, OnnxValue x) => b.Softmax(x, x.Rank == 1 ? 0 : 1, "LogSoftmax");

    private static OnnxValue CrossEntropy(OnnxBuilder b, OnnxValue x, OnnxValue target, OnnxArguments a)
    {
        var (logs, smoothing) = (Log(b, x), a.Real("label_smoothing", 0));
        var axis = logs.Rank == 1 ? 0 : 1;
        var weight = Weight(b, a, "weight", logs.Type) is { } given ? Along(b, given, logs.Rank, axis) : null;
        if (target.Take(ScalarType.Int64).IsFloat)
        {
            // Probabilities. The mean is that of the samples, whatever they weigh.
            target = smoothing == 0 ? target : b.Add(b.Mul(target, 1 - smoothing), b.Div(b.Scalar(smoothing, logs.Type), Count()));
            return Reduced(b, Sum(b.Mul(logs, target)), a);
        }

        var hard = Likelihood(b, logs, target, a);
        if (smoothing == 0)
        {
            return hard;
        }

        // The rest is spread over all classes.
        var isCounted = IsCounted(b, target, a);
        var spread = b.Where(isCounted, Sum(logs), b.Scalar(0d, logs.Type));
        var soft = a.Member("reduction", "Mean") switch
        {
            "None" => spread,
            "Sum" => b.Reduce("ReduceSum", spread, null, keeps: false),
            _ => b.Div(b.Reduce("ReduceSum", spread, null, keeps: false), Weights(b, logs, target, isCounted, a)),
        };
        return b.Add(b.Mul(hard, 1 - smoothing), b.Mul(soft, b.Div(b.Scalar(smoothing, logs.Type), Count())));

        OnnxValue Sum(OnnxValue value) =>
            b.Unary("Neg", b.Reduce("ReduceSum", weight is null ? value : b.Mul(value, weight), [axis], keeps: false));

        OnnxValue Count() => b.Cast(b.Squeeze(b.Size(logs.Dims[axis]), 0), logs.Type);
    }

    /// <summary>The negative logarithm of the target's class.</summary>
    private static OnnxValue Likelihood(OnnxBuilder b, OnnxValue logs, OnnxValue target, OnnxArguments a)
    {
        var axis = logs.Rank == 1 ? 0 : 1;
        var isCounted = IsCounted(b, target, a);
        var index = b.Unsqueeze(Known(b, target, isCounted), axis);
        var chosen = b.Unary("Neg", b.Squeeze(b.Node("GatherElements", [logs, index], logs.Type, index.Dims, ("axis", (long)axis)), axis));
        var zero = b.Scalar(0d, logs.Type);
        var losses = b.Where(isCounted, Each(b, logs, target, isCounted, a) is { } weights ? b.Mul(chosen, weights) : chosen, zero);
        return a.Member("reduction", "Mean") switch
        {
            "None" => losses,
            "Sum" => b.Reduce("ReduceSum", losses, null, keeps: false),
            _ => b.Div(b.Reduce("ReduceSum", losses, null, keeps: false), Weights(b, logs, target, isCounted, a)),
        };
    }

    private static OnnxValue IsCounted(OnnxBuilder b, OnnxValue target, OnnxArguments a) => b.Unary("Not",
        b.Compare("Equal", b.Cast(target, ScalarType.Int64), b.Scalar(a.Number("ignore_index", Ignored), ScalarType.Int64)));

    /// <summary>A class that is there for what is not counted.</summary>
    private static OnnxValue Known(OnnxBuilder b, OnnxValue target, OnnxValue isCounted) =>
        b.Where(isCounted, b.Cast(target, ScalarType.Int64), b.Scalar(0L, ScalarType.Int64));

    /// <summary>What the class of each target weighs; null where all weigh the same.</summary>
    private static OnnxValue? Each(OnnxBuilder b, OnnxValue logs, OnnxValue target, OnnxValue isCounted, OnnxArguments a) =>
        Weight(b, a, "weight", logs.Type) is { } weight
            ? b.Node("Gather", [weight, Known(b, target, isCounted)], logs.Type, target.Dims, ("axis", 0L)) : null;

    /// <summary>What all that is counted weighs.</summary>
    private static OnnxValue Weights(OnnxBuilder b, OnnxValue logs, OnnxValue target, OnnxValue isCounted, OnnxArguments a) =>
        b.Reduce("ReduceSum", Each(b, logs, target, isCounted, a) is { } weights
            ? b.Where(isCounted, weights, b.Scalar(0d, logs.Type)) : b.Cast(isCounted, logs.Type), null, keeps: false);

    /// <summary>Weights of the classes, so that they meet the dimension of the classes.</summary>
    private static OnnxValue Along(OnnxBuilder b, OnnxValue weight, int rank, int axis)
    {
        for (var i = axis + 1; i < rank; i++)
        {
            weight = b.Unsqueeze(weight, i - axis);
        }

        return weight;
    }
}
