using System.Globalization;
using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <content>Items of tensors, lists and containers, and functions of lists.</content>
internal sealed partial class PyFunction
{
    private object? Item(object? holder, IReadOnlyList<object?> indices)
    {
        switch (holder)
        {
            case ExportMap map:
                return map[indices[0]];
            case PyValue { IsTensor: false, IsSize: false } shape when indices is [PyRange range]:
                return new PyValue($"{shape.Text}[{Place(range)}]") { IsShape = shape.IsShape, Dims = Part(shape.Dims, range) };
            case PyValue { IsShape: true } shape:
                return PyValue.Size($"{shape.Text}[{Place(indices[0])}]", known: ItemOf(shape, indices[0]));
            case PyValue { IsTensor: false, IsSize: false } many:
                return PyValue.Tensor($"{many.Within(PyBinding.Whole)}[{Place(indices[0])}]");
            case PyValue tensor:
                return PyValue.Tensor($"{tensor.Within(PyBinding.Whole)}[{string.Join(", ", indices.Select(Place))}]");
        }

        if (indices[0] is string key)
        {
            return (holder as nn.Module)?.named_children().FirstOrDefault(c => c.name == key).module
                ?? throw new NotExportableException($"the item \"{key}\"");
        }

        var list = Items(holder).ToList();
        if (indices[0] is PyRange part)
        {
            return list[(part.Start is null ? 0 : At(part.Start))..(part.Stop is null ? list.Count : At(part.Stop))];
        }

        return list[At(indices[0])];

        int At(object? index) => index switch
        {
            PyFromEnd { Number: var end } when PyValue.Certain(end) is long number => list.Count - (int)number,
            _ when PyValue.Certain(index) is long number => (int)number,
            _ => throw new NotExportableException("which item it is only a call knows"),
        };
    }

    /// <summary>An index of a tensor.</summary>
    private string Place(object? index) => index switch
    {
        null => "None",
        PyFromEnd end => Negative(end.Number),
        PyRange range => $"{Bound(range.Start)}:{Bound(range.Stop)}{(range.Step is null ? "" : ":" + Text(range.Step))}",
        List<object?> list => $"[{string.Join(", ", list.Select(Place))}]",
        _ => Text(index, hint: "index"),
    };

    private string Bound(object? bound) => bound switch
    {
        null or PyFromEnd { Number: 0L } => "",
        PyFromEnd end => Negative(end.Number),
        _ => Text(bound, hint: "stop"),
    };

    private string Negative(object? number) => number is long known ? PyText.Slot("index", PyText.Number(-known))
        : "-" + Text(number, PyBinding.Sign);

    private static object? Index(string name, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        object? Of(string parameter) => given.FirstOrDefault(g => g.Parameter == parameter).Value;
        return name switch
        {
            "Ellipsis" => new PyIndex("..."),
            "None" or "Null" => new PyIndex("None"),
            "Colon" => new PyIndex(":"),
            "Single" or "Tensor" or "Bool" => given[0].Value,
            "Slice" when given is [{ Parameter: not "start" }] => given[0].Value as PyRange
                ?? (Items(given[0].Value).ToList() is [var from, var to] ? new PyRange(from, to, null)
                    : throw new NotExportableException("a slice")),
            "Slice" => new PyRange(Of("start"), Of("stop"), Of("step")),
            _ => throw new NotExportableException($"TensorIndex.{name}"),
        };
    }

    private object? Collection(ExportNode.Apply node, IReadOnlyList<object?> given)
    {
        if (!Onnx.OnnxCollections.IsFollowed(node.Name, given.Count))
        {
            throw new NotExportableException($"{node.Name}: a function of lists that is not followed");
        }

        if (given.Count > 0 && given[0] is ExportMap map)
        {
            return map.Call(node.Name, [.. given.Select((g, i) => i < 2 ? g : Kept(g))]);
        }

        if (ExportLists.IsFollowed(node.Name, given.Count) && !Onnx.OnnxCollections.IsOwn(node.Name, given.Count))
        {
            return new ExportLists(static (function, arguments) => ((Func<object?[], object?>)function!)(arguments), Binary,
                static v => PyValue.Certain(v) is bool or long or double or float ? PyValue.Certain(v) : null,
                static why => new PyUnknown($"whether it holds {why}"))
                .Call(node.Name, given, v => v is PyValue several ? Listed(several) : Items(v).ToList());
        }

