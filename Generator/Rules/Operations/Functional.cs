using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;
using static Gen.Rules.Operations.OperationRules;

namespace Gen.Rules.Operations;

/// <summary>Functions of <c>nn.functional</c>. Those that are a layer without weights have the layer's rule.</summary>
internal static partial class Functional
{
    private const string Activations = """
        celu elu gelu hardshrink Hardshrink hardsigmoid hardswish hardtanh Hardtanh leaky_relu logsigmoid mish Mish relu relu6 rrelu selu
        sigmoid silu SiLU
        softplus softshrink Softshrink softsign Softsign tanh tanhshrink Tanhshrink threshold Threshold dropout alpha_dropout dropout1d
        """;

    /// <summary>The layers that functions are, with the parameters that have other names there.</summary>
    private static readonly (string Function, string Layer)[] Layers =
    [
        ("max_pool1d", "MaxPool1d"), ("max_pool2d", "MaxPool2d"), ("max_pool3d", "MaxPool3d"),
        ("avg_pool1d", "AvgPool1d"), ("avg_pool2d", "AvgPool2d"), ("avg_pool3d", "AvgPool3d"),
        ("adaptive_avg_pool1d", "AdaptiveAvgPool1d"), ("adaptive_avg_pool2d", "AdaptiveAvgPool2d"),
        ("adaptive_avg_pool3d", "AdaptiveAvgPool3d"),
        ("adaptive_max_pool1d", "AdaptiveMaxPool1d"), ("adaptive_max_pool2d", "AdaptiveMaxPool2d"), ("lp_pool1d", "LPPool1d"),
        ("lp_pool2d", "LPPool2d"),
        ("dropout2d", "Dropout2d"), ("dropout3d", "Dropout3d"), ("feature_alpha_dropout", "FeatureAlphaDropout"),
        ("glu", "GLU"), ("pixel_shuffle", "PixelShuffle"), ("pixel_unshuffle", "PixelUnshuffle"), ("fold", "Fold"), ("unfold", "Unfold"),
        ("softmax2d", "Softmax2d"), ("local_response_norm", "LocalResponseNorm"),
        ("cosine_similarity", "CosineSimilarity"), ("pairwise_distance", "PairwiseDistance"),
        ("cross_entropy", "CrossEntropyLoss"), ("nll_loss", "NLLLoss"), ("mse_loss", "MSELoss"), ("l1_loss", "L1Loss"),
        ("smooth_l1_loss", "SmoothL1Loss"), ("huber_loss", "HuberLoss"),
        ("kl_div", "KLDivLoss"), ("binary_cross_entropy", "BCELoss"), ("binary_cross_entropy_with_logits", "BCEWithLogitsLoss"),
        ("hinge_embedding_loss", "HingeEmbeddingLoss"),
        ("margin_ranking_loss", "MarginRankingLoss"), ("multi_margin_loss", "MultiMarginLoss"),
        ("multi_label_margin_loss", "MultiLabelMarginLoss"), ("multilabel_soft_margin_loss", "MultiLabelSoftMarginLoss"),
        ("soft_margin_loss", "SoftMarginLoss"), ("poisson_nll_loss", "PoissonNLLLoss"), ("cosine_embedding_loss", "CosineEmbeddingLoss"),
        ("triplet_margin_loss", "TripletMarginLoss"),
        ("triplet_margin_with_distance_loss", "TripletMarginWithDistanceLoss"), ("gaussian_nll_loss", "GaussianNLLLoss"),
        ("ctc_loss", "CTCLoss"),
    ];

    public static IEnumerable<KeyValuePair<string, Rule>> All =>
        Rules.Concat(Layers.Select(l => new KeyValuePair<string, Rule>(l.Function, call => AsLayer(call, l.Layer))))
            .Concat(Activations.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Select(n => new KeyValuePair<string, Rule>(n, Same)));

