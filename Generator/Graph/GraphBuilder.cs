using Gen.Model;

namespace Gen.Graph;

/// <summary>
/// Builds the graph of a module from the code of its <c>Forward</c>, or from its chain. Variables become values: what the sides of a branch
/// and the runs of a loop make of a variable is one of the values that these give.
/// </summary>
internal sealed partial class GraphBuilder
{
    private const int MostNodes = 20_000;
    private const int DeepestCall = 24;
    private readonly ModuleModel module;
    private readonly BodyModel? body;
    private readonly HashSet<string> assigned;
    private readonly List<string> calls = [];
    private HashSet<string>? changed;
    private List<GraphNode> nodes = [];
    private Dictionary<Variable, Operand> variables = [];
    private bool isEnded;
    private int count;
    private int values;

    private readonly Dictionary<GraphValue, GraphType> seen = [];
    private readonly Dictionary<string, GraphType> states = new(StringComparer.Ordinal);
    private readonly IGraphTypes? known;

    private GraphBuilder(ModuleModel module, IGraphTypes? known)
    {
        (this.module, body, this.known) = (module, module.Body, known);
        assigned = new(body is null ? [] : body.Methods.Where(m => m.Body is not null).SelectMany(m => m.Body!.Nodes())
            .OfType<Expression.Assign>().Select(a => a.Target).OfType<Expression.Member>().Select(m => m.Name), StringComparer.Ordinal);
    }

    /// <summary>The graph of a module; null where its code is not read.</summary>
    /// <param name="module">The module.</param>
    /// <param name="known">What an evaluation of the module saw; without it nothing is known of the values.</param>
    public static ModuleGraph? Of(ModuleModel module, IGraphTypes? known = null)
    {
        var builder = new GraphBuilder(module, known);
        var graph = module.Forward.Kind == ForwardKind.Chain ? builder.Chain()
            : module.Body?.Find(module.Body.Entry) is { Body: { } body } entry ? builder.Method(entry, body) : null;
        if (graph is not null && known is not null)
        {
            new GraphTyping(builder.seen, builder.states).Run(graph);
        }

        return graph;
    }

    private ModuleGraph Chain()
    {
        var input = See(New("input"), ValuePlace.Step(0));
        var value = new Operand.Of(input);
        var step = 0;
        foreach (var layer in Model.Chain.Steps(module))
        {
            var at = Anchor.Member(layer.Name);
            value = Apply(at, OperatorKind.Module, "call", [new("", new Operand.Layer(layer.Name)), new("", value)], layer.Name);
            value = layer.Flow == LayerFlow.Tensor ? value : Item(at, value, 0);
            See(value.Value, ValuePlace.Step(++step));
        }

        nodes.Add(new GraphNode.Yield(Anchor.Class, [value]));
        return new([input], new(nodes));
    }

    private ModuleGraph Method(MethodModel entry, Statement statements)
    {
        var frame = new Frame(entry.Key, null, null);
        var inputs = entry.Parameters.Select(p => See(New(p.Parameter), new(null, statements, p.Parameter))).ToArray();
        foreach (var (parameter, input) in entry.Parameters.Zip(inputs, (p, v) => (p, v)))
        {
            variables[new(frame, parameter.Parameter)] = new Operand.Of(input);
        }

        calls.Add(entry.Key);
        var exit = new Exit();
        frame.Return = exit;
        var before = variables;
        variables = new(before);
        var block = Block(() => Run(statements, frame));
        var result = Close(Anchor.Forward, exit, block, before, hasResult: true);
        nodes.Add(new GraphNode.Yield(Anchor.Forward, [result]));
        return new(inputs, new(nodes));
    }

    private GraphValue New(string name) => new(values++, name);

    /// <summary>The value is the one of that place.</summary>
    private GraphValue See(GraphValue value, ValuePlace place)
    {
        if (known?.Of(place) is { } type)
        {
            seen[value] = type;
        }

        return value;
    }

    /// <summary>What a part adds, as a block of its own.</summary>
    private List<GraphNode> Block(Action part)
    {
        var outer = nodes;
        var inner = nodes = [];
        part();
        nodes = outer;
        return inner;
    }

    private void Add(GraphNode node)
    {
        count++;
        nodes.Add(node);
    }

    private Operand.Of Apply(Anchor at, OperatorKind kind, string name, IReadOnlyList<NamedOperand> operands, string variable = "",
        EquatableArray<string> types = default)
    {
        var output = New(variable);
        Add(new GraphNode.Apply(at, new(kind, name, types), operands, output));
        return new(output);
    }

    private Operand.Of Opaque(Anchor at, string what, string why)
    {
        var output = New("");
        Add(new GraphNode.Opaque(at, what, why, output));
        return new(output);
    }

    private Operand.Of Item(Anchor at, Operand of, int index) =>
        Apply(at, OperatorKind.Item, "", [new("", of), new("", Number(index))]);

    private static Operand.Constant Number(long number) => new(new Value.Integer(Shapes.Dim.Of(number)));

    private static Operand.Constant Null { get; } = new(new Value.Null());

    /// <summary>A variable of a call of a method.</summary>
    private readonly record struct Variable(Frame Frame, string Name);

    /// <summary>A call of a method, a function or a lambda, with the one in whose code it stands.</summary>
    private sealed class Frame(string method, Frame? closure, CallChain? calls)
    {
        public string Method => method;

