using System.Reflection;
using System.Runtime.CompilerServices;
using Gen.Rules.Operations;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>The overloads of TorchSharp that are called with random arguments, and those that are not.</summary>
internal static class JudgedOperations
{
    /// <summary>Rules of names that are no method, or need more than random tensors.</summary>
    public static readonly HashSet<string> Unjudged = new(
    [
        "T", "mT", "mH", "H", "Parameter", "relu6_", "normal_", "float_", "equal_to", "heaviside_", "concatenate_", "fill", "normal",
        "uniform", "random", "exponential", "geometric", "cauchy", "log_normal", "requires_grad",
        "new_zeros", "new_ones", "new_full", "new_empty", "cuda", "mps", "pin_memory", "DetachFromDisposeScope", "MoveToOuterDisposeScope",
        "MoveToOtherDisposeScope", "with_requires_grad",
        "index_put", "zero", "erfcx", "expit", "softmin", "randint_like", "polygamma", "char", "masked_scatter", "to_dense", "dequantize",
        "mvlgamma", "row_stack", "concatenate", "view_as", "randint",
        "atleast_3d", "log_sigmoid", "polygamma", "renorm", "type", "tensor", "as_tensor", "from_array",
        "full_like", "reshape_as", "atleast_1d",
        "atleast_2d", "cross", "cummax", "cummin", "nanmean", "interpolate", "upsample", "fold",
        "einsum", "multi_label_margin_loss", "meshgrid", "unique", "unique_consecutive", "copy", "frombuffer",

        // They give no tensor: DataTests runs them.
        "item", "backward", "triu_indices", "tril_indices", "bincount", "empty", "[]", "affine_grid",

        // SignalTests runs them.
        "istft", "as_strided", "diagonal_scatter",

        // Of Gen's own AttentionMask, which is run as it is.
        "Additive",

        // The layer's rule is judged.
        "ctc_loss", "triplet_margin_with_distance_loss",

        // nn.init fills a tensor and gives it back.
        "constant_", "dirac_", "eye_", "glorot_normal_", "glorot_uniform_", "kaiming_normal_", "kaiming_uniform_", "ones_", "orthogonal_",
        "sparse_", "trunc_normal_", "xavier_normal_", "xavier_uniform_", "zeros_",
    ], StringComparer.Ordinal);

    /// <summary>Operations whose shapes depend on data, or which the rules leave open.</summary>
    public static readonly HashSet<string> Open = new(
    [
        "masked_select", "nonzero", "multinomial", "histc", "view_as_complex", "bincount", "rot90",
        "cross", "meshgrid", "tril_indices",
        "triu_indices", "scatter", "scatter_add", "index_add", "index_copy", "index_fill",
        "masked_scatter", "adaptive_max_pool3d", "einsum", "bucketize", "isclose",
        "gaussian_nll_loss", "prelu", "group_norm", "multi_margin_loss", "affine_grid", "batch_norm",
        "norm", "stft", "argwhere", "vsplit", "select_scatter", "slice_scatter",
    ], StringComparer.Ordinal);

    /// <summary>Operations that are left out, or take what random arguments cannot give.</summary>
    private static readonly HashSet<string> Left = new(
    [
        "bincount", "geqrf", "triu_indices", "tril_indices", "meshgrid", "empty", "rand_out", "set_", "to_sparse", "where_", "atleast_3d",
        "multi_head_attention_forward", "ctc_loss", "triplet_margin_with_distance_loss",
        "fractional_max_pool2d", "fractional_max_pool3d", "max_unpool1d", "max_unpool2d", "max_unpool3d", "einsum",
        "multi_label_margin_loss", "type", "renorm", "polygamma", "as_tensor", "tensor", "full_like",
        "atleast_1d", "atleast_2d", "view_as", "mvlgamma", "randint", "randint_like", "cuda", "mps", "pin_memory", "normal",
        "requires_grad", "to_dense", "dequantize", "interpolate", "upsample", "fold",
        "float_power_", "index_put_", "char", "log_sigmoid", "masked_scatter", "char", "random", "row_stack", "concatenate", "imag",

        // Their random arguments are refused by Gen.
        "cross", "cummax", "cummin", "nanmean",

        // What is not asked for is null.
        "unique", "unique_consecutive",

        // Random shapes never fit them.
        "affine_grid", "istft", "as_strided", "diagonal_scatter",
    ], StringComparer.Ordinal);