    private static readonly Dictionary<string, Rule> Rules = new(StringComparer.Ordinal)
    {
        ["linear"] = Multiplies(Linear),
        ["bilinear"] = Multiplies(Bilinear),
        ["conv1d"] = Multiplies(call => Convolve(call, 1)),
        ["conv2d"] = Multiplies(call => Convolve(call, 2)),
        ["conv3d"] = Multiplies(call => Convolve(call, 3)),
        ["conv_transpose1d"] = Multiplies(call => Convolve(call, 1, isTransposed: true)),
        ["conv_transpose2d"] = Multiplies(call => Convolve(call, 2, isTransposed: true)),
        ["conv_transpose3d"] = Multiplies(call => Convolve(call, 3, isTransposed: true)),
        ["pad"] = Pad,
        ["interpolate"] = call => AsLayer(call, "Upsample"),
        ["upsample"] = call => AsLayer(call, "Upsample"),
        ["one_hot"] = call => call.Self.IsUnknownRank ? call.Unknown()
            : new Value.Tensor(new Shape(call.Self.Variadic,
                [.. call.Self.Dims, call["num_classes"] is Value.Integer { Dim: { Constant: not -1 } classes } ? classes
                    : call.Checks.Unknown()]), ElementType.Integer),
        ["layer_norm"] = LayerNorm,
        ["batch_norm"] = call => Channels(call, 2, "running_mean", "running_var", "weight", "bias"),
        ["instance_norm"] = call => Channels(call, 2, "running_mean", "running_var", "weight", "bias"),
        ["group_norm"] = GroupNorm,
        ["grid_sample"] = GridSample,
        ["affine_grid"] = call => call.Sizes(call["size"]) is { Count: 4 } size && call.Self.Equals(Shape.Of(size[0], Dim.Of(2), Dim.Of(3)))
            ? new Value.Tensor(Shape.Of(size[0], size[2], size[3], Dim.Of(2)), ElementType.Float) : call.Unknown(),
        ["scaled_dot_product_attention"] = Multiplies(Attention),
        ["normalize"] = call => Along(call),
        ["prelu"] = Elementwise.Prelu,
        ["softmax"] = call => Along(call),
        ["log_softmax"] = call => Along(call),
        ["softmin"] = call => Along(call),
    };

