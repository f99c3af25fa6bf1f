using Gen.Rules;
using Gen.Shapes;


namespace Gen.Graph;

/// <summary>What a call of a module runs: one way, or several of which sizes choose one.</summary>
internal sealed record Trace(IReadOnlyList<ExecutionPath> Paths)
{
    /// <summary>Its class is computed again in backward.</summary>
    public bool IsRecomputed { get; init; }

    /// <summary>What it computes may be held when it has returned, by code that is not followed: then nobody frees it.</summary>
    public bool MayKeep { get; init; }

    /// <summary>In <see cref="ExecutionPath.When"/>: 1 in training, 0 after <c>eval()</c>.</summary>
    public const string Training = "#training";

    /// <summary>The sizes of names in one of the two modes.</summary>
    public static Func<string, Dim?> InMode(bool isTraining, Func<string, Dim?> value) =>
        name => name == Training ? Dim.Of(isTraining ? 1 : 0) : value(name);
}

/// <summary>The steps of a call in the order in which they run. Values are numbered: the inputs first, then what each step gives.</summary>
/// <param name="When">1 where this way is taken, 0 where not; unknown where sizes do not tell.</param>
/// <param name="Freeing">When values are freed.</param>
/// <param name="Inputs">What the call is given.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Loops">Steps that run several times.</param>
/// <param name="Results">The values that it returns.</param>
internal sealed record ExecutionPath(Dim When, FreeingPolicy Freeing, IReadOnlyList<TraceValue> Inputs, IReadOnlyList<TraceStep> Steps,
    IReadOnlyList<TraceLoop> Loops,
    IReadOnlyList<int> Results);

/// <summary>When the code that calls the layers frees what they gave.</summary>
internal enum FreeingPolicy
{
    /// <summary>As soon as the next value is there: a generated chain, and TorchSharp's <c>Sequential</c>.</summary>
    Next,

    /// <summary>The same, and what it was given when its first layer has run, if that was the caller's to free: a <c>Sequential</c> in a
    /// generated chain, whose layers run one by one.</summary>
    Within,

    /// <summary>After its last use: a <c>Forward</c> whose generated form knows it.</summary>
    LastUse,

    /// <summary>When <c>forward</c> ends.</summary>
    End,

    /// <summary>Never: hand-written code leaves it to whoever called, or to the garbage collector.</summary>
    Never,
}

/// <summary>A tensor.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="ElementBytes">The bytes of an element.</param>
/// <param name="Storage">Where its elements are.</param>
/// <param name="Of">The value whose storage it shares; -1 where it has its own.</param>
/// <param name="IsHidden">The layer makes it for itself and leaves it behind: the first state of an LSTM.</param>
/// <param name="IsLeft">A method that <c>Forward</c> calls makes it and does not return it: nobody after has a name for it.</param>
/// <param name="Name">An input's name.</param>
internal sealed record TraceValue(Shape Shape, int ElementBytes = 4, Storage Storage = Storage.Own, int Of = -1, bool IsHidden = false,
    bool IsLeft = false, string? Name = null)
{
    public Dim Bytes => Shape.Elements * Dim.Of(ElementBytes);
}

/// <summary>Where a tensor's elements are.</summary>
internal enum Storage
{
    Own,

    /// <summary>With another value's: a view, a layer that works in place or passes through.</summary>
    Shared,

    /// <summary>Shared or copied: strides tell, which are not known.</summary>
    Either,

    /// <summary>With a parameter or buffer of the module.</summary>
    State,

    /// <summary>Nothing is known of it; it is counted as its own.</summary>
    Unknown,
}

internal enum StepKind
{
    /// <summary>A layer of <c>torch.nn</c>, or a module of which the inside is not known.</summary>
    Layer,

    /// <summary>A module with an inside: a nested one, a <c>Sequential</c>.</summary>
    Module,

    /// <summary>An operation on tensors.</summary>
    Operation,

    /// <summary>The body frees a value itself.</summary>
    Free,

    /// <summary>A layer that is not called.</summary>
    Unused,
}

/// <summary>A layer, a module or an operation applied to values.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its key within the module, or the operation's name.</param>
/// <param name="Type">Its type's name.</param>
/// <param name="Written">Its construction.</param>
/// <param name="Operands">The values that it takes.</param>
/// <param name="Outputs">The values that it gives.</param>
/// <param name="Parameters">The elements of its parameters.</param>
/// <param name="MultiplyAdds">Its multiply-adds by the conventional rule.</param>
/// <param name="TorchinfoMultiplyAdds">Its multiply-adds by torchinfo's rule.</param>
/// <param name="Tied">Those of its parameters that are another layer's.</param>
/// <param name="Inner">For a module: what it runs.</param>
internal sealed record TraceStep(
    StepKind Kind, string Name, string Type, string Written, IReadOnlyList<int> Operands, IReadOnlyList<TraceValue> Outputs, Dim Parameters,
    Dim MultiplyAdds, Dim TorchinfoMultiplyAdds, Dim Tied, Trace? Inner)
{
    /// <summary>What a layer is in a model, by its rule; empty where no rule knows it.</summary>
    public string Role { get; init; } = "";

    /// <summary>What autograd keeps of it; null where that is not known.</summary>
    public Saved? Saves { get; init; }

    /// <summary>The bytes that autograd keeps beside: statistics.</summary>
    public Dim Statistics { get; init; } = Dim.Zero;

    /// <summary>The bytes that it works with in forward, and in backward.</summary>
    public (Dim Forward, Dim Backward) Works { get; init; } = (Dim.Zero, Dim.Zero);

    /// <summary>The bytes of the copies that it makes of its operands, to bring them into the order of their dimensions; autograd keeps
    /// the copies in their place. Empty where it makes none.</summary>
    public IReadOnlyList<Dim> Copies { get; init; } = [];

    /// <summary>With it a method ends that uses these values of its caller, which has names for them until then.</summary>
    public IReadOnlyList<int> Holds { get; init; } = [];

    /// <summary>It is computed in many steps; null where it is one.</summary>
    public Composite? Composite { get; init; }

    /// <summary>So many of such steps are computed again together in backward; 0 where they are not.</summary>
    public int Recomputed { get; init; }
}

/// <summary>Steps that run several times, each turn with what the one before gave.</summary>
/// <param name="First">The first of the steps.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Times">How often they run.</param>
/// <param name="Carried">The value before the loop, and the one that takes its place after a turn.</param>
internal sealed record TraceLoop(int First, int Count, Dim Times, IReadOnlyList<(int Before, int After)> Carried)
{
    /// <summary>The number of the turn, where it is the key of a layer.</summary>
    public const string Turn = "*";

    /// <summary>The number of the turn in the expression that a key is: <c>{2*#+1}</c>.</summary>
    public const string TurnOfKey = "#";
}
