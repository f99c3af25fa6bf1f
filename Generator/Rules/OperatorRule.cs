namespace Gen.Rules;

/// <summary>What the rule of a layer and the rule of an operation say alike. Nothing of it is said anywhere else.</summary>
internal abstract record OperatorRule
{
    protected OperatorRule(Memory memory) => Memory = memory;

    /// <summary>What it is in a model.</summary>
    public Role Role { get; init; }

    /// <summary>Where the elements of its result are.</summary>
    public Memory Memory { get; init; }

    /// <summary>It may give back the very tensor that it is given, not another one over the same memory.</summary>
    public bool MayReturnInput { get; init; }

    /// <summary>It moves or renames numbers and changes none.</summary>
    public bool KeepsNumbers { get; init; }

    /// <summary>It puts dimensions together, as a reader of a message knows it: a flatten.</summary>
    public bool MergesDimensions { get; init; }

    /// <summary>It takes the elements of its first two operands in pairs, and a column beside a row as a table.</summary>
    public bool PairsElements { get; init; }

    /// <summary>What a loss does itself with what it is given: softmax or sigmoid.</summary>
    public Role Applies { get; init; }

    /// <summary>What the operands of a loss are, in a message.</summary>
    public IReadOnlyList<string> Operands { get; init; } = ["prediction", "target"];

    /// <summary>The rank at which a dropout of channels drops whole samples instead.</summary>
    public int? DropsSamplesAt { get; init; }
}

/// <summary>What an operator is in a model.</summary>
internal enum Role
{
    Other,
    Linear,
    Embedding,
    Convolution,
    Recurrent,
    Attention,
    Normalization,
    Pooling,
    Resizing,
    Dropout,
    Activation,

    /// <summary>An activation too: numbers that are positive and make 1 together.</summary>
    Softmax,

    /// <summary>An activation too: numbers between 0 and 1.</summary>
    Sigmoid,

    /// <summary>It changes nothing before a softmax: <c>log_softmax(log_softmax(x))</c> is <c>log_softmax(x)</c>.</summary>
    LogSoftmax,
    Loss,
}

/// <summary>Where the elements of a result are, by what TorchSharp 0.107 does in eval mode.</summary>
internal enum Memory
{
    /// <summary>In new memory, in the order of its dimensions.</summary>
    Ordered,

    /// <summary>In new memory, in the order of its dimensions where those of all operands are.</summary>
    Like,

    /// <summary>In new memory, in an order that is not known.</summary>
    Unordered,

    /// <summary>In the first operand's: a view, in an order that is not known.</summary>
    View,

    /// <summary>In the first operand's: a view, in order where that is.</summary>
    ViewInOrder,

    /// <summary>In the first operand's: a view that puts the dimensions into another order.</summary>
    Reordered,

    /// <summary>In the first operand's where its order allows that, else in new memory.</summary>
    Reshaped,

    /// <summary>In the first operand's where that is in order, else in new memory.</summary>
    Contiguous,

    /// <summary>In the first operand's where type and device are the same, else in new memory.</summary>
    Converted,

    /// <summary>In the first operand's or in new memory, as the call says.</summary>
    Either,

    /// <summary>It is the first operand, changed or not.</summary>
    Operand,

    /// <summary>It is the first operand where the argument <c>inplace</c> says so, else as <see cref="Like"/>.</summary>
    InPlaceIfAsked,
}
