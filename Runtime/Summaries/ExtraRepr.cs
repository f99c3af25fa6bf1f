using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Summaries;

/// <summary>The arguments of TorchSharp's layers as the <c>extra_repr</c> of PyTorch's prints them.</summary>
internal static class ExtraRepr
{
    public static string Of(nn.Module module) => module switch
    {
        Linear m => $"in_features={m.in_features}, out_features={m.out_features}, bias={Text(m.bias is not null)}",
        Bilinear m => $"in1_features={m.in1_features}, in2_features={m.in2_features}, out_features={m.out_features}, "
            + $"bias={Text(m.bias is not null)}",
        Convolution m => OfConvolution(m),
        Embedding m => string.Join(", ", m.weight!.shape),
        EmbeddingBag m => string.Join(", ", m.weight!.shape),
        NormBase m => $"{m.num_features}, eps={Text(m.eps)}, momentum={(m.momentum is { } momentum ? Text(momentum) : "None")}, "
            + $"affine={Text(m.affine)}, track_running_stats={Text(m.track_running_stats)}",
        LayerNorm m => $"{Tuple(m.normalized_shape)}, eps={Text(m.eps)}, elementwise_affine={Text(m.elementwise_affine)}",
        GroupNorm m => $"{m.num_groups}, {(m.weight is { } weight ? $"{weight.shape[0]}, " : "")}eps={Text(m.eps)}, "
            + $"affine={Text(m.affine)}",
        LocalResponseNorm m => $"{m.size}, alpha={Text(m.alpha)}, beta={Text(m.beta)}, k={Text(m.k)}",
        LSTM m => Recurrent(m, Batch(m)),
        GRU m => Recurrent(m, Batch(m)),
        RNN m => Recurrent(m, Batch(m)),
        LSTMCell m => Cell(m.weight_ih!, m.weight_hh!, m.bias_ih),
        GRUCell m => Cell(m.weight_ih!, m.weight_hh!, m.bias_ih),
        RNNCell m => Cell(m.weight_ih!, m.weight_hh!, m.bias_ih),
        _ => OfActivation(module) ?? OfPooling(module) ?? OfRearranging(module) ?? "",
    };

    private static string? OfActivation(nn.Module module) => module switch
    {
        Dropout m => $"p={Text(m.p)}, inplace={Text(m.inplace)}",
        Dropout1d m => $"p={Text(m.p)}, inplace={Text(m.inplace)}",
        Dropout2d m => $"p={Text(m.p)}, inplace={Text(m.inplace)}",
        Dropout3d m => $"p={Text(m.p)}, inplace={Text(m.inplace)}",
        AlphaDropout m => $"p={Text(m.p)}, inplace={Text(m.inplace)}",
        FeatureAlphaDropout m => $"p={Text(m.p)}, inplace={Text(m.inplace)}",
        CELU m => $"alpha={Text(m.alpha)}{InPlace(m.inplace)}",
        ELU m => $"alpha={Text(m.alpha)}{InPlace(m.inplace)}",
        GELU m => $"approximate='{($"{m.approximate}")}'",
        GLU m => $"dim={m.dim}",
        Hardshrink m => Text(m.lambda),
        Hardtanh m => $"min_val={Text(m.min_val)}, max_val={Text(m.max_val)}{InPlace(m.inplace)}",
        LeakyReLU m => $"negative_slope={Text(m.negative_slope)}{InPlace(m.inplace)}",
        LogSoftmax m => $"dim={m.dim}",
        Mish m => InPlace(m.inplace).TrimStart(',', ' '),
        PReLU m => $"num_parameters={m.num_parameters}",
        ReLU m => InPlace(m.inplace).TrimStart(',', ' '),
        ReLU6 m => InPlace(m.inplace).TrimStart(',', ' '),
        RReLU m => $"lower={Text(m.lower)}, upper={Text(m.upper)}{InPlace(m.inplace)}",
        SELU m => InPlace(m.inplace).TrimStart(',', ' '),
        SiLU m => InPlace(m.inplace).TrimStart(',', ' '),
        Softmax m => $"dim={m.dim}",
        Softmin m => $"dim={m.dim}",
        Softplus m => $"beta={Text(m.beta)}, threshold={Text(m.threshold)}",
        Softshrink m => Text(m.lambda),
        Threshold m => $"threshold={Text(m.threshold)}, value={Text(m.value)}{InPlace(m.inplace)}",
        _ => null,
    };

