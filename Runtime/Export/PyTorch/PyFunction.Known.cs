using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <content>What the declared shapes tell, and the modes of gradients.</content>
internal sealed partial class PyFunction
{
    private readonly List<PyMode> modes = [];

    /// <summary>Begins <c>with torch.no_grad():</c>.</summary>
    private PyMode Begin(string name, string argument)
    {
        Out.Flush();
        Out.Add($"with torch.{name}({argument}):");
        Out.Depth++;
        modes.Add(new());
        return modes[^1];
    }

    /// <summary>Ends the modes that have begun since there were so many.</summary>
    /// <param name="open">How many there were.</param>
    /// <param name="results">What is computed within, and read after it.</param>
    private void End(int open, params object?[] results)
    {
        if (open < modes.Count)
        {
            foreach (var result in results.SelectMany(static r => r as List<object?> ?? [r]).OfType<PyValue>())
            {
                Name(result);
            }

            Out.Flush();
            Out.Depth -= modes.Count - open;
            modes.RemoveRange(open, modes.Count - open);
        }
    }

    /// <summary>A size of a shape; null where it is not known.</summary>
    private static Dim? ItemOf(PyValue shape, object? index)
    {
        var count = shape.Dims?.Count ?? 0;
        var at = index is PyFromEnd end ? count - (PyValue.Certain(end.Number) as long? ?? count + 1)
            : PyValue.Certain(index) as long? ?? -1;
        return at >= 0 && at < count ? shape.Dims![(int)at] : null;
    }

    /// <summary>The sizes of a part of a shape; null where they are not known.</summary>
    private static IReadOnlyList<Dim>? Part(IReadOnlyList<Dim>? dims, PyRange range)
    {
        if (dims is null || range.Step is not null || (At(range.Start) ?? 0) is var start && (At(range.Stop) ?? dims.Count) is var stop
            && (start < 0 || stop < start || stop > dims.Count))
        {
            return null;
        }

        return [.. dims.Skip((int)start).Take((int)(stop - start))];

        long? At(object? bound) => bound is null ? null : bound is PyFromEnd end
            ? dims.Count - (PyValue.Certain(end.Number) as long? ?? dims.Count + 1) : PyValue.Certain(bound) as long? ?? -1;
    }

    /// <summary>The size of a dimension of a tensor; null where it is not known.</summary>
    public static Dim? SizeOf(PyValue tensor, object? dim) => ItemOf(tensor, PyValue.Certain(dim) is long and < 0 and var end
        ? new PyFromEnd(-end) : dim);

    /// <summary>How many tensors a function gives that takes a tensor apart; null where only a call knows.</summary>
    public static int? Parts(string name, PyValue tensor, IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> given)
    {
        object? Of(params string[] names) => PyValue.Certain(given.FirstOrDefault(g => names.Contains(g.Parameter)).Value);
        var parts = Of("chunks", "size", "sizes", "split_size_or_sections");
        var axis = Of("dim", "dimension") as long? ?? 0;
        var rank = tensor.Dims?.Count ?? 0;
        axis = axis < 0 ? axis + rank : axis;
        return name == "split" && parts is List<object?> sizes ? sizes.Count
            : axis < 0 || axis >= rank || tensor.Dims![(int)axis].Constant is not { } size ? null
            : name switch
            {
                "unbind" => (int)size,
                "split" when parts is long part and > 0 => Rounded(size, part),
                "chunk" when parts is long count and > 0 && size > 0 => Rounded(size, Rounded(size, count)),
                _ => null,
            };

        static int Rounded(long size, long part) => (int)((size + part - 1) / part);
    }

    /// <summary>The items of several tensors, and the sizes of a shape.</summary>
    private List<object?> Listed(PyValue many)
    {
        if (many is { IsShape: true, Dims: { } dims })
        {
            return [.. dims.Select((d, i) => (object?)PyValue.Size($"{many.Text}[{PyText.Number((long)i)}]", known: d))];
        }

        if (many.Count is not { } count)
        {
            throw new NotExportableException("how many items there are only a call knows");
        }

        many.Uses = Always;
        if (!many.IsName)
        {
            Out.Keep(many, "parts");
        }

        return [.. Enumerable.Range(0, count).Select(i => (object?)PyValue.Tensor($"{many.Text}[{PyText.Number((long)i)}]"))];
    }

    /// <summary>A parameter or buffer of a module.</summary>
    private static PyValue Stored(Tensor tensor, string path)
    {
        var value = PyValue.Variable(path);
        (value.Dims, value.Element, value.IsTrained) = ([.. tensor.shape.Select(Dim.Of)], tensor.dtype, tensor.requires_grad);
        return value;
    }

    /// <summary>A parameter or buffer of a module by its name; null where it has none of it.</summary>
    private PyValue? StateOf(nn.Module module, string name) => module.named_parameters(recurse: false)
        .Select(static p => (p.name, Tensor: (Tensor)p.parameter))
        .Concat(module.named_buffers(recurse: false).Select(static b => (b.name, Tensor: b.buffer)))
        .Where(s => s.name == name).Select(s => Stored(s.Tensor, $"{Path(module)}.{name}")).FirstOrDefault();
}
