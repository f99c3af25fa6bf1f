using System.Collections;
using System.Runtime.CompilerServices;
using Gen.CompilerServices;
using static TorchSharp.torch;

namespace Gen.Export.PyTorch;

/// <summary>
/// The <c>forward</c> of one module. What the constructor was given is decided, as for ONNX; loops over a list of modules stay loops where
/// each turn is written alike, and the others are unrolled.
/// </summary>
internal sealed partial class PyFunction
{
    /// <summary>The uses of a value that is read in a loop.</summary>
    public const int Always = 1_000_000;

    private readonly ExportGraph graph;
    private readonly Dictionary<nn.Module, string> paths = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, object?> values = [];
    private readonly Dictionary<int, int> uses = [];
    private readonly Dictionary<int, int> depths = [];
    private readonly Dictionary<int, List<(int Item, ExportValue Output)>> items = [];
    private readonly Func<nn.Module, IReadOnlyList<object?>, int> called;

    /// <param name="graph">What the module computes.</param>
    /// <param name="called">Is told each module that is called, with what, and tells how many results it gives: 0 for one tensor.</param>
    public PyFunction(ExportGraph graph, Func<nn.Module, IReadOnlyList<object?>, int> called)
    {
        (this.graph, this.called) = (graph, called);
        paths[graph.Module] = "self";
        Walk(graph.Module, "self");
        Count(graph.Body, 1);
    }

    public PyLines Out { get; } = new() { Depth = 2 };

    /// <summary>How many results the function gives; 0 for one tensor.</summary>
    public int Results { get; private set; }

    /// <summary>What the function gives: a value, or a list.</summary>
    public object? Result { get; private set; }

    /// <summary>The lines of the function.</summary>
    /// <param name="given">What the module is called with: null where an input is left out.</param>
    public string Write(IReadOnlyList<object?> given)
    {
        var parameters = new List<string>();
        for (var i = 0; i < graph.Inputs.Count; i++)
        {
            var value = graph.Inputs[i].Value;
            if (i >= given.Count || given[i] is null)
            {
                values[value.Number] = null;
                continue;
            }

            // A chain has no names of its own.
            var name = graph.Inputs.Count == 1 && value.Name == "input" ? "x" : PyText.Snake(value.Name);
            var input = PyValue.Tensor(name);
            input.Dims = graph.Inputs[i].Variadic is null ? graph.Inputs[i].Shape?.Select(static s => s.Dim).ToArray() : null;
            input.Element = Onnx.OnnxTypes.Parse(graph.Inputs[i].Type)
                ?? (PyIndices.Rows(graph, i) is null ? ScalarType.Float32 : ScalarType.Int64);
            input.Uses = uses.GetValueOrDefault(value.Number);
            Out.Hold(name, input);
            values[value.Number] = input;
            parameters.Add(name);
        }

        var result = Run(graph.Body).Values[0];
        (Result, Results) = (result, result is List<object?> all ? all.Count : 0);
        Out.Add($"return {(result is List<object?> many ? string.Join(", ", many.Select(i => Text(i))) : Text(result))}");
        Out.Prune();
        return $"    def forward({string.Join(", ", ["self", .. parameters])}):\n{string.Join("\n", Out.Lines)}\n";
    }

    private void Walk(nn.Module module, string path)
    {
        foreach (var (name, child) in module.named_children())
        {
            var own = char.IsDigit(name[0]) ? $"{path}[{name}]" : PyText.IsName(name) ? $"{path}.{name}" : $"{path}[\"{name}\"]";
            if (paths.TryAdd(child, own))
            {
                Walk(child, own);
            }
        }
    }

    private (ExportLabel? Left, object?[] Values) Run(IReadOnlyList<ExportNode> nodes)
    {
        foreach (var node in nodes)
        {
            (ExportLabel? Left, object?[] Values) part;
            IReadOnlyList<ExportValue> outputs;
            switch (node)
            {
                case ExportNode.Apply apply:
                    Set(apply.Output, Apply(apply));
                    continue;
                case ExportNode.Yield yield:
                    return (null, [.. yield.Values.Select(Of)]);
                case ExportNode.Leave leave:
                    return (leave.Label, [.. leave.Values.Select(Of)]);
                case ExportNode.Throw:
                    throw new NotExportableException("the code throws an exception on the way that is exported");
                case ExportNode.Opaque opaque:
                    values[opaque.Output.Number] = new PyUnknown(opaque.Reason);
                    continue;
                case ExportNode.Branch branch:
                    (part, outputs) = (Run(Side(branch)), branch.Outputs);
                    break;
                case ExportNode.Scope scope:
                    var open = modes.Count;
                    (part, outputs) = (Run(scope.Body), scope.Outputs);
                    End(open, part.Values);
                    part = part.Left == scope.Label ? (null, part.Values) : part;
                    break;
                case ExportNode.Loop loop:
                    (part, outputs) = (Repeat(loop), loop.Outputs);
                    break;
                default:
                    throw new NotExportableException("the code is not followed");
            }

            if (part.Left is not null)
            {
                return part;
            }

            for (var i = 0; i < outputs.Count; i++)
            {
                Set(outputs[i], part.Values[i]);
            }
        }

        return (null, []);
    }

