namespace Gen.Distributed;

/// <summary>How the values of all ranks become one.</summary>
public enum ReduceOp
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum, divided by the number of ranks. Only for floating-point types.</summary>
    Average,

    /// <summary>The smallest; for <c>bool</c>, whether all are true.</summary>
    Min,

    /// <summary>The largest; for <c>bool</c>, whether any is true.</summary>
    Max,

    /// <summary>Their product.</summary>
    Product,
}
