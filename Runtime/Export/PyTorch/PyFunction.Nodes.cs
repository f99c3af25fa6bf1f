using System.Globalization;
using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <content>Single operations.</content>
internal sealed partial class PyFunction
{
    private static readonly Dictionary<string, (string Text, PyBinding Binding)> Operators = new(StringComparer.Ordinal)
    {
        ["+"] = ("+", PyBinding.Sum), ["-"] = ("-", PyBinding.Sum), ["*"] = ("*", PyBinding.Product), ["/"] = ("/", PyBinding.Product),
        ["%"] = ("%", PyBinding.Product), ["=="] = ("==", PyBinding.Comparison), ["!="] = ("!=", PyBinding.Comparison),
        ["<"] = ("<", PyBinding.Comparison), ["<="] = ("<=", PyBinding.Comparison), [">"] = (">", PyBinding.Comparison),
        [">="] = (">=", PyBinding.Comparison), ["&"] = ("&", PyBinding.BitAnd), ["|"] = ("|", PyBinding.BitOr),
        ["^"] = ("^", PyBinding.BitXor),
    };

    private object? Apply(ExportNode.Apply node)
    {
        var given = node.Operands.Select(o => (o.Parameter, Value: Of(o.Operand), o.IsDefault)).ToArray();
        if (given.Select(static g => g.Value).OfType<PyUnknown>().FirstOrDefault() is { } unknown)
        {
            return node.Name == "Dispose" || uses.GetValueOrDefault(node.Output.Number) == 0
                || node.Kind is ExportOperator.CSharp or ExportOperator.Property ? unknown
                : throw new NotExportableException(unknown.Reason);
        }

        object? At(int index) => index < given.Length ? given[index].Value : null;
        switch (node.Kind)
        {
            case ExportOperator.Torch when node.Name is "no_grad" or "enable_grad" or "inference_mode" or "set_grad_enabled":
                return Begin(node.Name, given.Length == 0 || (given[0].Value is true && node.Name != "set_grad_enabled") ? ""
                    : Text(given[0].Value));
            case ExportOperator.Tensor when node.Name == "Dispose" && At(0) is PyMode mode:
                End(modes.Contains(mode) ? modes.IndexOf(mode) : modes.Count);
                return null;
            case ExportOperator.Tensor or ExportOperator.Torch or ExportOperator.Functional:
                return Parts(node, PyOperations.Call(this, node.Kind, node.Name, given));
            case ExportOperator.Module:
                return Parts(node, Call(At(0), [.. given.Skip(1).Reverse()
                    .SkipWhile(static g => g.Value is null || g.IsDefault).Reverse().Select(static g => g.Value)]));
            case ExportOperator.CSharp:
                return given.Length == 1 ? Unary(node.Name, At(0)) : Binary(node.Name, At(0), At(1));
            case ExportOperator.Math:
                return MathOf(node.Name, [.. given.Select(static g => g.Value)]);
            case ExportOperator.Property when node.Name == "training" && given.Length == 0:
                return new PyValue("self.training") { Known = false };
            case ExportOperator.Property:
                return Property(At(0), node.Name);
            case ExportOperator.Static:
                return At(0);
            case ExportOperator.Item:
                return Item(At(0), [.. given.Skip(1).Select(static g => g.Value)]);
            case ExportOperator.List or ExportOperator.Tuple:
                var list = given.SelectMany(static g => g.Parameter == ".." ? Items(g.Value) : [g.Value]).ToList();
                foreach (var item in list.OfType<PyValue>().Where(static i => i.IsName || !i.IsTensor))
                {
                    item.Uses = Math.Max(1, item.Uses);
                }

                return list;
            case ExportOperator.Slice:
                return new PyRange(At(0), At(1), At(2));
            case ExportOperator.FromEnd:
                return new PyFromEnd(At(0));
            case ExportOperator.Index:
                return Index(node.Name, given);
            case ExportOperator.Collection:
                return Collection(node, [.. given.Select(static g => g.Value)]);
            case ExportOperator.SetItem when At(0) is ExportMap map:
                map[At(1)] = Kept(At(2));
                return null;
            case ExportOperator.SetItem when At(0) is List<object?> target:
                target[(int)(long)(At(1) is PyFromEnd { Number: long end } ? target.Count - end : At(1)!)] = Kept(At(2));
                return null;
            case ExportOperator.SetItem when At(0) is PyValue tensor:
                Out.Flush();
                Out.Add($"{Name(tensor)}[{string.Join(", ", given.Skip(1).SkipLast(1).Select(g => Place(g.Value)))}] = "
                    + Text(At(given.Length - 1)));
                return null;
            default:
                throw new NotExportableException($"the code sets '{node.Name}', which is kept from one call to the next");
        }
    }

