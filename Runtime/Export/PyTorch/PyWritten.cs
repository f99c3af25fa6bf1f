using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>Operations on tensors that are written otherwise in PyTorch than with a name and arguments.</summary>
internal static class PyWritten
{
    public static IEnumerable<string> Names => ["matmul", "scaled_dot_product_attention", "norm", "einsum", "tensordot", "block_diag",
        "meshgrid", "broadcast_tensors", "atleast_1d", "atleast_2d", "softmax2d", "rrelu", "upsample", "fold",
        "unfold", "where", "div", "divide", "is_floating_point", "is_complex", "slice", "take_along_dim"];

    /// <summary>Python for an operation; null where a row tells it.</summary>
    public static object? Call(PyFunction function, ExportOperator kind, string name,
        IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        string Text(int index, PyBinding around = PyBinding.Lambda) => function.Text(given[index].Value, around);
        object? Of(params string[] names) => given.FirstOrDefault(g => names.Contains(g.Parameter)).Value;
        string Whole() => Text(0, PyBinding.Whole);
        switch (name)
        {
            case "matmul":
                return PyValue.Tensor($"{Text(0, PyBinding.Product)} @ {Text(1, PyBinding.Power)}", PyBinding.Product);
            case "scaled_dot_product_attention":
                return Attention(function, given);
            case "norm":
                return Norm(function, given);
            case "einsum":
                return PyValue.Tensor($"torch.einsum({string.Join(", ", [Text(0), .. Spread(given[1].Value)])})");
            case "block_diag" when kind == ExportOperator.Torch:
                return PyValue.Tensor($"torch.block_diag({string.Join(", ", Spread(given[0].Value))})");
            case "meshgrid" or "broadcast_tensors" or "atleast_1d" or "atleast_2d" when given[0].Value is List<object?> list:
                var indexing = name == "meshgrid" ? $", indexing={function.Text(Of("indexing") ?? "ij")}" : "";
                return new PyValue($"torch.{name}({string.Join(", ", Spread(list))}{indexing})") { Count = list.Count };
            case "tensordot" when Of("dims1", "dims2") is not null:
                return PyValue.Tensor($"torch.tensordot({Text(0)}, {Text(1)}, dims=({Listed(Of("dims1"))}, {Listed(Of("dims2"))}))");
            case "softmax2d":
                return PyValue.Tensor($"F.softmax({Text(0)}, dim=-3)");
            case "hardtanh" or "Hardtanh" when Of("inplace") is not true:
                // TorchSharp gives back what it gets, unless it works in place.
                return given[0].Value;
            case "sum" when given.Any(static g => g.Parameter == "dim1"):
                var dims = given.Where(static g => g.Parameter is "dim0" or "dim1" or "dim2").Select(static g => g.Value).ToList();
                var rest = given.Where(static g => !g.IsDefault && g.Value is not null && g.Parameter is "keepdim" or "type")
                    .Select(g => $", {(g.Parameter == "type" ? "dtype" : g.Parameter)}={function.Text(g.Value)}");
                return PyValue.Tensor($"torch.sum({Text(0)}, dim={function.Text(dims)}{string.Concat(rest)})");
            case "rrelu" when kind == ExportOperator.Functional && Of("inplace") is not true
                && Of("lower") is double lower && Of("upper") is double upper:
                // TorchSharp's slope is the middle in training too.
                return PyValue.Tensor($"F.leaky_relu({Text(0)}, negative_slope={PyText.Number((lower + upper) / 2)})");
            case "fold" or "unfold" when kind == ExportOperator.Functional:
                var parts = given.Skip(1).Where(static g => !g.IsDefault && g.Value is not null)
                    .Select(g => $"{g.Parameter}={function.Text(g.Value, hint: g.Parameter)}");
                return PyValue.Tensor($"F.{name}({string.Join(", ", [Text(0), .. parts])})");
            case "where" when kind == ExportOperator.Tensor && given.Count == 3:
                return PyValue.Tensor($"torch.where({Text(1)}, {Text(0)}, {Text(2)})");
            case "div" or "divide" when Of("rounding_mode") is ExportMember { Name: not "None" } mode:
                // TorchSharp's function ignores the mode, its method does not.
                return kind == ExportOperator.Torch ? PyValue.Tensor($"{Text(0, PyBinding.Product)} / {Text(1, PyBinding.Sign)}",
                    PyBinding.Product) : PyValue.Tensor($"torch.div({Text(0)}, {Text(1)}, rounding_mode={function.Text(mode)})");
            case "div" or "divide" when given.Any(static g => g is { Parameter: "rounding_mode", IsDefault: false }):
                return PyValue.Tensor($"{Text(0, PyBinding.Product)} / {Text(1, PyBinding.Sign)}", PyBinding.Product);
            case "is_floating_point" or "is_complex" when given[0].Value is PyValue { IsTensor: true } tensor:
                return new PyValue($"{Whole()}.{name}()")
                {
                    Known = tensor.Element is { } type ? name == "is_floating_point" && Onnx.OnnxTypes.Kind(type) == 2 : null,
                };
            case "slice" when given.Count == 5:
                var dim = given[1].Value is long number ? number : throw PyOperations.Refused(name, "along a dimension that is not known");
                var places = dim < 0 ? [.. new[] { "..." }, Range(), .. Enumerable.Repeat(":", (int)(-dim - 1))]
                    : Enumerable.Repeat(":", (int)dim).Append(Range());
                return PyValue.Tensor($"{Whole()}[{string.Join(", ", places)}]");
            case "take_along_dim" when given[1].Value is PyValue { IsTensor: true }:
                return PyValue.Tensor($"torch.take_along_dim({Text(0)}, {Text(1)}{(Of("dim") is { } along
                    ? $", dim={function.Text(along)}" : "")})");
            default:
                return null;
        }

        string Range() => $"{Text(2)}:{Text(3)}:{Text(4)}";

        string Listed(object? dims) => function.Text(dims is List<object?> ? dims : new List<object?> { dims });

        IEnumerable<string> Spread(object? tensors) => tensors is List<object?> list ? list.Select(t => function.Text(t))
            : [$"*{function.Text(tensors, PyBinding.Whole)}"];
    }

    private static PyValue Norm(PyFunction function, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        if (given.Any(static g => g is { Parameter: "ord", Value: not null }))
        {
            throw PyOperations.Refused("norm", "of a matrix it is another function");
        }

        var text = $"torch.linalg.vector_norm({function.Text(given[0].Value)}";
        foreach (var (parameter, value, _) in given.Skip(1).Where(static g => !g.IsDefault && g.Value is not null))
        {
            text += $", {parameter switch { "p" => "ord", "dims" or "dimension" => "dim", _ => parameter }}={function.Text(value)}";
        }

        return PyValue.Tensor(text + ")");
    }

    private static PyValue Attention(PyFunction function, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        var text = string.Join(", ", given.Take(3).Select(g => function.Text(g.Value)));
        foreach (var (parameter, value, _) in given.Skip(3))
        {
            switch (parameter, value)
            {
                case ("attn_mask", not null):
                    text += $", mask={function.Text(value)}";
                    break;
                case ("is_casual", true):
                    text += ", is_causal=True";
                    break;
                case ("p", double and > 0 or PyValue):
                    throw PyOperations.Refused("scaled_dot_product_attention", "it drops in eval mode too; write p: training ? p : 0");
            }
        }

        return PyValue.Tensor($"attend({text})");
    }
}
