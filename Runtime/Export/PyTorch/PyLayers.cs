using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gen.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>
/// The layers of TorchSharp in PyTorch: one row each, with the arguments of its factory. <c>a&gt;b</c> is renamed, <c>a=x</c> is left out
/// where it is <c>x</c>.
/// </summary>
internal static class PyLayers
{
    private const string Conv = "in_channels out_channels kernel_size stride=1 padding=0 dilation=1 groups=1 bias=True "
        + "padding_mode='zeros'";
    private const string Transposed = "in_channels out_channels kernel_size stride=1 padding=0 output_padding=0 groups=1 bias=True "
        + "dilation=1";
    private const string Norm = "num_features eps=1e-5 momentum=0.1 affine=True track_running_stats=True";
    private const string InstanceNorm = "num_features eps=1e-5 momentum=0.1 affine=False track_running_stats=False";
    private const string Recurrent = "inputSize>input_size hiddenSize>hidden_size numLayers>num_layers=1 bias=True "
        + "batchFirst>batch_first=False dropout=0.0 bidirectional=False";
    private const string Max = "kernel_size stride=None padding=0 dilation=1 ceil_mode=False";
    private const string Average = "kernel_size stride=None padding=0 ceil_mode=False count_include_pad=True divisor_override=None";
    private const string Encoder = "d_model=512 nhead=8 dim_feedforward=2048 dropout=0.1 activation='relu'";
    private const string InPlace = "inplace=False";