    /// <summary>The variable that a tensor is in, which something changes.</summary>
    public string Name(PyValue tensor)
    {
        if (!tensor.IsName)
        {
            tensor.Uses = Math.Max(1, tensor.Uses);
            Out.Keep(tensor, "y");
        }

        return tensor.Text;
    }

    private object? Kept(object? value)
    {
        if (value is PyValue { IsTensor: true } tensor)
        {
            Name(tensor);
            tensor.Uses = Always;
        }

        return value;
    }

    /// <summary>A tuple of Python in variables, named as in the source; <c>_</c> where nothing reads one.</summary>
    private object? Parts(ExportNode.Apply node, object? result)
    {
        if (result is not PyParts parts)
        {
            return result;
        }

        var readers = items.GetValueOrDefault(node.Output.Number) ?? [];
        if (readers.Count == 1 && uses.GetValueOrDefault(node.Output.Number) == 1)
        {
            var (item, output) = readers[0];
            var path = parts.Paths[item];
            var only = new List<object?>(new object?[parts.Paths.Count]);
            only[item] = PyValue.Tensor(parts.Text + path);
            return only;
        }

        Out.Flush();
        var names = parts.Paths.Select((_, i) =>
        {
            var reader = readers.FirstOrDefault(r => r.Item == i && uses.GetValueOrDefault(r.Output.Number) > 0).Output;
            var value = PyValue.Tensor("_");
            if (reader is not null || readers.Count == 0)
            {
                value.Uses = 1;
                Out.Claim(reader is { Name.Length: > 0 } ? reader.Name : "y", value);
                value.Uses = readers.Count == 0 ? Always : 0;
            }

            return value;
        }).ToArray();
        Out.Add($"{string.Format(CultureInfo.InvariantCulture, parts.Pattern, [.. names.Select(static n => (object)n.Text)])} = "
            + parts.Text);
        return names.Cast<object?>().ToList();
    }

    private object? Call(object? module, IReadOnlyList<object?> inputs)
    {
        var (modules, path) = module switch
        {
            PyModule each => (each.Modules, each.Text),
            nn.Module one => ([one], Path(one)),
            _ => throw new NotExportableException("what is called is not known"),
        };
        var results = modules.Select(m => called(m, inputs)).Distinct().ToArray();
        var arguments = string.Join(", ", inputs.Select((value, i) => value is PyValue { IsReal: false } && PyLayers.IsAdded(modules[0], i)
            ? $"{Text(value, PyBinding.Whole)}.float()" : Text(value)));
        var text = $"{path}({arguments})";
        return results switch
        {
            [0] => PyLayers.Result(modules[0], text),
            [var count] => new PyParts(text, string.Join(", ", Enumerable.Range(0, count).Select(static i => $"{{{i}}}")),
                [.. Enumerable.Range(0, count).Select(static i => $"[{i}]")]),
            _ => throw new NotExportableException("modules of a list give different numbers of results"),
        };
    }

    private object? Unary(string name, object? value) => (name, value) switch
    {
        ("-", PyValue x) => new PyValue("-" + x.Within(PyBinding.Sign), PyBinding.Sign)
            { IsTensor = x.IsTensor, IsSize = x.IsSize, IsReal = x.IsReal, Known = Worked(name, x) },
        ("~" or "!", PyValue { IsTensor: true } x) => PyValue.Tensor("~" + x.Within(PyBinding.Sign), PyBinding.Sign),
        ("!", PyValue x) => new PyValue("not " + x.Within(PyBinding.Not), PyBinding.Not) { Known = Worked(name, x) },
        ("-", long number) => -number,
        ("-", double number) => -number,
        ("-", float number) => -number,
        ("!", bool truth) => !truth,
        ("+" or "checked" or "unchecked", _) => value,
        ("(int)" or "(long)", PyValue { IsSize: true }) => value,
        ("(int)" or "(long)", bool or long or double or float) => (long)Convert.ToDouble(value, CultureInfo.InvariantCulture),
        ("(double)" or "(float)", PyValue { IsTensor: false, IsSize: false }) => value,
        ("(double)" or "(float)", PyValue { IsSize: true } x) => new PyValue($"float({x.Text})") { Known = Worked(name, x) },
        ("(double)", long or double or float) => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        ("(float)", long or double or float) => Convert.ToSingle(value, CultureInfo.InvariantCulture),
        _ => throw new NotExportableException($"'{name}' of {value?.GetType().Name ?? "null"}"),
    };

