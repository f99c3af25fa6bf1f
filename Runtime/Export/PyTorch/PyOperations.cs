using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>
/// The operations on tensors in PyTorch: a row each, with the parameters that come after the tensor. <c>a|b>c</c> is any of the names and
/// what PyTorch calls it, <c>a=</c> is given by name, <c>*a</c> is spread, <c>-a</c> does not change what is computed.
/// </summary>
internal static class PyOperations
{
    private static readonly Dictionary<string, string> Rows = new(StringComparer.Ordinal);

    /// <summary>What is a function of <c>torch.nn.functional</c> in PyTorch, and no method.</summary>
    private static readonly Dictionary<string, string> Functions = new(StringComparer.Ordinal);

    /// <summary>What is only a method.</summary>
    private static readonly HashSet<string> Methods = new("view expand expand_as repeat to to_type contiguous masked_fill size dim numel "
        .Split(' '), StringComparer.Ordinal);

    private static readonly HashSet<string> KeepReal = new("triu tril transpose masked_fill unsqueeze view reshape".Split(' '),
        StringComparer.Ordinal);

    static PyOperations()
    {
        void Add(Dictionary<string, string> rows, string names, string parameters = "")
        {
            foreach (var name in names.Split(' '))
            {
                rows.Add(name, parameters);
            }
        }

        Add(Rows, "relu sigmoid tanh exp log sqrt rsqrt abs sin cos neg erf floor ceil round sign square reciprocal log1p expm1 log2 log10 "
            + "isnan isinf contiguous detach clone numel dim t bitwise_not logical_not argwhere trace");
        Add(Rows, "view reshape", "*shape");
        Add(Rows, "transpose", "dim0 dim1");
        Add(Rows, "permute", "*permutation");
        Add(Rows, "unsqueeze", "dim");
        Add(Rows, "squeeze", "dim");
        Add(Rows, "flatten", "start_dim end_dim");
        Add(Rows, "unflatten", "dim sizes");
        Add(Rows, "narrow", "dim start length");
        Add(Rows, "select", "dim index");
        Add(Rows, "cat stack", "dim=");
        Add(Rows, "split", "size|sizes|split_size_or_sections>split_size dim=");
        Add(Rows, "chunk", "chunks dim=");
        Add(Rows, "unbind", "dimension|dim>dim=");
        Add(Rows, "softmax", "dim= dtype=");
        Add(Rows, "log_softmax", "dim= dtype=");
        Add(Rows, "mean sum amax amin", "dimensions|dim|dims>dim= keepdim= type>dtype=");
        Add(Rows, "var std var_mean std_mean", "dimensions|dim>dim= unbiased= keepdim=");
        Add(Rows, "argmax argmin", "dim= keepdim=");
        Add(Rows, "max min", "other dim= keepdim=");
        Add(Rows, "topk", "k dim= largest= sorted=");
        Add(Rows, "sort", "dim= descending= stable=");
        Add(Rows, "masked_fill", "mask value");
        Add(Rows, "triu tril", "diagonal");
        Add(Rows, "scatter", "dim index src");
        Add(Rows, "gather", "dim index -sparse_grad");
        Add(Rows, "index_select", "dim index");
        Add(Rows, "repeat_interleave", "repeats dim=");
        Add(Rows, "repeat expand", "*sizes -isImplicit");
        Add(Rows, "expand_as", "other");
        Add(Rows, "pow", "exponent");
        Add(Rows, "clamp", "min= max=");
        Add(Rows, "cumsum", "dim=");
        Add(Rows, "mm bmm outer dot mv", "target|mat2|batch2|vec2|vec|tensor|other>other");
        Add(Rows, "add sub mul div eq ne lt le gt ge maximum minimum logical_and logical_or", "target|other|right|scalar>other");
        Add(Rows, "where", "x y");
        Add(Rows, "lerp", "end weight");
        Add(Rows, "zeros_like ones_like", "dtype= device= -requires_grad -names");
        Add(Rows, "to", "type|device|other>other -copy -disposeAfter -non_blocking");
        Add(Rows, "to_type", "type>dtype -copy -disposeAfter -non_blocking");
        Add(Rows, "size", "dim");
        Add(Functions, "silu gelu softplus relu6 selu elu logsigmoid mish hardswish hardsigmoid softsign", "");
        Add(Functions, "leaky_relu", "negative_slope=");
        Add(Functions, "glu", "dim=");
        Add(Functions, "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout", "p training=");
        Add(Functions, "max_pool1d max_pool2d max_pool3d", "kernel_size stride|strides>stride= padding= dilation= ceil_mode=");
        Add(Functions, "avg_pool1d avg_pool2d avg_pool3d",
            "kernel_size stride= padding= ceil_mode= count_include_pad= divisor_override=");
        Add(Functions, "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d",
            "output_size");
        Add(Functions, "interpolate", "size= scale_factor= mode= align_corners= recompute_scale_factor= antialias=");
        Add(Functions, "pad", "pad mode= value=");
        Add(Functions, "normalize", "p= dim= eps=");
        Add(Functions, "one_hot", "num_classes");
        Add(Functions, "linear", "weight bias");
        Add(Functions, "grid_sample", "grid mode= padding_mode= align_corners=");
        Add(Functions, "affine_grid", "size align_corners=");
        Add(Functions, "pixel_shuffle", "upscale_factor");
    }

