using System.ComponentModel;

namespace Gen.CompilerServices;

/// <summary>What the name of an operator belongs to. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum ExportOperator
{
    /// <summary>A method of the first operand, a tensor.</summary>
    Tensor,

    /// <summary>A function of <c>torch</c>.</summary>
    Torch,

    /// <summary>A function of <c>torch.nn.functional</c>.</summary>
    Functional,

    /// <summary>A call of the first operand, a module.</summary>
    Module,

    /// <summary>A function of lists, arrays and LINQ.</summary>
    Collection,

    /// <summary>A function of <c>Math</c>.</summary>
    Math,

    /// <summary>An operator of C#.</summary>
    CSharp,

    /// <summary>A property of the operand, or of the module where there is none.</summary>
    Property,

    /// <summary>A static field or property.</summary>
    Static,

    /// <summary>An item of the first operand, by the others.</summary>
    Item,

    /// <summary>A list of its operands; those named <c>..</c> stand for their items.</summary>
    List,

    /// <summary>A tuple of its operands.</summary>
    Tuple,

    /// <summary>A range, by start, stop and step, of which each may be null.</summary>
    Slice,

    /// <summary><c>TensorIndex.Ellipsis</c> and its like.</summary>
    Index,

    /// <summary>An index from the end.</summary>
    FromEnd,

    /// <summary>Sets a field of the module.</summary>
    SetMember,

    /// <summary>Sets an item of the first operand, by those in the middle, to the last.</summary>
    SetItem,

    /// <summary>Sets a property of the first operand to the second.</summary>
    SetProperty,
}

/// <summary>What a node can leave: a loop, the code of a method. Each is one of its own. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ExportLabel
{
    internal ExportLabel()
    {
    }
}

/// <summary>An operation, a branch, a loop.</summary>
internal abstract record ExportNode
{
    internal sealed record Apply(ExportOperator Kind, string Name, IReadOnlyList<ExportArgument> Operands, ExportValue Output) : ExportNode;

    /// <summary>Runs one of its blocks; what that yields are its outputs.</summary>
    internal sealed record Branch(ExportOperand Condition, IReadOnlyList<ExportNode> Then, IReadOnlyList<ExportNode> Otherwise,
        IReadOnlyList<ExportValue> Outputs) : ExportNode;

    /// <summary>Runs its block again and again, each time with what the last run yielded, until a node leaves it.</summary>
    internal sealed record Loop(ExportLabel Label, ExportOperand? Items, ExportValue? Item,
        IReadOnlyList<(ExportOperand Start, ExportValue Within)> Carried, IReadOnlyList<ExportNode> Body,
        IReadOnlyList<ExportValue> Outputs) : ExportNode;

    /// <summary>Runs its block, which nodes in it may leave.</summary>
    internal sealed record Scope(ExportLabel Label, IReadOnlyList<ExportNode> Body, IReadOnlyList<ExportValue> Outputs) : ExportNode;

    /// <summary>The end of a block.</summary>
    internal sealed record Yield(IReadOnlyList<ExportOperand> Values) : ExportNode;

    internal sealed record Leave(ExportLabel Label, IReadOnlyList<ExportOperand> Values) : ExportNode;

    internal sealed record Throw : ExportNode;

    /// <summary>What is not understood.</summary>
    internal sealed record Opaque(string Reason, ExportValue Output) : ExportNode;
}