    /// <summary>What an operator gives of a number or a truth that is known.</summary>
    private object? Worked(string name, PyValue value) => value.Known is { } known ? Unary(name, known) : null;

    private static object? Worked(string name, object? left, object? right) =>
        PyValue.Certain(left) is { } a and not PyModule && PyValue.Certain(right) is { } b and not PyModule && (a is bool) == (b is bool)
            && (a is bool || name is "+" or "-" or "*" or "/" or "%" or "==" or "!=" or "<" or ">" or "<=" or ">=")
            && a is bool or long or float or double && b is bool or long or float or double
            && !(name is "/" or "%" && b is 0L) ? PyNumbers.Binary(name, a, b) : null;

    /// <summary>What a comparison of two sizes gives, whatever they are in a call.</summary>
    private static object? Compared(string name, object? left, object? right)
    {
        if (SizeOf(left) is not { } a || SizeOf(right) is not { } b)
        {
            return null;
        }

        return name switch
        {
            "==" or "!=" => Comparison.Compare(a, b, Facts.None) switch
            {
                Verdict.Equal => name == "==",
                Verdict.Different => name == "!=",
                _ => null,
            },
            ">=" => Comparison.AtLeast(a, b, Facts.None),
            "<=" => Comparison.AtLeast(b, a, Facts.None),
            ">" => !Comparison.AtLeast(b, a, Facts.None),
            "<" => !Comparison.AtLeast(a, b, Facts.None),
            _ => null,
        };

        static Dim? SizeOf(object? value) => value is PyValue size ? size.Dim : value is long number ? Dim.Of(number) : null;
    }

    private object? Binary(string name, object? left, object? right)
    {
        if (left is PyValue || right is PyValue)
        {
            if (left is null || right is null)
            {
                return name == "!=";
            }

            if (name is "==" or "!=" && Member(left) is { } one && Member(right) is { } other)
            {
                return one == other == (name == "==");
            }

            var isOfTensors = left is PyValue { IsTensor: true } || right is PyValue { IsTensor: true };
            var isSize = left is PyValue { IsSize: true } or long && right is PyValue { IsSize: true } or long;
            if (!Operators.TryGetValue(name, out var sign) || (name is "&" or "|" or "^" or "%" && !isOfTensors && !isSize))
            {
                throw new NotExportableException($"'{name}' of what only a call knows");
            }

            var isReal = isOfTensors && (left is double or float or PyValue { IsReal: true } || right is double or float
                or PyValue { IsReal: true });
            return new PyValue($"{Text(left, sign.Binding)} {(isSize && name == "/" ? "//" : sign.Text)} {Text(right, sign.Binding + 1)}",
                sign.Binding)
            {
                IsTensor = isOfTensors, IsSize = isSize && sign.Binding >= PyBinding.Sum, IsReal = isReal,
                Known = isOfTensors ? null : Worked(name, left, right) ?? Compared(name, left, right),
            };
        }

        if (left is PyModule || right is PyModule)
        {
            throw new NotExportableException("modules are compared");
        }

        return PyNumbers.Binary(name, left, right);
    }

    /// <summary>The name of a type of elements or a device that a value certainly is.</summary>
    private static string? Member(object? value) => PyValue.Certain(value) switch
    {
        ExportMember member => member.Name,
        Enum member => member.ToString(),
        _ => null,
    };

    private object? MathOf(string name, object?[] given)
    {
        if (!given.Any(static g => g is PyValue))
        {
            return MathOfNumbers.Of(name, given);
        }