    /// <summary>Operations on square matrices: most are given such, and positive ones.</summary>
    public static readonly HashSet<string> OfSquares = new(["inv", "inverse", "cholesky", "matrix_power", "logdet", "slogdet",
        "cholesky_ex", "inv_ex", "eigh", "eigvalsh", "eig", "eigvals", "solve", "solve_triangular", "det"], StringComparer.Ordinal);

    /// <summary>Operands that the rule refuses are not given to TorchSharp: that is taken as thrown.</summary>
    public static readonly HashSet<string> Guarded =
        new(["matmul", "mm", "bmm", "mv", "linear", "addmm", "baddbmm", "addbmm", "addmv", "conv_transpose1d", "conv_transpose2d",
            "conv_transpose3d"], StringComparer.Ordinal);

    private static readonly (string Owner, Type Type)[] Owners = [("Tensor", typeof(Tensor)), ("torch", typeof(torch)),
        ("functional", typeof(nn.functional)), ("special", typeof(special)), ("linalg", typeof(linalg)),
        ("fft", typeof(fft))];

    /// <summary>What torch has of them refuses whatever it is given, or is of another kind: those of torch.linalg are judged.</summary>
    private static readonly HashSet<string> OfLinearAlgebra = new(["lu", "eig", "qr", "svd", "matrix_rank"], StringComparer.Ordinal);

    public static ILookup<string, MethodInfo> All { get; } = Owners
        .SelectMany(o => o.Type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(m => (o.Owner, Method: m)))
        .Where(
            m => !(m.Owner == "torch" && OfLinearAlgebra.Contains(m.Method.Name)) && !(m.Method.Name == "to" && m.Method.GetParameters()
                .Any(p => p.ParameterType == typeof(Device) || p.ParameterType == typeof(DeviceType))) && !m.Method.IsGenericMethod
                && !m.Method.IsSpecialName && !Left.Contains(m.Method.Name) && !Left.Contains(Operation(m.Method))
                && Gives(m.Method.ReturnType)
            && !m.Method.GetParameters().Any(p => p is { Name: "out", HasDefaultValue: false }
                || (m.Method.Name == "randperm" && p.Name == "out")) && m.Method.GetParameters().All(p => IsUsable(p.ParameterType))
            && OperationRules.Find(m.Owner == "functional", m.Method.Name) is { Output: not null })
        .OrderBy(m => m.Method.ToString(), StringComparer.Ordinal)
        .ToLookup(m => $"{m.Owner}.{m.Method.Name}", m => m.Method);

    /// <summary>These are tried with float32 alone.</summary>
    public static readonly HashSet<string> Untyped = new(["matmul", "var", "randperm", "view_as_real"], StringComparer.Ordinal);

    /// <summary>The name, without the line that says that the operation is in place.</summary>
    public static string Operation(MemberInfo method) => method.Name.TrimEnd('_');

    private static bool Gives(Type type) => type == typeof(Tensor) || type == typeof(Tensor[])
        || typeof(IEnumerable<Tensor>).IsAssignableFrom(type)
        || (type.IsGenericType && typeof(ITuple).IsAssignableFrom(type) && type.GetGenericArguments().All(a => a == typeof(Tensor)));

    public static bool IsTensors(Type type) => type == typeof(Tensor[]) || type == typeof(IList<Tensor>)
        || type == typeof(IEnumerable<Tensor>);

    private static bool IsUsable(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(Tensor) || IsTensors(type) || type == typeof(long) || type == typeof(int) || type == typeof(bool)
            || type == typeof(double) || type == typeof(float) || type == typeof(long[]) || type == typeof(double[])
            || type == typeof(Scalar) || type == typeof(ScalarType) || type == typeof(Device) || type == typeof(string[])
            || type == typeof(Generator) || type == typeof(char)
            || type.IsEnum || (typeof(ITuple).IsAssignableFrom(type) && type.GetGenericArguments().All(a => a == typeof(long)));
    }
}