    private static readonly Dictionary<string, string> Rows = new(StringComparer.Ordinal)
    {
        ["Linear"] = "inputSize>in_features outputSize>out_features hasBias>bias=True",
        ["Bilinear"] = "in1_features in2_features out_features hasBias>bias=True",
        ["Conv1d"] = Conv, ["Conv2d"] = Conv, ["Conv3d"] = Conv,
        ["ConvTranspose1d"] = Transposed, ["ConvTranspose2d"] = Transposed, ["ConvTranspose3d"] = Transposed,
        ["BatchNorm1d"] = Norm, ["BatchNorm2d"] = Norm, ["BatchNorm3d"] = Norm,
        ["InstanceNorm1d"] = InstanceNorm, ["InstanceNorm2d"] = InstanceNorm, ["InstanceNorm3d"] = InstanceNorm,
        ["LayerNorm"] = "normalized_shape eps=1e-5 elementwise_affine=True",
        ["GroupNorm"] = "num_groups num_channels eps=1e-5 affine=True",
        ["LocalResponseNorm"] = "size alpha=0.0001 beta=0.75 k=1.0",
        ["MaxPool1d"] = Max, ["MaxPool2d"] = Max, ["MaxPool3d"] = Max,
        ["AvgPool1d"] = Average, ["AvgPool2d"] = Average, ["AvgPool3d"] = Average,
        ["AdaptiveAvgPool1d"] = "output_size", ["AdaptiveAvgPool2d"] = "output_size", ["AdaptiveAvgPool3d"] = "output_size",
        ["AdaptiveMaxPool1d"] = "output_size", ["AdaptiveMaxPool2d"] = "output_size",
        ["Dropout"] = "p=0.5 inplace=False", ["Dropout1d"] = "p=0.5 inplace=False", ["Dropout2d"] = "p=0.5 inplace=False",
        ["Dropout3d"] = "p=0.5 inplace=False", ["AlphaDropout"] = "p=0.5 inplace=False", ["FeatureAlphaDropout"] = "p=0.5 inplace=False",
        ["Identity"] = "", ["ReLU"] = InPlace, ["ReLU6"] = InPlace, ["SELU"] = InPlace, ["SiLU"] = InPlace, ["Mish"] = InPlace,
        ["Hardsigmoid"] = InPlace, ["Hardswish"] = InPlace, ["ELU"] = "alpha=1.0 inplace=False", ["CELU"] = "alpha=1.0 inplace=False",
        ["LeakyReLU"] = "negative_slope=0.01 inplace=False", ["GELU"] = "approximate='none'", ["GLU"] = "dim=-1",
        ["Sigmoid"] = "", ["Tanh"] = "", ["Softsign"] = "", ["Tanhshrink"] = "", ["LogSigmoid"] = "", ["Softmax2d"] = "",
        ["Hardshrink"] = "lambda>lambd=0.5", ["Softshrink"] = "lambda>lambd=0.5", ["Softplus"] = "beta=1.0 threshold=20.0",
        ["Threshold"] = "threshold value inplace=False", ["Softmax"] = "dim=None", ["LogSoftmax"] = "dim=None", ["Softmin"] = "dim=None",
        ["PReLU"] = "num_parameters=1 init=0.25", ["Flatten"] = "start_dim=1 end_dim=-1", ["Unflatten"] = "dim unflattened_size",
        ["PixelShuffle"] = "upscale_factor", ["PixelUnshuffle"] = "downscale_factor", ["ChannelShuffle"] = "groups",
        ["Embedding"] = "num_embeddings embedding_dims>embedding_dim padding_idx=None",
        ["LSTM"] = Recurrent, ["GRU"] = Recurrent, ["RNN"] = Recurrent + " nonLinearity>nonlinearity='tanh'",
        ["LSTMCell"] = "inputSize>input_size hiddenSize>hidden_size bias=True",
        ["GRUCell"] = "inputSize>input_size hiddenSize>hidden_size bias=True",
        ["RNNCell"] = "inputSize>input_size hiddenSize>hidden_size bias=True nonLinearity>nonlinearity='tanh'",
        ["MultiheadAttention"] = "embedded_dim>embed_dim num_heads dropout=0.0 bias=True add_bias_kv=False add_zero_attn=False kdim=None "
            + "vdim=None",
        ["TransformerEncoderLayer"] = Encoder, ["TransformerDecoderLayer"] = Encoder,
        ["TransformerEncoder"] = "encoder_layer num_layers", ["TransformerDecoder"] = "decoder_layer num_layers",
        ["Transformer"] = "d_model=512 nhead=8 num_encoder_layers=6 num_decoder_layers=6 dim_feedforward=2048 dropout=0.1 "
            + "activation='relu'",
        ["CosineSimilarity"] = "dim=1 eps=1e-8", ["PairwiseDistance"] = "p=2.0 eps=1e-6 keepdim=False",
        ["ZeroPad2d"] = "padding", ["ReflectionPad1d"] = "padding", ["ReflectionPad2d"] = "padding", ["ReflectionPad3d"] = "padding",
        ["ReplicationPad1d"] = "padding", ["ReplicationPad2d"] = "padding", ["ReplicationPad3d"] = "padding",
        ["ConstantPad1d"] = "padding value", ["ConstantPad2d"] = "padding value", ["ConstantPad3d"] = "padding value",
        ["Upsample"] = "size=None scale_factor=None mode='nearest' align_corners=None",
        ["Unfold"] = "kernel_size dilation=1 padding=0 stride=1", ["Fold"] = "output_size kernel_size dilation=1 padding=0 stride=1",
    };

    /// <summary>The types that have a row.</summary>
    public static IEnumerable<string> Names => Rows.Keys.Concat(["Hardtanh", "RReLU"]);

    /// <summary>Python that builds a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="key">Its key, for messages.</param>
    /// <param name="given">The arguments of its factory; null where they are not known.</param>
    public static string Build(nn.Module layer, string key, IReadOnlyDictionary<string, object?>? given)
    {
        var name = layer.GetType().Name;
        switch (layer)
        {
            // TorchSharp's layer gives back what it gets, unless it works in place.
            case Hardtanh { inplace: false }:
                return "nn.Identity()";
            case Hardtanh limited:
                return $"nn.Hardtanh({Number("min_val", limited.min_val)}, {Number("max_val", limited.max_val)}, inplace=True)";

            // TorchSharp's slope is the middle in training too.
            case RReLU leaky:
                return $"nn.LeakyReLU({Number("negative_slope", (leaky.lower + leaky.upper) / 2)})";
        }

        if (layer.GetType().Namespace != "TorchSharp.Modules" || !Rows.TryGetValue(name, out var row))
        {
            throw new NotExportableException($"{name} '{key}': it has no equal form in PyTorch");
        }

        var told = Told(layer);
        if (told is null && given is null && row.Length > 0)
        {
            throw new NotExportableException($"{name} '{key}': how it is built is not understood, and the layer itself does not tell");
        }

        var all = (given ?? new Dictionary<string, object?>()).ToDictionary(static g => g.Key, static g => g.Value, StringComparer.Ordinal);
        foreach (var (parameter, value) in told ?? [])
        {
            all[parameter] = value;
        }

        Check(layer, name, key, all);
        return $"nn.{name}{Arguments(row, all, name, key)}";
    }

