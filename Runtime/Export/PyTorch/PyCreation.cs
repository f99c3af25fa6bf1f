using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>New tensors in PyTorch.</summary>
internal static class PyCreation
{
    private static readonly string[] Separate = ["size", "sizes", "rows", "columns", "dim0", "dim1", "dim2", "dim3", "dimensions"];

    public static IEnumerable<string> Names => ["arange", "zeros", "ones", "full", "new_zeros", "new_ones", "new_full", "eye", "linspace",
        "logspace", "tensor", "as_tensor", "from_array", "tril_indices", "triu_indices"];

    /// <summary>Python for a new tensor; null where it is none.</summary>
    public static PyValue? Call(PyFunction function, ExportOperator kind, string name,
        IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given) => name switch
        {
            "arange" or "zeros" or "ones" or "full" or "linspace" or "logspace" when kind == ExportOperator.Torch =>
                Made(function, name, given),
            "new_zeros" or "new_ones" or "new_full" => Like(function, name, given),
            "eye" when kind == ExportOperator.Torch => Identity(function, given),
            "tensor" or "as_tensor" or "from_array" => Numbers(function, name, given),
            "tril_indices" or "triu_indices" => PyValue.Tensor($"torch.{name}({Joined(function, given, "row", "col", "offset")})"),
            _ => null,
        };

    private static PyValue Made(PyFunction function, string name, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        var sizes = Sizes(function, given);
        var numbers = given.Where(static g => g.Parameter is "start" or "stop" or "step" or "value" or "fill_value" or "end" or "steps"
            or "base")
            .Select(static g => g.Value).ToArray();

        // TorchSharp fills with numbers where a truth is given.
        numbers = [.. numbers.Select(static n => n is bool truth ? truth ? 1L : 0L : n)];
        List<string> parts = name == "full" ? [$"({string.Join(", ", sizes)}{(sizes.Count == 1 ? "," : "")})"] : [.. sizes];
        parts.AddRange(numbers.Select(n => function.Text(n, hint: "value")));
        var settings = Settings(function, given);
        var hasType = settings.Any(static s => s.StartsWith("dtype", StringComparison.Ordinal));
        parts.AddRange(settings);
        return new($"torch.{name}({string.Join(", ", parts)})")
        {
            IsTensor = true,
            IsReal = !hasType && (name is "zeros" or "ones" or "linspace" or "logspace" || numbers.Any(static n => n is double or float)),
        };
    }

    private static PyValue Like(PyFunction function, string name, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        var sizes = Sizes(function, given);
        var value = given.Where(static g => g.Parameter == "value").Select(g => function.Text(g.Value, hint: "value"));
        return PyValue.Tensor($"{function.Text(given[0].Value, PyBinding.Whole)}.{name}("
            + $"{string.Join(", ", [Tuple(sizes), .. value, .. Settings(function, given)])})");
    }

    private static PyValue Identity(PyFunction function, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        var sizes = given.Where(static g => g.Parameter == "rows" || g is { Parameter: "columns", Value: not (< 0L) })
            .Select(g => function.Text(g.Value, hint: "size"));
        var settings = Settings(function, given);
        return new($"torch.eye({string.Join(", ", [.. sizes, .. settings])})")
        {
            IsTensor = true, IsReal = !settings.Any(static s => s.StartsWith("dtype", StringComparison.Ordinal)),
        };
    }

    /// <summary>A tensor of numbers that are known.</summary>
    private static PyValue Numbers(PyFunction function, string name, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        if (given[0].Value is PyValue { IsTensor: true } tensor)
        {
            return Settings(function, given) is { Count: > 0 } wanted
                ? PyValue.Tensor($"{tensor.Within(PyBinding.Whole)}.to({string.Join(", ", wanted)})") : tensor;
        }

        var settings = Settings(function, given);
        if (!settings.Any(static s => s.StartsWith("dtype", StringComparison.Ordinal)))
        {
            throw PyOperations.Refused(name, "of which type its numbers are is not known");
        }

        var sizes = Sizes(function, given);
        var text = $"torch.tensor({string.Join(", ", [Nested(given[0].Value), .. settings])})";
        return new(sizes.Count == 0 ? text : $"{text}.view({string.Join(", ", sizes)})")
        {
            IsTensor = true, IsReal = settings.Contains("dtype=torch.float32"),
        };

        string Nested(object? value) => value is List<object?> list ? $"[{string.Join(", ", list.Select(Nested))}]"
            : function.Text(value, hint: "value");
    }

    private static List<string> Sizes(PyFunction function, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given) =>
        [.. given.Where(static g => Separate.Contains(g.Parameter)).SelectMany(static g => g.Value is List<object?> list ? list : [g.Value])
            .Select(v => v is PyValue { IsShape: true } shape ? "*" + shape.Text : function.Text(v, hint: "size"))];

    private static string Tuple(IReadOnlyList<string> sizes) => $"({string.Join(", ", sizes)}{(sizes.Count == 1 ? "," : "")})";

    private static List<string> Settings(PyFunction function, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given) =>
        [.. given.Where(static g => g is { Parameter: "dtype" or "device", Value: not null })
            .Select(g => $"{g.Parameter}={function.Text(g.Value)}")];

    private static string Joined(PyFunction function, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given,
        params string[] parameters) => string.Join(", ", given.Where(g => parameters.Contains(g.Parameter))
            .Select(g => function.Text(g.Value, hint: "size")));
}
