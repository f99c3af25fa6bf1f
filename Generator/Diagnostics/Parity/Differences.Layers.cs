using Gen.Shapes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics.Parity;

internal static partial class Differences
{
    private static Difference[] Initialisers =>
    [
        new("init.trunc_normal_", In(Initialisation, "trunc_normal_"),
            "gives every element the same value where the mean is 0, and draws around another centre where it is not")
        {
            Write = "{in}normal_({tensor}, {mean}, {std})",
            WriteWithGen = "{gen}Init.TruncatedNormal({arguments})",
        },
        new("init.xavier_normal_", In(Initialisation, "xavier_normal_", "glorot_normal_"), "draws from the uniform distribution")
        {
            WriteWithGen = "{gen}Init.XavierNormal({arguments})",
            Instead = "Write 'init.normal_({tensor}, 0, std)' with std = gain * Math.Sqrt(2.0 / (fanIn + fanOut)).",
        },
        new("init.normal_ with a generator", In(Initialisation, "normal_", "uniform_"), "does not draw from its generator")
        {
            When = Condition.Given("generator"),
            Instead = "Call '{tensor}.normal_' or '{tensor}.uniform_' with the generator, under 'no_grad()'.",
        },
    ];

    /// <summary>Seen by the shape that arrives.</summary>
    public static readonly Difference SamplesDropped =
        new("Dropout2d on three dimensions", [], "takes three dimensions for one image, and drops whole samples")
    {
        When = new("a proved shape of three dimensions", _ => false),
        HasFix = true,
        Instead = "Use 'Dropout1d' or 'functional.dropout1d' for (N, C, L).",
    };

    private static Difference[] Layers =>
    [
        SamplesDropped,
        new("Embedding_from_pretrained", In(Factories, "Embedding_from_pretrained"),
            "computes with the given table, but trains and saves another one")
        {
            Instead = "Build 'Embedding' and copy the table into its weight, under 'no_grad()'.",
        },
        new("Hardtanh", In(Factories, "Hardtanh"), "returns its input unchanged")
        {
            When = Condition.IsNot("inplace", true),
            Adds = "inplace: true",
            Instead = "Clamp with 'x.clamp(min_val, max_val)', or write 'inplace: true', which overwrites the input.",
        },
        new("functional.hardtanh", In(Functional, "hardtanh", "Hardtanh"), "returns its input unchanged")
        {
            When = Condition.IsNot("inplace", true),
            Write = "{x}.clamp({min_val}, {max_val})",
        },
        new("Tensor.hardtanh", In(Tensor, "hardtanh"), "returns its input unchanged") { Write = "{this}.clamp({min}, {max})" },
        new("ConvTranspose with several output paddings", In(Factories, "ConvTranspose2d", "ConvTranspose3d"),
            "uses the first output padding for all dimensions")
        {
            When = new("an `output_padding` that differs by dimension", use => use.Written("output_padding") is TupleExpressionSyntax given
                && given.Arguments.Select(a => use.Semantics.GetConstantValue(a.Expression, use.Cancellation)).ToArray() is var sizes
                && sizes.All(s => s.HasValue) && sizes.Select(s => s.Value).Distinct().Count() > 1),
            Instead = "Call the function of that name in 'functional' with the layer's weight, or pad what comes out.",
        },
        new("RReLU", Of((Factories, "RReLU"), (Functional, "rrelu"), (Tensor, "rrelu"), (Tensor, "rrelu_")),
            "uses the slope (lower + upper) / 2 in training too, and draws none")
        {
            When = new("unless `lower` is `upper`", use => use.Number("lower") is not { } lower || use.Number("upper") is not { } upper
                || !lower.Equals(upper)),
            Instead = "Use LeakyReLU with that slope.",
        },
        new("GroupNorm", In(Factories, "GroupNorm"), "leaves its weight and bias uninitialised until they are set or loaded")
        {
            Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info,
            When = Condition.IsNot("affine", false).And(new("unless the code mentions its weight",
                use => !Surroundings.IsMentioned(use, "weight"))),
            Instead = "Set them: 'init.ones_(norm.weight)' and 'init.zeros_(norm.bias)'.",
        },
        new("LPPool", Of((Factories, "LPPool1d"), (Factories, "LPPool2d"), (Functional, "lp_pool1d"), (Functional, "lp_pool2d")),
            "sums powers with their signs where the norm is odd")
        {
            When = new("`norm_type` odd", use => use.Number("norm_type") is { } norm && norm % 2 == 1),
            Instead = "Give it 'x.abs()'.",
        },
        new("MaxUnpool", In(Factories, "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"),
            "uses the kernel's size as its stride unless padding is given")
        {
            When = Condition.Missing("padding").And(new("`stride` other than `kernel_size`", use =>
                use.Number("stride") is { } stride && use.Number("kernel_size") is { } kernel && !stride.Equals(kernel))),
            Adds = "padding: 0",
        },
        new("MultiheadAttention with kdim other than vdim", In(Factories, "MultiheadAttention"),
            "throws in each call with keys and values of different widths")
        {
            When = new("`kdim` other than `vdim`", use => use.Number("kdim") is { } key && use.Number("vdim") is { } value
                && !key.Equals(value)),
            Instead = "Project both to one width with a Linear.",
        },
        new("MultiheadAttention with a float key_padding_mask", In(Modules + "MultiheadAttention", "call", "forward"),
            "throws for a key_padding_mask that is not of bools")
        {
            When = new("`key_padding_mask` of float32", use => use.Written("key_padding_mask") is { } mask
                && FollowedTypes.Of(mask, use).Is(ElementType.Float)),
            Instead = "Give it bools, true where a key is left out.",
        },
        new("functional.upsample_nearest", In(Functional, "upsample_nearest"), "throws in every call")
        {
            Instead = "Write 'functional.interpolate(x, size)'.",
        },
        .. Masks("MultiheadAttention", "attn_mask"),
        .. Masks("TransformerEncoderLayer", "src_mask"),
        .. Masks("TransformerEncoder", "src_mask"),
        .. Masks("TransformerDecoderLayer", "tgt_mask", "memory_mask"),
        .. Masks("Transformer", "src_mask", "tgt_mask", "memory_mask"),
    ];