    private static void Check(nn.Module layer, string name, string key, Dictionary<string, object?> all)
    {
        if (all.GetValueOrDefault("max_norm") is not null)
        {
            throw new NotExportableException($"{name} '{key}': with max_norm a call changes the weights");
        }

        if (layer is GELU { inplace: true } or Sigmoid { inplace: true } or Tanh { inplace: true } or Softsign { inplace: true })
        {
            throw new NotExportableException($"{name} '{key}': PyTorch's does not work in place");
        }

        if (layer is Convolution { padding_mode: not PaddingModes.Zeros, padding_type: not null })
        {
            throw new NotExportableException($"{name} '{key}': TorchSharp pads the dimensions in another order");
        }

        if (layer is LayerNorm { elementwise_affine: true } && !layer.named_parameters().Any(static p => p.name == "bias"))
        {
            throw new NotExportableException($"{name} '{key}': PyTorch 1.13 has no LayerNorm without bias");
        }
    }

    private static string Arguments(string row, IReadOnlyDictionary<string, object?> all, string name, string key)
    {
        var text = "";
        foreach (var part in row.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (left, otherwise) = part.Split('=') is [var l, var o] ? (l, o.Replace('\'', '"')) : (part, null);
            var (own, python) = left.Split('>') is [var a, var b] ? (a, b) : (left, left);
            var given = all.GetValueOrDefault(own);
            if (given is ExportUnknown || (given is null && otherwise is null))
            {
                throw new NotExportableException($"{name} '{key}': its argument '{own}' is not known");
            }

            if (own is "encoder_layer" or "decoder_layer")
            {
                var inner = ((given as List<object?>) ?? []).OfType<List<object?>>().Where(static p => p is [string, _])
                    .ToDictionary(static p => (string)p[0]!, static p => p[1], StringComparer.Ordinal);
                var type = own == "encoder_layer" ? "TransformerEncoderLayer" : "TransformerDecoderLayer";
                text += $", nn.{type}{Arguments(Encoder, inner, type, key)}";
            }
            else if (otherwise is null)
            {
                text += ", " + PyText.Slot(python, Value(given, own, otherwise: null));
            }
            else
            {
                text += PyText.Argument(python, given is null ? otherwise : Value(given, own, otherwise), otherwise);
            }
        }

        // Without it PyTorch leaves out what is padded in eval mode.
        text += name == "TransformerEncoder" ? ", enable_nested_tensor=False" : "";
        return $"({(text.StartsWith(", ", StringComparison.Ordinal) ? text[2..] : text)})";
    }

    private static string Value(object? given, string own, string? otherwise) => given switch
    {
        ExportMember member => Member(member.Name),
        Enum member => Member(member.ToString()),
        string text => $"\"{text}\"",
        double or float => PyText.Number(given),
        long or int when otherwise is not null && otherwise.Contains('.', StringComparison.Ordinal) =>
            PyText.Number(Convert.ToDouble(given, CultureInfo.InvariantCulture)),
        IEnumerable or ITuple => Sizes([.. PyFunction.Items(given)], own),
        _ => PyText.Number(given),
    };

    private static string Member(string name) => $"\"{name.ToLowerInvariant()}\"";

    private static string Sizes(IReadOnlyList<object?> sizes, string own) =>
        own != "unflattened_size" && sizes.Count > 0 && sizes.All(s => Equals(s, sizes[0]))
            && !(own == "normalized_shape" && sizes.Count > 1)
            ? PyText.Number(sizes[0]) : $"({string.Join(", ", sizes.Select(PyText.Number))}{(sizes.Count == 1 ? "," : "")})";

    private static string Number(string hint, double number) => PyText.Slot(hint, PyText.Number(number));

