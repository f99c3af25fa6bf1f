using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <content>Numbers.</content>
internal sealed partial class OnnxBuilder
{
    /// <summary>One tensor in, one of the same type and shape out.</summary>
    public OnnxValue Unary(string op, OnnxValue value, params (string Name, object Value)[] attributes) =>
        Node(op, [value], value.Type, value.Dims, attributes);

    /// <summary>Two tensors of one type, which grow to one shape.</summary>
    public OnnxValue Binary(string op, OnnxValue left, OnnxValue right, params (string Name, object Value)[] attributes) =>
        Node(op, [left, right], left.Type, Broadcast(left.Dims, right.Dims), attributes);

    public OnnxValue Add(OnnxValue left, OnnxValue right) => Binary("Add", left, right);

    public OnnxValue Sub(OnnxValue left, OnnxValue right) => Binary("Sub", left, right);

    public OnnxValue Mul(OnnxValue left, OnnxValue right) => Binary("Mul", left, right);

    public OnnxValue Div(OnnxValue left, OnnxValue right) => Binary("Div", left, right);

    public OnnxValue Add(OnnxValue left, double right) => right == 0 ? left : Add(left, Scalar(right, left.Type));

    public OnnxValue Sub(OnnxValue left, double right) => Sub(left, Scalar(right, left.Type));

    public OnnxValue Mul(OnnxValue left, double right) => right == 1 ? left : Mul(left, Scalar(right, left.Type));

    public OnnxValue Div(OnnxValue left, double right) => right == 1 ? left : Div(left, Scalar(right, left.Type));

    public OnnxValue Pow(OnnxValue left, double right) => right == 1 ? left : right == 2 ? Mul(left, left) : right == 0.5
        ? Unary("Sqrt", left) : Binary("Pow", left, Scalar(right, left.Type));

    public OnnxValue Compare(string op, OnnxValue left, OnnxValue right) =>
        Node(op, [left, right], ScalarType.Bool, Broadcast(left.Dims, right.Dims));

    public OnnxValue Compare(string op, OnnxValue left, double right) => Compare(op, left, Scalar(right, left.Type));

    public OnnxValue Where(OnnxValue condition, OnnxValue then, OnnxValue otherwise) => Node("Where", [condition, then, otherwise],
        then.Type, Broadcast(condition.Dims, Broadcast(then.Dims, otherwise.Dims)));

    public OnnxValue Clip(OnnxValue value, double? least, double? most) => Node("Clip", [value, least is { } l ? Scalar(l, value.Type)
        : null, most is { } m ? Scalar(m, value.Type) : null], value.Type, value.Dims);

    /// <summary>The shape of both together.</summary>
    public IReadOnlyList<Dim> Broadcast(IReadOnlyList<Dim> left, IReadOnlyList<Dim> right)
    {
        var rank = Math.Max(left.Count, right.Count);
        return [.. Enumerable.Range(0, rank).Select(i =>
        {
            var a = i - rank + left.Count is var l and >= 0 ? left[l] : Dim.One;
            var b = i - rank + right.Count is var r and >= 0 ? right[r] : Dim.One;
            return a.Equals(b) || b.Constant == 1 ? a : a.Constant == 1 ? b : a.Constant is not null ? a : b.Constant is not null ? b
                : NewSize();
        })];
    }

    /// <summary>A reduction; without axes of all elements.</summary>
    public OnnxValue Reduce(string op, OnnxValue value, IReadOnlyList<int>? axes, bool keeps)
    {
        var over = value.Rank == 0 ? [] : axes ?? [.. Enumerable.Range(0, value.Rank)];
        if (over.Count == 0)
        {
            return op is "ReduceL2" or "ReduceL1" ? Unary("Abs", value) : Unary("Identity", value);
        }

        Dim[] dims = keeps ? [.. value.Dims.Select((d, i) => over.Contains(i) ? Dim.One : d)]
            : [.. value.Dims.Where((_, i) => !over.Contains(i))];
        return Node(op, [value, Ints([.. over.Select(static a => (long)a)])], value.Type, dims, ("keepdims", keeps ? 1L : 0L));
    }

    public OnnxValue Softmax(OnnxValue value, int axis, string op = "Softmax") => value.Rank == 0
        ? Reshape(Unary(op, Reshape(value, [Dim.One]), ("axis", 0L)), [])
        : op == "Softmax" && Kept(value) is { } kept ? Mul(MaskedSoftmax(value, axis), Cast(kept, value.Type))
        : Unary(op, value, ("axis", (long)axis));

    /// <summary>
    /// Softmax where much is -inf, and gives 0. ONNX Runtime would give the smallest of numbers there, below the normal range, which a
    /// processor multiplies a hundred times as slowly. So what is -inf is raised to what gives exp(-80), which a sum of float32 does not
    /// feel: the caller makes it 0, or does not show it.
    /// </summary>
    public OnnxValue MaskedSoftmax(OnnxValue value, int axis)
    {
        const double Far = 80;
        return Unary("Softmax", value.Type == ScalarType.Float32
            ? Binary("Max", value, Sub(Reduce("ReduceMax", value, [axis], keeps: true), Far)) : value, ("axis", (long)axis));
    }

    /// <summary>The node that gives a value, where it is in this block or around it.</summary>
    private OnnxNode? Maker(OnnxValue value)
    {
        for (var block = Block; block is not null; block = block.Around)
        {
            if (block.Nodes.FindLast(n => n.Outputs.Contains(value)) is { } node)
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>Where a value is not made -inf by a condition; null for a value that none has made so.</summary>
    private OnnxValue? Kept(OnnxValue value)
    {
        var lowest = Scalar(double.NegativeInfinity, value.Type);
        return Maker(value) is
            { Operator: "Where", Inputs: [{ } condition, { } then, { } otherwise] }
            ? otherwise == lowest ? condition : then == lowest ? Node("Not", [condition], ScalarType.Bool, condition.Dims) : null
            : null;
    }

    public OnnxValue MatMul(OnnxValue left, OnnxValue right)
    {
        Dim[] batch = left.Rank <= 2 && right.Rank <= 2 ? [] : [.. Broadcast([.. left.Dims.SkipLast(2)], [.. right.Dims.SkipLast(2)])];
        return Node("MatMul", [left, right], left.Type,
            [.. batch, .. left.Rank > 1 ? [left.Dims[^2]] : new Dim[0], .. right.Rank > 1 ? [right.Dims[^1]] : new Dim[0]]);
    }

    /// <summary><c>x W^T + b</c>, the weight as PyTorch has it.</summary>
    public OnnxValue Linear(OnnxValue value, OnnxValue weight, OnnxValue? bias)
    {
        if (value.Rank == 2)
        {
            return Node("Gemm", [value, weight, bias], value.Type, [value.Dims[0], weight.Dims[0]], ("transB", 1L));
        }

        var product = MatMul(value, Transpose(weight, 1, 0));
        return bias is null ? product : Add(product, bias);
    }

    public OnnxValue LayerNorm(OnnxValue value, int rank, OnnxValue? weight, OnnxValue? bias, double epsilon)
    {
        var dims = value.Dims.TakeLast(rank).Select(static d => d.Constant
            ?? throw new NotExportableException("the size of a layer normalization is not known")).ToArray();
        weight ??= Reals([.. Enumerable.Repeat(1d, (int)dims.Aggregate(1L, static (a, b) => a * b))], value.Type, dims);
        return Node("LayerNormalization", [value, weight, bias], value.Type, value.Dims, ("axis", (long)-rank), ("epsilon", epsilon));
    }
}
