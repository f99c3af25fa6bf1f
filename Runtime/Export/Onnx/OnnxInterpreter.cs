using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>
/// Runs the graph of a module on tensors of an ONNX graph, in eval mode. What C# computes is computed: branches on what the constructor was
/// given are taken, loops are unrolled. Sizes are expressions over the dimensions of the inputs.
/// </summary>
internal sealed partial class OnnxInterpreter
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, object?>> built = new(StringComparer.Ordinal);
    private readonly Dictionary<nn.Module, string> keys = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<OnnxValue, OnnxValue> views = [];
    private readonly Stack<Dictionary<int, object?>> callers = new();
    private Dictionary<int, object?> values = [];
    private int turns;

    public OnnxInterpreter(nn.Module root, OnnxBuilder builder)
    {
        Builder = builder;
        keys[root] = "";
        foreach (var (name, module) in root.named_modules())
        {
            keys.TryAdd(module, name);
        }
    }

    public OnnxBuilder Builder { get; }

    /// <summary>What a call of a module gives.</summary>
    public object? Run(ExportGraph graph, IReadOnlyList<object?> inputs)
    {
        callers.Push(values);
        values = [];
        var prefix = KeyOf(graph.Module);
        foreach (var (key, layer) in graph.Layers)
        {
            built[prefix.Length == 0 ? key : $"{prefix}.{key}"] = layer.Arguments;
        }

        for (var i = 0; i < graph.Inputs.Count; i++)
        {
            values[graph.Inputs[i].Value.Number] = i < inputs.Count ? inputs[i] : null;
        }

        var result = Run(graph.Body).Values[0];
        values = callers.Pop();
        return result;
    }

    /// <summary>What a call of a layer gives.</summary>
    public object? Call(nn.Module module, IReadOnlyList<object?> inputs)
    {
        var key = KeyOf(module);
        return Builder.Within(key, () => module is IExportable exportable ? Run(exportable.ToGraph(), inputs)
            : OnnxLayers.Call(new OnnxLayerCall(this, module, key, inputs)));
    }

    public string KeyOf(nn.Module module) => keys.TryGetValue(module, out var key) ? key
        : throw new NotExportableException($"a {module.GetType().Name} is no part of the module's state");

    /// <summary>How a layer was built, where its own properties do not tell.</summary>
    public IReadOnlyDictionary<string, object?>? ArgumentsOf(string key) => built.GetValueOrDefault(key);

    /// <summary>A tensor is another one from here on, under all its names: it was changed in place.</summary>
    public void Replace(OnnxValue old, OnnxValue by)
    {
        if (views.ContainsKey(old) || views.ContainsValue(old))
        {
            throw new NotExportableException("a tensor is changed in place that shares its memory with another one; write x = f(x)");
        }

        foreach (var frame in callers.Append(values))
        {
            foreach (var (number, value) in frame.ToArray())
            {
                frame[number] = Replaced(value, old, by);
            }
        }
    }

    private static object? Replaced(object? value, OnnxValue old, OnnxValue by)
    {
        switch (value)
        {
            case OnnxValue tensor when ReferenceEquals(tensor, old):
                return by;
            case ExportMap map:
                map.Items.ForEach(i => Replaced(i, old, by));
                return map;
            case List<object?> list:
                for (var i = 0; i < list.Count; i++)
                {
                    list[i] = Replaced(list[i], old, by);
                }

                return list;
            default:
                return value;
        }
    }

    /// <summary>The first shares its memory with the second.</summary>
    public void Shares(object? view, OnnxValue of)
    {
        foreach (var tensor in OnnxCall.Items(view).OfType<OnnxValue>().Where(t => !ReferenceEquals(t, of)))
        {
            views[tensor] = of;
        }
    }

    private (ExportLabel? Left, object?[] Values) Run(IReadOnlyList<ExportNode> nodes)
    {
        foreach (var node in nodes)
        {
            (ExportLabel? Left, object?[] Values) part;
            switch (node)
            {
                case ExportNode.Apply apply:
                    values[apply.Output.Number] = Apply(apply);
                    continue;
                case ExportNode.Yield yield:
                    return (null, [.. yield.Values.Select(Of)]);
                case ExportNode.Leave leave:
                    return (leave.Label, [.. leave.Values.Select(Of)]);
                case ExportNode.Throw:
                    throw new NotExportableException("the code throws an exception on the way that is exported");
                case ExportNode.Opaque opaque:
                    values[opaque.Output.Number] = new OnnxUnknown(opaque.Reason);
                    continue;
                case ExportNode.Branch branch:
                    part = Run(Side(branch));
                    if (part.Left is not null)
                    {
                        return part;
                    }

                    Set(branch.Outputs, part.Values);
                    continue;
                case ExportNode.Scope scope:
                    part = Run(scope.Body);
                    if (part.Left is not null && part.Left != scope.Label)
                    {
                        return part;
                    }

                    Set(scope.Outputs, part.Values);
                    continue;
                case ExportNode.Loop loop:
                    part = Repeat(loop);
                    if (part.Left is not null)
                    {
                        return part;
                    }

                    Set(loop.Outputs, part.Values);
                    continue;
            }
        }

        return (null, []);
    }

    private (ExportLabel? Left, object?[] Values) Repeat(ExportNode.Loop loop)
    {
        const int MostTurns = 10_000;
        var carried = loop.Carried.Select(c => Of(c.Start)).ToArray();
        var items = loop.Items is null ? null : OnnxCall.Items(Of(loop.Items)).ToList();
        for (var i = 0; items is null || i < items.Count; i++)
        {
            if (++turns > MostTurns)
            {
                throw new NotExportableException($"loops run more than {MostTurns} times");
            }

            if (items is not null)
            {
                values[loop.Item!.Number] = items[i];
            }

            for (var c = 0; c < carried.Length; c++)
            {
                values[loop.Carried[c].Within.Number] = carried[c];
            }

            var turn = Run(loop.Body);
            if (turn.Left is not null)
            {
                return turn.Left == loop.Label ? (null, turn.Values) : turn;
            }

            carried = turn.Values;
        }

        return (null, carried);
    }

    private void Set(IReadOnlyList<ExportValue> outputs, object?[] given)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            values[outputs[i].Number] = given[i];
        }
    }

    private object? Of(ExportOperand operand) => operand switch
    {
        ExportValue value => values[value.Number],
        ExportConstant constant => Constant(constant.Value),
        ExportFunction function => (Func<object?[], object?>)(given =>
        {
            Set(function.Parameters, given);
            return Run(function.Body).Values[0];
        }),
        _ => throw new NotSupportedException(),
    };

    private object? Constant(object? value) => value switch
    {
        int number => (long)number,
        Tensor tensor => Builder.State(tensor),
        nn.Module or string or null => value,
        Array array => array.Cast<object?>().Select(Constant).ToList(),
        List<object?> list => list.Select(Constant).ToList(),
        _ => value,
    };

    /// <summary>The side that runs; where only a call knows, and one of them throws, the other.</summary>
    private IReadOnlyList<ExportNode> Side(ExportNode.Branch branch)
    {
        var condition = Of(branch.Condition);
        return condition is OnnxUnknown && branch.Then is [.., ExportNode.Throw] ? branch.Otherwise
            : condition is OnnxUnknown && branch.Otherwise is [.., ExportNode.Throw] ? branch.Then
            : Truth(condition) ? branch.Then : branch.Otherwise;
    }

    private static bool Truth(object? value) => value switch
    {
        bool truth => truth,
        OnnxUnknown unknown => throw unknown.Refused(),
        OnnxValue => throw new NotExportableException("the code branches on a number of a tensor; write torch.where"),
        _ => throw new NotExportableException("the code branches on something that only a call knows"),
    };

    private object? Apply(ExportNode.Apply node)
    {
        if (node.Kind is ExportOperator.CSharp or ExportOperator.Property
            && node.Operands.Select(o => Of(o.Operand)).OfType<OnnxUnknown>().FirstOrDefault() is { } unknown)
        {
            return unknown;
        }

        var call = new OnnxCall(this, node.Name, [.. node.Operands.Select(o => (o.Parameter, Known(Of(o.Operand))))]);
        switch (node.Kind)
        {
            case ExportOperator.Tensor or ExportOperator.Torch or ExportOperator.Functional:
                return OnnxOperations.Call(call, node.Kind == ExportOperator.Functional);
            case ExportOperator.Module:
                return call[0] is nn.Module module ? Call(module, [.. call.Operands.Skip(1).Select(static o => o.Value)])
                    : throw new NotExportableException("what is called is not known");
            case ExportOperator.CSharp:
                return call.Operands.Count == 1 ? OnnxArithmetic.Unary(call) : OnnxArithmetic.Binary(call);
            case ExportOperator.Math:
                return OnnxArithmetic.Math(call);
            case ExportOperator.Property:
                return node.Name == "training" && call.Operands.Count == 0 ? false : Property(call[0], node.Name);
            case ExportOperator.Static:
                return call[0];
            case ExportOperator.Item:
                return OnnxIndexes.Item(call);
            case ExportOperator.List or ExportOperator.Tuple:
                return call.Operands.SelectMany(static o => o.Parameter == ".." ? OnnxCall.Items(o.Value) : [o.Value]).ToList();
            case ExportOperator.Slice:
                return new OnnxRange(call[0], call[1], call[2]);
            case ExportOperator.FromEnd:
                return new OnnxFromEnd(call.Size(0));
            case ExportOperator.Index:
                return OnnxIndexes.Of(call);
            case ExportOperator.Collection:
                return OnnxCollections.Call(call);
            case ExportOperator.SetItem:
                OnnxIndexes.Set(call);
                return null;
            default:
                throw new NotExportableException($"the code sets '{node.Name}', which is kept from one call to the next");
        }
    }

    /// <summary>The value, if it is one: code that is not understood is no problem where nothing reads what it gives.</summary>
    private static object? Known(object? value) => value is OnnxUnknown unknown ? throw unknown.Refused() : value;

    private object? Property(object? holder, string name)
    {
        switch (holder)
        {
            case null when name != "Value":
                throw new NotExportableException($"'{name}' of nothing");
            case OnnxValue tensor:
                return name switch
                {
                    "shape" => tensor.Dims.Select(OnnxCall.Number).ToList(),
                    "dtype" => tensor.Type,
                    "device" or "device_type" => new ExportMember("CPU"),
                    "ndim" or "Dimensions" => (long)tensor.Rank,
                    "NumberOfElements" => OnnxCall.Number(OnnxBuilder.Product(tensor.Dims)),
                    "Value" => tensor,
                    "T" or "mT" or "H" or "mH" => OnnxOperations.Call(new(this, name, [("", tensor)]), isFunctional: false),
                    "requires_grad" => tensor.IsTrained,
                    "is_sparse" or "is_cuda" or "is_meta" => false,
                    _ => throw new NotExportableException($"'{name}' of a tensor"),
                };
            case nn.Module module:
                var state = module.named_parameters(recurse: false).Where(p => p.name == name).Select(static p => (Tensor)p.parameter)
                    .Concat(module.named_buffers(recurse: false).Where(b => b.name == name).Select(static b => b.buffer)).FirstOrDefault();
                return state is not null ? Builder.State(state)
                    : name is "Count" ? (long)module.named_children().Count()
                    : name is "weight" or "bias" ? null
                    : ArgumentsOf(KeyOf(module)) is { } arguments && arguments.TryGetValue(name, out var argument)
                        && argument is not ExportUnknown ? Constant(argument)
                    : module.named_children().FirstOrDefault(c => c.name == name).module
                        ?? throw new NotExportableException($"'{name}' of '{KeyOf(module)}'");
            case string text when name == "Length":
                return (long)text.Length;
            case ExportMap map when name is "Keys" or "Values" or "Count":
                return name == "Count" ? (object)(long)map.Items.Count : map.Items.Select(i => name == "Keys" ? i.Key : i.Value).ToList();
            case ExportPair pair when name is "Key" or "Value":
                return name == "Key" ? pair.Key : pair.Value;
            case System.Collections.IEnumerable when name is "Count" or "Length":
                return (long)OnnxCall.Items(holder).Count();
            case var _ when name == "Value" || (name == "HasValue" && holder is null):
                return holder;
            case var _ when name == "HasValue":
                return true;
            case ExportMember when name == "type":
                return holder;
            case List<object?> row when name.StartsWith("Item", StringComparison.Ordinal) && int.TryParse(name[4..], out var number):
                return row[number - 1];
            default:
                throw new NotExportableException($"'{name}' of a {holder!.GetType().Name}");
        }
    }
}

/// <summary>What code gives that is not understood.</summary>
internal sealed record OnnxUnknown(string Reason)
{
    public NotExportableException Refused() => new(Reason);
}

/// <summary>A range, each of its bounds a number, one from the end, or null.</summary>
internal sealed record OnnxRange(object? Start, object? Stop, object? Step);

/// <summary>A number from the end.</summary>
internal sealed record OnnxFromEnd(Dim Number);