        if (given.Count > 0 && given[0] is List<object?> list)
        {
            switch (node.Name)
            {
                case "Add":
                    list.Add(Kept(given[1]));
                    return null;
                case "AddRange":
                    list.AddRange(Items(given[1]).Select(Kept));
                    return null;
                case "Insert":
                    list.Insert(Number(1), Kept(given[2]));
                    return null;
                case "Clear":
                    list.Clear();
                    return null;
                case "Reverse" when node.Operands[0].Parameter != "source":
                    list.Reverse();
                    return null;
            }
        }

        if (node.Name == "Range")
        {
            return Enumerable.Range(Number(0), Number(1)).Select(static i => (object?)(long)i).ToList();
        }

        if (node.Name == "Empty")
        {
            return new List<object?>();
        }

        if (given[0] is PyValue && node.Name is "ToArray" or "ToList" or "AsEnumerable")
        {
            return given[0];
        }

        if (node.Name == "Select" && given[0] is nn.Module modules && Comprehension(modules) is { } written)
        {
            return written;
        }

        var items = (given[0] is PyValue many ? Listed(many) : Items(given[0])).ToList();
        return node.Name switch
        {
            "ToArray" or "ToList" or "AsEnumerable" or "Cast" => items,
            "Append" => items.Append(Kept(given[1])).ToList(),
            "Prepend" => items.Prepend(Kept(given[1])).ToList(),
            "Concat" => items.Concat(given[1] is PyValue more ? Listed(more) : Items(given[1])).ToList(),
            "Reverse" => Enumerable.Reverse(items).ToList(),
            "Skip" => items.Skip(Number(1)).ToList(),
            "Take" => items.Take(Number(1)).ToList(),
            "SkipLast" => items.SkipLast(Number(1)).ToList(),
            "TakeLast" => items.TakeLast(Number(1)).ToList(),
            "First" => items[0],
            "Last" => items[^1],
            "ElementAt" => items[Number(1)],
            "Count" or "Length" => (long)items.Count,
            "Any" => items.Count > 0,
            "Sum" => items.Aggregate((object?)0L, (a, b) => Binary("+", a, b)),
            "Select" => items.Select((item, i) => Kept(Run(item, (long)i))).ToList(),
            "Zip" => items.Zip(given[1] is PyValue other ? Listed(other) : Items(given[1]),
                static (a, b) => (object?)new List<object?> { a, b }).ToList(),
            "Aggregate" when given.Count == 3 => items.Aggregate(given[1], (a, b) => Run(a, b)),
            "Aggregate" => items.Aggregate((a, b) => Run(a, b)),
            _ => throw new NotExportableException($"{node.Name} of a list"),
        };

        int Number(int index) => PyValue.Certain(given[index]) is long number ? (int)number
            : throw new NotExportableException("a number of items that only a call knows");

        object? Run(params object?[] arguments) => ((Func<object?[], object?>)given[^1]!)(arguments);

        PyValue? Comprehension(nn.Module source)
        {
            var children = source.named_children().Select(static c => c.module).ToList();
            PyValue? result = null;
            return children.Count > 1 && Out.Try(() =>
            {
                var count = Out.Lines.Count;
                var item = new PyModule("layer", children);
                if (Run(item, null) is PyValue { IsTensor: true } each && Out.Lines.Count == count)
                {
                    result = new PyValue($"[{each.Text} for {item.Text} in {Path(source)}]") { Count = children.Count };
                }

                return result is not null;
            }) ? result : null;
        }
    }

    /// <summary>A parameter or buffer, by its path.</summary>
    private string State(Tensor tensor)
    {
        foreach (var (module, path) in paths)
        {
            foreach (var (name, own) in module.named_parameters(recurse: false).Select(static p => (p.name, (Tensor)p.parameter))
                .Concat(module.named_buffers(recurse: false).Select(static b => (b.name, b.buffer))))
            {
                if (Internals.Identity(own) == Internals.Identity(tensor))
                {
                    return $"{path}.{name}";
                }
            }
        }

        throw new NotExportableException("a tensor that is neither parameter nor buffer of the module is used");
    }

    /// <summary>Where a module is: <c>self.blocks[0]</c>.</summary>
    public string Path(nn.Module module) => paths.TryGetValue(module, out var path) ? path
        : throw new NotExportableException($"a {module.GetType().Name} is no part of the module's state");
}
