using Gen.Graph;
using Gen.Model;
using Gen.Rules.Layers;

namespace Gen.Evaluation;

/// <summary>Where the elements of a result are, and in which order: in new memory, or in that of the first operand.</summary>
internal sealed record Aliasing(Storage Storage, Layout Layout)
{
    public static readonly Aliasing New = new(Storage.Own, Layout.Contiguous);

    /// <summary>Operations that give a view, whatever the strides.</summary>
    private static readonly HashSet<string> Views = new(
    [
        "view", "view_as", "squeeze", "unsqueeze", "unflatten", "detach", "alias", "transpose", "swapaxes", "swapdims", "t", "T", "mT",
        "mH", "H", "adjoint", "permute", "movedim", "moveaxis",
        "expand", "expand_as", "broadcast_to", "narrow", "select", "slice", "diagonal", "unfold", "split", "split_with_sizes", "chunk",
        "tensor_split", "hsplit", "vsplit", "dsplit", "unbind",
        "atleast_1d", "atleast_2d", "atleast_3d", "real", "positive", "resolve_conj", "resolve_neg", "requires_grad", "with_requires_grad",
        "MoveToOuterDisposeScope", "MoveToOtherDisposeScope", "DetachFromDisposeScope",
    ], StringComparer.Ordinal);

    /// <summary>Views of which the elements lie in order if they did before.</summary>
    private static readonly HashSet<string> InOrder =
        new(["view", "view_as", "squeeze", "unsqueeze", "unflatten", "detach", "alias", "reshape", "reshape_as", "flatten", "ravel",
            "contiguous", "atleast_1d", "atleast_2d"], StringComparer.Ordinal);

    private static readonly HashSet<string> Reordering =
        new(["transpose", "swapaxes", "swapdims", "t", "T", "mT", "mH", "H", "adjoint", "permute", "movedim", "moveaxis"],
            StringComparer.Ordinal);

    /// <summary>Operations whose result lies in the order of its dimensions, whatever the operands' order.</summary>
    private static readonly HashSet<string> Ordered = new(
    [
        "matmul", "mm", "bmm", "linear", "cat", "concat", "stack", "softmax", "log_softmax", "layer_norm", "embedding", "sum", "mean",
        "arange", "zeros", "ones", "full", "randn", "rand", "empty", "eye",
    ], StringComparer.Ordinal);

    /// <summary>What a layer gives, in eval mode.</summary>
    public static Aliasing Of(LayerRule rule, LayerArguments arguments, Layout input) => rule.Factory switch
    {
        "Identity" or "Dropout" or "Dropout1d" or "Dropout2d" or "Dropout3d" or "AlphaDropout" or "FeatureAlphaDropout" =>
            new(Storage.Shared, input),
        "Flatten" or "Unflatten" => Reshape(input),

        // TorchSharp 0.107's Hardtanh gives back what it is given where it is not to work in place, and its ELU works on a copy where it
        // is.
        "Hardtanh" => new(Storage.Shared, input),
        "ELU" => new(Storage.Own, Kept(input)),
        _ when rule.Reads.Contains("inplace") => arguments.Flag("inplace") switch
        {
            true => new(Storage.Shared, input),
            false => new(Storage.Own, Kept(input)),
            null => arguments.Has("inplace") ? new(Storage.Either, Kept(input)) : new(Storage.Own, Kept(input)),
        },
        _ => New,
    };

    /// <summary>What a layer makes for itself and leaves behind, by what TorchSharp 0.107 does.</summary>
    public static IReadOnlyList<TraceValue> Hidden(LayerRule rule, LayerCall call, int inputs) => rule.Factory switch
    {
        // Without a state, a recurrent layer starts from zeros.
        "LSTM" or "GRU" or "RNN" when inputs == 1 => rule.Others(call).Select(s => new TraceValue(s, IsHidden: true)).ToArray(),
        "Mish" or "Softsign" => [new TraceValue(call.Input, IsHidden: true), new TraceValue(call.Input, IsHidden: true)],
        "Tanhshrink" or "Softmin" => [new TraceValue(call.Input, IsHidden: true)],

        // The indexes of what was largest.
        "AdaptiveMaxPool1d" or "AdaptiveMaxPool2d" or "FractionalMaxPool2d" or "FractionalMaxPool3d" =>
            [new TraceValue(rule.Output(call), 8, IsHidden: true)],
        _ => [],
    };

    /// <summary>What an operation gives.</summary>
    public static Aliasing Of(bool isFunctional, string name, IReadOnlyList<AbstractValue> operands, AbstractValue output)
    {
        var tensors = operands.SelectMany(TraceBuilder.Tensors).ToArray();
        var layouts = tensors.Select(t => t.Produced?.Layout ?? Layout.Contiguous).ToArray();
        var first = layouts.Length > 0 ? layouts[0] : Layout.Contiguous;
        var (from, to) = (tensors.Length > 0 ? tensors[0].Type : ElementType.Unknown,
            TraceBuilder.Tensors(output).Select(t => t.Type).FirstOrDefault());
        if (isFunctional && (name.Contains("dropout") || name is "unfold"))
        {
            return name is "unfold" ? New : new(Storage.Either, Kept(first));
        }

        switch (name)
        {
            case "reshape" or "reshape_as" or "flatten" or "ravel":
                return Reshape(first);
            case "contiguous":
                return first == Layout.Strided ? New : new(first == Layout.Contiguous ? Storage.Shared : Storage.Either, Layout.Contiguous);
            case "float" or "to" or "type_as" or "type" or "long" or "bool" or "int" or "cpu" or "cuda" or "mps":
                return new(from == to || from == ElementType.Unknown || to == ElementType.Unknown ? Storage.Either : Storage.Own,
                    Kept(first));
            case "scaled_dot_product_attention":
                return new(Storage.Own, Layout.Unknown);
        }

        if (Views.Contains(name))
        {
            return new(Storage.Shared, InOrder.Contains(name) ? first
                : Reordering.Contains(name) && first == Layout.Contiguous && tensors.Length > 0
                    && tensors[0].Shape.Dims.All(d => d.Constant != 1) ? Layout.Strided : Layout.Unknown);
        }

        return name.Length > 1 && name.EndsWith("_", StringComparison.Ordinal) ? new(Storage.Shared, first)
            : Ordered.Contains(name) || layouts.All(l => l == Layout.Contiguous) ? New
            : new(Storage.Own, Layout.Unknown);
    }

    /// <summary><c>x[...]</c>: a view, unless a tensor is among the indexes.</summary>
    public static Aliasing OfElement(bool isGathered) => isGathered ? New : new(Storage.Shared, Layout.Unknown);

    /// <summary>A reshape copies what it cannot view.</summary>
    private static Aliasing Reshape(Layout input) => new(input == Layout.Contiguous ? Storage.Shared : Storage.Either, Layout.Contiguous);

    private static Layout Kept(Layout input) => input == Layout.Contiguous ? Layout.Contiguous : Layout.Unknown;
}