        public Frame? Closure => closure;

        /// <summary>The calls that lead to it.</summary>
        public CallChain? Calls => calls;

        public Exit? Return { get; set; }

        public Exit? Break { get; set; }

        public Exit? Continue { get; set; }

        public Anchor At(Expression expression) => Anchor.InBody(method, expression.At);
    }

    /// <summary>A function of the code, called in place where it is known which it is.</summary>
    private sealed record Closure(EquatableArray<string> Parameters, Statement Body, Frame Frame) : Operand;

    /// <summary>The end of a loop or scope: the nodes that leave it, with what the variables were there.</summary>
    private sealed class Exit
    {
        public Label Label { get; } = new();

        public List<(List<Operand> Values, Dictionary<Variable, Operand> Variables)> Leaves { get; } = [];
    }

    private void Leave(Anchor at, Exit exit, Operand? result = null)
    {
        var operands = result is null ? new List<Operand>() : [result];
        exit.Leaves.Add((operands, variables));
        Add(new GraphNode.Leave(at, exit.Label, operands));
        isEnded = true;
    }

    /// <summary>
    /// Ends a scope: after it the variables are what they were where it was left, by the one way or the other. Gives the result where
    /// there is one.
    /// </summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="exit">The nodes that leave it.</param>
    /// <param name="block">What it runs; it may come to its end.</param>
    /// <param name="before">The variables before it.</param>
    /// <param name="hasResult">Those that leave it have a result.</param>
    /// <param name="frame">A call whose parameters are read after it.</param>
    private Operand Close(Anchor at, Exit exit, List<GraphNode> block, Dictionary<Variable, Operand> before, bool hasResult = false,
        Frame? frame = null)
    {
        if (!isEnded)
        {
            var operands = hasResult ? new List<Operand> { Null } : [];
            exit.Leaves.Add((operands, variables));
            block.Add(new GraphNode.Yield(at, operands));
        }

        isEnded = exit.Leaves.Count == 0;
        var changed = Changed(before, exit.Leaves.Select(l => l.Variables), v => frame is not null && v.Frame == frame);
        var outputs = changed.Select(v => New(v.Name)).ToArray();
        foreach (var (operands, there) in exit.Leaves)
        {
            operands.AddRange(changed.Select(v => Given(there, v)));
        }

        var result = hasResult ? New("") : null;
        Add(new GraphNode.Scope(at, exit.Label, new(block), result is null ? outputs : [result, .. outputs]));
        Set(before, changed, outputs);
        return result is null ? Null : new Operand.Of(result);
    }

    /// <summary>The variables that one of the ways has set. What is declared within is gone after it, unless it is kept.</summary>
    private static Variable[] Changed(Dictionary<Variable, Operand> before, IEnumerable<Dictionary<Variable, Operand>> ways,
        Func<Variable, bool> isKept) =>
        [.. ways.SelectMany(w => w.Where(v => v.Value is not Closure
            && (before.TryGetValue(v.Key, out var old) ? !ReferenceEquals(old, v.Value) : isKept(v.Key))).Select(v => v.Key)).Distinct()];

    private static Operand Given(Dictionary<Variable, Operand> variables, Variable variable) =>
        variables.TryGetValue(variable, out var value) && value is not Closure ? value : Null;

    private void Set(Dictionary<Variable, Operand> before, IReadOnlyList<Variable> changed, IReadOnlyList<GraphValue> outputs)
    {
        var closures = variables.Where(v => v.Value is Closure).ToArray();
        variables = new(before);
        foreach (var closure in closures)
        {
            variables[closure.Key] = closure.Value;
        }

        for (var i = 0; i < changed.Count; i++)
        {
            variables[changed[i]] = new Operand.Of(outputs[i]);
        }
    }

    /// <summary>Both sides of a branch, and what the variables are after it. Those that an expression declares are there after
    /// it.</summary>
    private IReadOnlyList<GraphValue> Fork(Anchor at, Operand condition, Func<Operand?> then, Func<Operand?> otherwise)
    {
        var before = variables;
        var (yes, no) = (Side(then), Side(otherwise));
        var ways = new[] { yes, no }.Where(s => !s.IsEnded).ToArray();
        var results = ways.Any(w => w.Result is not null) ? 1 : 0;
        var changed = Changed(before, ways.Select(w => w.Variables), _ => results == 1);
        var outputs = Enumerable.Range(0, results).Select(_ => New("")).Concat(changed.Select(v => New(v.Name))).ToArray();
        foreach (var way in ways)
        {
            way.Nodes.Add(new GraphNode.Yield(at, [.. results == 0 ? [] : new[] { way.Result ?? Null },
                .. changed.Select(v => Given(way.Variables, v))]));
        }

        Add(new GraphNode.Branch(at, condition, new(yes.Nodes), new(no.Nodes), outputs));
        isEnded = ways.Length == 0;
        Set(before, changed, [.. outputs.Skip(results)]);
        return outputs;

        (List<GraphNode> Nodes, Operand? Result, Dictionary<Variable, Operand> Variables, bool IsEnded) Side(Func<Operand?> side)
        {
            variables = new(before);
            isEnded = false;
            Operand? result = null;
            var block = Block(() => result = side());
            return (block, result, variables, isEnded);
        }
    }
}
