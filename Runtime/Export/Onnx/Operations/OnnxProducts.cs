using System.Text;
using Gen.Shapes;

namespace Gen.Export.Onnx;

/// <summary>Products of matrices and vectors.</summary>
internal static class OnnxProducts
{
    public static IEnumerable<(string Names, Func<OnnxCall, object?> Form)> All =>
    [
        ("matmul mm bmm mv dot vdot", static c => c.B.MatMul(c.Self, c.Tensor(1))),
        ("outer ger", static c => c.Promoted(c[0], c[1]) is [var x, var y] ? c.B.Mul(c.B.Unsqueeze(x, 1), c.B.Unsqueeze(y, 0)) : null),
        ("inner", static c => c.Self.Rank == 1 || c.Tensor(1).Rank == 1 ? c.B.MatMul(c.Self, c.Tensor(1))
            : throw c.Refused("of matrices")),
        ("addmm addmv", static c => Added(c, c.Self, c.B.MatMul(c.Tensor(1), c.Tensor(2)))),

        // TorchSharp adds its last operand to the product of the first two.
        ("baddbmm", static c => Added(c, c.Tensor(2), c.B.MatMul(c.Self, c.Tensor(1)))),
        ("addbmm", static c => Added(c, c.Self, c.B.Reduce("ReduceSum", c.B.MatMul(c.Tensor(1), c.Tensor(2)), [0], keeps: false))),
        ("einsum", Einsum),
        ("det", static c => c.B.Node("Det", [c.Self], c.Self.Type, [.. c.Self.Dims.SkipLast(2)])),
        ("cdist", Distances),
        ("trace", static c => c.B.Reduce("ReduceSum", c.B.Mul(c.Self, c.B.Cast(c.B.Node("EyeLike", [c.Self], c.Self.Type, c.Self.Dims),
            c.Self.Type)), null, keeps: false)),
    ];

    private static OnnxValue Added(OnnxCall call, OnnxValue to, OnnxValue product)
    {
        var (b, beta, alpha) = (call.B, call.Real("beta") ?? 1, call.Real("alpha") ?? 1);
        return b.Add(b.Mul(to, beta), b.Mul(product, alpha));
    }

    /// <summary>All distances between rows, as PyTorch computes them of few.</summary>
    private static OnnxValue Distances(OnnxCall call)
    {
        var b = call.B;
        var (x, y) = (call.Self, call.Tensor(1));
        var difference = b.Sub(b.Unsqueeze(x, x.Rank - 1), b.Unsqueeze(y, y.Rank - 2));
        return OnnxLinearLayers.Norm(b, difference, call.Real("p") ?? 2, [difference.Rank - 1], keeps: false);
    }

    private static OnnxValue Einsum(OnnxCall call)
    {
        var equation = new StringBuilder((string)call[0]!).Replace(" ", "").ToString();
        if (equation.Contains("...", StringComparison.Ordinal))
        {
            throw call.Refused("with an ellipsis");
        }

        var given = call.Operands.Skip(1).SelectMany(static o => OnnxCall.Items(o.Value)).ToArray();
        var tensors = call.Promoted(given);
        var (inputs, output) = equation.Split("->") is [var left, var right] ? (left, right)
            : (equation, string.Concat(equation.Where(char.IsLetter).GroupBy(static l => l).Where(static g => g.Count() == 1)
                .Select(static g => g.Key).Order()));
        var sizes = new Dictionary<char, Dim>();
        foreach (var (letters, tensor) in inputs.Split(',').Zip(tensors))
        {
            for (var i = 0; i < letters.Length; i++)
            {
                sizes[letters[i]] = sizes.TryGetValue(letters[i], out var known) && known.Constant is not (null or 1) ? known
                    : tensor.Dims[i];
            }
        }

        return call.B.Node("Einsum", tensors, tensors[0].Type, [.. output.Select(l => sizes[l])], ("equation", $"{inputs}->{output}"));
    }
}
