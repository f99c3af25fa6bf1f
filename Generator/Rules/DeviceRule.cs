namespace Gen.Rules;

/// <summary>On which device the result of an operator is, and which operands have to be on one.</summary>
internal enum DeviceRule
{
    /// <summary>All operands are on one device, and the result with them.</summary>
    Alike,

    /// <summary>The same, but a tensor without dimensions may stay on the CPU: its number goes with any.</summary>
    Paired,

    /// <summary>On the first operand's, wherever the others are.</summary>
    First,

    /// <summary>Made anew, on the default device; where a tensor is given, as that is.</summary>
    Made,

    /// <summary>Where the call says.</summary>
    Moved,
    Cpu,
    Cuda,
    Mps,

    /// <summary>Nothing is known of it.</summary>
    Unknown,
}
