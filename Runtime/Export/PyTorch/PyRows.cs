namespace Gen.Export.PyTorch;

/// <summary>
/// The operations on tensors in PyTorch: a row each, with the parameters that come after the tensor. <c>a|b>c</c> is any of the names and
/// what PyTorch calls it, <c>a=</c> is given by name, and <c>a=!</c> also where the program leaves it out; <c>*a</c> is spread, <c>-a</c>
/// does not change what is computed.
/// </summary>
internal static class PyRows
{
    private static readonly Dictionary<string, string> Rows = new(StringComparer.Ordinal);

    /// <summary>What is a function of <c>torch.nn.functional</c> in PyTorch, and no method.</summary>
    private static readonly Dictionary<string, string> Functions = new(StringComparer.Ordinal);

    /// <summary>What is only a method.</summary>
    private static readonly HashSet<string> Methods = Set("view expand expand_as repeat to to_type contiguous masked_fill size dim numel "
        + "type type_as double float half bfloat16 long int short char byte bool cpu view_as reshape_as new_zeros new_ones new_full "
        + "unfold index_fill index_add index_copy scatter_add masked_scatter");

    /// <summary>What PyTorch calls otherwise, by our name.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["to_type"] = "to", ["type"] = "to", ["expit"] = "sigmoid", ["log_sigmoid"] = "logsigmoid", ["cross"] = "linalg.cross",
        ["lambda"] = "lambd", ["row_stack"] = "vstack", ["concatenate"] = "concat", ["Hardshrink"] = "hardshrink",
        ["Softshrink"] = "softshrink", ["Softsign"] = "softsign", ["Tanhshrink"] = "tanhshrink", ["Mish"] = "mish", ["SiLU"] = "silu",
        ["Threshold"] = "threshold", ["vdot"] = "dot", ["Hardtanh"] = "hardtanh",
    };

    static PyRows()
    {
        Add(Rows, "relu sigmoid tanh exp log sqrt rsqrt abs sin cos neg erf floor ceil sign square reciprocal log1p expm1 log2 log10 "
            + "isnan isinf contiguous detach clone numel dim t bitwise_not logical_not argwhere trace");
        Add(Rows, "absolute acos acosh arccos arccosh asin asinh arcsin arcsinh atan atanh arctan arctanh adjoint cosh sinh tan deg2rad "
            + "rad2deg erfc exp2 fix trunc frac fliplr flipud isfinite isneginf isposinf isreal negative positive ravel sgn signbit sinc "
            + "nonzero nansum median det lgamma digamma expit double float half bfloat16 long int short char byte bool cpu");
        Add(Rows, "view reshape", "*shape");
        Add(Rows, "broadcast_to", "shape");
        Add(Rows, "transpose swapaxes swapdims", "dim0|axis0>dim0 dim1|axis1>dim1");
        Add(Rows, "movedim moveaxis", "source destination");
        Add(Rows, "permute", "*permutation");
        Add(Rows, "unsqueeze", "dim");
        Add(Rows, "squeeze", "dim");
        Add(Rows, "flatten", "start_dim end_dim");
        Add(Rows, "unflatten", "dim sizes");
        Add(Rows, "narrow", "dim start length");
        Add(Rows, "select", "dim index");
        Add(Rows, "cat stack concat", "dim=");
        Add(Rows, "concatenate", "axis>dim=");
        Add(Rows, "split", "size|sizes|split_size_or_sections>split_size dim=");
        Add(Rows, "chunk", "chunks dim=");
        Add(Rows, "unbind", "dimension|dim>dim=");
        Add(Rows, "softmax", "dim= dtype=");
        Add(Rows, "log_softmax", "dim= dtype=");
        Add(Rows, "mean sum amax amin", "dimensions|dim|dims>dim= keepdim= type>dtype=");
        Add(Rows, "prod", "dim= keepdim= type>dtype=");
        Add(Rows, "all any logsumexp", "dim= keepdim=");
        Add(Rows, "count_nonzero", "dims>dim=");
        Add(Rows, "quantile", "q dim= keepdim=");
        Add(Rows, "var std var_mean std_mean", "dimensions|dim>dim= unbiased= keepdim=");
        Add(Rows, "argmax argmin", "dim= keepdim=");
        Add(Rows, "max min", "other dim= keepdim=");
        Add(Rows, "topk", "k dim= largest= sorted=");
        Add(Rows, "kthvalue", "k dim= keepdim=");
        Add(Rows, "sort", "dim= descending= stable=");
        Add(Rows, "argsort", "dim= descending=");
        Add(Rows, "masked_fill", "mask value");
        Add(Rows, "masked_select", "mask");
        Add(Rows, "masked_scatter", "mask value>source");
        Add(Rows, "triu tril diag", "diagonal");
        Add(Rows, "diagonal", "offset= dim1= dim2=");
        Add(Rows, "scatter scatter_add", "dim index src");
        Add(Rows, "index_add", "dim index source alpha=");
        Add(Rows, "index_copy", "dim index source");
        Add(Rows, "index_fill", "dim index value");
        Add(Rows, "gather", "dim index -sparse_grad");
        Add(Rows, "index_select", "dim index");
        Add(Rows, "take", "index");
        Add(Rows, "flip", "dims");
        Add(Rows, "roll", "shifts dims=");
        Add(Rows, "rot90", "k= dims=");
        Add(Rows, "tile", "dims|reps>dims");
        Add(Rows, "unfold", "dimension size step");
        Add(Rows, "repeat_interleave", "repeats dim=");
        Add(Rows, "repeat expand", "*sizes -isImplicit");
        Add(Rows, "expand_as view_as reshape_as", "other");
        Add(Rows, "pow", "exponent");
        Add(Rows, "clamp clip", "min= max=");
        Add(Rows, "clamp_min", "min");
        Add(Rows, "clamp_max", "max");
        Add(Rows, "nan_to_num", "nan= posinf= neginf=");
        Add(Rows, "logit", "eps=");
        Add(Rows, "round", "decimals=");
        Add(Rows, "cumsum", "dim= type|dtype>dtype=");
        Add(Rows, "cumprod", "dim= type|dtype>dtype=");
        Add(Rows, "cummax cummin logcumsumexp", "dim=");
        Add(Rows, "mm bmm outer ger inner dot vdot mv", "target|mat2|batch2|vec2|vec|tensor|other>other");
        Add(Rows, "addmm", "mat1 mat2 beta= alpha=");
        Add(Rows, "addmv", "mat vec beta= alpha=");
        Add(Rows, "addbmm", "batch1 batch2 beta= alpha=");
        Add(Rows, "addcmul addcdiv", "tensor1 tensor2 value=");
        Add(Rows, "add sub subtract mul multiply true_divide eq ne not_equal lt less le less_equal gt greater ge greater_equal "
            + "maximum minimum fmax fmin fmod remainder logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor floor_divide "
            + "atan2 arctan2 copysign hypot logaddexp logaddexp2 ldexp float_power xlogy kron",
            "target|other|right|scalar|y|divisor>other alpha=");
        Add(Rows, "heaviside", "other|values>values");
        Add(Rows, "dist", "other p=");
        Add(Rows, "isclose", "other rtol= atol= nanEqual>equal_nan=");
        Add(Rows, "isin", "test_elements -assumeUnique invert=");
        Add(Rows, "bucketize", "boundaries outInt32>out_int32= right=");
        Add(Rows, "cross", "other dim=");
        Add(Rows, "cdist", "x2 p= -compute_mode");
        Add(Rows, "tensor_split", "size|sizes|indices|indices_or_sections dim=");
        Add(Rows, "hstack vstack row_stack column_stack");
        Add(Rows, "where", "x y");
        Add(Rows, "div divide", "target|other|right|scalar>other");
        Add(Rows, "lerp", "end weight");
        Add(Rows, "zeros_like ones_like", "dtype= device= -requires_grad -names");
        Add(Rows, "full_like", "value dtype= device= -requires_grad -names");
        Add(Rows, "to", "type|device|other>other -copy -disposeAfter -non_blocking");
        Add(Rows, "to_type type", "type|dtype>dtype -copy -disposeAfter -non_blocking");
        Add(Rows, "type_as", "tensor");
        Add(Rows, "size", "dim");
        Add(Functions, "silu relu6 selu logsigmoid log_sigmoid mish hardswish hardsigmoid softsign Softsign Mish SiLU tanhshrink "
            + "Tanhshrink");
        Add(Functions, "elu celu", "alpha=");
        Add(Functions, "gelu", "approximate=");
        Add(Functions, "hardtanh Hardtanh", "min_val|min>min_val max_val|max>max_val");
        Add(Functions, "softplus", "beta= threshold=");
        Add(Functions, "hardshrink Hardshrink softshrink Softshrink", "lambda>lambd");
        Add(Functions, "threshold Threshold", "threshold value");
        Add(Functions, "prelu", "weight|target>weight");
        Add(Functions, "leaky_relu", "negative_slope=");
        Add(Functions, "glu softmin", "dim=");
        Add(Functions, "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout", "p training=");
        Add(Functions, "conv1d conv2d conv3d", "weight bias= stride|strides>stride= padding= dilation= groups=");
        Add(Functions, "conv_transpose1d conv_transpose2d conv_transpose3d",
            "weight bias= stride|strides>stride= padding= output_padding= groups= dilation=");
        Add(Functions, "max_pool1d max_pool2d max_pool3d", "kernel_size stride|strides>stride= padding= dilation= ceil_mode=");
        Add(Functions, "avg_pool1d avg_pool2d avg_pool3d",
            "kernel_size stride= padding= ceil_mode= count_include_pad= divisor_override=");
        Add(Functions, "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d",
            "output_size");
        Add(Functions, "lp_pool1d lp_pool2d", "norm_type kernel_size stride= ceil_mode=");
        Add(Functions, "interpolate", "size= scale_factor= mode= align_corners= recompute_scale_factor= antialias=");
        Add(Functions, "pad", "pad mode= value=");
        Add(Functions, "normalize", "p= dim= eps=");
        Add(Functions, "cosine_similarity", "x2 dim= eps=");
        Add(Functions, "pairwise_distance", "input2 p= eps= keepdim=");
        Add(Functions, "layer_norm", "normalized_shape weight= bias= eps=");
        Add(Functions, "group_norm", "num_groups weight= bias= eps=");
        Add(Functions, "local_response_norm", "size alpha= beta= k=");
        Add(Functions, "batch_norm", "running_mean running_var weight= bias= training= momentum= eps=");
        Add(Functions, "instance_norm", "running_mean= running_var= weight= bias= use_input_stats= momentum= eps=");
        Add(Functions, "one_hot", "num_classes");
        Add(Functions, "bilinear", "input2 weight bias");
        Add(Functions, "linear", "weight|weights>weight bias");
        Add(Functions, "grid_sample", "grid mode= padding_mode= align_corners=");
        Add(Functions, "affine_grid", "size align_corners=");
        Add(Functions, "pixel_shuffle", "upscale_factor");
        Add(Functions, "pixel_unshuffle", "downscale_factor");
        Add(Functions, "mse_loss l1_loss soft_margin_loss", "target reduction=");
        Add(Functions, "cross_entropy", "target weight= ignore_index= reduction= label_smoothing=");
        Add(Functions, "nll_loss", "target weight= reduction=");
        Add(Functions, "binary_cross_entropy", "target weight= reduction=");
        Add(Functions, "binary_cross_entropy_with_logits", "target weight= reduction= pos_weights>pos_weight=");
        Add(Functions, "huber_loss", "target delta= reduction=");
        Add(Functions, "smooth_l1_loss", "target beta= reduction=");
        Add(Functions, "kl_div", "target log_target=! reduction=");
        Add(Functions, "margin_ranking_loss cosine_embedding_loss", "input2 target margin= reduction=");
    }

    /// <summary>The operations that have a row.</summary>
    public static IEnumerable<string> Names => Rows.Keys.Concat(Functions.Keys);

    /// <summary>The row of an operation; null where it has none.</summary>
    public static (string Row, bool IsFunction)? Of(string name, bool isFunctional) =>
        isFunctional && Functions.TryGetValue(name, out var row) ? (row, true)
        : Rows.TryGetValue(name, out row) ? (row, false)
        : Functions.TryGetValue(name, out row) ? (row, true) : null;

    public static bool IsMethod(string name) => Methods.Contains(name);

    public static string Python(string name) => Renamed.GetValueOrDefault(name, name);

    private static void Add(Dictionary<string, string> rows, string names, string parameters = "")
    {
        foreach (var name in names.Split(' '))
        {
            rows.Add(name, parameters);
        }
    }

    private static HashSet<string> Set(string names) => new(names.Split(' '), StringComparer.Ordinal);
}
