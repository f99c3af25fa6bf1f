namespace Gen.Rules.Operations;

/// <summary>What says how long a tensor lives, and gives the tensor itself. What they do to a value, the evaluator knows.</summary>
internal static class Lifetimes
{
    public static readonly IReadOnlyList<OperationRule> All =
    [
        // Gen's own.
        new("Keep") { Lifetime = Lifetime.Kept, Memory = Memory.Operand, MayReturnInput = true },

        // Of a DisposeScope.
        new("Detach MoveToOuter MoveToOther") { Lifetime = Lifetime.Longer, Memory = Memory.Operand },
    ];
}
