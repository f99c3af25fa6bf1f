using Gen.Shapes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Rows of a table by their numbers.</summary>
internal static class OnnxEmbeddings
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        (nameof(Embedding), Rows),
        (nameof(EmbeddingBag), Bags),
    ];

    /// <summary>What the layer computes with: after <c>from_pretrained</c> the state of TorchSharp 0.107 has another tensor.</summary>
    private static OnnxValue Weight(OnnxLayerCall call) => call.B.State(((call.Module as Embedding)?.weight
        ?? (call.Module as EmbeddingBag)?.weight)!, call.Key.Length == 0 ? "weight" : $"{call.Key}.weight");

    private static OnnxValue Rows(OnnxLayerCall call)
    {
        if (call.Interpreter.ArgumentsOf(call.Interpreter.KeyOf(call.Module)) is { } given && given.TryGetValue("max_norm", out var most)
            && most is not null)
        {
            throw call.Refused("with max_norm a call changes the weights");
        }

        return call.B.Gather(Weight(call), call.Input.Take(ScalarType.Int64), 0);
    }

    private static OnnxValue Bags(OnnxLayerCall call)
    {
        var (b, weight, arguments) = (call.B, Weight(call), call.Arguments);
        if (arguments["max_norm"] is not null)
        {
            throw call.Refused("with max_norm a call changes the weights");
        }

        var input = call.Input.Take(ScalarType.Int64);
        var rows = b.Gather(weight, input, 0);
        var mode = arguments.Member("mode", "Mean");
        var skipped = arguments.Number("padding_index", -1);
        skipped = skipped < -1 ? skipped + weight.Dims[0].Constant!.Value : skipped;
        if (input.Rank == 1)
        {
            return Offsets(call, rows, input, mode, skipped, arguments.Flag("include_last_offset"));
        }

        if (skipped < 0)
        {
            rows = call.Tensor(2) is { } all ? b.Mul(rows, b.Unsqueeze(all, 2)) : rows;
            return b.Reduce(mode switch { "Sum" => "ReduceSum", "Max" => "ReduceMax", _ => "ReduceMean" }, rows, [1], keeps: false);
        }

        // Numbers that mean nothing do not count; a bag of them alone is 0.
        var isNothing = b.Compare("Equal", b.Cast(input, ScalarType.Int64), b.Scalar(skipped, ScalarType.Int64));
        var counts = b.Unsqueeze(b.Cast(b.Unary("Not", isNothing), rows.Type), 2);
        var count = b.Reduce("ReduceSum", counts, [1], keeps: false);
        if (mode == "Max")
        {
            var low = b.Where(b.Unsqueeze(isNothing, 2), b.Scalar(double.NegativeInfinity, rows.Type), rows);
            var most = b.Reduce("ReduceMax", low, [1], keeps: false);
            return b.Where(b.Compare("Equal", count, 0), b.Scalar(0d, rows.Type), most);
        }

        rows = b.Mul(rows, counts);
        rows = call.Tensor(2) is { } weights ? b.Mul(rows, b.Unsqueeze(weights, 2)) : rows;
        var sum = b.Reduce("ReduceSum", rows, [1], keeps: false);
        return mode == "Sum" ? sum : b.Div(sum, b.Binary("Max", count, b.Scalar(1d, rows.Type)));
    }

    /// <summary>Bags that begin at offsets: which row is in which bag is a matrix.</summary>
    private static OnnxValue Offsets(OnnxLayerCall call, OnnxValue rows, OnnxValue input, string mode, long skipped, bool hasLast)
    {
        var b = call.B;
        var begins = (call.Tensor(1) ?? throw call.Refused("it is called without offsets")).Take(ScalarType.Int64);
        begins = b.Cast(begins, ScalarType.Int64);
        var (count, bags) = (input.Dims[0], hasLast ? begins.Dims[0] - 1 : begins.Dims[0]);
        var ends = b.Narrow(begins, 0, 1, begins.Dims[0] - 1);
        ends = hasLast ? ends : b.Concat([ends, b.Size(count)], 0);
        begins = b.Narrow(begins, 0, 0, bags);
        var numbers = b.Unsqueeze(b.Node("Range", [b.Scalar(0L, ScalarType.Int64), b.Squeeze(b.Size(count), 0),
            b.Scalar(1L, ScalarType.Int64)], ScalarType.Int64, [count]), 0);
        var isIn = b.Binary("And", b.Compare("GreaterOrEqual", numbers, b.Unsqueeze(begins, 1)),
            b.Compare("Less", numbers, b.Unsqueeze(ends, 1)));
        if (skipped >= 0)
        {
            isIn = b.Binary("And", isIn, b.Unsqueeze(b.Unary("Not", b.Compare("Equal", b.Cast(input, ScalarType.Int64),
                b.Scalar(skipped, ScalarType.Int64))), 0));
        }

        var members = b.Cast(isIn, rows.Type);
        var sizes = b.Reduce("ReduceSum", members, [1], keeps: true);
        if (mode == "Max")
        {
            var most = b.Reduce("ReduceMax", b.Where(b.Unsqueeze(isIn, 2), b.Unsqueeze(rows, 0),
                b.Scalar(double.NegativeInfinity, rows.Type)), [1], keeps: false);
            return b.Where(b.Compare("Equal", sizes, 0), b.Scalar(0d, rows.Type), most);
        }

        rows = call.Tensor(2) is { } weights ? b.Mul(rows, b.Unsqueeze(weights, 1)) : rows;
        var sum = b.MatMul(members, rows);
        return mode == "Sum" ? sum : b.Div(sum, b.Binary("Max", sizes, b.Scalar(1d, rows.Type)));
    }
}