    /// <summary>What the layer itself tells of its arguments; null where that is nothing.</summary>
    private static Dictionary<string, object?>? Told(nn.Module layer)
    {
        var state = layer.named_parameters(recurse: false).Select(static p => (p.name, (Tensor)p.parameter))
            .Concat(layer.named_buffers(recurse: false).Select(static b => (b.name, b.buffer)))
            .ToDictionary(static s => s.name, static s => s.Item2.shape, StringComparer.Ordinal);
        var hasBias = state.ContainsKey("bias");
        switch (layer)
        {
            case Linear:
                return new() { ["inputSize"] = state["weight"][1], ["outputSize"] = state["weight"][0], ["hasBias"] = hasBias };
            case Convolution conv:
                var isTransposed = layer is ConvTranspose1d or ConvTranspose2d or ConvTranspose3d;
                var (first, second) = (state["weight"][0], state["weight"][1] * conv.groups);
                return new()
                {
                    ["in_channels"] = isTransposed ? first : second, ["out_channels"] = isTransposed ? second : first,
                    ["kernel_size"] = conv.kernel_size, ["stride"] = conv.stride, ["dilation"] = conv.dilation, ["groups"] = conv.groups,
                    ["padding"] = conv.padding_type is { } type ? type.ToString().ToLowerInvariant() : conv.padding,
                    ["padding_mode"] = conv.padding_mode, ["bias"] = hasBias,

                    // TorchSharp takes the first for all dimensions.
                    ["output_padding"] = isTransposed && conv.output_padding is [var added, ..] ? added : 0L,
                };
            case NormBase norm:
                var all = new Dictionary<string, object?>
                {
                    ["eps"] = norm.eps, ["affine"] = state.ContainsKey("weight"),
                    ["track_running_stats"] = state.ContainsKey("running_mean"),
                };
                if (state.Values.FirstOrDefault(static s => s.Length == 1) is [var count])
                {
                    all["num_features"] = count;
                }

                return all;
            case LayerNorm norm:
                return new() { ["normalized_shape"] = norm.normalized_shape, ["eps"] = norm.eps,
                    ["elementwise_affine"] = norm.elementwise_affine };
            case GroupNorm norm:
                all = new() { ["num_groups"] = norm.num_groups, ["eps"] = norm.eps, ["affine"] = state.ContainsKey("weight") };
                if (state.TryGetValue("weight", out var channels))
                {
                    all["num_channels"] = channels[0];
                }

                return all;
            case Embedding embedding:
                return new() { ["num_embeddings"] = embedding.weight!.shape[0], ["embedding_dims"] = embedding.weight.shape[1] };
            case ReLU m:
                return new() { ["inplace"] = m.inplace };
            case ReLU6 m:
                return new() { ["inplace"] = m.inplace };
            case SiLU m:
                return new() { ["inplace"] = m.inplace };
            case LeakyReLU m:
                return new() { ["negative_slope"] = m.negative_slope, ["inplace"] = m.inplace };
            case GELU m:
                return new() { ["approximate"] = $"{m.approximate}" == "tanh" ? "tanh" : "none" };
            case Flatten m:
                return new() { ["start_dim"] = m.start_dim, ["end_dim"] = m.end_dim };
            case MaxPool2d m:
                return new() { ["kernel_size"] = m.kernel_size, ["stride"] = m.stride, ["padding"] = m.padding, ["dilation"] = m.dilation,
                    ["ceil_mode"] = m.ceil_mode };
            default:
                return null;
        }
    }

    /// <summary>What a call of a layer gives.</summary>
    public static object Result(nn.Module layer, string text) => layer switch
    {
        LSTM => new PyParts(text, "{0}, ({1}, {2})", ["[0]", "[1][0]", "[1][1]"]),
        GRU or RNN or MultiheadAttention or LSTMCell => new PyParts(text, "{0}, {1}", ["[0]", "[1]"]),
        _ => PyValue.Tensor(text),
    };

    /// <summary>Which inputs are masks that TorchSharp adds, of whatever type they are.</summary>
    public static bool IsAdded(nn.Module layer, int index) => layer switch
    {
        MultiheadAttention => index == 5,
        TransformerEncoder or TransformerEncoderLayer => index == 1,
        TransformerDecoder or TransformerDecoderLayer => index is 2 or 3,
        Transformer => index is >= 2 and <= 4,
        _ => false,
    };
}