    /// <summary>A value of the graph has this value; it becomes a variable where it is one in the source, or is read several
    /// times.</summary>
    private void Set(ExportValue output, object? value)
    {
        values[output.Number] = value;
        var count = uses.GetValueOrDefault(output.Number);
        if (value is List<object?> list && (output.Name.Length > 0 || count > 1))
        {
            // All are read later, so that no variable of the one is taken for the other.
            var read = list.OfType<PyValue>().ToList();
            read.ForEach(static item => item.Uses = Always);
            foreach (var item in read.Where(static i => i is { IsTensor: true, IsName: false }))
            {
                Out.Keep(item, "y");
            }
        }

        if (value is not PyValue expression)
        {
            return;
        }

        if (output.Shape is { } shape && expression.IsTensor)
        {
            expression.Dims = [.. shape.Select(static s => s.Dim)];
        }

        if (expression.IsTensor && output.Type.Length > 0)
        {
            expression.Element = Onnx.OnnxTypes.Parse(output.Type);
        }

        if (expression.IsName)
        {
            expression.Uses = Math.Min(Always, expression.Uses + count);
            return;
        }

        expression.Uses = count;
        Out.Wait(expression);
        if (count > 0 && (output.Name.Length > 0 || (count > 1 && !expression.IsSize)))
        {
            // In a chain the values have the names of the layers.
            var isOfChain = expression.Text.StartsWith($"self.{output.Name}(", StringComparison.Ordinal);
            Out.Keep(expression, isOfChain ? "x" : output.Name.Length > 0 ? output.Name : "y", Comment(output));
        }
    }

    private static string Comment(ExportValue output) => output.Shape is { Count: > 0 } shape
        ? $"{PyText.Comment} # ({string.Join(", ", shape.Select(static s => s.Dim is { Constant: { } number }
            ? PyText.Slot("", PyText.Number(number)) : s.Dim.ToString()))}{(shape.Count == 1 ? "," : "")})" : "";

    private object? Of(ExportOperand operand)
    {
        switch (operand)
        {
            case ExportValue value:
                var known = values[value.Number];
                if (known is PyValue { Uses: > 0 and < Always } counted)
                {
                    counted.Uses--;
                }

                return known;
            case ExportConstant constant:
                return Constant(constant.Value);
            case ExportFunction function:
                return (Func<object?[], object?>)(given =>
                {
                    for (var i = 0; i < function.Parameters.Count; i++)
                    {
                        values[function.Parameters[i].Number] = given[i];
                        if (given[i] is PyValue item)
                        {
                            item.Uses = Always;
                        }
                    }

                    return Run(function.Body).Values[0];
                });
            default:
                throw new NotSupportedException();
        }
    }

    private object? Constant(object? value) => value switch
    {
        int number => (long)number,
        Tensor tensor => Stored(tensor, State(tensor)),
        nn.Module or string or null => value,
        Array array => array.Cast<object?>().Select(Constant).ToList(),
        List<object?> list => list.Select(Constant).ToList(),
        _ => value,
    };

    private IReadOnlyList<ExportNode> Side(ExportNode.Branch branch)
    {
        var condition = Of(branch.Condition);
        var isOpen = condition is PyUnknown or PyValue { Known: not bool };
        return isOpen && branch.Then is [.., ExportNode.Throw] ? branch.Otherwise
            : isOpen && branch.Otherwise is [.., ExportNode.Throw] ? branch.Then
            : condition switch
            {
                bool truth => truth,
                PyValue { Known: bool truth } => truth,
                PyUnknown unknown => throw new NotExportableException(unknown.Reason),
                _ => throw new NotExportableException("the code branches on something that only a call knows"),
            } ? branch.Then : branch.Otherwise;
    }

    /// <summary>The items of a list, a tuple, a container of modules.</summary>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        ExportMap map => map.Items,
        string or null => [],
        PyValue => throw new NotExportableException("how many items there are only a call knows"),
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i] is int number ? (long)number : tuple[i]),
        nn.Module module => module.named_children().Select(static c => (object?)c.module),
        IEnumerable many => many.Cast<object?>(),
        _ => [value],
    };

    /// <summary>Python for a value.</summary>
    public string Text(object? value, PyBinding around = PyBinding.Lambda, string hint = "value") => value switch
    {
        PyValue expression => expression.Within(around),
        PyUnknown unknown => throw new NotExportableException(unknown.Reason),
        PyIndex index => index.Text,
        PyModule module => module.Text,
        nn.Module module => Path(module),
        List<object?> list => $"({string.Join(", ", list.Select(i => Text(i, hint: hint)))}{(list.Count == 1 ? "," : "")})",
        ITuple => Text(Items(value).ToList(), hint: hint),
        ScalarType type => PyText.Type(type),
        ExportMember { Name: "CPU" } => "\"cpu\"",
        ExportMember member when Enum.TryParse<ScalarType>(member.Name, out var type) => PyText.Type(type),
        ExportMember member => $"\"{member.Name.ToLowerInvariant()}\"",
        string text => $"\"{text}\"",
        null or bool => PyText.Number(value),
        IFormattable and not Enum => PyText.Number(value) is ['-', ..] negative && around > PyBinding.Sign
            ? $"({PyText.Slot(hint, negative)})" : PyText.Slot(hint, PyText.Number(value)),
        _ => throw new NotExportableException($"a {value.GetType().Name} has no form in Python"),
    };
}
