using Microsoft.CodeAnalysis;

namespace Gen.Diagnostics.Parity;

/// <summary>
/// The parameters of PyTorch's functions in their order, as its documentation has them, with the kind of each: a number, a flag, a tensor,
/// or a word. Where a TorchSharp function has another parameter at a place, under a name that both know, a positional argument that
/// compiles means something else.
/// </summary>
internal static class Signatures
{
    /// <remarks>A line that ends with \ goes on in the next.</remarks>
    private const string Known = """
        nn.Conv1d in_channels out_channels kernel_size stride padding dilation groups bias? padding_mode$
        nn.Conv2d in_channels out_channels kernel_size stride padding dilation groups bias? padding_mode$
        nn.Conv3d in_channels out_channels kernel_size stride padding dilation groups bias? padding_mode$
        nn.ConvTranspose1d in_channels out_channels kernel_size stride padding output_padding groups bias? dilation padding_mode$
        nn.ConvTranspose2d in_channels out_channels kernel_size stride padding output_padding groups bias? dilation padding_mode$
        nn.ConvTranspose3d in_channels out_channels kernel_size stride padding output_padding groups bias? dilation padding_mode$
        nn.MaxPool1d kernel_size stride padding dilation return_indices? ceil_mode?
        nn.MaxPool2d kernel_size stride padding dilation return_indices? ceil_mode?
        nn.MaxPool3d kernel_size stride padding dilation return_indices? ceil_mode?
        nn.AvgPool1d kernel_size stride padding ceil_mode? count_include_pad?
        nn.AvgPool2d kernel_size stride padding ceil_mode? count_include_pad? divisor_override
        nn.AvgPool3d kernel_size stride padding ceil_mode? count_include_pad? divisor_override
        nn.LPPool1d norm_type kernel_size stride ceil_mode?
        nn.LPPool2d norm_type kernel_size stride ceil_mode?
        nn.FractionalMaxPool2d kernel_size output_size output_ratio return_indices?
        nn.FractionalMaxPool3d kernel_size output_size output_ratio return_indices?
        nn.MaxUnpool1d kernel_size stride padding
        nn.MaxUnpool2d kernel_size stride padding
        nn.MaxUnpool3d kernel_size stride padding
        nn.Fold output_size kernel_size dilation padding stride
        nn.Unfold kernel_size dilation padding stride
        nn.Upsample size scale_factor mode$ align_corners? recompute_scale_factor?
        nn.BatchNorm1d num_features eps momentum affine? track_running_stats?
        nn.BatchNorm2d num_features eps momentum affine? track_running_stats?
        nn.BatchNorm3d num_features eps momentum affine? track_running_stats?
        nn.InstanceNorm1d num_features eps momentum affine? track_running_stats?
        nn.InstanceNorm2d num_features eps momentum affine? track_running_stats?
        nn.InstanceNorm3d num_features eps momentum affine? track_running_stats?
        nn.GroupNorm num_groups num_channels eps affine?
        nn.LayerNorm normalized_shape eps elementwise_affine? bias?
        nn.LocalResponseNorm size alpha beta k
        nn.Embedding num_embeddings embedding_dim padding_idx max_norm norm_type scale_grad_by_freq? sparse?
        nn.EmbeddingBag num_embeddings embedding_dim max_norm norm_type scale_grad_by_freq? mode$ \
            sparse? _weight! include_last_offset? padding_idx
        nn.MultiheadAttention embed_dim num_heads dropout bias? add_bias_kv? add_zero_attn? kdim vdim batch_first?
        nn.Transformer d_model nhead num_encoder_layers num_decoder_layers dim_feedforward dropout activation$
        nn.TransformerEncoderLayer d_model nhead dim_feedforward dropout activation$ layer_norm_eps batch_first? norm_first?
        nn.TransformerDecoderLayer d_model nhead dim_feedforward dropout activation$ layer_norm_eps batch_first? norm_first?
        nn.RNN input_size hidden_size num_layers nonlinearity$ bias? batch_first? dropout bidirectional?
        nn.LSTM input_size hidden_size num_layers bias? batch_first? dropout bidirectional?
        nn.GRU input_size hidden_size num_layers bias? batch_first? dropout bidirectional?
        nn.RReLU lower upper inplace?
        nn.Hardtanh min_val max_val inplace?
        nn.Threshold threshold value inplace?
        nn.Softplus beta threshold
        nn.CosineSimilarity dim eps
        nn.PairwiseDistance p eps keepdim?
        nn.TripletMarginLoss margin p eps swap? size_average? reduce? reduction$
        nn.MultiMarginLoss p margin weight! size_average? reduce? reduction$
        nn.PoissonNLLLoss log_input? full? size_average? eps reduce? reduction$
        nn.CTCLoss blank reduction$ zero_infinity?
        nn.HuberLoss reduction$ delta
        nn.SmoothL1Loss size_average? reduce? reduction$ beta
        nn.CosineEmbeddingLoss margin size_average? reduce? reduction$
        functional.conv_transpose1d input! weight! bias! stride padding output_padding groups dilation
        functional.conv_transpose2d input! weight! bias! stride padding output_padding groups dilation
        functional.conv_transpose3d input! weight! bias! stride padding output_padding groups dilation
        functional.conv1d input! weight! bias! stride padding dilation groups
        functional.conv2d input! weight! bias! stride padding dilation groups
        functional.conv3d input! weight! bias! stride padding dilation groups
        functional.max_pool1d input! kernel_size stride padding dilation ceil_mode? return_indices?
        functional.max_pool2d input! kernel_size stride padding dilation ceil_mode? return_indices?
        functional.max_pool3d input! kernel_size stride padding dilation ceil_mode? return_indices?
        functional.avg_pool2d input! kernel_size stride padding ceil_mode? count_include_pad? divisor_override
        functional.rrelu input! lower upper training? inplace?
        functional.hardtanh input! min_val max_val inplace?
        functional.leaky_relu input! negative_slope inplace?
        functional.dropout input! p training? inplace?
        functional.dropout1d input! p training? inplace?
        functional.dropout2d input! p training? inplace?
        functional.dropout3d input! p training? inplace?
        functional.alpha_dropout input! p training? inplace?
        functional.feature_alpha_dropout input! p training? inplace?
        functional.batch_norm input! running_mean! running_var! weight! bias! training? momentum eps
        functional.instance_norm input! running_mean! running_var! weight! bias! use_input_stats? momentum eps
        functional.layer_norm input! normalized_shape weight! bias! eps
        functional.group_norm input! num_groups weight! bias! eps
        functional.normalize input! p dim eps
        functional.fold input! output_size kernel_size dilation padding stride
        functional.unfold input! kernel_size dilation padding stride
        functional.interpolate input! size scale_factor mode$ align_corners? recompute_scale_factor? antialias?
        functional.pairwise_distance x1! x2! p eps keepdim?
        functional.cross_entropy input! target! weight! size_average? ignore_index reduce? reduction$ label_smoothing
        functional.multi_margin_loss input! target! p margin weight! size_average? reduce? reduction$
        functional.triplet_margin_loss anchor! positive! negative! margin p eps swap? size_average? reduce? reduction$
        functional.scaled_dot_product_attention query! key! value! attn_mask! dropout_p is_causal?
        Tensor.norm p dim keepdim?
        Tensor.var dim unbiased? keepdim?
        Tensor.std dim unbiased? keepdim?
        Tensor.sort dim descending? stable?
        Tensor.topk k dim largest? sorted?
        Tensor.kthvalue k dim keepdim?
        Tensor.quantile q! dim keepdim?
        Tensor.histc bins min max
        Tensor.renorm p dim maxnorm
        Tensor.diag_embed offset dim1 dim2
        Tensor.diagonal offset dim1 dim2
        Tensor.unique sorted? return_inverse? return_counts? dim
        torch.norm input! p dim keepdim?
        torch.topk input! k dim largest? sorted?
        torch.kthvalue input! k dim keepdim?
        torch.renorm input! p dim maxnorm
        torch.svd_lowrank A! q niter M!
        torch.pca_lowrank A! q center? niter
        torch.svd input! some? compute_uv?
        optim.SGD params lr momentum dampening weight_decay nesterov? maximize?
        optim.RMSProp params lr alpha eps weight_decay momentum centered?
        optim.Adagrad params lr lr_decay weight_decay initial_accumulator_value eps
        optim.Adadelta params lr rho eps weight_decay
        optim.ASGD params lr lambd alpha t0 weight_decay
        lr_scheduler.OneCycleLR optimizer max_lr total_steps epochs steps_per_epoch pct_start anneal_strategy$ cycle_momentum? \
            base_momentum max_momentum div_factor final_div_factor
        lr_scheduler.CyclicLR optimizer base_lr max_lr step_size_up step_size_down mode$ gamma scale_fn scale_mode$ \
            cycle_momentum? base_momentum max_momentum
        init.kaiming_normal_ tensor! a mode$ nonlinearity$
        init.kaiming_uniform_ tensor! a mode$ nonlinearity$
        """;

