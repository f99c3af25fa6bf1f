using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>Calls of operations on tensors, as <see cref="PyRows"/> has them.</summary>
internal static class PyOperations
{
    private static readonly HashSet<string> KeepReal = new("triu tril transpose masked_fill unsqueeze view reshape".Split(' '),
        StringComparer.Ordinal);

    /// <summary>What gives several tensors, as a list.</summary>
    private static readonly HashSet<string> Several = new(["split", "chunk", "unbind", "tensor_split"], StringComparer.Ordinal);

    /// <summary>The operations that have a form.</summary>
    public static IEnumerable<string> Names => PyRows.Names.Concat(PyCreation.Names).Concat(PyWritten.Names);

    public static object? Call(PyFunction function, ExportOperator kind, string name,
        IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        switch (name)
        {
            case "Dispose" or "DisposeEverything" or "NewDisposeScope":
                return null;
            case "MoveToOuterDisposeScope" or "MoveToOtherDisposeScope" or "DetachFromDisposeScope" or "Keep" or "alias":
                return given[0].Value;
        }

        if (PyCreation.Call(function, kind, name, given) is { } made)
        {
            return made;
        }

        if (PyWritten.Call(function, kind, name, given) is { } written)
        {
            return written;
        }

        var isChanging = name.EndsWith('_') && given[0].Value is PyValue { IsTensor: true };
        var plain = isChanging ? name[..^1] : name;
        if (PyRows.Of(plain, kind == ExportOperator.Functional) is not var (row, isFunction))
        {
            throw Refused(name, "it has no equal form in PyTorch");
        }

        if (given.Any(static g => g is { Parameter: "inplace", Value: true }) || (isChanging && isFunction))
        {
            function.Out.Flush();
            var self = function.Name((PyValue)given[0].Value!);
            var all = string.Join(", ", [self, .. Arguments(function, plain, row, given), "inplace=True"]);
            function.Out.Add($"F.{PyRows.Python(plain)}({all})");
            return given[0].Value;
        }

        if (plain == "pad" && given.Any(static g => g is { Parameter: "pad", Value: long or PyValue }))
        {
            throw Refused(name, "with one number TorchSharp pads every dimension; give two for each");
        }

        var arguments = Arguments(function, plain, row, given);
        var subject = given[0].Value;
        if (isChanging)
        {
            // What it is after this, its own node tells.
            ((PyValue)subject!).Dims = null;
            function.Out.Flush();
            function.Out.Add($"{function.Name((PyValue)subject!)}.{name}({string.Join(", ", arguments)})");
            return subject;
        }

        var isOfFunctional = isFunction || (kind == ExportOperator.Functional && plain is "relu" or "softmax" or "log_softmax" or "sigmoid"
            or "tanh" && kind == ExportOperator.Functional);
        var isMethod = (PyRows.IsMethod(plain) && !isFunction) || (!isFunction && kind == ExportOperator.Tensor && !IsOfTorch(plain));
        var python = PyRows.Python(plain);
        var text = isMethod ? $"{function.Text(subject, PyBinding.Whole)}.{python}({string.Join(", ", arguments)})"
            : $"{(isOfFunctional ? "F" : "torch")}.{python}({string.Join(", ", [Subject(function, subject), .. arguments])})";
        if (plain is "size" or "dim" or "numel")
        {
            var self = subject as PyValue;
            return plain == "size" && arguments.Count == 0 ? new PyValue(text) { IsShape = true, Dims = self?.Dims }
                : PyValue.Size(text, known: self is null ? null : plain switch
                {
                    "dim" => (long?)self.Dims?.Count,
                    "numel" => PyFunction.Elements(self),
                    _ => PyFunction.SizeOf(self, given[1].Value),
                });
        }

        if (plain is "topk" or "sort" or "kthvalue" or "cummax" or "cummin"
            || (plain is "max" or "min" && given.Skip(1).Any(static g => g.Parameter == "dim")))
        {
            return new PyParts(text, "{0}, {1}", [".values", ".indices"]);
        }

        if (Several.Contains(plain))
        {
            return new PyValue(text) { Count = subject is PyValue tensor ? PyFunction.Parts(plain, tensor, given) : null };
        }

        if (plain is "var_mean" or "std_mean")
        {
            return new PyParts(text, "{0}, {1}", ["[0]", "[1]"]);
        }

        var isReal = plain == "float" || (KeepReal.Contains(plain) && subject is PyValue { IsReal: true }) || plain is "to" or "to_type"
            && given.Any(static g => g.Value is ScalarType.Float32 or ExportMember { Name: "Float32" });
        return new PyValue(text) { IsTensor = true, IsReal = isReal };
    }

    /// <summary>What is no method in PyTorch, or another one.</summary>
    private static bool IsOfTorch(string name) =>
        name is "where" or "var_mean" or "std_mean" or "cross" or "bucketize" or "isin" or "fliplr"
        or "cdist" or "isreal" or "positive" or "isneginf" or "isposinf" or "expit" or "rot90";

    private static string Subject(PyFunction function, object? subject) => subject is List<object?> list
        ? $"[{string.Join(", ", list.Select(i => function.Text(i)))}]" : function.Text(subject);

    private static List<string> Arguments(PyFunction function, string name, string row,
        IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        var result = new List<string>();
        var always = row.Split(' ').Where(static p => p.EndsWith('!')).Select(static p => p.TrimEnd('!', '=')).ToArray();
        var left = given.Skip(1).Where(g => (!g.IsDefault || always.Contains(g.Parameter)) && g.Parameter != "inplace"
            && !(g.Value is null && g.Parameter is "dtype" or "device" or "type")).ToList();
        var isNamed = false;
        foreach (var part in row.Replace("!", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var names = part.TrimStart('*', '-').TrimEnd('=').Split('>');
            var owns = names[0].Split('|');
            var index = left.FindIndex(g => owns.Contains(g.Parameter));
            index = index < 0 && !part.EndsWith('=') && left.Count > 0 && left[0].Parameter.Length == 0 ? 0 : index;
            if (index < 0)
            {
                isNamed |= !part.StartsWith('-');
                continue;
            }

            var value = left[index].Value;
            left.RemoveAt(index);
            if (part.StartsWith('-'))
            {
                continue;
            }

            if (part.StartsWith('*'))
            {
                result.Add(value is List<object?> all ? string.Join(", ", all.Select(i => function.Text(i, hint: "size")))
                    : function.Text(value, hint: "size"));
                continue;
            }

            var python = names[^1];
            var isSingle = value is List<object?> { Count: 1 } && python is "dim" or "output_size";
            var text = function.Text(isSingle ? ((List<object?>)value!)[0] : value, hint: python);
            result.Add(part.EndsWith('=') || (isNamed && python != "other") ? $"{python}={text}" : text);
        }

        return left.Count == 0 ? result : throw Refused(name, $"its argument '{left[0].Parameter}' has no equal form in PyTorch");
    }

    public static NotExportableException Refused(string name, string why) => new($"{name}: {why}");
}
