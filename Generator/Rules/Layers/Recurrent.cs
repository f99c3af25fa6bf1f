using Gen.Model;
using Gen.Shapes;
using static Gen.Rules.Layers.StateTensor;

namespace Gen.Rules.Layers;

/// <summary>Recurrent layers. In a chain their output sequence goes on; the last states do not.</summary>
internal static class Recurrent
{
    public static readonly IReadOnlyList<LayerRule> All =
    [
        Layers("LSTM", gates: 4), Layers("GRU", gates: 3), Layers("RNN", gates: 1),
        Cell("LSTMCell", gates: 4), Cell("GRUCell", gates: 3), Cell("RNNCell", gates: 1),
    ];

    private static LayerRule Layers(string factory, int gates) => new(factory)
    {
        Types = TypeRule.Alike("float"),
        Role = Role.Recurrent,
        TakesSequenceFirst = static a => a.Flag("batchFirst") is false,
        DiffersInTraining = static a => a.Number("dropout") > 0 && a["numLayers"].Constant > 1,
        Shapes = "T N inputSize -> T N D*hiddenSize",
        Further = 1,
        Reads = [.. factory == "RNN" ? ["nonLinearity"] : Array.Empty<string>(), "inputSize", "hiddenSize", "numLayers", "bias",
            "batchFirst", "dropout", "bidirectional"],
        Infers = new("inputSize", "features", static input => input[-1]),
        Brief = static a => $"{a["inputSize"]} -> {a["hiddenSize"]}",
        State = a => State(a, gates),
        Arguments = static call =>
        {
            call.Minimum("inputSize", call.Arguments["inputSize"], 0);
            call.Minimum("hiddenSize", call.Arguments["hiddenSize"], 1);
            call.Minimum("numLayers", call.Arguments["numLayers"], 1);
        },
        Output = static call =>
        {
            if (!call.Rank("(T, N, C), or (N, T, C) with batchFirst", 3) || !call.Features(call.Arguments["inputSize"], call.Input[-1]))
            {
                return Shape.UnknownRank;
            }

            if (call.Arguments.Flag("batchFirst") is { } batchFirst)
            {
                call.NotEmpty("T", call.Input.Dims[batchFirst ? 1 : 0]);
            }

            States(call, LastState(call), "(D*numLayers, N, hiddenSize)");
            return call.Input.WithLast(Directions(call.Arguments) * call.Arguments["hiddenSize"]);
        },

        // h_n, and for an LSTM c_n: (D*numLayers, N, hiddenSize)
        Others = call => Enumerable.Repeat(LastState(call), factory == "LSTM" ? 2 : 1).ToArray(),
        MultiplyAdds = (call, output) => GateWeights(call.Arguments, gates) * Positions(call.Input),

        // Without a state it starts from zeros.
        LeavesBehind = (call, _) => call.Further(0) is null
            ? Enumerable.Repeat(new Value.Tensor(LastState(call), ElementType.Module), factory == "LSTM" ? 2 : 1) : [],
    };

    private static Shape LastState(LayerCall call) => call.Input.Rank == 3 && call.Arguments.Flag("batchFirst") is { } batchFirst
        ? Shape.Of(Directions(call.Arguments) * call.Arguments["numLayers"], call.Input.Dims[batchFirst ? 0 : 1],
            call.Arguments["hiddenSize"])
        : Shape.UnknownRank;

