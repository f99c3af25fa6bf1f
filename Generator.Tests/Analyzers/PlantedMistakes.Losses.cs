namespace Gen.Tests.Analyzers;

/// <content>Every loss of <c>torch.nn</c> and of <c>nn.functional</c>.</content>
internal static partial class PlantedMistakes
{
    private static Mistake[] Losses =>
    [
        .. Loss("BCELoss", "binary_cross_entropy", "prediction [8, 1], target [8]: they must have the same shape", "rand(8, 1)",
            "rand(8[--]{+, 1+})"),
        .. Loss("BCEWithLogitsLoss", "binary_cross_entropy_with_logits",
            "prediction [8, 3], target [8, 4]: they must have the same shape: 3 and 4", "randn(8, 3)", "rand(8, [-4-]{+3+})"),
        .. Loss("CrossEntropyLoss", "cross_entropy",
            "prediction [8, 10], target [8, 1]: class indices are [8]. Change it to target.squeeze(1)", "randn(8, 10)",
            "zeros([8, 1], dtype: int64)[--]{+.squeeze(1)+}"),
        .. Loss("CTCLoss", "ctc_loss",
            "log probabilities [6, 2, 5], targets [2, 3], input lengths [3], target lengths [2]: there is a length for each sequence: 2 "
            + "and 3", "randn(6, 2, 5).log_softmax(2)",
            "ones([2, 3], dtype: int64), full([[-3-]{+2+}], 6L, dtype: int64), full([2], 3L, dtype: int64)"),
        .. Loss("CosineEmbeddingLoss", "cosine_embedding_loss", "input1 [8, 3], input2 [8, 3], target [8, 1]: the target must be [8]",
            "randn(8, 3), randn(8, 3)", "ones(8[-, 1-]{++})"),
        .. Loss("GaussianNLLLoss", "gaussian_nll_loss",
            "prediction [8, 3], target [8, 3], variance [8, 2]: the variance must be [8, 3] or [8]", "randn(8, 3), randn(8, 3)",
            "ones(8, [-2-]{+3+})"),
        .. Loss("HingeEmbeddingLoss", "hinge_embedding_loss", "prediction [8, 3], target [6, 3]: they do not broadcast: 8 and 6",
            "randn(8, 3)", "ones([-6-]{+8+}, 3)"),
        .. Loss("HuberLoss", "huber_loss", "prediction [8, 3], target [8, 2]: they do not broadcast: 3 and 2", "randn(8, 3)",
            "randn(8, [-2-]{+3+})"),
        .. Loss("KLDivLoss", "kl_div", "prediction [8, 3], target [8]: they do not broadcast: 3 and 8", "randn(8, 3).log_softmax(1)",
            "rand(8[--]{+, 3+})", "log_target: false"),
        .. Loss("L1Loss", "l1_loss", "prediction [8, 3], target [8, 4]: they do not broadcast: 3 and 4", "randn(8, 3)",
            "randn(8, [-4-]{+3+})"),
        .. Loss("MSELoss", "mse_loss", "prediction [8, 3], target [7, 3]: they do not broadcast: 8 and 7", "randn(8, 3)",
            "randn([-7-]{+8+}, 3)"),
        .. Loss("MarginRankingLoss", "margin_ranking_loss",
            "input1 [8], input2 [8], target [8, 1]: they must have the same number of dimensions", "randn(8), randn(8)",
            "ones(8[-, 1-]{++})"),
        .. Loss("MultiLabelMarginLoss", "multi_label_margin_loss", "prediction [8, 4], target [8]: they must have the same shape",
            "randn(8, 4)", "zeros([8[--]{+, 4+}], dtype: int64)"),
        .. Loss("MultiLabelSoftMarginLoss", "multilabel_soft_margin_loss",
            "prediction [8, 4], target [8, 3]: they do not broadcast: 4 and 3", "randn(8, 4)", "ones(8, [-3-]{+4+})"),
        .. Loss("MultiMarginLoss", "multi_margin_loss", "prediction [8, 4], target [4]: classes are [8]", "randn(8, 4)",
            "zeros([[-4-]{+8+}], dtype: int64)"),
        .. Loss("NLLLoss", "nll_loss",
            "prediction [8, 10, 4, 4], target [8, 4, 5]: the classes are dimension 1 of the prediction, class indices are [8, 4, 4]",
            "randn(8, 10, 4, 4).log_softmax(1)", "zeros([8, 4, [-5-]{+4+}], dtype: int64)"),
        .. Loss("PoissonNLLLoss", "poisson_nll_loss", "prediction [8, 3], target [8, 2]: they do not broadcast: 3 and 2", "randn(8, 3)",
            "rand(8, [-2-]{+3+})"),
        .. Loss("SmoothL1Loss", "smooth_l1_loss", "prediction [8, 3], target [2, 3]: they do not broadcast: 8 and 2", "randn(8, 3)",
            "randn([-2-]{+8+}, 3)"),
        .. Loss("SoftMarginLoss", "soft_margin_loss", "prediction [3], target [8, 3]: the target must broadcast to the prediction",
            "randn(3)", "ones([-8, -]{++}3)"),
        .. Loss("TripletMarginLoss", "triplet_margin_loss",
            "anchor [8, 3], positive [8, 3], negative [8, 4]: they do not broadcast: 3 and 4", "randn(8, 3), randn(8, 3)",
            "randn(8, [-4-]{+3+})"),
        .. Loss("TripletMarginWithDistanceLoss", "triplet_margin_with_distance_loss",
            "anchor [8, 3], positive [8, 3], negative [6, 3]: they do not broadcast: 8 and 6", "randn(8, 3), randn(8, 3)",
            "randn([-6-]{+8+}, 3)"),

        // Class numbers and probabilities taken for each other.
        .. Loss("CrossEntropyLoss", "cross_entropy",
            "prediction [8, 10], target [8]: the target holds classes, which are integers, but is floating point. Change it to "
            + "target.to(ScalarType.Int64)", "randn(8, 10)", "zeros(8)[--]{+.to(ScalarType.Int64)+}"),
        .. Loss("CrossEntropyLoss", "cross_entropy",
            "prediction [8, 10], target [8, 10]: of the prediction's shape are probabilities, which must be floating point; class "
            + "indices are [8]", "randn(8, 10)", "functional.one_hot(zeros([8], dtype: int64), 10)[--]{+.to(ScalarType.Float32)+}"),
        .. Loss("CrossEntropyLoss", "cross_entropy",
            "prediction [8, 10, 4], target [8]: the classes are dimension 1 of the prediction, class indices are [8, 4]", "randn(8, 10, 4)",
            "zeros([8[--]{+, 4+}], dtype: int64)"),
        .. Loss("NLLLoss", "nll_loss",
            "prediction [8, 10], target [8]: the target holds classes, which are integers, but is floating point. Change it to "
            + "target.to(ScalarType.Int64)", "randn(8, 10).log_softmax(1)", "zeros(8[--]{+, dtype: ScalarType.Int64+})"),
        .. Loss("BCEWithLogitsLoss", "binary_cross_entropy_with_logits",
            "prediction [8], target [8]: the target must be floating point, but holds integers. Change it to target.to(ScalarType.Float32)",
            "randn(8)", "randint(2, [8])[--]{+.to(ScalarType.Float32)+}"),

        // Weights that the loss is built with.
        Weighted("CrossEntropyLoss", "weight: ones([-7-]{+10+})", "randn(8, 10), zeros([8], dtype: int64)",
            "prediction [8, 10], target [8]: the prediction has 10 classes, and the weight 7"),
        Weighted("NLLLoss", "weight: ones(10[-, 1-]{++})", "randn(8, 10).log_softmax(1), zeros([8], dtype: int64)",
            "prediction [8, 10], target [8]: the weight must be [10], a number for each class, and is [10, 1]"),
        Weighted("MultiMarginLoss", "1, 1.0, weight: ones([-3-]{+4+})", "randn(8, 4), zeros([8], dtype: int64)",
            "prediction [8, 4], target [8]: the prediction has 4 classes, and the weight 3"),
        Weighted("BCELoss", "ones([-8-]{+3+})", "rand(8, 3), rand(8, 3)",
            "prediction [8, 3], target [8, 3]: the weight [8] does not broadcast to the prediction"),
        Weighted("BCEWithLogitsLoss", "pos_weights: ones([-2-]{+3+})", "randn(8, 3), rand(8, 3)",
            "prediction [8, 3], target [8, 3]: the weight [2] does not broadcast to the prediction"),
        Weighted("CrossEntropyLoss", "weight: ones(10, dtype: [-float64-]{+float32+})", "randn(8, 10), zeros([8], dtype: int64)",
            "prediction [8, 10], target [8]: the weight must be float32, as the prediction is, but is float64"),

        // The batch by the batch: no error, and wrong.
        .. Silent("MSELoss", "mse_loss"), .. Silent("L1Loss", "l1_loss"), .. Silent("SmoothL1Loss", "smooth_l1_loss"),
        .. Silent("HuberLoss", "huber_loss"), .. Silent("PoissonNLLLoss", "poisson_nll_loss"),
        Called("a difference of a column and a row",
            "'-' of [8, 1] and [8] gives [8, 8]: every element is combined with every other. Change it to squeeze(1) on the first, or "
            + "unsqueeze(1) on the "
            + "other.", "var loss = ({|GEN5006:randn(8, 1)[--]{+.squeeze(1)+} - randn(8)|}).square().mean();"),
    ];

