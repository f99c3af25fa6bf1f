namespace Gen.Rules;

/// <summary>What the rule of a layer and the rule of an operation say alike. Nothing of it is said anywhere else.</summary>
internal abstract record OperatorRule
{
    protected OperatorRule(Memory memory) => Memory = memory;

    /// <summary>The element types that it takes and gives; null where nothing is known of them.</summary>
    public TypeRule? Types { get; init; }

    /// <summary>On which device its result is, and which operands have to be on one.</summary>
    public DeviceRule Devices
    {
        get => devices ?? (Types is { Source: TypeSource.Common } ? DeviceRule.Paired : DeviceRule.Alike);
        init => devices = value;
    }

    private readonly DeviceRule? devices;

    /// <summary>What it is in a model.</summary>
    public Role Role { get; init; }

    /// <summary>Where the elements of its result are.</summary>
    public Memory Memory { get; init; }

    /// <summary>What autograd keeps of a call; null where that is not known.</summary>
    public Saved? Saves { get; init; }

    /// <summary>It copies a first operand that does not lie in the order of its dimensions.</summary>
    public bool NeedsOrder { get; init; }

    /// <summary>Why it has no equal form in ONNX under one of its names; null where it has one.</summary>
    public abstract string? WhyNotInOnnx(string name);

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