    /// <summary>The operations that have a row.</summary>
    public static IEnumerable<string> Names => Rows.Keys.Concat(Functions.Keys);

    public static object? Call(PyFunction function, ExportOperator kind, string name,
        IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        switch (name)
        {
            case "Dispose" or "DisposeEverything" or "NewDisposeScope":
                return null;
            case "arange" or "zeros" or "ones" or "full" when kind == ExportOperator.Torch:
                return Made(function, name, given);
            case "matmul":
                return PyValue.Tensor($"{function.Text(given[0].Value, PyBinding.Product)} @ "
                    + function.Text(given[1].Value, PyBinding.Power), PyBinding.Product);
            case "scaled_dot_product_attention":
                return Attention(function, given);
            case "MoveToOuterDisposeScope" or "MoveToOtherDisposeScope" or "DetachFromDisposeScope" or "Keep" or "alias":
                return given[0].Value;
        }

        var isChanging = name.EndsWith('_') && given[0].Value is PyValue { IsTensor: true };
        var plain = isChanging ? name[..^1] : name;
        var isFunction = Functions.TryGetValue(plain, out var row);
        if (!isFunction && !Rows.TryGetValue(plain, out row))
        {
            throw Refused(name, "it has no equal form in PyTorch");
        }

        if (given.Any(static g => g is { Parameter: "inplace", Value: true }) || (isChanging && isFunction))
        {
            function.Out.Flush();
            var self = function.Name((PyValue)given[0].Value!);
            function.Out.Add($"F.{plain}({string.Join(", ", [self, .. Arguments(function, plain, row!, given), "inplace=True"])})");
            return given[0].Value;
        }

        if (plain == "pad" && given.Any(static g => g is { Parameter: "pad", Value: long or PyValue }))
        {
            throw Refused(name, "with one number TorchSharp pads every dimension; give two for each");
        }

        var arguments = Arguments(function, plain, row!, given);
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
        var isMethod = Methods.Contains(plain) || (!isFunction && kind == ExportOperator.Tensor
            && plain is not ("where" or "var_mean" or "std_mean"));
        var python = plain switch { "to_type" => "to", _ => plain };
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

        if (plain is "topk" or "sort" || (plain is "max" or "min" && given.Skip(1).Any(static g => g.Parameter == "dim")))
        {
            return new PyParts(text, "{0}, {1}", [".values", ".indices"]);
        }

        if (plain is "split" or "chunk" or "unbind")
        {
            return new PyValue(text) { Count = subject is PyValue tensor ? PyFunction.Parts(plain, tensor, given) : null };
        }

        if (plain is "var_mean" or "std_mean")
        {
            return new PyParts(text, "{0}, {1}", ["[0]", "[1]"]);
        }

        var isReal = (KeepReal.Contains(plain) && subject is PyValue { IsReal: true }) || plain is "to" or "to_type"
            && given.Any(static g => g.Value is ScalarType.Float32 or ExportMember { Name: "Float32" });
        return new PyValue(text) { IsTensor = true, IsReal = isReal };
    }

    private static string Subject(PyFunction function, object? subject) => subject is List<object?> list
        ? $"[{string.Join(", ", list.Select(i => function.Text(i)))}]" : function.Text(subject);

    private static List<string> Arguments(PyFunction function, string name, string row,
        IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        var result = new List<string>();
        var left = given.Skip(1).Where(static g => !g.IsDefault && g.Parameter != "inplace"
            && !(g.Value is null && g.Parameter is "dtype" or "device" or "type")).ToList();
        var isNamed = false;
        foreach (var part in row.Split(' ', StringSplitOptions.RemoveEmptyEntries))
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

    private static PyValue Made(PyFunction function, string name, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        var sizes = given.Where(static g => g.Parameter is "size" or "sizes" or "rows" or "columns" or "dim0" or "dim1" or "dim2" or "dim3")
            .SelectMany(static g => g.Value is List<object?> list ? list : [g.Value]).Select(v => function.Text(v, hint: "size")).ToArray();
        var numbers = given.Where(static g => g.Parameter is "start" or "stop" or "step" or "value" or "fill_value")
            .Select(static g => g.Value).ToArray();
        if (numbers.Any(static n => n is bool))
        {
            throw Refused(name, "TorchSharp fills with numbers where a truth is given");
        }

        var parts = name == "full" ? [$"({string.Join(", ", sizes)}{(sizes.Length == 1 ? "," : "")})"] : sizes.ToList();
        parts.AddRange(numbers.Select(n => function.Text(n, hint: "value")));
        var hasType = false;
        foreach (var (parameter, value, _) in given.Where(static g => g is { Parameter: "dtype" or "device", Value: not null }))
        {
            hasType |= parameter == "dtype";
            parts.Add($"{parameter}={function.Text(value)}");
        }

        return new($"torch.{name}({string.Join(", ", parts)})")
        {
            IsTensor = true, IsReal = !hasType && (name is "zeros" or "ones" || numbers.Any(static n => n is double or float)),
        };
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
                    throw Refused("scaled_dot_product_attention", "it drops in eval mode too; write p: training ? p : 0");
            }
        }

        return PyValue.Tensor($"attend({text})");
    }

    private static NotExportableException Refused(string name, string why) => new($"{name}: {why}");
}