    private static Value Same(OperationCall call) => call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self, call.Floating);

    private static Value Along(OperationCall call)
    {
        if (call.Self.Rank is not null && call["dim"] is { } dim)
        {
            call.Dimension(dim, call.Self);
        }

        return call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self, call.TypeOr(call.Floating, "dtype"));
    }

    /// <summary>A function that is a layer without weights: the tensors are its inputs, the rest its arguments.</summary>
    private static Value AsLayer(OperationCall call, string factory)
    {
        // What is empty is refused here and there, and passed on elsewhere.
        if (call.Tensors().Any(t => t.Dims.Any(d => d.Constant == 0)))
        {
            return call.Unknown();
        }

        var rule = LayerRules.Find(factory)!;
        var arguments = call.Others().Select(a => new Argument(a.Key switch
        {
            "strides" => "stride",
            _ => a.Key,
        }, Wrap(a.Key, a.Value), null));
        var layer = new LayerCall(new LayerArguments(arguments), call.Tensors().ToArray(), call.Facts, call.Types());
        rule.Arguments(layer);
        var output = layer.Failed ? Shape.UnknownRank : rule.Output(layer);
        foreach (var issue in layer.Issues)
        {
            call.Fail(issue.Kind switch
            {
                FindingKind.RankMismatch => new(FindingKind.OperationRank, call.Name, call.Self.ToString(),
                    $"it needs {issue.Particulars[0]}"),
                FindingKind.SizeBelowOne => new(FindingKind.OperationSize, [call.Name, .. issue.Particulars]),
                FindingKind.OperandMismatch => new(FindingKind.OperationArguments, call.Name,
                    string.Join(": ", issue.Particulars.Take(1)) + $": {string.Join(" and ", issue.Particulars.Skip(1))}"),
                FindingKind.ArgumentsContradict => new(FindingKind.OperationArguments, call.Name, issue.Particulars[0]),
                _ => new(FindingKind.OperationArguments, call.Name, string.Join(" and ", issue.Particulars)),
            });
        }

        foreach (var condition in layer.Conditions)
        {
            call.Checks.Require(condition);
        }

        // Weights of classes and of elements have rules of their own.
        if (layer.IsIncomplete || call.Tensors().Count() > rule.Inputs)
        {
            call.Checks.Incomplete();
        }

        return new Value.Tensor(output, call.Floating);

        // interpolate's Area is like Nearest for shapes; its corners are no concern of them.
        static Value Wrap(string parameter, Value value) =>
            parameter == "mode" && value is Value.Enumeration { Member: "Area" } ? new Value.Enumeration("", "Nearest")
                : parameter == "divisor_override" ? new Value.Null() : value;
    }

    private static Value Linear(OperationCall call)
    {
        var weight = OperationCall.ShapeOf(call.At(1));
        if (call.Self.Dims.Count == 0 || weight.Rank is not { } rank)
        {
            return call.Unknown();
        }

        if (rank != 2)
        {
            return rank == 1 ? call.Unknown() : call.Wrong(FindingKind.OperationRank, weight.ToString(), "the weight needs 2 dimensions");
        }

        if (!call.Same(call.Self, weight, call.Self.Dims.Count - 1, call.Self[-1], weight.Dims[1]))
        {
            return new Value.Tensor(Shape.UnknownRank);
        }

        var output = call.Self.WithLast(weight.Dims[0]);
        // The bias is added: one number may do for all.
        if (call.Has("bias") && (call.ShapeAt("bias") is not { Rank: 1 } bias
            || (!call.Broadcast(output, bias).Equals(output) && !call.Failed)))
        {
            call.Checks.Incomplete();
        }

        call.MultiplyAdds = output.Elements * weight.Dims[1];
        return new Value.Tensor(output, call.Floating);
    }

    /// <summary>(*B, in1), (*B, in2) and a weight (out, in1, in2) give (*B, out).</summary>
    private static Value Bilinear(OperationCall call)
    {
        var (first, second, weight) = (call.Self, OperationCall.ShapeOf(call.At(1)), call.ShapeAt("weight"));
        if (first.Rank is not { } rank || second.Rank is not { } other || weight.Rank is not { } ofWeight || rank == 0 || other == 0)
        {
            return call.Unknown();
        }

        if (ofWeight != 3)
        {
            return call.Wrong(FindingKind.OperationRank, weight.ToString(), "the weight needs 3 dimensions");
        }

        if (rank != other)
        {
            return call.Wrong(FindingKind.OperationRank, first.ToString(), $"{second} has another number of dimensions");
        }

        if (weight.Dims[1].Constant == 0 || weight.Dims[2].Constant == 0)
        {
            return call.Wrong(FindingKind.OperationArguments, "its inputs need features, and have 0");
        }

        for (var i = 0; i < rank - 1; i++)
        {
            call.Same(first, second, i, first.Dims[i], second.Dims[i]);
        }

        call.Same(first, weight, rank - 1, first[-1], weight.Dims[1]);
        call.Same(second, weight, rank - 1, second[-1], weight.Dims[2]);
        if (call.Failed)
        {
            return new Value.Tensor(Shape.UnknownRank);
        }

        var output = first.WithLast(weight.Dims[0]);
        Vector(call, output, "bias", rank - 1);
        call.MultiplyAdds = output.Elements * weight.Dims[1] * weight.Dims[2];
        return new Value.Tensor(output, call.Floating);
    }

    /// <summary>A convolution whose weight is given: (out, in/groups, *kernel), or (in, out/groups, *kernel) where it is
    /// transposed.</summary>
    private static Value Convolve(OperationCall call, int spatial, bool isTransposed = false)
    {
        var weight = OperationCall.ShapeOf(call.At(1));
        if (weight.Rank is not { } rank || call.Self.Rank is null
            || OperationCall.SizeOf(call["groups"] ?? Views.Number(1)) is not { IsUnknown: false } groups)
        {
            return call.Unknown();
        }

        if (weight.Dims.Concat(call.Self.Dims).Any(d => d.Constant == 0))
        {
            return call.Unknown();
        }

        if (rank != spatial + 2)
        {
            return call.Wrong(FindingKind.OperationRank, weight.ToString(), $"the weight needs {spatial + 2} dimensions");
        }

        Argument Given(string parameter, Value value) => new(parameter, value, null);
        var arguments = new[]
        {
            Given("in_channels", new Value.Integer(isTransposed ? weight.Dims[0] : weight.Dims[1] * groups)),
            Given("out_channels", new Value.Integer(isTransposed ? weight.Dims[1] * groups : weight.Dims[0])),
            Given("kernel_size", new Value.List(weight.Dims.Skip(2).Select(d => (Value)new Value.Integer(d)).ToEquatableArray())),
            Given("stride", call["stride"] ?? call["strides"] ?? new Value.Null()),
            Given("padding", call["padding"] is { } p and not Value.Null ? p : Views.Number(0)),
            Given("dilation", call["dilation"] is { } d and not Value.Null ? d : Views.Number(1)),
            Given("groups", new Value.Integer(groups)),
            Given("output_padding", call["output_padding"] is { } more and not Value.Null ? more : Views.Number(0)),
            Given("bias", new Value.Boolean(false)), Given("padding_mode", new Value.Enumeration("PaddingModes", "Zeros")),
        }.Select(a => a.Value is Value.Null ? a with { Value = Views.Number(1) } : a).ToArray();
        var rule = isTransposed ? TransposedConvolutions.Function(spatial) : LayerRules.Find($"Conv{spatial}d")!;
        var layer = new LayerCall(new LayerArguments(arguments), call.Self, call.Facts);
        rule.Arguments(layer);
        var output = layer.Failed ? Shape.UnknownRank : rule.Output(layer);
        foreach (var issue in layer.Issues)
        {
            call.Fail(issue.Kind == FindingKind.SizeBelowOne
                ? new(FindingKind.OperationSize, [call.Name, .. issue.Particulars])
                : issue.Kind == FindingKind.ChannelMismatch
                    ? new(FindingKind.OperationOperands, call.Name, call.Self.ToString(), weight.ToString(), "1", issue.Particulars[1],
                        issue.Particulars[0])
                    : new(FindingKind.OperationArguments, call.Name, issue.Particulars[0]));
        }

        foreach (var condition in layer.Conditions)
        {
            call.Checks.Require(condition);
        }

        if (layer.IsIncomplete)
        {
            call.Checks.Incomplete();
        }

        if (!call.Failed)
        {
            Vector(call, output, "bias", output.Dims.Count - spatial - 1);
        }

        call.MultiplyAdds = layer.Failed ? Dim.Unknown : rule.MultiplyAdds(layer, output);
        return new Value.Tensor(output, call.Floating);
    }

    /// <summary>A vector with a number for each index of a dimension.</summary>
    private static void Vector(OperationCall call, Shape shape, string parameter, int at)
    {
        if (call.ShapeAt(parameter) is { Rank: 1 } vector)
        {
            call.Same(shape, vector, at, shape.Dims[at], vector.Dims[0]);
        }
        else if (call.Has(parameter))
        {
            call.Checks.Incomplete();
        }
    }

    /// <summary>Pairs of numbers, the last dimension's first.</summary>
    private static Value Pad(OperationCall call)
    {
        if (call.Self.Rank is not { } rank || call.Sizes(call["pad"]) is not { } amounts)
        {
            return call.Unknown();
        }

        // One number is for both sides of every dimension.
        if (call["pad"] is Value.Integer)
        {
            amounts = Enumerable.Repeat(amounts[0], 2 * rank).ToArray();
        }

        if (amounts.Count % 2 != 0)
        {
            return call.Wrong(FindingKind.OperationArguments, $"{amounts.Count} numbers do not form pairs");
        }

        if (amounts.Count / 2 > rank)
        {
            return call.Wrong(FindingKind.OperationRank, call.Self.ToString(),
                $"{amounts.Count / 2} pairs are too many for its {rank} dimensions");
        }

        if (call["mode"] is not (null or Value.Enumeration { Member: "Constant" or "Zeros" }))
        {
            return call.Unknown();
        }

        var shape = call.Self;
        for (var i = 0; i < amounts.Count / 2; i++)
        {
            var at = rank - 1 - i;
            var size = shape.Dims[at] + amounts[2 * i] + amounts[(2 * i) + 1];
            shape = shape.WithDim(at, size.IsUnknown ? call.Checks.Unknown()
                : call.Checks.NotNegative(size, $"dimension {at}", $"{shape.Dims[at]} + {amounts[2 * i]} + {amounts[(2 * i) + 1]}"));
        }

        return new Value.Tensor(shape, call.Type);
    }

    private static Value GridSample(OperationCall call)
    {
        var grid = OperationCall.ShapeOf(call.At(1));
        if (call.Self.Rank is not { } rank || grid.Rank is not { } gridRank)
        {
            return call.Unknown();
        }

        if (rank is not (4 or 5) || gridRank != rank)
        {
            return call.Wrong(FindingKind.OperationRank, $"{call.Self} and {grid}", "it needs 4 or 5 dimensions of each");
        }

        if (call.Self.Dims.Concat(grid.Dims).Any(d => d.Constant == 0))
        {
            return call.Unknown();
        }

        call.Same(call.Self, grid, 0, call.Self.Dims[0], grid.Dims[0]);
        call.Same(call.Self, grid, rank - 1, Dim.Of(rank - 2), grid.Dims[rank - 1]);
        return new Value.Tensor(Shape.Of([.. call.Self.Dims.Take(2), .. grid.Dims.Skip(1).Take(rank - 2)]), ElementType.Float);
    }

    /// <summary>(..., L, E), (..., S, E) and (..., S, Ev) give (..., L, Ev).</summary>
    private static Value Attention(OperationCall call)
    {
        var (query, key, value) = (call.Self, OperationCall.ShapeOf(call.At(1)), OperationCall.ShapeOf(call.At(2)));
        if (new[] { query, key, value }.Any(s => s.Rank is null or < 2))
        {
            return call.Unknown();
        }

        call.Same(query, key, query.Dims.Count - 1, query[-1], key[-1]);
        call.Same(key, value, key.Dims.Count - 2, key[-2], value[-2]);
        var batch = call.Failed ? Shape.UnknownRank : call.Broadcast(Head(query), Head(key));
        batch = call.Failed ? Shape.UnknownRank : call.Broadcast(batch, Head(value));
        if (call.Failed || batch.Rank is null)
        {
            return new Value.Tensor(Shape.UnknownRank);
        }

        call.MultiplyAdds = batch.Elements * query[-2] * key[-2] * (query[-1] + value[-1]);
        if (call["attn_mask"] is Value.Tensor mask)
        {
            var scores = Shape.Of([.. batch.Dims, query[-2], key[-2]]);
            if (!call.Broadcast(mask.Shape, scores).Equals(scores) || call.Flag("is_casual") is not false)
            {
                call.Checks.Incomplete();
            }
        }

        return new Value.Tensor(Shape.Of([.. batch.Dims, query[-2], value[-1]]), call.Common);

        static Shape Head(Shape shape) => Shape.Of([.. shape.Dims.Take(shape.Dims.Count - 2)]);
    }
}
