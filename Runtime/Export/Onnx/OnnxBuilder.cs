using System.Globalization;
using System.Runtime.InteropServices;
using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>Adds nodes to a model, and knows type and shape of what each gives. Where a size depends on the call, it is an expression over
/// the dimensions of the inputs, and computed in the graph only where a node needs it as a tensor.</summary>
internal sealed partial class OnnxBuilder
{
    private const string Inner = "#";
    private readonly Dictionary<nint, string> keys = [];
    private readonly Dictionary<string, OnnxValue> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly Stack<string> path = new();
    private readonly ScalarType fallback;

    public OnnxBuilder(nn.Module root, string name, int opset)
    {
        Model = new(name) { Opset = opset };
        Block = new(null, Model.Nodes);
        fallback = root.parameters().FirstOrDefault(static p => p.is_floating_point())?.dtype ?? ScalarType.Float32;
        foreach (var (key, tensor) in root.named_parameters().Select(static p => (p.name, (Tensor)p.parameter))
            .Concat(root.named_buffers().Select(static b => (b.name, b.buffer))))
        {
            keys.TryAdd(Internals.Identity(tensor), key);
            taken.Add(key);
        }
    }

    public OnnxModel Model { get; }

    /// <summary>Where nodes are added.</summary>
    public OnnxBlock Block { get; private set; }

    /// <summary>The key of the module whose code is written; empty for the outermost.</summary>
    public string Path => path.TryPeek(out var current) ? current : "";

    public static bool IsInner(Dim dim) => dim.IsUnknown || dim.Names.Any(static n => n.StartsWith(Inner, StringComparison.Ordinal));

    /// <summary>What is added by the function stands under the name of a module.</summary>
    public T Within<T>(string key, Func<T> write)
    {
        path.Push(key);
        try
        {
            return write();
        }
        finally
        {
            path.Pop();
        }
    }

    /// <summary>The opset that an operator needs, where the file may have it.</summary>
    public bool CanUse(int opset) => Model.Opset >= opset;

    public OnnxValue Input(string name, ScalarType? type, IReadOnlyList<Dim> dims)
    {
        var value = new OnnxValue(Unique(name), type, [.. dims.Select((d, i) => d.IsUnknown ? Dim.Name($"{Inner}{name}{i}") : d)])
        {
            Fallback = fallback,
        };
        Model.Inputs.Add(value);
        for (var i = 0; i < dims.Count; i++)
        {
            if (value.Dims[i].AsName is { } size)
            {
                Block.AddSource(size, value, i);
            }
        }

        return value;
    }

    /// <summary>A node with one output.</summary>
    public OnnxValue Node(string op, IReadOnlyList<OnnxValue?> inputs, ScalarType type, IReadOnlyList<Dim> dims,
        params (string Name, object Value)[] attributes) => Nodes(op, inputs, [(type, dims)], attributes)[0];

    /// <summary>A node with several outputs.</summary>
    public OnnxValue[] Nodes(string op, IReadOnlyList<OnnxValue?> inputs, IReadOnlyList<(ScalarType Type, IReadOnlyList<Dim> Dims)> outputs,
        params (string Name, object Value)[] attributes)
    {
        var name = NameOf(op);
        var values = outputs.Select((o, i) => new OnnxValue(i == 0 ? name : Unique($"{name}.{i}"), o.Type, Source(o.Dims))).ToArray();
        Add(op, name, inputs, values, attributes);
        return values;
    }

    /// <summary>A name for a node of the module whose code is written.</summary>
    public string NameOf(string op) => Unique($"{(Path.Length == 0 ? "" : Path + "/")}{op}");

    /// <summary>A node whose outputs are there.</summary>
    public void Add(string op, string name, IReadOnlyList<OnnxValue?> inputs, IReadOnlyList<OnnxValue> values,
        params (string Name, object Value)[] attributes)
    {
        values.ToList().ForEach(Tell);

        // An optional input at the end is left out.
        var given = inputs.Reverse().SkipWhile(static i => i is null).Reverse().ToArray();
        Block.Nodes.Add(new(op, given, values, name, [.. attributes.OrderBy(static a => a.Name, StringComparer.Ordinal)]));
    }

