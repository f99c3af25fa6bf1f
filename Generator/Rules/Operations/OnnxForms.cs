namespace Gen.Rules.Operations;

/// <summary>The operations that have no equal form in ONNX, and why. All others have one in the runtime, which a test holds against
/// this.</summary>
internal static class OnnxForms
{
    private const string Random = "its numbers are others in each call. Pass them as an input";
    private const string NoOperator = "ONNX has no operator for it";
    private const string NoForm = "Gen has no form for it";
    private const string Complex = "ONNX Runtime does not compute with complex numbers";
    private const string Steers = "it makes a number of a tensor that is not followed. Write item";

    /// <summary>A size that a number of a tensor gives.</summary>
    public const string Sized = "a size would depend on a number of a tensor";

    /// <summary>What a branch is in PyTorch that only a call decides.</summary>
    public const string Decided = "the module of PyTorch takes one way, and only a call knows which";

    public const string Turned = "the module of PyTorch has each turn of a loop, and only a call knows how many there are";

    /// <summary>Why a loop is not exported that only a call ends.</summary>
    public const string Returned =
        "it leaves a loop of which only a call knows how often it turns. Keep the result in a variable, and write break";

    /// <summary>The parameters that take sizes and places: a number of a tensor cannot stand there.</summary>
    private static readonly HashSet<string> OfSizes = Names("size sizes shape dim dims length start stop end step repeats num_classes "
        + "diagonal chunks n N M k");

    public static bool IsSize(string parameter) => OfSizes.Contains(parameter);
    private const string Gradient = "a file of ONNX has no gradients";
    private const string Loss = "it is for training";

    private static readonly Dictionary<string, string> Refused = new[]
    {
        (Random, "randint_like random rand_like randn_like bernoulli exponential cauchy log_normal uniform geometric bernoulli_ rand randn "
            + "normal randint randperm glorot_normal_ glorot_uniform_ kaiming_normal_ kaiming_uniform_ normal_ orthogonal_ sparse_ "
            + "trunc_normal_ uniform_ xavier_normal_ xavier_uniform_ multinomial poisson"),
        (NoOperator, "nextafter igamma igammac << >> bitwise_left_shift bitwise_right_shift gcd lcm digamma erfcx erfinv i0 lgamma "
            + "polygamma index_put nanmedian mode nanquantile bincount inverse matrix_exp Parameter dequantize histc unique "
            + "unique_consecutive inv cholesky matrix_power pinv pinverse logdet slogdet cholesky_ex inv_ex eigh eigvalsh eig eigvals svd "
            + "svdvals qr lu lu_factor solve solve_triangular matrix_rank cond"),
        ("Gen has no form for it. Write x.eq(y)", "equal"),
        (NoForm, "entr gammaln i0e i1 i1e ndtr ndtri psi max_pool1d_with_indices max_pool2d_with_indices max_pool3d_with_indices "
            + "adaptive_max_pool1d_with_indices adaptive_max_pool2d_with_indices"),
        (NoForm, "matrix_norm vector_norm multi_dot chain_matmul vecdot vander searchsorted argwhere diff trapezoid trapz "
            + "cumulative_trapezoid cov corrcoef aminmax msort cartesian_prod combinations diag_embed diagflat atleast_3d hsplit vsplit "
            + "dsplit as_strided select_scatter slice_scatter diagonal_scatter fftshift ifftshift fftfreq rfftfreq bartlett_window "
            + "blackman_window hamming_window hann_window kaiser_window"),
        ("its numbers are in memory that only the program knows. Pass them as an input", "frombuffer"),
        ("TorchSharp 0.107 does not run it", "nanmean"),
        ("where the elements are in memory is not known in a file. Write x = x.contiguous()", "is_contiguous"),
        ("what its elements are is not known", "empty empty_like new_empty"),
        ("it is written into a tensor that is there. Write x = x * 0 + value", "zero fill copy constant_ dirac_ eye_ ones_ zeros_ float_"),
        (Complex, "fft_ ifft rfft ihfft irfft hfft fft2 ifft2 fftn ifftn rfft2 rfftn ihfft2 ihfftn irfft2 irfftn hfft2 hfftn stft istft "
            + "angle conj conj_physical resolve_conj resolve_neg real imag polar complex view_as_real view_as_complex"),
        (Steers, "allclose is_nonzero ToScalar ToSingle ToDouble"),
        (Gradient, "backward"),
        ("a file runs where its program says", "mps"),
        (Loss, "multi_margin_loss multi_label_margin_loss multilabel_soft_margin_loss triplet_margin_with_distance_loss ctc_loss"),
        ("it keeps a tensor for later", "Detach MoveToOuter MoveToOther"),
    }.SelectMany(static r => r.Item2.Split(' '), static (r, name) => (Name: name, Reason: r.Item1))
        .ToDictionary(static r => r.Name, static r => r.Reason, StringComparer.Ordinal);

