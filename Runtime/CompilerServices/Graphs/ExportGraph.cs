using System.ComponentModel;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>All that a call of a module computes, in the order in which it runs: generated code builds it node by node, and the exports
/// read it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ExportGraph
{
    private readonly Stack<Open> open = new();
    private List<ExportNode> nodes = [];
    private List<ExportValue> outputs = [];
    private int values;

    /// <param name="module">The module.</param>
    /// <param name="name">The name of its class.</param>
    public ExportGraph(nn.Module module, string name)
    {
        Module = module;
        Name = name;
    }

    internal nn.Module Module { get; }

    internal string Name { get; }

    internal List<(ExportValue Value, string Type, IReadOnlyList<Size>? Shape, string? Variadic)> Inputs { get; } = [];

    internal IReadOnlyList<ExportNode> Body => nodes;

    /// <summary>The arguments of layers whose own properties do not tell them, by their keys.</summary>
    internal Dictionary<string, (string Factory, IReadOnlyDictionary<string, object?> Arguments)> Layers { get; } =
        new(StringComparer.Ordinal);

    /// <summary>A tensor that the call is given.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="type">The element type, <c>int64</c>; empty where none is stated.</param>
    /// <param name="variadic">The name of any number of leading dimensions; null where there are none.</param>
    /// <param name="shape">Its dimensions; null where not even their number is known.</param>
    public ExportValue Input(string name, string type, string? variadic, params Size[]? shape)
    {
        var value = New().Named(name);
        Inputs.Add((value, type, shape, variadic));
        return value;
    }

    /// <summary>How a layer is built.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="factory">The function of <c>torch.nn</c>.</param>
    /// <param name="arguments">What that is given.</param>
    public void Built(string key, string factory, params (string Parameter, ExportOperand Value)[] arguments) =>
        Layers[key] = (factory, arguments.ToDictionary(static a => a.Parameter, static a => ((ExportConstant)a.Value).Value,
            StringComparer.Ordinal));

    /// <summary>An operation.</summary>
    public ExportValue Apply(ExportOperator kind, string name, params ExportArgument[] operands)
    {
        var output = New();
        nodes.Add(new ExportNode.Apply(kind, name, operands, output));
        return output;
    }

    /// <summary>Code that is not understood.</summary>
    public ExportValue Opaque(string reason)
    {
        var output = New();
        nodes.Add(new ExportNode.Opaque(reason, output));
        return output;
    }

    /// <summary>Begins the code that runs where a condition holds; <see cref="Else"/> begins the other.</summary>
    public void If(ExportOperand condition) => Begin(new() { Condition = condition });

    /// <summary>Begins the code that runs where the condition does not hold.</summary>
    public void Else()
    {
        var current = open.Peek();
        current.Then = nodes;
        nodes = [];
    }

    /// <summary>Begins code that runs once for each item, or without items again and again.</summary>
    public ExportLabel Loop(ExportOperand? items = null)
    {
        var part = new Open { Label = new(), Items = items, IsLoop = true };
        Begin(part);
        return part.Label;
    }

    /// <summary>The item of a run.</summary>
    public ExportValue Item() => open.Peek().Item = New();

    /// <summary>A variable that a run of the loop hands to the next.</summary>
    public ExportValue Carry(ExportOperand start)
    {
        var within = New();
        open.Peek().Carried.Add((start, within));
        return within;
    }

    /// <summary>Begins code that may be left before its end.</summary>
    public ExportLabel Scope()
    {
        var part = new Open { Label = new() };
        Begin(part);
        return part.Label;
    }

    /// <summary>Begins a function that is handed on.</summary>
    public void Function() => Begin(new());

    /// <summary>A parameter of the function.</summary>
    public ExportValue Parameter()
    {
        var parameter = New();
        open.Peek().Parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Ends the function.</summary>
    public ExportOperand EndFunction()
    {
        var part = open.Pop();
        var function = new ExportFunction(part.Parameters, nodes);
        nodes = part.Around;
        return function;
    }

    /// <summary>Ends a branch, a loop or a scope; what it gives is asked for by <see cref="Output"/>.</summary>
    public void End()
    {
        var part = open.Pop();
        var body = nodes;
        nodes = part.Around;
        outputs = [];
        nodes.Add(part switch
        {
            { Condition: { } condition } => new ExportNode.Branch(condition, part.Then, body, outputs),
            { IsLoop: true } => new ExportNode.Loop(part.Label!, part.Items, part.Item, part.Carried, body, outputs),
            _ => new ExportNode.Scope(part.Label!, body, outputs),
        });
    }

    /// <summary>The next of the values that the part gives that has just ended.</summary>
    public ExportValue Output()
    {
        var output = New();
        outputs.Add(output);
        return output;
    }

    /// <summary>Ends a block with what it gives.</summary>
    public void Yield(params ExportOperand[] values) => nodes.Add(new ExportNode.Yield(values));

    /// <summary>Leaves a loop or a scope, which then gives these values.</summary>
    public void Leave(ExportLabel label, params ExportOperand[] values) => nodes.Add(new ExportNode.Leave(label, values));

    /// <summary>Throws an exception.</summary>
    public void Throw() => nodes.Add(new ExportNode.Throw());

    private ExportValue New() => new(values++);

    private void Begin(Open part)
    {
        part.Around = nodes;
        open.Push(part);
        nodes = [];
    }

    /// <summary>A part that has begun and not ended.</summary>
    private sealed class Open
    {
        public List<ExportNode> Around { get; set; } = [];

        public ExportOperand? Condition { get; init; }

        public List<ExportNode> Then { get; set; } = [];

        public ExportLabel Label { get; init; } = new();

        public bool IsLoop { get; init; }

        public ExportOperand? Items { get; init; }

        public ExportValue? Item { get; set; }

        public List<(ExportOperand Start, ExportValue Within)> Carried { get; } = [];

        public List<ExportValue> Parameters { get; } = [];
    }
}
