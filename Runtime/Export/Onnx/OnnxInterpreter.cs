using Gen.CompilerServices;
using Gen.Shapes;
using static TorchSharp.torch;

namespace Gen.Export.Onnx;

/// <summary>
/// Runs the graph of a module on tensors of an ONNX graph, in eval mode. What C# computes is computed: branches on what the constructor was
/// given are taken, loops are unrolled. Branches that only a call decides are an <c>If</c>, and loops whose number of turns only a call
/// knows a <c>Loop</c>. Sizes are expressions over the dimensions of the inputs.
/// </summary>
internal sealed partial class OnnxInterpreter
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, object?>> built = new(StringComparer.Ordinal);
    private readonly Dictionary<nn.Module, string> keys = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<OnnxValue, OnnxValue> views = [];
    private List<Dictionary<int, object?>> frames = [[]];
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

    /// <summary>The values of the call that runs.</summary>
    private Dictionary<int, object?> Values => frames[^1];

    /// <summary>What a call of a module gives.</summary>
    public object? Run(ExportGraph graph, IReadOnlyList<object?> inputs)
    {
        frames.Add([]);
        var prefix = KeyOf(graph.Module);
        foreach (var (key, layer) in graph.Layers)
        {
            built[prefix.Length == 0 ? key : $"{prefix}.{key}"] = layer.Arguments;
        }

        for (var i = 0; i < graph.Inputs.Count; i++)
        {
            Values[graph.Inputs[i].Value.Number] = i < inputs.Count ? inputs[i] : null;
        }

        var result = Result(graph.Body);
        frames.RemoveAt(frames.Count - 1);
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

        foreach (var frame in frames)
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
            case OnnxGrowing growing:
                Replaced(growing.Added, old, by);
                return growing;
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
        foreach (var tensor in (view is OnnxSeries ? [] : OnnxCall.Items(view)).OfType<OnnxValue>().Where(t => !ReferenceEquals(t, of)))
        {
            views[tensor] = of;
        }
    }

    /// <summary>What a method or a function gives.</summary>
    private object? Result(IReadOnlyList<ExportNode> nodes) => Run(nodes) switch
    {
        OnnxOutcome.End { Values: [var result, ..] } => result,
        OnnxOutcome.Split => throw new NotExportableException("the ways of a branch that only a call decides do not come together"),
        _ => throw new NotExportableException("the code throws an exception on the way that is exported"),
    };

    private OnnxOutcome Run(IReadOnlyList<ExportNode> nodes, int from = 0)
    {
        for (var i = from; i < nodes.Count; i++)
        {
            OnnxOutcome part;
            switch (nodes[i])
            {
                case ExportNode.Apply apply:
                    Values[apply.Output.Number] = Apply(apply);
                    continue;
                case ExportNode.Yield yield:
                    return new OnnxOutcome.End(null, [.. yield.Values.Select(Of)]);
                case ExportNode.Leave leave:
                    return new OnnxOutcome.End(leave.Label, [.. leave.Values.Select(Of)]);
                case ExportNode.Throw:
                    return new OnnxOutcome.Thrown();
                case ExportNode.Opaque opaque:
                    Values[opaque.Output.Number] = new OnnxUnknown(opaque.Reason);
                    continue;
                case ExportNode.Branch branch:
                    part = Branch(branch);
                    break;
                case ExportNode.Scope scope:
                    part = Then(Run(scope.Body), e => e.Left is not null && e.Left != scope.Label ? e : e with { Left = null });
                    break;
                case ExportNode.Loop loop:
                    part = Repeat(loop);
                    break;
                default:
                    continue;
            }

            if (part is OnnxOutcome.End { Left: null } end)
            {
                Set(Outputs(nodes[i]), end.Values);
                continue;
            }

            // The ways that go on do so each on its own.
            var (node, next) = (nodes[i], i + 1);
            return Then(part, e =>
            {
                if (e.Left is not null)
                {
                    return e;
                }

                Set(Outputs(node), e.Values);
                return Run(nodes, next);
            });
        }

        return new OnnxOutcome.End(null, []);
    }

    private static IReadOnlyList<ExportValue> Outputs(ExportNode node) => node switch
    {
        ExportNode.Branch branch => branch.Outputs,
        ExportNode.Scope scope => scope.Outputs,
        ExportNode.Loop loop => loop.Outputs,
        _ => [],
    };

    private void Set(IReadOnlyList<ExportValue> outputs, object?[] given)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            Values[outputs[i].Number] = given[i];
        }
    }

    private object? Of(ExportOperand operand) => operand switch
    {
        ExportValue value => Values[value.Number],
        ExportConstant constant => Constant(constant.Value),
        ExportFunction function => (Func<object?[], object?>)(given =>
        {
            Set(function.Parameters, given);
            return Result(function.Body);
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

    private static bool Truth(object? value) => value switch
    {
        bool truth => truth,
        OnnxUnknown unknown => throw unknown.Refused(),
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
            case OnnxGrowing:
                throw OnnxGrowing.Refused();
            case OnnxSeries series when name is "Count" or "Length":
                return OnnxCall.Number(series.Count);
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