    private static string? OfPooling(nn.Module module) => module switch
    {
        AdaptiveAvgPool1d m => $"output_size={m.output_size}",
        AdaptiveAvgPool2d m => $"output_size={Same(m.output_size)}",
        AdaptiveAvgPool3d m => $"output_size={Same(m.output_size)}",
        AdaptiveMaxPool1d m => $"output_size={m.output_size}",
        AdaptiveMaxPool2d m => $"output_size={Same(m.output_size)}",
        AdaptiveMaxPool3d { output_size: { } size } => $"output_size={Same(size)}",
        AvgPool1d m => $"kernel_size=({m.kernel_size},), stride=({m.stride ?? m.kernel_size},), padding=({m.padding ?? 0},)",
        AvgPool2d m => $"kernel_size={Same(m.kernel_size)}, stride={Same(m.stride ?? m.kernel_size)}, padding={Same(m.padding, 0)}",
        AvgPool3d m => $"kernel_size={Same(m.kernel_size)}, stride={Same(m.stride ?? m.kernel_size)}, padding={Same(m.padding, 0)}",
        LPPool1d m => $"norm_type={Text(m.norm_type)}, kernel_size={m.kernel_size}, stride={m.stride ?? m.kernel_size}, "
            + $"ceil_mode={Text(m.ceil_mode)}",
        LPPool2d m => $"norm_type={Text(m.norm_type)}, kernel_size={Same(m.kernel_size)}, stride={Same(m.stride ?? m.kernel_size)}, "
            + $"ceil_mode={Text(m.ceil_mode)}",
        MaxPool1d m => $"kernel_size={m.kernel_size}, stride={m.stride ?? m.kernel_size}, padding={m.padding ?? 0}, "
            + $"dilation={m.dilation ?? 1}, ceil_mode={Text(m.ceil_mode)}",
        MaxPool2d m => $"kernel_size={Same(m.kernel_size)}, stride={Same(m.stride ?? m.kernel_size)}, padding={Same(m.padding, 0)}, "
            + $"dilation={Same(m.dilation, 1)}, ceil_mode={Text(m.ceil_mode)}",
        MaxPool3d m => $"kernel_size={Same(m.kernel_size)}, stride={Same(m.stride ?? m.kernel_size)}, padding={Same(m.padding, 0)}, "
            + $"dilation={Same(m.dilation, 1)}, ceil_mode={Text(m.ceil_mode)}",
        MaxUnpool1d m => $"kernel_size=({m.kernel_size},), stride=({m.stride ?? m.kernel_size},), padding=({m.padding ?? 0},)",
        MaxUnpool2d m => $"kernel_size={Tuple(m.kernel_size)}, stride={Tuple(m.stride ?? m.kernel_size)}, "
            + $"padding={Tuple(m.padding is { Length: > 0 } padding ? padding : [0, 0])}",
        MaxUnpool3d m => $"kernel_size={Tuple(m.kernel_size)}, stride={Tuple(m.stride ?? m.kernel_size)}, "
            + $"padding={Tuple(m.padding is { Length: > 0 } padding ? padding : [0, 0, 0])}",
        _ => null,
    };

    private static string? OfRearranging(nn.Module module) => module switch
    {
        ChannelShuffle m => $"groups={m.groups}",
        ConstantPad1d m => $"padding={Tuple(m.padding)}, value={Text(m.value)}",
        ConstantPad2d m => $"padding={Tuple(m.padding)}, value={Text(m.value)}",
        ConstantPad3d m => $"padding={Tuple(m.padding)}, value={Text(m.value)}",
        Flatten m => $"start_dim={m.start_dim}, end_dim={m.end_dim}",
        Fold m => $"output_size={m.output_size}, kernel_size={m.kernel_size}, dilation={m.dilation}, padding={m.padding}, "
            + $"stride={m.stride}",
        PadBase m => Tuple(m.padding),
        PixelShuffle m => $"upscale_factor={m.upscale_factor}",
        PixelUnshuffle m => $"downscale_factor={m.downscale_factor}",
        Unflatten m => $"dim={m.dim}, unflattened_size={Tuple(m.unflattened_size)}",
        Unfold m => $"kernel_size={m.kernel_size}, dilation={m.dilation}, padding={m.padding}, stride={m.stride}",
        Upsample { scale_factor.Length: > 0 } m => $"scale_factor={Floats(m.scale_factor)}, mode={Mode(m)}",
        Upsample m => $"size={Tuple(m.size.ToArray())}, mode={Mode(m)}",
        _ => null,
    };