    /// <summary>A value tells the sizes that are its dimensions.</summary>
    private void Tell(OnnxValue value)
    {
        for (var i = 0; i < value.Rank; i++)
        {
            if (value.Dims[i].AsName is { } size && size.StartsWith(Inner, StringComparison.Ordinal))
            {
                Block.AddSource(size, value, i);
            }
        }
    }

    /// <summary>A size of which nothing is known before the graph runs.</summary>
    public Dim NewSize() => Dim.Name($"{Inner}{Count("size")}");

    /// <summary>A parameter or buffer of the module; another tensor that is there is a constant.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="otherwise">What it is called if it is no part of the state.</param>
    public OnnxValue State(Tensor tensor, string? otherwise = null)
    {
        var key = keys.TryGetValue(Internals.Identity(tensor), out var name) ? name : otherwise;
        var identity = key ?? $"{Inner}{Internals.Identity(tensor).ToString(CultureInfo.InvariantCulture)}";
        if (!known.TryGetValue(identity, out var value))
        {
            OnnxTypes.Of(tensor.dtype);
            value = new(key ?? Unique("constant"), tensor.dtype, [.. tensor.shape.Select(static s => Dim.Of(s))])
            {
                IsTrained = tensor.requires_grad,
            };
            Model.Initializers.Add(new(value, tensor, []));
            known.Add(identity, value);
        }

        return value;
    }

    /// <summary>Whole numbers as a tensor of one dimension.</summary>
    public OnnxValue Ints(params long[] numbers) => Ints(numbers, [numbers.Length]);

    public OnnxValue Ints(long[] numbers, long[] shape) => Constant(MemoryMarshal.AsBytes<long>(numbers).ToArray(), ScalarType.Int64, shape,
        numbers);

    /// <summary>Numbers as a tensor of an element type.</summary>
    public OnnxValue Reals(double[] numbers, ScalarType type, params long[] shape)
    {
        using var scope = NewDisposeScope();
        using var made = tensor(numbers, dtype: ScalarType.Float64).to_type(type).contiguous();
        return Constant(made.bytes.ToArray(), type, shape, null);
    }

    /// <summary>A number as a tensor without dimensions.</summary>
    public OnnxValue Scalar(object number, ScalarType type) => number switch
    {
        bool truth => Constant([truth && type == ScalarType.Bool ? (byte)1 : (byte)0], type, truth, []),
        long whole when type == ScalarType.Int64 => Ints([whole], []),
        _ => Reals([Convert.ToDouble(number, CultureInfo.InvariantCulture)], type),
    };

    private OnnxValue Constant(byte[] bytes, ScalarType type, bool truth, long[] shape) => type == ScalarType.Bool
        ? Constant(bytes, type, shape, null) : Reals([truth ? 1 : 0], type, shape);

    private OnnxValue Constant(byte[] bytes, ScalarType type, long[] shape, long[]? numbers)
    {
        var text = $"{Inner}{type} [{string.Join(",", shape)}] {Convert.ToHexString(bytes)}";
        if (bytes.Length > 256 || !known.TryGetValue(text, out var value))
        {
            value = new(Unique("constant"), type, [.. shape.Select(static s => Dim.Of(s))]) { Numbers = numbers };
            Model.Initializers.Add(new(value, null, bytes));
            known[text] = value;
        }

        return value;
    }

    private IReadOnlyList<Dim> Source(IReadOnlyList<Dim> dims) => [.. dims.Select(d => d.IsUnknown ? NewSize() : d)];

    private int Count(string name) => names[name] = names.GetValueOrDefault(name) + 1;

    public string Unique(string name)
    {
        var unique = name;
        while (!taken.Add(unique))
        {
            unique = $"{name}_{Count(name).ToString(CultureInfo.InvariantCulture)}";
        }

        return unique;
    }
}
