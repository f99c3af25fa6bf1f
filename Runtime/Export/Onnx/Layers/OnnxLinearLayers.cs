using Gen.Shapes;
using TorchSharp.Modules;

namespace Gen.Export.Onnx;

/// <summary>Linear maps, sequences of layers, and distances.</summary>
internal static class OnnxLinearLayers
{
    public static IEnumerable<(string Name, Func<OnnxLayerCall, object?> Form)> All =>
    [
        (nameof(Linear), static c => c.B.Linear(c.Input, c.Need("weight"), c.State("bias"))),
        (nameof(Bilinear), static c => Bilinear(c.B, c.Input, c.Tensor(1)!, c.Need("weight"), c.State("bias"))),
        (nameof(Sequential), Sequential),
        (nameof(Identity), static c => c.Input),
        (nameof(CosineSimilarity), static c => c.Module is CosineSimilarity m ? Cosine(c.B, c.Input, c.Tensor(1)!, m.dim, m.eps) : null),
        (nameof(PairwiseDistance), static c => c.Module is PairwiseDistance m
            ? Distance(c.B, c.Input, c.Tensor(1)!, m.norm, m.eps, m.keepdim) : null),
    ];

    private static object? Sequential(OnnxLayerCall call)
    {
        object? value = call[0];
        foreach (var (_, child) in call.Module.named_children())
        {
            value = call.Interpreter.Call(child, [value]);
        }

        return value;
    }

    public static OnnxValue Bilinear(OnnxBuilder b, OnnxValue x, OnnxValue y, OnnxValue weight, OnnxValue? bias)
    {
        // The sum over both of x_i w_oij y_j: one product of matrices, then one of rows.
        var (rank, lead) = (x.Rank, x.Dims.SkipLast(1).ToArray());
        var (outputs, first, second) = (weight.Dims[0], weight.Dims[1], weight.Dims[2]);
        var rows = b.MatMul(x, b.Reshape(b.Transpose(weight, 1, 0, 2), [first, outputs * second]));
        var products = b.MatMul(b.Reshape(rows, [.. lead, outputs, second]), b.Unsqueeze(y, rank));
        var sum = b.Squeeze(products, rank);
        return bias is null ? sum : b.Add(sum, bias);
    }

    public static OnnxValue Cosine(OnnxBuilder b, OnnxValue x, OnnxValue y, long dim, double epsilon)
    {
        var dims = b.Broadcast(x.Dims, y.Dims);
        (x, y) = (b.Expand(x, dims), b.Expand(y, dims));
        var axis = OnnxBuilder.Axis(dim, dims.Count);
        return b.Div(b.Reduce("ReduceSum", b.Mul(x, y), [axis], keeps: false), b.Mul(Norm(x), Norm(y)));

        OnnxValue Norm(OnnxValue value) => b.Binary("Max", b.Reduce("ReduceL2", value, [axis], keeps: false),
            b.Scalar(epsilon, value.Type));
    }

    public static OnnxValue Distance(OnnxBuilder b, OnnxValue x, OnnxValue y, double p, double epsilon, bool keeps)
    {
        var difference = b.Add(b.Sub(x, y), epsilon);
        return Norm(b, difference, p, [difference.Rank - 1], keeps);
    }

    /// <summary>The p-norm over some axes.</summary>
    public static OnnxValue Norm(OnnxBuilder b, OnnxValue value, double p, IReadOnlyList<int>? axes, bool keeps) => p switch
    {
        1 => b.Reduce("ReduceL1", value, axes, keeps),
        2 => b.Reduce("ReduceL2", value, axes, keeps),
        0 => b.Reduce("ReduceSum", b.Cast(b.Unary("Not", b.Compare("Equal", value, 0)), value.Type), axes, keeps),
        double.PositiveInfinity => b.Reduce("ReduceMax", b.Unary("Abs", value), axes, keeps),
        double.NegativeInfinity => b.Reduce("ReduceMin", b.Unary("Abs", value), axes, keeps),
        _ => b.Pow(b.Reduce("ReduceSum", b.Pow(b.Unary("Abs", value), p), axes, keeps), 1 / p),
    };
}
