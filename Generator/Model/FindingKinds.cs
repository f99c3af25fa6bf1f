namespace Gen.Model;

internal static class FindingKinds
{
    /// <summary>GEN0xxx: something in the declaration is wrong, and nothing more is said of the class.</summary>
    public static bool IsDeclaration(this FindingKind kind) => kind <= FindingKind.KeyCollision;

    /// <summary>It is of an operation on tensors, and begins with its name.</summary>
    public static bool IsOfOperation(this FindingKind kind) =>
        kind is FindingKind.OperationOperands or FindingKind.OperationElements or FindingKind.OperationRank
            or FindingKind.OperationArguments
        or FindingKind.OperationSize or FindingKind.LossMismatch;

    /// <summary>GEN1xxx: the program fails.</summary>
    public static bool IsError(this FindingKind kind) => kind is > FindingKind.KeyCollision and < FindingKind.NotProved;

    /// <summary>GEN5001 to GEN5005: the program runs, and is not what its author wants.</summary>
    public static bool IsAdvice(this FindingKind kind) => kind > FindingKind.SilentBroadcast;
}
