namespace Gen.Rules.Operations;

/// <summary>What has an equal form in PyTorch: the runtime has a row for each, which a test holds against this.</summary>
internal static class PyTorchForms
{
    public const string None = "Gen cannot write it in Python";

    /// <summary>The methods and functions of tensors.</summary>
    public static readonly HashSet<string> Operations = Names(
        "Hardshrink Hardtanh Mish SiLU Softshrink Softsign Tanhshrink Threshold abs absolute acos acosh adaptive_avg_pool1d "
        + "adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d add addbmm addcdiv addcmul addmm addmv "
        + "adjoint affine_grid all alpha_dropout amax amin any arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax "
        + "argmin argsort argwhere as_tensor asin asinh atan atan2 atanh atleast_1d atleast_2d avg_pool1d avg_pool2d avg_pool3d "
        + "batch_norm bfloat16 bilinear binary_cross_entropy binary_cross_entropy_with_logits bitwise_and bitwise_not "
        + "bitwise_or bitwise_xor block_diag bmm bool broadcast_tensors broadcast_to bucketize byte cat cdist ceil celu char "
        + "chunk clamp clamp_max clamp_min clip clone column_stack concat concatenate contiguous conv1d conv2d conv3d "
        + "conv_transpose1d conv_transpose2d conv_transpose3d copysign cos cosh cosine_embedding_loss cosine_similarity "
        + "count_nonzero cpu cross cross_entropy cummax cummin cumprod cumsum deg2rad det detach diag diagonal digamma dim dist "
        + "div divide dot double dropout dropout1d dropout2d dropout3d einsum elu eq erf erfc exp exp2 expand expand_as expit "
        + "expm1 eye feature_alpha_dropout fix flatten flip fliplr flipud float float_power floor floor_divide fmax fmin fmod "
        + "fold frac from_array full full_like gather ge gelu ger glu greater greater_equal grid_sample group_norm gt half "
        + "hardshrink hardsigmoid hardswish hardtanh heaviside hstack huber_loss hypot index_add index_copy index_fill "
        + "index_select inner instance_norm int interpolate is_complex is_floating_point isclose isfinite isin isinf isnan "
        + "isneginf isposinf isreal kl_div kron kthvalue l1_loss layer_norm ldexp le leaky_relu lerp less less_equal lgamma "
        + "linear linspace local_response_norm log log10 log1p log2 log_sigmoid log_softmax logaddexp logaddexp2 logcumsumexp "
        + "logical_and logical_not logical_or logical_xor logit logsigmoid logspace logsumexp long lp_pool1d lp_pool2d lt "
        + "margin_ranking_loss masked_fill masked_scatter masked_select matmul max max_pool1d max_pool2d max_pool3d maximum mean "
        + "median meshgrid min minimum mish mm moveaxis movedim mse_loss mul multiply mv nan_to_num nansum narrow ne neg negative "
        + "new_full new_ones new_zeros nll_loss nonzero norm normalize not_equal numel one_hot ones ones_like outer pad "
        + "pairwise_distance permute pixel_shuffle pixel_unshuffle positive pow prelu prod quantile rad2deg ravel reciprocal relu "
        + "relu6 remainder repeat repeat_interleave reshape reshape_as roll rot90 round row_stack rrelu rsqrt "
        + "scaled_dot_product_attention scatter scatter_add select selu sgn short sigmoid sign signbit silu sin sinc sinh size "
        + "slice smooth_l1_loss soft_margin_loss softmax softmax2d softmin softplus softshrink softsign sort split sqrt square "
        + "squeeze stack std std_mean sub subtract sum swapaxes swapdims t take take_along_dim tan tanh tanhshrink tensor "
        + "tensor_split tensordot threshold tile to to_type topk trace transpose tril tril_indices triu triu_indices true_divide "
        + "trunc type type_as unbind unflatten unfold unsqueeze upsample var var_mean vdot view view_as vstack where xlogy zeros "
        + "zeros_like");

    /// <summary>The layers.</summary>
    public static readonly HashSet<string> Layers = Names(
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AlphaDropout AvgPool1d "
        + "AvgPool2d AvgPool3d BatchNorm1d BatchNorm2d BatchNorm3d Bilinear CELU ChannelShuffle ConstantPad1d ConstantPad2d "
        + "ConstantPad3d Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d CosineSimilarity Dropout Dropout1d "
        + "Dropout2d Dropout3d ELU Embedding FeatureAlphaDropout Flatten Fold GELU GLU GRU GRUCell GroupNorm Hardshrink "
        + "Hardsigmoid Hardswish Hardtanh Identity InstanceNorm1d InstanceNorm2d InstanceNorm3d LSTM LSTMCell LayerNorm LeakyReLU "
        + "Linear LocalResponseNorm LogSigmoid LogSoftmax MaxPool1d MaxPool2d MaxPool3d Mish MultiheadAttention PReLU "
        + "PairwiseDistance PixelShuffle PixelUnshuffle RNN RNNCell RReLU ReLU ReLU6 ReflectionPad1d ReflectionPad2d "
        + "ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d SELU SiLU Sigmoid Softmax Softmax2d Softmin "
        + "Softplus Softshrink Softsign Tanh Tanhshrink Threshold Transformer TransformerDecoder TransformerDecoderLayer "
        + "TransformerEncoder TransformerEncoderLayer Unflatten Unfold Upsample ZeroPad2d");

    /// <summary>What computes nothing.</summary>
    private static readonly HashSet<string> Nothing = Names("Dispose DisposeEverything NewDisposeScope MoveToOuterDisposeScope "
        + "MoveToOtherDisposeScope DetachFromDisposeScope Keep alias no_grad enable_grad inference_mode set_grad_enabled");

    /// <summary>Whether an operation has a form, itself or in place.</summary>
    public static bool Has(string name) => Operations.Contains(name) || Nothing.Contains(name)
        || (OperationTable.IsInPlace(name) && Operations.Contains(name.TrimEnd('_')));

    private static HashSet<string> Names(string names) => new(names.Split(' '), StringComparer.Ordinal);
}