    /// <summary>What has a form, and no rule.</summary>
    public static readonly HashSet<string> WithoutRule = Names("dim size numel retain_grad NewDisposeScope Dispose DisposeEverything");

    /// <summary>The functions of lists, arrays, dictionaries and LINQ that are followed, by how many operands they have at most.</summary>
    private static readonly HashSet<string>[] OfLists =
    [
        [.. Names("Empty"), "new Dictionary"],
        [.. Names("Clear ToArray ToList AsEnumerable Cast Reverse First Last Count Length Any Sum Min Max Average Single Distinct Order "
            + "OrderDescending Index Sort FirstOrDefault LastOrDefault AsSpan"), "new []"],
        Names("Add AddRange Range Append Prepend Concat Skip Take SkipLast TakeLast ElementAt Select Zip Where All Any Count First Last "
            + "Single Sum Min Max Average OrderBy OrderByDescending Contains SequenceEqual IndexOf TakeWhile SkipWhile SelectMany Repeat "
            + "RemoveAt FirstOrDefault LastOrDefault ContainsKey Remove GetValueOrDefault"),
        Names("Insert Aggregate TryAdd Add GetValueOrDefault"),
    ];

    /// <summary>Whether a function of lists is followed that is given so many operands.</summary>
    public static bool IsOfLists(string name, int operands) =>
        OfLists.Skip(operands).Any(f => f.Contains(name));

    /// <summary>The functions of <c>Math</c>.</summary>
    public static readonly HashSet<string> OfNumbers = Names(
        "Min Max Abs Sqrt Cbrt Log Log2 Log10 Exp Pow Sin Cos Tan Asin Acos Atan Atan2 "
        + "Sinh Cosh Tanh Asinh Acosh Atanh Floor Ceiling Round Truncate Clamp Sign CopySign IEEERemainder FusedMultiplyAdd BigMul DivRem");

    /// <summary>What gives as many tensors as a size tells.</summary>
    public static readonly HashSet<string> TakingApart = Names("unbind split chunk tensor_split");

    /// <summary>Of these, what a loop can go through where only a call knows how many there are.</summary>
    public static readonly HashSet<string> Gone = Names("unbind");

    /// <summary>What makes a number of C# of a tensor.</summary>
    public static readonly HashSet<string> Numbers = Names("item");

    /// <summary>The properties of a tensor.</summary>
    public static readonly HashSet<string> OfTensors = Names("shape dtype device device_type ndim Dimensions NumberOfElements is_cuda "
        + "is_meta Value T mT H mH requires_grad is_sparse");

    private static HashSet<string> Names(string names) => new(names.Split(' '), StringComparer.Ordinal);

    /// <summary>Why an operation has no equal form; null where it has one.</summary>
    public static string? WhyNot(string name) => Refused.TryGetValue(name, out var reason) ? reason
        : OperationTable.IsInPlace(name) && Refused.TryGetValue(name.TrimEnd('_'), out reason) ? reason : null;
}