    private static Difference[] Losses =>
    [
        new("PoissonNLLLoss", Of((Factories, "PoissonNLLLoss"), (Functional, "poisson_nll_loss")),
            "loses its eps: the loss of a rate of 0 is infinite")
        {
            When = Condition.Is("log_input", false),
            Instead = "Give it '(rate + 1e-8).log()' with 'log_input: true'.",
        },
        new("GaussianNLLLoss", Of((Factories, "GaussianNLLLoss"), (Functional, "gaussian_nll_loss")),
            "sums over all dimensions but the first before it takes the mean: on [N, D] it is D times the loss")
        {
            Severity = Microsoft.CodeAnalysis.DiagnosticSeverity.Info,
            When = new("", use => use.Written("variance") is not { } variance || !IsComputed(variance)),
            Instead = "Divide by the number of elements of one item where it has more than one dimension.",
        },
        new("GaussianNLLLoss of a computed variance", Of((Functional, "gaussian_nll_loss"), (Modules + "GaussianNLLLoss", "forward")),
            "gives the variance no gradient: what computes it is not trained")
        {
            When = new("a variance that is computed", use => use.Written("variance") is { } variance && IsComputed(variance)),
            Instead = "Write the loss out: '0.5 * (variance.log() + (input - target).square() / variance).mean()'.",
        },
    ];

    /// <summary>It is what a positive function gives: the output of a model, not a number that somebody knows.</summary>
    private static bool IsComputed(ExpressionSyntax variance) => variance.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>()
        .Any(c => c.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "exp" or "softplus" or "square" or "pow"
            or "call" });

    /// <summary>A bool mask is added as 0 and 1.</summary>
    private static IEnumerable<Difference> Masks(string layer, params string[] masks) => masks.Select(mask =>
        new Difference($"{layer} with a bool {mask}", In(Modules + layer, "call", "forward"),
            "adds a bool mask as 0 and 1, which blocks nothing")
        {
            When = new($"`{mask}` of bool", use => use.Written(mask) is { } written
                && FollowedTypes.Of(written, use) == ElementType.Boolean),
            ArgumentWithGen = $"{{gen}}AttentionMask.Additive({{{mask}}})",
            Argument = (mask, $"torch.zeros_like({{{mask}}}, dtype: torch.float32).masked_fill({{{mask}}}, float.NegativeInfinity)"),
        });
}
