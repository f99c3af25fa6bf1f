using Gen.Model;

namespace Gen.Graph;

/// <summary>
/// What a call of a module computes: every operation with its operands, branches and loops as such, in the order in which they run. Helper
/// methods of the class are part of it. It is complete if it has no opaque node: then the graph, the state and the inputs tell the result.
/// </summary>
/// <param name="Inputs">What the call is given, in the order of the parameters.</param>
/// <param name="Body">What runs; it ends with the result.</param>
internal sealed record ModuleGraph(IReadOnlyList<GraphValue> Inputs, GraphBlock Body)
{
    /// <summary>The type of a member that is a tensor, and no parameter or buffer.</summary>
    public const string Tensor = "Tensor";
}

/// <summary>Nodes that run one after another. The last one yields what the block gives, leaves it, or throws.</summary>
internal sealed record GraphBlock(IReadOnlyList<GraphNode> Nodes);

/// <summary>A value that one node sets, for the nodes after it in its block and in the blocks of those.</summary>
/// <param name="number">The number of the value in its graph.</param>
/// <param name="name">The variable that it was last put into; empty where there is none.</param>
internal sealed class GraphValue(int number, string name)
{
    public int Number => number;

    /// <summary>The variable that it is first put into; empty where there is none.</summary>
    public string Name { get; set; } = name;

    /// <summary>What is known of it at compile time.</summary>
    public GraphType Type { get; set; } = GraphType.Unknown;
}

/// <summary>What a node is given.</summary>
internal abstract record Operand
{
    internal sealed record Of(GraphValue Value) : Operand;

    /// <summary>Known at compile time, or by the constructor's parameters.</summary>
    /// <param name="Value">What it is.</param>
    /// <param name="Type">The type of a number in C#; empty for others.</param>
    internal sealed record Constant(Value Value, string Type = "") : Operand;

    /// <summary>A parameter or buffer of the module, by its field.</summary>
    internal sealed record State(string Field) : Operand;

    /// <summary>A layer of the module, by its field.</summary>
    internal sealed record Layer(string Field) : Operand;

    /// <summary>A function that is passed on, with the values around it.</summary>
    internal sealed record Function(IReadOnlyList<GraphValue> Parameters, GraphBlock Body) : Operand;
}

/// <param name="Parameter">The parameter that it is given for; empty for the operands of an operator, and for items.</param>
/// <param name="Operand">What is given.</param>
/// <param name="IsDefault">The program leaves it out.</param>
internal sealed record NamedOperand(string Parameter, Operand Operand, bool IsDefault = false);

/// <summary>What a node does to its operands.</summary>
/// <param name="Kind">What the name belongs to.</param>
/// <param name="Name">The method, the property, the operator of C#.</param>
/// <param name="Types">The type arguments of the method; the type of a property of the module.</param>
internal sealed record Operator(OperatorKind Kind, string Name, EquatableArray<string> Types = default);

internal enum OperatorKind
{
    /// <summary>A method of the first operand's type, or a function that takes it: <c>x.view(...)</c>.</summary>
    Tensor,

    /// <summary>A function of <c>torch</c>.</summary>
    Torch,

    /// <summary>A function of <c>torch.nn.functional</c>.</summary>
    Functional,

    /// <summary>A call of the first operand, which is a module.</summary>
    Module,

    /// <summary>A function of lists, arrays and LINQ.</summary>
    Collection,

    /// <summary>A function of <c>Math</c>.</summary>
    Math,

    /// <summary>An operator of C#, on tensors and numbers: <c>+</c>, <c>==</c>, <c>(long)</c>.</summary>
    CSharp,

    /// <summary>A property of the operand, or of the module itself where there is no operand.</summary>
    Property,

    /// <summary>A static field or property, by the metadata name of its type and its own.</summary>
    Static,

    /// <summary>An item of the first operand, by the others.</summary>
    Item,

    /// <summary>A list, or a tuple, of its operands; those named <c>..</c> stand for their items.</summary>
    List,
    Tuple,

    /// <summary>A range, by start, stop and step, of which each may be null.</summary>
    Slice,

    /// <summary><c>TensorIndex.Ellipsis</c> and its like.</summary>
    Index,

    /// <summary>An index from the end.</summary>
    FromEnd,

    /// <summary>Sets a field of the module to its operand.</summary>
    SetMember,

    /// <summary>Sets the item of the first operand, by those in the middle, to the last.</summary>
    SetItem,

    /// <summary>Sets a property of the first operand to the second.</summary>
    SetProperty,
}

internal abstract record GraphNode(Anchor At)
{
    internal sealed record Apply(Anchor At, Operator Operator, IReadOnlyList<NamedOperand> Operands, GraphValue Output) : GraphNode(At);

    /// <summary>Runs one of its blocks; what that yields are its outputs.</summary>
    internal sealed record Branch(Anchor At, Operand Condition, GraphBlock Then, GraphBlock Otherwise, IReadOnlyList<GraphValue> Outputs)
        : GraphNode(At);

    /// <summary>Runs its block again and again, each time with what the last run yielded, until a node leaves it.</summary>
    /// <param name="Items">For <c>foreach</c>: what it goes through; the loop ends after the last item, with what was carried.</param>
    /// <param name="Item">The item of a run.</param>
    /// <param name="Carried">The values of the first run, and what they are called within.</param>
    internal sealed record Loop(Anchor At, Label Label, Operand? Items, GraphValue? Item,
        IReadOnlyList<(Operand Start, GraphValue Within)> Carried, GraphBlock Body, IReadOnlyList<GraphValue> Outputs) : GraphNode(At);

    /// <summary>Runs its block, which nodes in it may leave: the code of a method, the run of a loop.</summary>
    internal sealed record Scope(Anchor At, Label Label, GraphBlock Body, IReadOnlyList<GraphValue> Outputs) : GraphNode(At);

    /// <summary>The end of a block.</summary>
    internal sealed record Yield(Anchor At, IReadOnlyList<Operand> Values) : GraphNode(At);

    /// <summary>Leaves the loop or the scope of a label, which then gives these values.</summary>
    internal sealed record Leave(Anchor At, Label Label, IReadOnlyList<Operand> Values) : GraphNode(At);

    internal sealed record Throw(Anchor At) : GraphNode(At);

    /// <summary>What is not understood.</summary>
    /// <param name="What">The code; empty where it is no expression.</param>
    /// <param name="Why">Why it is not understood.</param>
    internal sealed record Opaque(Anchor At, string What, string Why, GraphValue Output) : GraphNode(At)
    {
        public string Reason => What.Length == 0 ? Why : $"'{What}': {Why}";
    }
}

/// <summary>What a node can leave. Each is one of its own.</summary>
internal sealed class Label;