    /// <summary>One step: (N, inputSize), with a state of (N, hiddenSize) that may be left out.</summary>
    private static LayerRule Cell(string factory, int gates) => new(factory)
    {
        Types = TypeRule.Alike("float"),
        Role = Role.Recurrent,
        GivesTuple = factory == "LSTMCell",
        Shapes = factory == "LSTMCell" ? "N inputSize, N hiddenSize, N hiddenSize -> N hiddenSize" : "N inputSize -> N hiddenSize",

        Further = 1,
        Reads = [.. factory == "RNNCell" ? ["nonLinearity"] : Array.Empty<string>(), "inputSize", "hiddenSize", "bias"],
        Infers = new("inputSize", "features", static input => input[-1]),
        Brief = static a => $"{a["inputSize"]} -> {a["hiddenSize"]}",
        State = a =>
        [
            Parameter("weight_ih", Dim.Of(gates) * a["hiddenSize"], a["inputSize"]),
            Parameter("weight_hh", Dim.Of(gates) * a["hiddenSize"], a["hiddenSize"]),
            .. Parameter("bias_ih", Dim.Of(gates) * a["hiddenSize"]).When(a.Presence("bias")),
            .. Parameter("bias_hh", Dim.Of(gates) * a["hiddenSize"]).When(a.Presence("bias")),
        ],
        Arguments = static call =>
        {
            call.Minimum("inputSize", call.Arguments["inputSize"], 0);
            call.Minimum("hiddenSize", call.Arguments["hiddenSize"], 1);
        },
        Output = call =>
        {
            // Without a batch some combinations of arguments run and others do not.
            if (call.Input.Rank == 1)
            {
                call.Incomplete();
                return Shape.UnknownRank;
            }

            if (factory == "LSTMCell" && call.Further(0) is null)
            {
                call.Contradiction("it needs its state (h_0, c_0): TorchSharp 0.107 does not run without");
            }

            if (!call.Rank("(N, C)", 2) || !call.Features(call.Arguments["inputSize"], call.Input[-1]))
            {
                return Shape.UnknownRank;
            }

            var output = call.Input.WithLast(call.Arguments["hiddenSize"]);
            States(call, output, "(N, hiddenSize)");
            return call.Failed ? Shape.UnknownRank : output;
        },
        Others = call => factory == "LSTMCell" && call.Input.Rank == 2 ? [call.Input.WithLast(call.Arguments["hiddenSize"])] : [],
        MultiplyAdds = (call, output) =>
            Dim.Of(gates) * call.Arguments["hiddenSize"] * (call.Arguments["inputSize"]
                + call.Arguments["hiddenSize"]) * (call.Input.Rank == 2 ? call.Input.Dims[0] : Dim.One),
    };

    /// <summary>The state that is given, h_0 or (h_0, c_0).</summary>
    private static void States(LayerCall call, Shape needs, string words)
    {
        var states = call.Further(0) switch
        {
            null => [],
            Value.List list => list.Items.ToArray(),
            var one => [one],
        };
        for (var i = 0; i < states.Length && !call.Failed; i++)
        {
            call.Same($"{(i == 0 ? "h_0" : "c_0")} must be {words}, here {needs}", needs,
                states[i] is Value.Tensor { Shape: var shape } ? shape : Shape.UnknownRank);
        }
    }

    /// <summary>2 for a bidirectional layer.</summary>
    private static Dim Directions(LayerArguments a) => a.Flag("bidirectional") switch
    {
        true => Dim.Of(2),
        false => Dim.One,
        null => Dim.Unknown,
    };

    private static IEnumerable<StateTensor> State(LayerArguments a, int gates)
    {
        if (a["numLayers"].Constant is not ({ } layers and >= 0 and <= 10_000) || a.Flag("bidirectional") is not { } bidirectional)
        {
            yield return new StateTensor("weight_ih_l0", Shape.UnknownRank, IsParameter: true);
            yield break;
        }

        var rows = Dim.Of(gates) * a["hiddenSize"];
        for (var layer = 0; layer < layers; layer++)
        {
            var input = layer == 0 ? a["inputSize"] : Directions(a) * a["hiddenSize"];
            foreach (var suffix in bidirectional ? new[] { "", "_reverse" } : [""])
            {
                yield return Parameter($"weight_ih_l{layer}{suffix}", rows, input);
                yield return Parameter($"weight_hh_l{layer}{suffix}", rows, a["hiddenSize"]);
                foreach (var bias in new[] { "bias_ih", "bias_hh" }.SelectMany(
                    b => Parameter($"{b}_l{layer}{suffix}", rows).When(a.Presence("bias"))))
                {
                    yield return bias;
                }
            }
        }
    }

    /// <summary>The weights without biases, each used once a step and sequence.</summary>
    private static Dim GateWeights(LayerArguments a, int gates) =>
        State(a, gates).Where(t => t.Name.StartsWith("weight", StringComparison.Ordinal))
            .Aggregate(Dim.Zero, static (sum, t) => sum + t.Shape.ElementCount());

    private static Dim Positions(Shape input) => input.Rank == 3 ? input.Dims[0] * input.Dims[1] : Dim.Unknown;
}
