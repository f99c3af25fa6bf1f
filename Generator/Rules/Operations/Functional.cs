using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Rules.Operations;

/// <summary>Functions of <c>nn.functional</c>. Those that are a layer without weights have the layer's rule.</summary>
internal static partial class Functional
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        Activation("""
            celu elu gelu hardshrink Hardshrink hardsigmoid hardswish leaky_relu selu softplus softshrink Softshrink
            """, "float") with { SavesOf = static call => UnlessInPlace(call, Saved.First) },
        Activation("logsigmoid", "float") with { Saves = Saved.First | Saved.Mask },
        Activation("mish Mish rrelu", "float"),
        Activation("silu SiLU", "float complex") with { SavesOf = static call => UnlessInPlace(call, Saved.First) },
        Activation("tanh", "int bool > float32, float complex") with { Saves = Saved.Result },
        Activation("softsign Softsign tanhshrink Tanhshrink", "int > float32, float complex"),
        Activation("relu", "int float") with { Saves = Saved.Result },
        Activation("relu6 threshold Threshold", "int float") with { SavesOf = static call => UnlessInPlace(call, Saved.First) },
        Activation("sigmoid", "int bool > float32, float complex") with { Role = Role.Sigmoid, Saves = Saved.Result },

        // TorchSharp 0.107 gives back what it is given, in place or not.
        Activation("hardtanh Hardtanh", "int float") with { Memory = Memory.Operand, MayReturnInput = true },
        new("prelu") { Output = Elementwise.Prelu, Types = TypeRule.Alike("float"), Role = Role.Activation },
        AlongDimension("softmax", "float") with { Saves = Saved.Result, Role = Role.Softmax, Memory = Memory.Ordered },
        AlongDimension("log_softmax", "float") with { Saves = Saved.Result, Role = Role.LogSoftmax, Memory = Memory.Ordered },
        AlongDimension("softmin", "float") with { Role = Role.Activation, Saves = Saved.Result },
        AlongDimension("normalize", "float complex") with
        {
            // The quotient of the input and its norm, by the formula of each.
            SavesOf = static call => call["p"] is null or Value.Real { Number: 2 } ? Saved.First : null,
            Works = static call => (Dim.Zero, call.Self.IsUnknownRank ? Dim.Unknown : call.Self.Elements * Dim.Of(12)),
        },
        Dropout("dropout") with { MayReturnInput = true, SavesOf = Masked },
        Dropout("alpha_dropout") with { MayReturnInput = true }, Dropout("dropout1d"),
        AsLayer("dropout2d", "Dropout2d") with { Memory = Memory.Either },
        AsLayer("dropout3d", "Dropout3d") with { Memory = Memory.Either },
        AsLayer("feature_alpha_dropout", "FeatureAlphaDropout") with { Memory = Memory.Either, MayReturnInput = true },
        AsLayer("glu", "GLU"), AsLayer("softmax2d", "Softmax2d"),
        AsLayer("max_pool1d", "MaxPool1d"), AsLayer("max_pool2d", "MaxPool2d"), AsLayer("max_pool3d", "MaxPool3d"),
        AsLayer("avg_pool1d", "AvgPool1d"), AsLayer("avg_pool2d", "AvgPool2d"), AsLayer("avg_pool3d", "AvgPool3d"),
        AsLayer("adaptive_avg_pool1d", "AdaptiveAvgPool1d"), AsLayer("adaptive_avg_pool2d", "AdaptiveAvgPool2d"),
        AsLayer("adaptive_avg_pool3d", "AdaptiveAvgPool3d"), AsLayer("adaptive_max_pool1d", "AdaptiveMaxPool1d"),
        AsLayer("adaptive_max_pool2d", "AdaptiveMaxPool2d"),
        WithPlaces("max_pool1d", "MaxPool1d"), WithPlaces("max_pool2d", "MaxPool2d"), WithPlaces("max_pool3d", "MaxPool3d"),
        WithPlaces("adaptive_max_pool1d", "AdaptiveMaxPool1d"), WithPlaces("adaptive_max_pool2d", "AdaptiveMaxPool2d"),
        AsLayer("lp_pool1d", "LPPool1d"), AsLayer("lp_pool2d", "LPPool2d"),
        AsLayer("interpolate", "Upsample") with { MayReturnInput = true }, AsLayer("upsample", "Upsample"),
        AsLayer("pixel_shuffle", "PixelShuffle"), AsLayer("pixel_unshuffle", "PixelUnshuffle"),
        AsLayer("fold", "Fold"), AsLayer("unfold", "Unfold") with { Memory = Memory.Ordered },
        new("linear") { Output = Linear, Types = Products, Multiplies = true, Role = Role.Linear, Memory = Memory.Ordered,
            Column = ColumnOrigin.Features, Saves = Saved.Others },
        new("bilinear") { Output = Bilinear, Types = Products, Multiplies = true, Role = Role.Linear, Column = ColumnOrigin.Features },
        Convolution("conv1d", 1), Convolution("conv2d", 2), Convolution("conv3d", 3),
        Convolution("conv_transpose1d", 1, isTransposed: true), Convolution("conv_transpose2d", 2, isTransposed: true),
        Convolution("conv_transpose3d", 3, isTransposed: true),
        new("pad")
        {
            Output = Pad,
            Types = TypeRule.Same,
            MayReturnInput = true,
            SavesOf = static call => call["mode"] is null or Value.Enumeration { Member: "Constant" } ? Saved.Nothing : null,
        },
        new("one_hot")
        {
            Output = static call => call.Self.IsUnknownRank ? call.Unknown()
                : new Value.Tensor(new Shape(call.Self.Variadic,
                    [.. call.Self.Dims, call["num_classes"] is Value.Integer { Dim: { Constant: not -1 } classes } ? classes
                        : call.Checks.Unknown()])),
            Shapes = "*B -> *B num_classes",
            Types = TypeRule.First("int64"),
        },
        new("layer_norm")
        {
            Output = LayerNorm,
            Shapes = SameShape,
            Types = TypeRule.First("float"),
            Role = Role.Normalization,
            Memory = Memory.Ordered,
        },
        new("batch_norm instance_norm")
        {
            Output = static call => Channels(call, 2, "running_mean", "running_var", "weight", "bias"),
            Shapes = "N C *S -> N C *S",
            Types = TypeRule.First("float"),
            Role = Role.Normalization,
        },
        new("group_norm")
        {
            Output = GroupNorm,
            Shapes = "N C *S -> N C *S",
            Types = TypeRule.First("float"),
            Role = Role.Normalization,
        },
        AsLayer("local_response_norm", "LocalResponseNorm"),
        new("grid_sample")
        {
            Output = GridSample,
            Shapes = "N C H W, N H_out W_out 2 -> N C H_out W_out",
            Types = TypeRule.Alike("float"),
            Role = Role.Resizing,
        },
        new("affine_grid")
        {
            Output = static call => call.Sizes(call["size"]) is { Count: 4 } size
                && call.Self.Equals(Shape.Of(size[0], Dim.Of(2), Dim.Of(3)))
                ? new Value.Tensor(Shape.Of(size[0], size[2], size[3], Dim.Of(2))) : call.Unknown(),
            Shapes = "N 2 3 -> N H W 2",
            Types = TypeRule.First("float"),
        },
        new("scaled_dot_product_attention")
        {
            Output = Attention,
            Multiplies = true,
            Shapes = "*B L E, *B S E, *B S Ev -> *B L Ev",
            Types = TypeRule.Alike("float").Needing("attn_mask", ElementType.Float | ElementType.Boolean),
            Role = Role.Attention,
            Memory = Memory.Exchanged,
            SavesOf = static call => IsFused(call.Arguments) ? Saved.First | Saved.Second | Saved.Third | Saved.Result : null,

            // The logarithm of a sum for each row, and a mask of truths as numbers.
            Statistics = static call => call.Self.Rank == 4 ? Dim.Of(4) * ((call.Self.Dims[0] * call.Self.Dims[1] * call.Self.Dims[2])
                + (call["attn_mask"] is Value.Tensor mask ? mask.Shape.Elements : Dim.Zero)) : Dim.Zero,
        },
        AsLayer("cosine_similarity", "CosineSimilarity"), AsLayer("pairwise_distance", "PairwiseDistance"),
        AsLayer("cross_entropy", "CrossEntropyLoss"), AsLayer("nll_loss", "NLLLoss"), AsLayer("mse_loss", "MSELoss"),
        AsLayer("l1_loss", "L1Loss"), AsLayer("smooth_l1_loss", "SmoothL1Loss"), AsLayer("huber_loss", "HuberLoss"),
        AsLayer("kl_div", "KLDivLoss"), AsLayer("binary_cross_entropy", "BCELoss"),
        AsLayer("binary_cross_entropy_with_logits", "BCEWithLogitsLoss"), AsLayer("hinge_embedding_loss", "HingeEmbeddingLoss"),
        AsLayer("margin_ranking_loss", "MarginRankingLoss"), AsLayer("multi_margin_loss", "MultiMarginLoss"),
        AsLayer("multi_label_margin_loss", "MultiLabelMarginLoss"), AsLayer("multilabel_soft_margin_loss", "MultiLabelSoftMarginLoss"),
        AsLayer("soft_margin_loss", "SoftMarginLoss"), AsLayer("poisson_nll_loss", "PoissonNLLLoss"),
        AsLayer("cosine_embedding_loss", "CosineEmbeddingLoss"), AsLayer("triplet_margin_loss", "TripletMarginLoss"),
        AsLayer("triplet_margin_with_distance_loss", "TripletMarginWithDistanceLoss"),
        AsLayer("gaussian_nll_loss", "GaussianNLLLoss"), AsLayer("ctc_loss", "CTCLoss"),
    ];

    private const string SameShape = "*B -> *B";

    private static TypeRule Products => TypeRule.Alike("int float complex");

    private static OperationRule AlongDimension(string name, string types) =>
        new(name) { Output = Along, Shapes = SameShape, Types = TypeRule.First(types) };

    private static OperationRule Activation(string names, string types) => new(names)
    {
        Output = Same,
        Shapes = SameShape,
        Types = TypeRule.First(types),
        Role = Role.Activation,
        Memory = Memory.InPlaceIfAsked,
    };

    /// <summary>What is kept of an operand that is changed is not known.</summary>
    private static Saved? UnlessInPlace(OperationCall call, Saved saves) =>
        call.Has("inplace") && call.Flag("inplace") is not false ? null : saves;

    /// <summary>In training the input is multiplied by a mask.</summary>
    private static Saved? Masked(OperationCall call) =>
        call["p"] is null or Value.Real { Number: > 0 and < 1 }
            && call["training"] is null or Value.Boolean { Truth: true } or Value.Opaque { Written: OperationCall.Training }
            ? UnlessInPlace(call, Saved.Apart | Saved.Mask) : null;

    private static OperationRule Dropout(string names) =>
        new(names) { Output = Same, Shapes = SameShape, Types = TypeRule.Same, Role = Role.Dropout, Memory = Memory.Either };

    private static OperationRule Convolution(string name, int spatial, bool isTransposed = false) => new(name)
    {
        Output = call => Convolve(call, spatial, isTransposed),
        Shapes = LayerRules.Find($"Conv{(isTransposed ? "Transpose" : "")}{spatial}d")!.Shapes,
        Types = Products,
        Multiplies = true,
        Role = Role.Convolution,
    };

    /// <summary>A function that is a layer without weights: what the layer's rule says of the layer holds of it.</summary>
    private static OperationRule AsLayer(string name, string factory)
    {
        var rule = LayerRules.Find(factory)!;
        return new(name)
        {
            Output = call => AsLayer(call, rule),
            Shapes = rule.Shapes,
            Types = rule.Types,
            Role = rule.Role,
            KeepsNumbers = rule.KeepsNumbers,
            PairsElements = rule.PairsElements,
            Applies = rule.Applies,
            Operands = rule.Operands,
            DropsSamplesAt = rule.DropsSamplesAt,
            NeedsOrder = rule.NeedsOrder,
            SavesOf = rule.Role == Role.Dropout ? null
                : call => rule.SavesOf is { } saves ? saves(LayerOf(call)) : rule.Saves,
            Statistics = call => rule.Role == Role.Dropout ? Dim.Zero : rule.Statistics(LayerOf(call)),
            Works = call => rule.Role == Role.Dropout ? (Dim.Zero, Dim.Zero) : rule.Works(LayerOf(call)),
        };
    }

    /// <summary>A pooling that says beside where each number was.</summary>
    private static OperationRule WithPlaces(string name, string factory)
    {
        var rule = LayerRules.Find(factory)!;
        return new(name + "_with_indices")
        {
            Output = call => AsLayer(call, rule) is Value.Tensor { Shape.IsUnknownRank: false } pooled && !call.Failed
                ? new Value.List(EquatableArray.Of<Value>(pooled, pooled)) : call.Unknown(),
            Types = (factory == "MaxPool1d" ? TypeRule.First("int float") : rule.Types!).With(ElementType.Int64),
            Role = rule.Role,
            Memory = Memory.Unordered,
        };
    }

    private static Value Same(OperationCall call) => call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self);

    private static Value Along(OperationCall call)
    {
        if (call.Self.Rank is not null && call["dim"] is { } dim)
        {
            call.Dimension(dim, call.Self);
        }

        return call.Self.IsUnknownRank ? call.Unknown() : new Value.Tensor(call.Self);
    }

    /// <summary>A function that is a layer without weights: the tensors are its inputs, the rest its arguments.</summary>
    private static Value AsLayer(OperationCall call, LayerRule rule)
    {
        // What is empty is refused here and there, and passed on elsewhere.
        if (call.Tensors().Any(t => t.Dims.Any(d => d.Constant == 0)))
        {
            return call.Unknown();
        }

        var layer = LayerOf(call);
        rule.Arguments(layer);
        var output = layer.Failed ? Shape.UnknownRank : rule.Output(layer);
        foreach (var issue in layer.Issues)
        {
            Problem problem = issue.Kind switch
            {
                FindingKind.RankMismatch => new(FindingKind.OperationRank, call.Name, call.Self.ToString(),
                    $"it needs {issue.Particulars[0]}"),
                FindingKind.SizeBelowOne => new(FindingKind.OperationSize, [call.Name, .. issue.Particulars]),
                FindingKind.OperandMismatch => new(FindingKind.OperationArguments, call.Name,
                    string.Join(": ", issue.Particulars.Take(1)) + $": {string.Join(" and ", issue.Particulars.Skip(1))}"),
                FindingKind.ArgumentsContradict => new(FindingKind.OperationArguments, call.Name, issue.Particulars[0]),
                _ => new(FindingKind.OperationArguments, call.Name, string.Join(" and ", issue.Particulars)),
            };
            call.Fail(problem with { IsOfModuleType = issue.IsOfModuleType });
        }

        foreach (var condition in layer.Conditions)
        {
            call.Checks.Require(condition);
        }

        // Weights of classes and of elements have rules of their own.
        if (layer.IsIncomplete || (call.Tensors().Count() > rule.Inputs && !layer.IsWeightChecked))
        {
            call.Checks.Incomplete();
        }

        return new Value.Tensor(output);
    }

    /// <summary>The call as one of the layer.</summary>
    private static LayerCall LayerOf(OperationCall call)
    {
        var arguments = call.Others().Select(a => new Argument(a.Key switch
        {
            "strides" => "stride",
            _ => a.Key,
        }, Wrap(a.Key, a.Value), null));
        return new(new LayerArguments(arguments), call.Tensors().ToArray(), call.Facts, call.Types());

        // interpolate's Area is like Nearest for shapes; its corners are no concern of them.
        static Value Wrap(string parameter, Value value) =>
            parameter == "mode" && value is Value.Enumeration { Member: "Area" } ? new Value.Enumeration("", "Nearest")
                : parameter == "divisor_override" ? new Value.Null() : value;
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

        return new Value.Tensor(shape);
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
        return new Value.Tensor(Shape.Of([.. call.Self.Dims.Take(2), .. grid.Dims.Skip(1).Take(rank - 2)]));
    }

    /// <summary>Attention in one pass: without dropout, and with no mask but one of truths, which has no gradient.</summary>
    public static bool IsFused(IReadOnlyList<KeyValuePair<string, Value>> arguments)
    {
        var tensors = arguments.Take(3).Select(static a => OperationCall.ShapeOf(a.Value)).ToArray();
        return tensors.Length == 3 && tensors.All(s => s.Rank == 4 && new[] { 0, 1, 3 }.All(i => s.Dims[i].Equals(tensors[0].Dims[i])))
            && arguments.Skip(3).All(static a => a.Key switch
            {
                "attn_mask" => a.Value is Value.Null || (a.Value is Value.Tensor { Shape.Rank: 2 or 4 } mask
                    && mask.Type.Is(ElementType.Boolean)),
                "p" => a.Value is Value.Real { Number: 0 } or Value.Integer { Dim.Constant: 0 },
                _ => true,
            });
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

        return new Value.Tensor(Shape.Of([.. batch.Dims, query[-2], value[-1]]));

        static Shape Head(Shape shape) => Shape.Of([.. shape.Dims.Take(shape.Dims.Count - 2)]);
    }
}
