using Gen.Shapes;

using static Gen.Rules.Layers.StateTensor;

namespace Gen.Rules.Layers;

/// <summary>Attention and the transformers made of it; sequences come first: (T, N, E).</summary>
internal static class Attention
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        new("MultiheadAttention")
        {
            TakesSequenceFirst = static _ => true,
            Types = TypeRule.Alike("float"),
            Role = Role.Attention,
            GivesTuple = true,
            DiffersInTraining = Drops,
            Shapes = "T N embedded_dim, S N kdim, S N vdim -> T N embedded_dim",
            Inputs = 3,
            Further = 3,
            Reads = ["embedded_dim", "num_heads", "dropout", "bias", "add_bias_kv", "add_zero_attn", "kdim", "vdim"],
            Brief = static a => $"{a["embedded_dim"]}, {a["num_heads"]} heads",
            State = static a => Heads("", a["embedded_dim"], Or(a, "kdim"), Or(a, "vdim"), a.Flag("bias"), a.Flag("add_bias_kv")),
            Arguments = static call => Heads(call, "embedded_dim", "num_heads"),
            Composes = AttentionSteps.Attention,
            Paddings = [3],
            Output = Attend,
            Others = static call => call.Input.Rank == 3 && call.InputAt(1).Rank == 3
                && call.Further(1) is null or Model.Value.Boolean { Truth: true }
                ? [Shape.Of(call.Input.Dims[1], call.Input.Dims[0], call.InputAt(1).Dims[0] + Extra(call.Arguments))]
                : [Shape.UnknownRank],

            // The projections of query, key, value and output, and the two products of attention.
            MultiplyAdds = static (call, output) => call.Input.Rank == 3 && call.InputAt(1).Rank == 3
                ? Cost(call.Input.Dims[0], call.InputAt(1).Dims[0], call.Input.Dims[1], call.Arguments["embedded_dim"],
                    Or(call.Arguments, "kdim"), Or(call.Arguments, "vdim"))
                : Dim.Unknown,
        },
        new("TransformerEncoderLayer")
        {
            TakesSequenceFirst = static _ => true,
            Types = TypeRule.Alike("float"),
            Role = Role.Attention,
            DiffersInTraining = Drops,
            Shapes = "T N d_model -> T N d_model",
            Further = 2,
            Reads = ["d_model", "nhead", "dim_feedforward", "dropout", "activation"],
            Brief = static a => $"{a["d_model"]}, {a["nhead"]} heads",
            State = static a => EncoderLayer("", a),
            Arguments = static call => Model(call),
            Composes = static call => AttentionSteps.EncoderLayer(call),
            Paddings = [2],
            Output = static call => Encode(call, call.Arguments),
            MultiplyAdds = static (call, _) => call.Input.Rank == 3 ? EncoderCost(call.Input, call.Arguments) : Dim.Unknown,
        },
        new("TransformerDecoderLayer")
        {
            TakesSequenceFirst = static _ => true,
            Types = TypeRule.Alike("float"),
            Role = Role.Attention,
            DiffersInTraining = Drops,
            Shapes = "T N d_model, S N d_model -> T N d_model",
            Inputs = 2,
            Further = 4,
            Reads = ["d_model", "nhead", "dim_feedforward", "dropout", "activation"],
            Brief = static a => $"{a["d_model"]}, {a["nhead"]} heads",
            State = static a => DecoderLayer("", a),
            Arguments = static call => Model(call),
            Composes = static call => AttentionSteps.DecoderLayer(call),
            Paddings = [4, 5],
            Output = static call => Decode(call, call.Arguments),
            MultiplyAdds = static (call, _) => call.Input.Rank == 3 && call.InputAt(1).Rank == 3
                ? DecoderCost(call.Input, call.InputAt(1), call.Arguments) : Dim.Unknown,
        },
        new("TransformerEncoder")
        {
            TakesSequenceFirst = static _ => true,
            Types = TypeRule.Alike("float"),
            Role = Role.Attention,
            Shapes = "T N d_model -> T N d_model",
            Further = 2,
            Reads = ["encoder_layer", "num_layers"],
            State = static a => Stack(a, "encoder_layer", EncoderLayer),
            Arguments = static call => call.Minimum("num_layers", call.Arguments["num_layers"], 1),
            Composes = static call => AttentionSteps.Encoder(call, InnerOf(call.Arguments, "encoder_layer")),
            Paddings = [2],
            Output = static call => Inner(call, "encoder_layer") is { } layer ? Encode(call, layer) : Shape.UnknownRank,
            MultiplyAdds = static (call, _) => Inner(call, "encoder_layer") is { } layer && call.Input.Rank == 3
                ? call.Arguments["num_layers"] * EncoderCost(call.Input, layer) : Dim.Unknown,
        },
        new("TransformerDecoder")
        {
            TakesSequenceFirst = static _ => true,
            Types = TypeRule.Alike("float"),
            Role = Role.Attention,
            Shapes = "T N d_model, S N d_model -> T N d_model",
            Inputs = 2,
            Further = 4,
            Reads = ["decoder_layer", "num_layers"],
            State = static a => Stack(a, "decoder_layer", DecoderLayer),
            Arguments = static call => call.Minimum("num_layers", call.Arguments["num_layers"], 1),
            Composes = static call => AttentionSteps.Decoder(call, InnerOf(call.Arguments, "decoder_layer")),
            Paddings = [4, 5],
            Output = static call => Inner(call, "decoder_layer") is { } layer ? Decode(call, layer) : Shape.UnknownRank,
            MultiplyAdds = static (call, _) => Inner(call, "decoder_layer") is { } layer && call.Input.Rank == 3
                && call.InputAt(1).Rank == 3
                ? call.Arguments["num_layers"] * DecoderCost(call.Input, call.InputAt(1), layer)
                : Dim.Unknown,
        },
        new("Transformer")
        {
            TakesSequenceFirst = static _ => true,
            Types = TypeRule.Alike("float"),
            Role = Role.Attention,
            DiffersInTraining = Drops,
            Shapes = "S N d_model, T N d_model -> T N d_model",
            Inputs = 2,
            Further = 6,
            Reads = ["d_model", "nhead", "num_encoder_layers", "num_decoder_layers", "dim_feedforward", "dropout", "activation"],
            Brief = static a => $"{a["d_model"]}, {a["nhead"]} heads",
            State = static a =>
            [
                .. Repeat("encoder.layers", a["num_encoder_layers"], prefix => EncoderLayer(prefix, a)),
                .. Norm("encoder.norm.", a["d_model"]),
                .. Repeat("decoder.layers", a["num_decoder_layers"], prefix => DecoderLayer(prefix, a)),
                .. Norm("decoder.norm.", a["d_model"]),
            ],
            Arguments = static call =>
            {
                Model(call);
                call.Minimum("num_encoder_layers", call.Arguments["num_encoder_layers"], 1);
                call.Minimum("num_decoder_layers", call.Arguments["num_decoder_layers"], 1);
            },
            Output = static call =>
            {
                var (source, target) = (call.Input, call.InputAt(1));
                if (!Pair(call, target, source, call.Arguments["d_model"]))
                {
                    return Shape.UnknownRank;
                }

                Masks(call, "src", source, source, mask: 0, padding: 3);
                Masks(call, "tgt", target, target, mask: 1, padding: 4);
                Masks(call, "memory", target, source, mask: 2, padding: 5);
                return call.Failed ? Shape.UnknownRank : target;
            },
            MultiplyAdds = static (call, _) => call.Input.Rank == 3 && call.InputAt(1).Rank == 3
                ? call.Arguments["num_encoder_layers"] * EncoderCost(call.Input, call.Arguments)
                    + call.Arguments["num_decoder_layers"] * DecoderCost(call.InputAt(1), call.Input, call.Arguments)
                : Dim.Unknown,
        },
    ];

    private static bool Drops(LayerArguments arguments) => arguments.Number("dropout") > 0;

    private static Dim Or(LayerArguments a, string parameter) => a.IsNull(parameter) ? a["embedded_dim"] : a[parameter];

    private static void Heads(LayerCall call, string size, string heads)
    {
        call.Minimum(size, call.Arguments[size], 1);
        call.Minimum(heads, call.Arguments[heads], 1);
        call.Divisible(size, call.Arguments[size], heads, call.Arguments[heads]);
    }

    private static void Model(LayerCall call)
    {
        Heads(call, "d_model", "nhead");
        call.Minimum("dim_feedforward", call.Arguments["dim_feedforward"], 1);
        if (call.Arguments.Number("dropout") is < 0 or > 1)
        {
            call.Contradiction("dropout must be between 0 and 1");
        }
    }

    private static Shape Attend(LayerCall call)
    {
        var (query, key, value) = (call.Input, call.InputAt(1), call.InputAt(2));
        var needs = "(T, N, E)";
        if (query.Rank is null || key.Rank is null || value.Rank is null)
        {
            call.Incomplete();
            return Shape.UnknownRank;
        }

        var a = call.Arguments;
        if (!call.Rank(needs, 3) || key.Rank != 3 || value.Rank != 3 || !call.Equal(a["embedded_dim"], Or(a, "kdim"))
            || !call.Equal(a["embedded_dim"], Or(a, "vdim")))
        {
            // With sizes of their own for keys and values, TorchSharp 0.107 runs for some and throws for others.
            call.Incomplete();
            return Shape.UnknownRank;
        }

        // Heads and batch are one dimension within, whose size is asked for by -1.
        call.NotEmpty("N", query.Dims[1]);
        _ = call.Features(a["embedded_dim"], query.Dims[2]) && call.Features(a["embedded_dim"], key.Dims[2])
            && call.Features(a["embedded_dim"], value.Dims[2])
            && call.Equal(query.Dims[1], key.Dims[1]) && call.Equal(key.Dims[0], value.Dims[0]) && call.Equal(key.Dims[1], value.Dims[1]);
        if (!call.Failed)
        {
            Masks(call, "", query, key, mask: 2, padding: 0);
        }

        return call.Failed ? Shape.UnknownRank : query;
    }

    /// <summary>What may be looked at: (T, S); and which keys are padding: (N, S). A mask of one dimension runs for some sizes.</summary>
    private static void Masks(LayerCall call, string of, Shape targets, Shape sources, int mask, int padding)
    {
        Mask(of.Length == 0 ? "attn_mask" : $"{of}_mask", mask, Shape.Of(targets.Dims[0], sources.Dims[0]));
        Mask(of.Length == 0 ? "key_padding_mask" : $"{of}_key_padding_mask", padding, Shape.Of(targets.Dims[1], sources.Dims[0]));

        void Mask(string name, int at, Shape needs)
        {
            if (call.FurtherShape(at) is not { } given)
            {
                return;
            }

            // TorchSharp 0.107 puts a dimension for the heads before what may be looked at, whatever its rank, and adds it in place.
            if (given.Rank is >= 3 && at == mask)
            {
                call.Rank(name, needs, given);
                return;
            }

            if (given.Rank != 2)
            {
                call.Incomplete();
                return;
            }

            for (var i = 0; i < 2; i++)
            {
                if (!Fits(name, needs, i, given.Dims[i], canStretch: at == mask && (of.Length > 0 || Extra(call.Arguments).Constant == 0)))
                {
                    return;
                }
            }
        }

        // A mask of what may be looked at is stretched where it has one row or column; one of padding is by some of the layers.
        bool Fits(string name, Shape needs, int at, Dim size, bool canStretch)
        {
            var need = needs.Dims[at];
            var row = at == 1 && of.Length == 0 ? size + Extra(call.Arguments) : size;
            switch (Comparison.Compare(row, Dim.One, call.Facts))
            {
                case Verdict.Different:
                    return call.Same($"{name} must be {needs}", need, size);
                case Verdict.Unknown when canStretch && !size.IsUnknown && !need.IsUnknown
                    && Comparison.Compare(need, size, call.Facts) != Verdict.Equal:
                    call.Require(new Fact((size - Dim.One) * (size - need), Relation.Equal, Dim.Zero));
                    return true;

                // One row or column of padding may run or not; any other number must be the right one.
                case Verdict.Unknown when row.Equals(size) && size.AsName is not null && need.AsName is not null
                    && Comparison.Compare(need, size, call.Facts) != Verdict.Equal:
                    call.Require(new Fact((size - Dim.One) * (size - need), Relation.Equal, Dim.Zero));
                    call.Incomplete();
                    return true;
                default:
                    call.Equal(need, size);
                    return true;
            }
        }
    }

    private static Dim Extra(LayerArguments a) => (a.Flag("add_bias_kv"), a.Flag("add_zero_attn")) switch
    {
        ({ } bias, { } zero) => Dim.Of((bias ? 1 : 0) + (zero ? 1 : 0)),
        _ => Dim.Unknown,
    };

    private static bool Sequence(LayerCall call, Shape input, Dim model)
    {
        // Other ranks run for some combinations of sizes; what they mean is not defined.
        if (input.Rank != 3)
        {
            call.Incomplete();
            return false;
        }

        return call.Features(model, input.Dims[2]);
    }

    private static bool Pair(LayerCall call, Shape target, Shape memory, Dim model)
    {
        if (!Sequence(call, target, model) || !Sequence(call, memory, model))
        {
            return false;
        }

        call.NotEmpty("N", target.Dims[1]);
        return call.Equal(target.Dims[1], memory.Dims[1]);
    }

    private static Shape Encode(LayerCall call, LayerArguments layer)
    {
        if (!Sequence(call, call.Input, layer["d_model"]))
        {
            return Shape.UnknownRank;
        }

        call.NotEmpty("N", call.Input.Dims[1]);
        Masks(call, "src", call.Input, call.Input, mask: 0, padding: 1);
        return call.Failed ? Shape.UnknownRank : call.Input;
    }

    private static Shape Decode(LayerCall call, LayerArguments layer)
    {
        if (!Pair(call, call.Input, call.InputAt(1), layer["d_model"]))
        {
            return Shape.UnknownRank;
        }

        Masks(call, "tgt", call.Input, call.Input, mask: 0, padding: 2);
        Masks(call, "memory", call.Input, call.InputAt(1), mask: 1, padding: 3);
        return call.Failed ? Shape.UnknownRank : call.Input;
    }

    /// <summary>The arguments of the layer that a stack is made of.</summary>
    private static LayerArguments? Inner(LayerCall call, string parameter)
    {
        var inner = InnerOf(call.Arguments, parameter);
        if (inner is null)
        {
            call.Incomplete();
        }

        return inner;
    }

    private static LayerArguments? InnerOf(LayerArguments a, string parameter) =>
        a.Raw(parameter) is Model.Value.Module { Layer: { NotUnderstood: null } layer } ? new(layer.Arguments) : null;

    private static IEnumerable<StateTensor> Stack(LayerArguments a, string parameter,
        Func<string, LayerArguments, IEnumerable<StateTensor>> layer) =>
        InnerOf(a, parameter) is { } inner ? Repeat("layers", a["num_layers"], prefix => layer(prefix, inner))
            : [new StateTensor("layers", Shape.UnknownRank, IsParameter: true)];

    private static IEnumerable<StateTensor> Repeat(string name, Dim count, Func<string, IEnumerable<StateTensor>> layer) =>
        count.Constant is { } n and >= 0 and <= 1_000
        ? Enumerable.Range(0, (int)n).SelectMany(i => layer($"{name}.{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}."))
        : count.IsUnknown || count.Constant is not null ? [new StateTensor(name, Shape.UnknownRank, IsParameter: true)]
        : layer($"{name}.*.").Select(t => t with { Presence = t.Presence * count });

    private static IEnumerable<StateTensor> Heads(string prefix, Dim size, Dim key, Dim value, bool? bias, bool? biasOfKeys)
    {
        var same = Comparison.Compare(size, key, Facts.None) == Verdict.Equal
            && Comparison.Compare(size, value, Facts.None) == Verdict.Equal;
        return
        [
            .. same
                ? [Parameter(prefix + "in_proj_weight", Dim.Of(3) * size, size)]
                : new[] { Parameter(prefix + "q_proj_weight", size, size), Parameter(prefix + "k_proj_weight", size, key),
                    Parameter(prefix + "v_proj_weight", size, value) },
            .. Parameter(prefix + "in_proj_bias", Dim.Of(3) * size).When(bias),
            .. Parameter(prefix + "bias_k", Dim.One, Dim.One, size).When(biasOfKeys),
            .. Parameter(prefix + "bias_v", Dim.One, Dim.One, size).When(biasOfKeys),
            Parameter(prefix + "out_proj.weight", size, size),
            .. Parameter(prefix + "out_proj.bias", size).When(bias),
        ];
    }

    private static IEnumerable<StateTensor> EncoderLayer(string prefix, LayerArguments a) =>
        [.. Heads(prefix + "self_attn.", a["d_model"], a["d_model"], a["d_model"], true, false), .. FeedForward(prefix, a),
            .. Norm(prefix + "norm1.", a["d_model"]), .. Norm(prefix + "norm2.", a["d_model"])];

    private static IEnumerable<StateTensor> DecoderLayer(string prefix, LayerArguments a) =>
    [
        .. Heads(prefix + "self_attn.", a["d_model"], a["d_model"], a["d_model"], true, false),
        .. Heads(prefix + "multihead_attn.", a["d_model"], a["d_model"], a["d_model"], true, false),
        .. FeedForward(prefix, a),
        .. Norm(prefix + "norm1.", a["d_model"]), .. Norm(prefix + "norm2.", a["d_model"]), .. Norm(prefix + "norm3.", a["d_model"]),
    ];

    private static IEnumerable<StateTensor> FeedForward(string prefix, LayerArguments a) =>
    [
        Parameter(prefix + "linear1.weight", a["dim_feedforward"], a["d_model"]), Parameter(prefix + "linear1.bias", a["dim_feedforward"]),
        Parameter(prefix + "linear2.weight", a["d_model"], a["dim_feedforward"]), Parameter(prefix + "linear2.bias", a["d_model"]),
    ];

    private static IEnumerable<StateTensor> Norm(string prefix, Dim size) =>
        [Parameter(prefix + "weight", size), Parameter(prefix + "bias", size)];

    private static Dim Cost(Dim queries, Dim keys, Dim batch, Dim size, Dim keySize, Dim valueSize) =>
        batch * (Dim.Of(2) * queries * size * size + keys * size * (keySize + valueSize) + Dim.Of(2) * queries * keys * size);

    private static Dim FeedForwardCost(Shape sequence, LayerArguments a) =>
        Dim.Of(2) * sequence.Dims[0] * sequence.Dims[1] * a["d_model"] * a["dim_feedforward"];

    private static Dim EncoderCost(Shape input, LayerArguments a) =>
        Cost(input.Dims[0], input.Dims[0], input.Dims[1], a["d_model"], a["d_model"], a["d_model"]) + FeedForwardCost(input, a);

    private static Dim DecoderCost(Shape target, Shape memory, LayerArguments a) =>
        Cost(target.Dims[0], target.Dims[0], target.Dims[1], a["d_model"], a["d_model"], a["d_model"])
        + Cost(target.Dims[0], memory.Dims[0], target.Dims[1], a["d_model"], a["d_model"], a["d_model"]) + FeedForwardCost(target, a);
}