    /// <summary>A loss as a module and as a function.</summary>
    private static Mistake[] Loss(string module, string function, string why, string prediction, string target, string arguments = "") =>
    [
        Called($"{module}: {why}", $"{module}: {why}.",
            $"var loss = {module}({arguments}); var value = {{|GEN1009:loss.call({prediction}, {target})|}};"),
        Called($"{function}: {why}", $"{function}: {why}.",
            $"var value = {{|GEN1009:functional.{function}({prediction}, {target}{(arguments.Length == 0 ? "" : ", " + arguments)})|}};"),
    ];

    private static Mistake Weighted(string module, string weight, string operands, string why) =>
        Called($"{module}: {why}, in the constructor", $"{module}: {why}.",
            $"var loss = {module}({weight}); var value = {{|GEN1009:loss.call({operands})|}};");

    private static Mistake[] Silent(string module, string function) =>
    [
        Called($"{module} of a column and a row",
            $"{module} of [8, 1] and [8] gives [8, 8]: every element is combined with every other. Change it to squeeze(1) on the "
            + $"first, or unsqueeze(1) on "
            + $"the other.", $"var value = {{|GEN5006:{module}().call(rand(8, 1)[--]{{+.squeeze(1)+}}, rand(8))|}};"),
        Called($"{function} of a column and a row",
            $"{function} of [8, 1] and [8] gives [8, 8]: every element is combined with every other. Change it to squeeze(1) on the "
            + $"first, or unsqueeze(1) "
            + $"on the other.", $"var value = {{|GEN5006:functional.{function}(rand(8, 1), rand(8)[--]{{+.unsqueeze(1)+}})|}};"),
    ];
}