    private static readonly Dictionary<string, (string Name, char Kind)[]> All = Known
        .Replace(" \\\n", "").Split(['\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split([' '], StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(w => w[0], w => w.Skip(1).Select(Parameter).ToArray(), StringComparer.Ordinal);

    /// <summary>The functions that are in the table.</summary>
    public static IEnumerable<string> Functions => All.Keys;

    /// <summary>The names of members, without their classes.</summary>
    public static IEnumerable<string> Members => All.Keys.Select(k => k.Substring(k.IndexOf('.') + 1));

    /// <summary><c>functional.rrelu</c></summary>
    public static string NameOf(IMethodSymbol method) => $"{method.ContainingType.Name}.{method.Name}";

    /// <summary>What PyTorch has where a method's parameter stands, if that is another and an argument could be meant for either.</summary>
    public static string? Other(IMethodSymbol method, int index)
    {
        if (!All.TryGetValue(NameOf(method), out var theirs) || index >= theirs.Length || index >= method.Parameters.Length)
        {
            return null;
        }

        // Where an earlier argument must be of another kind already, the call was not carried over.
        if (Enumerable.Range(0, index).Any(i => method.Parameters[i].Name != theirs[i].Name
            && Kind(method.Parameters[i].Type) != theirs[i].Kind))
        {
            return null;
        }

        var (ours, (name, kind)) = (method.Parameters[index], theirs[index]);
        return ours.Name != name && (theirs.Any(p => p.Name == ours.Name) || method.Parameters.Any(p => p.Name == name))
            && Kind(ours.Type) == kind ? name : null;
    }

    private static (string Name, char Kind) Parameter(string word) =>
        word[word.Length - 1] is '?' or '$' or '!' ? (word.Substring(0, word.Length - 1), word[word.Length - 1]) : (word, '#');

    private static char Kind(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } => Kind(inner),
        INamedTypeSymbol { IsTupleType: true, TupleElements: [{ Type: var element }, ..] } => Kind(element),
        { SpecialType: SpecialType.System_Boolean } => '?',
        { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Single or SpecialType.System_Double }
            or { Name: "Scalar" } => '#',
        { Name: "Tensor" } => '!',
        { TypeKind: TypeKind.Enum } or { SpecialType: SpecialType.System_String } => '$',
        _ => ' ',
    };
}