        var arguments = string.Join(", ", given.Select(g => Text(g)));
        var isSize = given.All(static g => g is long or PyValue { IsSize: true });
        var certain = given.Select(PyValue.Certain).ToArray();
        var known = certain.All(static c => c is not null) ? MathOfNumbers.Of(name, certain) : null;
        return name switch
        {
            "Sqrt" or "Exp" or "Log" or "Pow" or "Tanh" or "Sin" or "Cos" or "Log2" or "Log10" or "Tan" or "Atan" or "Sinh" or "Cosh"
                or "Asin" or "Acos" or "Atan2" or "Asinh" or "Acosh" or "Atanh" =>
                new PyValue($"math.{name.ToLowerInvariant()}({arguments})") { Known = known },
            "Floor" or "Ceiling" or "Truncate" when !isSize =>
                new PyValue($"float(math.{(name == "Ceiling" ? "ceil" : name == "Floor" ? "floor" : "trunc")}({arguments}))")
                {
                    Known = known,
                },
            "Clamp" => new PyValue($"min(max({Text(given[0])}, {Text(given[1])}), {Text(given[2])})") { IsSize = isSize, Known = known },
            "Min" or "Max" or "Abs" => new PyValue($"{name.ToLowerInvariant()}({arguments})") { IsSize = isSize, Known = known },
            _ => throw new NotExportableException($"Math.{name} of what only a call knows"),
        };
    }

    /// <summary>How many elements a tensor has; null where that is not known.</summary>
    public static Dim? Elements(PyValue tensor) => tensor.Dims?.Aggregate(Dim.One, static (a, b) => a * b);

    private object? Property(object? holder, string name)
    {
        switch (holder)
        {
            case PyValue { IsTensor: true } tensor:
                var text = tensor.Within(PyBinding.Whole);
                return name switch
                {
                    "shape" => new PyValue(text + ".shape") { IsShape = true, Dims = tensor.Dims },
                    "dtype" => new PyValue(text + ".dtype") { Known = tensor.Element },
                    "device" or "device_type" => new PyValue(text + ".device") { Known = new ExportMember("CPU") },
                    "is_cuda" or "is_meta" or "is_sparse" => new PyValue($"{text}.{name}") { Known = false },
                    "requires_grad" => new PyValue(text + ".requires_grad") { Known = tensor.IsTrained },
                    "ndim" or "Dimensions" => PyValue.Size(text + ".ndim", known: (long?)tensor.Dims?.Count),
                    "NumberOfElements" => PyValue.Size(text + ".numel()", known: Elements(tensor)),
                    "Value" => tensor,
                    "T" or "mT" or "H" or "mH" => PyValue.Tensor($"{text}.{name}"),
                    _ => throw new NotExportableException($"'{name}' of a tensor"),
                };
            case PyValue many when name is "Length" or "Count":
                return PyValue.Size($"len({many.Text})", known: (long?)(many.Count ?? many.Dims?.Count));
            case PyModule { Modules: var each } when name is "weight" or "bias":
                return each[0].named_parameters(recurse: false).Any(p => p.name == name)
                    ? PyValue.Variable($"{Text(holder)}.{name}") : null;
            case nn.Module module:
                return StateOf(module, name) ?? (name is "Count" ? (object)(long)module.named_children().Count()
                    : name is "weight" or "bias" ? null
                    : module.named_children().FirstOrDefault(c => c.name == name).module
                        ?? throw new NotExportableException($"'{name}' of '{Path(module)}'"));
            case PyValue { Known: ExportMember } device when name == "type":
                return device;
            case ExportMap map when name is "Keys" or "Values" or "Count":
                return name == "Count" ? (object)(long)map.Items.Count : map.Items.Select(i => name == "Keys" ? i.Key : i.Value).ToList();
            case ExportPair pair when name is "Key" or "Value":
                return name == "Key" ? pair.Key : pair.Value;
            case string own when name == "Length":
                return (long)own.Length;
            case List<object?> row when PartOf(new(ExportOperator.Property, name, [], null!)) is { } part:
                return row[part];
            case System.Collections.IEnumerable when name is "Count" or "Length" && holder is not string:
                return (long)Items(holder).Count();
            case var _ when name == "Value":
                return holder;
            case var _ when name == "HasValue":
                return holder is not null;
            default:
                throw new NotExportableException($"'{name}' of a {holder?.GetType().Name ?? "null"}");
        }
    }
}

/// <summary>What gives a tuple in Python.</summary>
/// <param name="Text">The call.</param>
/// <param name="Pattern">The variables that take it: <c>{0}, ({1}, {2})</c>.</param>
/// <param name="Paths">How each part is taken alone: <c>.values</c>.</param>
internal sealed record PyParts(string Text, string Pattern, IReadOnlyList<string> Paths);
