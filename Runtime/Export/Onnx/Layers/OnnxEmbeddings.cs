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

    private static OnnxValue Rows(OnnxLayerCall call)
    {
        if (call.Interpreter.ArgumentsOf(call.Interpreter.KeyOf(call.Module)) is { } given && given.TryGetValue("max_norm", out var most)
            && most is not null)
        {
            throw call.Refused("with max_norm a call changes the weights");
        }

        return call.B.Gather(call.Need("weight"), call.Input.Take(ScalarType.Int64), 0);
    }

    private static OnnxValue Bags(OnnxLayerCall call)
    {
        var (b, weight, arguments) = (call.B, call.Need("weight"), call.Arguments);
        if (arguments["max_norm"] is not null)
        {
            throw call.Refused("with max_norm a call changes the weights");
        }

        var input = call.Input.Take(ScalarType.Int64);
        if (input.Rank != 2 || call[1] is not null)
        {
            throw call.Refused("bags that begin at offsets have no form; give rows of one length, [N, T]");
        }

        var rows = b.Gather(weight, input, 0);
        var mode = arguments.Member("mode", "Mean");
        var skipped = arguments.Number("padding_index", -1);
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
}
