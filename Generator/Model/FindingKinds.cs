namespace Gen.Model;

/// <summary>The diagnostic of each kind of finding. What else is asked of a kind follows from the id.</summary>
internal static class FindingKinds
{
    private static readonly Dictionary<FindingKind, string> Ids = new()
    {
        [FindingKind.NotPartial] = "GEN0001",
        [FindingKind.ContainingTypeNotPartial] = "GEN0001",
        [FindingKind.FileLocal] = "GEN0001",
        [FindingKind.LayerTypeIsNoModule] = "GEN0002",
        [FindingKind.StateTypeIsNoTensor] = "GEN0002",
        [FindingKind.TooManyArguments] = "GEN0003",
        [FindingKind.TooFewArguments] = "GEN0003",
        [FindingKind.ArgumentOfWrongType] = "GEN0003",
        [FindingKind.NoFactory] = "GEN0003",
        [FindingKind.HoleInInitializer] = "GEN0003",
        [FindingKind.NamedArgument] = "GEN0003",
        [FindingKind.NamedArgumentBesideHole] = "GEN0003",
        [FindingKind.ShapeTextMalformed] = "GEN0004",
        [FindingKind.ShapeOnClassAndForward] = "GEN0004",
        [FindingKind.ShapeInputCount] = "GEN0004",
        [FindingKind.ShapeResultCount] = "GEN0004",
        [FindingKind.ShapeNameIsNoInteger] = "GEN0004",
        [FindingKind.NothingToChain] = "GEN0005",
        [FindingKind.ChainElementWithSeveralInputs] = "GEN0005",
        [FindingKind.ChainElementResult] = "GEN0005",
        [FindingKind.ForwardUnusable] = "GEN0005",
        [FindingKind.ForwardNotOverride] = "GEN0005",
        [FindingKind.BaseDoesNotFit] = "GEN0005",
        [FindingKind.ChainNamesNoLayer] = "GEN0006",
        [FindingKind.LayerOnProperty] = "GEN0007",
        [FindingKind.LayerOnStatic] = "GEN0007",
        [FindingKind.NameHidesModuleMember] = "GEN0008",
        [FindingKind.KeyCollision] = "GEN0008",
        [FindingKind.RecomputeWithoutEffect] = "GEN0009",
        [FindingKind.RecomputeNotFollowed] = "GEN0009",
        [FindingKind.FeatureMismatch] = "GEN1001",
        [FindingKind.ChannelMismatch] = "GEN1001",
        [FindingKind.NormalisedChannelMismatch] = "GEN1001",
        [FindingKind.LayerContradicts] = "GEN1001",
        [FindingKind.RankMismatch] = "GEN1002",
        [FindingKind.OperationRank] = "GEN1002",
        [FindingKind.OperandMismatch] = "GEN1003",
        [FindingKind.OperationOperands] = "GEN1003",
        [FindingKind.OperationContradicts] = "GEN1003",
        [FindingKind.ElementMismatch] = "GEN1004",
        [FindingKind.OperationElements] = "GEN1004",
        [FindingKind.OperationOrder] = "GEN1004",
        [FindingKind.DeclaredResultDiffers] = "GEN1005",
        [FindingKind.DeclaredResultCount] = "GEN1005",
        [FindingKind.ResultContradicts] = "GEN1005",
        [FindingKind.ArgumentsContradict] = "GEN1006",
        [FindingKind.OperationArguments] = "GEN1006",
        [FindingKind.SizeBelowOne] = "GEN1007",
        [FindingKind.OperationSize] = "GEN1007",
        [FindingKind.NestedMismatch] = "GEN1008",
        [FindingKind.LossMismatch] = "GEN1009",
        [FindingKind.CannotInfer] = "GEN1010",
        [FindingKind.ShapeCommentDiffers] = "GEN1011",
        [FindingKind.ElementType] = "GEN1012",
        [FindingKind.LayerElementType] = "GEN1012",
        [FindingKind.ResultElementType] = "GEN1012",
        [FindingKind.DevicesApart] = "GEN1013",
        [FindingKind.LayerDevicesApart] = "GEN1013",
        [FindingKind.NotProved] = "GEN2001",
        [FindingKind.NotProvedInBranch] = "GEN2001",
        [FindingKind.NotProvedHere] = "GEN2001",
        [FindingKind.NotChecked] = "GEN2001",
        [FindingKind.ShapeUnknown] = "GEN2002",
        [FindingKind.InputShapeUnknown] = "GEN2002",
        [FindingKind.NothingChecked] = "GEN2003",
        [FindingKind.ParametersNotCounted] = "GEN2004",
        [FindingKind.MultiplyAddsNotCounted] = "GEN2004",
        [FindingKind.ExpectationNotChecked] = "GEN2004",
        [FindingKind.EvaluationStopped] = "GEN2005",
        [FindingKind.ShapeCommentUnchecked] = "GEN2006",
        [FindingKind.ExpectationDiffers] = "GEN3001",
        [FindingKind.BudgetExceeded] = "GEN3002",
        [FindingKind.CheckpointNotFound] = "GEN3003",
        [FindingKind.CheckpointNotRead] = "GEN3003",
        [FindingKind.CheckpointLacks] = "GEN3003",
        [FindingKind.CheckpointHasMore] = "GEN3003",
        [FindingKind.CheckpointDiffers] = "GEN3003",
        [FindingKind.SamplesDropped] = "GEN4010",
        [FindingKind.LeftBehind] = "GEN4012",
        [FindingKind.ShapeRefuted] = "GEN4013",
        [FindingKind.OrderRefuted] = "GEN4013",
        [FindingKind.NoEqualForm] = "GEN6001",
        [FindingKind.SoftmaxBeforeLoss] = "GEN5001",
        [FindingKind.SigmoidBeforeLoss] = "GEN5002",
        [FindingKind.LinearAfterLinear] = "GEN5003",
        [FindingKind.DropoutBeforeLoss] = "GEN5005",
        [FindingKind.ActivationBeforeLoss] = "GEN5005",
        [FindingKind.SilentBroadcast] = "GEN5006",
        [FindingKind.LossBroadcast] = "GEN5006",
        [FindingKind.BatchFirst] = "GEN5007",
    };