    private static string OfConvolution(Convolution m)
    {
        var ones = Enumerable.Repeat(1L, m.kernel_size.Length).ToArray();
        var text = $"{m.in_channels}, {m.out_channels}, kernel_size={Tuple(m.kernel_size)}, stride={Tuple(m.stride)}";
        if (m.padding_type is { } type)
        {
            text += type == Padding.Same ? ", padding=same" : ", padding=valid";
        }
        else if (m.padding is { } padding && padding.Any(p => p != 0))
        {
            text += $", padding={Tuple(padding)}";
        }

        text += m.dilation.SequenceEqual(ones) ? "" : $", dilation={Tuple(m.dilation)}";
        text += m.output_padding is not { } output || output.All(p => p == 0) ? "" : $", output_padding={Tuple(output)}";
        text += m.groups == 1 ? "" : $", groups={m.groups}";
        text += m.bias is null ? ", bias=False" : "";
        return text + m.padding_mode switch
        {
            PaddingModes.Reflect => ", padding_mode=reflect",
            PaddingModes.Replicate => ", padding_mode=replicate",
            PaddingModes.Circular => ", padding_mode=circular",
            _ => "",
        };
    }

    /// <summary>The sizes are those of the weights; TorchSharp does not tell the dropout.</summary>
    private static string Recurrent(nn.Module module, bool batchFirst)
    {
        var weights = module.named_parameters(recurse: false).ToDictionary(p => p.name, p => p.parameter.shape);
        var layers = weights.Keys.Count(k => k.StartsWith("weight_hh_l", StringComparison.Ordinal)
            && !k.EndsWith("_reverse", StringComparison.Ordinal));
        return $"{weights["weight_ih_l0"][1]}, {weights["weight_hh_l0"][1]}{(layers == 1 ? "" : $", num_layers={layers}")}"
            + $"{(weights.ContainsKey("bias_ih_l0") ? "" : ", bias=False")}{(batchFirst ? ", batch_first=True" : "")}"
            + $"{(weights.ContainsKey("weight_ih_l0_reverse") ? ", bidirectional=True" : "")}";
    }

    private static string Cell(Tensor input, Tensor hidden, Tensor? bias) =>
        $"{input.shape[1]}, {hidden.shape[1]}{(bias is null ? ", bias=False" : "")}";

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool Batch(LSTM module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool Batch(GRU module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool Batch(RNN module);

    private static string Mode(Upsample module) => $"{module.mode}".ToLowerInvariant();

    private static string InPlace(bool inPlace) => inPlace ? ", inplace=True" : "";

    private static string Text(bool value) => value ? "True" : "False";

    /// <summary>As Python writes a float: 0.1, 1e-05, 1.0.</summary>
    private static string Text(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        var size = Math.Abs(value);
        var text = size is >= 1e15 and < 1e16 ? value.ToString("F0", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.AsSpan().IndexOfAny('.', 'e') < 0 ? $"{text}.0" : text;
    }

    private static string Tuple(long[] sizes) => sizes is [var one] ? $"({one},)" : $"({string.Join(", ", sizes)})";

    /// <summary>One number where all are the same, as most people write it.</summary>
    private static string Same(long[]? sizes, long other = 0) => sizes is not { Length: > 0 } ? $"{other}"
        : sizes.All(s => s == sizes[0]) ? $"{sizes[0]}" : Tuple(sizes);

    private static string Floats(ReadOnlySpan<double> values)
    {
        var texts = values.ToArray().Select(Text).ToArray();
        return texts is [var one] ? $"({one},)" : texts.Distinct().Count() == 1 ? texts[0] : $"({string.Join(", ", texts)})";
    }
}
