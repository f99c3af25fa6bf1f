using System.Globalization;
using System.Runtime.CompilerServices;
using Gen.Shapes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Recurrent layers: a node for each layer of a stack, its gates in ONNX's order.</summary>
internal static class OnnxRecurrent
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        (nameof(LSTM), static c => c.Module is LSTM m ? Stack(c, "LSTM", Batch(m)) : null),
        (nameof(GRU), static c => c.Module is GRU m ? Stack(c, "GRU", Batch(m)) : null),
        (nameof(RNN), static c => c.Module is RNN m ? Stack(c, "RNN", Batch(m)) : null),
        (nameof(LSTMCell), static c => Cell(c, "LSTM")),
        (nameof(GRUCell), static c => Cell(c, "GRU")),
        (nameof(RNNCell), static c => Cell(c, "RNN")),
    ];

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool Batch(LSTM module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool Batch(GRU module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool Batch(RNN module);

    /// <summary>PyTorch's gates in ONNX's order: i f g o is i o f g, r z n is z r h.</summary>
    private static int[] Gates(string op) => op switch { "LSTM" => [0, 3, 1, 2], "GRU" => [1, 0, 2], _ => [0] };

    private static List<object?> Stack(OnnxLayerCall call, string op, bool isBatchFirst)
    {
        var (b, x) = (call.B, call.Input);
        var isSingle = x.Rank == 2;
        x = isSingle ? b.Unsqueeze(x, 1) : isBatchFirst ? b.Swap(x, 0, 1) : x;
        var given = OnnxCall.Items(call[1]).OfType<OnnxValue>().Select(s => isSingle ? b.Unsqueeze(s, 1) : s).ToArray();
        var isTwoWay = call.State("weight_hh_l0_reverse") is not null;
        var (ways, states) = (isTwoWay ? 2 : 1, op == "LSTM" ? 2 : 1);
        var last = Enumerable.Range(0, states).Select(static _ => new List<OnnxValue>()).ToArray();
        var activation = op == "RNN" ? call.Arguments.Member("nonLinearity", "Tanh") : "";
        for (var layer = 0; call.State($"weight_hh_l{Text(layer)}") is { } first; layer++)
        {
            var hidden = first.Dims[1];
            var names = new[] { $"_l{Text(layer)}", $"_l{Text(layer)}_reverse" }.Take(ways).ToArray();
            var initial = given.Select(s => b.Narrow(s, 0, layer * ways, ways)).ToArray();
            var outputs = Node(b, op, x, hidden,
                [.. names.Select(n => (call.Need($"weight_ih{n}"), call.Need($"weight_hh{n}"), call.State($"bias_ih{n}"),
                    call.State($"bias_hh{n}")))], initial, activation);
            for (var i = 0; i < states; i++)
            {
                last[i].Add(outputs[i + 1]);
            }

            // [T, ways, N, H], with the ways side by side.
            x = b.Reshape(b.Transpose(outputs[0], 0, 2, 1, 3), [x.Dims[0], x.Dims[1], hidden * ways]);
        }

        var result = isSingle ? b.Squeeze(x, 1) : isBatchFirst ? b.Swap(x, 0, 1) : x;
        return [result, .. last.Select(l => b.Concat(l, 0)).Select(s => isSingle ? b.Squeeze(s, 1) : s)];
    }

    private static object Cell(OnnxLayerCall call, string op)
    {
        var (b, x) = (call.B, call.Input);
        var isSingle = x.Rank == 1;
        var step = b.Unsqueeze(isSingle ? b.Unsqueeze(x, 0) : x, 0);
        var states = OnnxCall.Items(call[1]).OfType<OnnxValue>().Select(s => b.Unsqueeze(isSingle ? b.Unsqueeze(s, 0) : s, 0)).ToArray();
        var hidden = call.Need("weight_hh").Dims[1];
        var activation = op == "RNN" ? call.Arguments.Member("nonLinearity", "Tanh") : "";
        var outputs = Node(b, op, step, hidden, [(call.Need("weight_ih"), call.Need("weight_hh"), call.State("bias_ih"),
            call.State("bias_hh"))], states, activation);
        var last = outputs.Skip(1).Select(s => b.Squeeze(s, isSingle ? [0, 1] : [0])).ToArray();
        return op == "LSTM" ? new List<object?>(last) : last[0];
    }

    private static OnnxValue[] Node(OnnxBuilder b, string op, OnnxValue x, Dim hidden,
        (OnnxValue Input, OnnxValue Hidden, OnnxValue? InputBias, OnnxValue? HiddenBias)[] ways, OnnxValue[] states, string activation)
    {
        var gates = Gates(op);
        var w = b.Concat([.. ways.Select(way => b.Unsqueeze(Ordered(way.Input), 0))], 0);
        var r = b.Concat([.. ways.Select(way => b.Unsqueeze(Ordered(way.Hidden), 0))], 0);
        var bias = ways[0].InputBias is null ? null : b.Concat([.. ways.Select(way => b.Unsqueeze(b.Concat(
            [Ordered(way.InputBias!), Ordered(way.HiddenBias!)], 0), 0))], 0);
        IReadOnlyList<Dim> last = [ways.Length, x.Dims[1], hidden];
        var attributes = new List<(string, object)>
        {
            ("direction", ways.Length == 2 ? "bidirectional" : "forward"), ("hidden_size", hidden.Constant!.Value),
        };
        if (op == "GRU")
        {
            attributes.Add(("linear_before_reset", 1L));
        }
        else if (activation is "ReLU" or "Relu")
        {
            attributes.Add(("activations", (IReadOnlyList<string>)[.. ways.Select(static _ => "Relu")]));
        }

        (ScalarType, IReadOnlyList<Dim>) state = (x.Type, last);
        return b.Nodes(op, [x, w, r, bias, null, states.ElementAtOrDefault(0), states.ElementAtOrDefault(1)],
            [(x.Type, [x.Dims[0], .. last]), state, .. op == "LSTM" ? [state] : Array.Empty<(ScalarType, IReadOnlyList<Dim>)>()],
            [.. attributes]);

        OnnxValue Ordered(OnnxValue weight) => gates.Length == 1 ? weight
            : b.Concat([.. gates.Select(g => b.Narrow(weight, 0, hidden * g, hidden))], 0);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