    public static string Id(this FindingKind kind) => Ids[kind];

    /// <summary>GEN0xxx: something in the declaration is wrong, and nothing more is said of the class.</summary>
    public static bool IsDeclaration(this FindingKind kind) => Is(kind, "GEN0");

    /// <summary>GEN1xxx but for comments: the program fails.</summary>
    public static bool IsError(this FindingKind kind) => Is(kind, "GEN1") && kind != FindingKind.ShapeCommentDiffers;

    /// <summary>GEN5001 to GEN5005, and samples that are dropped: the program runs, and is not what its author wants.</summary>
    public static bool IsAdvice(this FindingKind kind) => kind == FindingKind.SamplesDropped
        || (Is(kind, "GEN5") && !kind.IsBroadcast());

    /// <summary>GEN5006: elements are combined that were not meant to be.</summary>
    public static bool IsBroadcast(this FindingKind kind) => Is(kind, "GEN5006");

    /// <summary>GEN1013: tensors are on different devices.</summary>
    public static bool IsOfDevices(this FindingKind kind) => Is(kind, "GEN1013");

    /// <summary>GEN1012: an element type does not fit.</summary>
    public static bool IsOfTypes(this FindingKind kind) => Is(kind, "GEN1012");

    /// <summary>It is of an operation on tensors, and begins with its name.</summary>
    public static bool IsOfOperation(this FindingKind kind) =>
        kind is FindingKind.OperationOperands or FindingKind.OperationElements or FindingKind.OperationRank
            or FindingKind.OperationArguments or FindingKind.OperationSize or FindingKind.OperationOrder
            or FindingKind.LossMismatch or FindingKind.OrderRefuted
            or FindingKind.ElementType or FindingKind.DevicesApart;

    private static bool Is(FindingKind kind, string group) => Ids[kind].StartsWith(group, StringComparison.Ordinal);
}
