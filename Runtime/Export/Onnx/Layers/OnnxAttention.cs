using System.Globalization;
using Gen.Shapes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Attention, and the layers of transformers that are made of it.</summary>
internal static class OnnxAttention
{
    private const double Epsilon = 1e-5;

    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        (nameof(MultiheadAttention), Heads),
        (nameof(TransformerEncoderLayer), static c => Encode(c, "", c.Arguments, c.Input, c.Tensor(1), c.Tensor(2))),
        (nameof(TransformerDecoderLayer), static c => Decode(c, "", c.Arguments, c.Input, c.Tensor(1)!, c.Tensor(2), c.Tensor(3),
            c.Tensor(4), c.Tensor(5))),
        (nameof(TransformerEncoder), static c => Layers(c, "layers", c.Arguments.Number("num_layers", 1)).Aggregate(c.Input, (x, prefix) =>
            Encode(c, prefix, c.Arguments.Inner("encoder_layer"), x, c.Tensor(1), c.Tensor(2)))),
        (nameof(TransformerDecoder), static c => Layers(c, "layers", c.Arguments.Number("num_layers", 1)).Aggregate(c.Input, (x, prefix) =>
            Decode(c, prefix, c.Arguments.Inner("decoder_layer"), x, c.Tensor(1)!, c.Tensor(2), c.Tensor(3), c.Tensor(4), c.Tensor(5)))),
        (nameof(Transformer), Whole),
    ];

    private static IEnumerable<string> Layers(OnnxLayerCall call, string name, long count)
    {
        for (var i = 0; i < count; i++)
        {
            var prefix = $"{name}.{i.ToString(CultureInfo.InvariantCulture)}.";
            yield return call.State(prefix + "linear1.weight") is not null ? prefix : throw call.Refused($"it has no {prefix}");
        }
    }

    private static OnnxValue Whole(OnnxLayerCall call)
    {
        var a = call.Arguments;
        var memory = Layers(call, "encoder.layers", a.Number("num_encoder_layers", 6)).Aggregate(call.Input,
            (x, prefix) => Encode(call, prefix, a, x, call.Tensor(2), call.Tensor(5)));
        memory = Norm(call, "encoder.norm", memory);
        var result = Layers(call, "decoder.layers", a.Number("num_decoder_layers", 6)).Aggregate(call.Tensor(1)!,
            (x, prefix) => Decode(call, prefix, a, x, memory, call.Tensor(3), call.Tensor(4), call.Tensor(6), call.Tensor(7)));
        return Norm(call, "decoder.norm", result);
    }

    private static OnnxValue Encode(OnnxLayerCall call, string prefix, OnnxArguments a, OnnxValue x, OnnxValue? mask, OnnxValue? padding)
    {
        var attended = Attend(call, $"{prefix}self_attn.", a.Number("nhead", 8), x, x, x, padding, mask).Output;
        x = Norm(call, $"{prefix}norm1", call.B.Add(x, attended));
        return Norm(call, $"{prefix}norm2", call.B.Add(x, Feed(call, prefix, a, x)));
    }

    private static OnnxValue Decode(OnnxLayerCall call, string prefix, OnnxArguments a, OnnxValue x, OnnxValue memory, OnnxValue? mask,
        OnnxValue? memoryMask, OnnxValue? padding, OnnxValue? memoryPadding)
    {
        var heads = a.Number("nhead", 8);
        var own = Attend(call, $"{prefix}self_attn.", heads, x, x, x, padding, mask).Output;
        x = Norm(call, $"{prefix}norm1", call.B.Add(x, own));
        var other = Attend(call, $"{prefix}multihead_attn.", heads, x, memory, memory, memoryPadding, memoryMask).Output;
        x = Norm(call, $"{prefix}norm2", call.B.Add(x, other));
        return Norm(call, $"{prefix}norm3", call.B.Add(x, Feed(call, prefix, a, x)));
    }

    private static OnnxValue Feed(OnnxLayerCall call, string prefix, OnnxArguments a, OnnxValue x)
    {
        var b = call.B;
        var hidden = b.Linear(x, call.Need($"{prefix}linear1.weight"), call.Need($"{prefix}linear1.bias"));
        hidden = a.Member("activation", "ReLU") == "GELU" ? OnnxActivations.Gelu(b, hidden, isTanh: false) : b.Unary("Relu", hidden);
        return b.Linear(hidden, call.Need($"{prefix}linear2.weight"), call.Need($"{prefix}linear2.bias"));
    }

    private static OnnxValue Norm(OnnxLayerCall call, string key, OnnxValue x) =>
        call.B.LayerNorm(x, 1, call.Need($"{key}.weight"), call.Need($"{key}.bias"), Epsilon);

    private static List<object?> Heads(OnnxLayerCall call)
    {
        var (output, weights) = Attend(call, "", call.Arguments.Number("num_heads", 1), call.Input, call.Tensor(1)!, call.Tensor(2)!,
            call.Tensor(3), call.Tensor(5), isSeen: call[4] is not false);
        return [output, call[4] is false ? null : call.B.Reduce("ReduceMean", weights, [1], keeps: false)];
    }

    /// <summary>Attention over sequences <c>[T, N, E]</c>; the weights are <c>[N, heads, T, S]</c>, where they are seen exactly.</summary>
    private static (OnnxValue Output, OnnxValue Weights) Attend(OnnxLayerCall call, string prefix, long heads, OnnxValue query,
        OnnxValue key, OnnxValue value, OnnxValue? padding, OnnxValue? mask, bool isSeen = false)
    {
        if (padding is { Rank: not 2 } || mask is { Rank: > 3 })
        {
            throw call.Refused("a padding mask has the dimensions [N, S], and another mask no more than three");
        }

        var b = call.B;
        var (steps, batch, size) = (query.Dims[0], query.Dims[1], query.Dims[2]);
        var width = Dim.FloorDiv(size, heads);
        var q = b.Mul(Project(query, 0), 1 / Math.Sqrt(width.Constant ?? throw call.Refused("the number of features is not known")));
        var (k, v) = (Project(key, 1), Project(value, 2));
        foreach (var (name, isZero) in new[] { ("bias", false), ("zero", true) })
        {
            // A key and a value more: learned, or zeros.
            if (isZero ? !(prefix.Length == 0 && call.Arguments.Flag("add_zero_attn")) : call.State($"{prefix}bias_k") is null)
            {
                continue;
            }

            Dim[] row = [Dim.One, batch, size];
            var zeros = isZero ? b.Expand(b.Scalar(0d, q.Type), row) : null;
            k = b.Concat([k, zeros ?? b.Expand(call.Need($"{prefix}bias_k"), row)], 0);
            v = b.Concat([v, zeros ?? b.Expand(call.Need($"{prefix}bias_v"), row)], 0);
            mask = mask is null ? null : b.Pad(b.Cast(mask, q.Type), new long[mask.Rank], [.. new long[mask.Rank - 1], 1]);
            padding = padding is null ? null : b.Cast(b.Pad(b.Cast(padding, ScalarType.Int64), [0, 0], [0, 1]), ScalarType.Bool);
        }

        var keys = k.Dims[0];
        var scores = b.MatMul(Split(q, steps), b.Swap(Split(k, keys), 2, 3));
        if (mask is not null)
        {
            // TorchSharp adds a mask of truths too, as 0 and 1.
            var added = b.Cast(mask, q.Type);
            scores = b.Add(scores, added.Rank == 3 ? b.Reshape(added, [batch, heads, steps, keys]) : added);
        }

        if (padding is not null)
        {
            scores = padding.Take(ScalarType.Bool).Type == ScalarType.Bool
                ? b.Where(b.Unsqueeze(padding, 1, 2), b.Scalar(double.NegativeInfinity, q.Type), scores)
                : b.Add(scores, b.Cast(b.Unsqueeze(padding, 1, 2), q.Type));
        }

        var weights = isSeen || (mask ?? padding) is null ? b.Softmax(scores, 3) : b.MaskedSoftmax(scores, 3);
        var mixed = b.Reshape(b.Transpose(b.MatMul(weights, Split(v, keys)), 2, 0, 1, 3), [steps, batch, size]);
        return (b.Linear(mixed, call.Need($"{prefix}out_proj.weight"), call.State($"{prefix}out_proj.bias")), weights);

        OnnxValue Split(OnnxValue x, Dim length) => b.Transpose(b.Reshape(x, [length, batch, heads, width]), 1, 2, 0, 3);

        OnnxValue Project(OnnxValue x, int part)
        {
            var weight = call.State($"{prefix}in_proj_weight") is { } all ? b.Narrow(all, 0, size * part, size)
                : call.Need($"{prefix}{"qkv"[part]}_proj_weight");
            var bias = call.State($"{prefix}in_proj_bias");
            return b.Linear(x, weight, bias is null ? null : b.Narrow(bias, 0, size * part, size));
        }
    }
}
