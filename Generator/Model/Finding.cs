namespace Gen.Model;

/// <summary>Something to say of a module: what, where and with which particulars. Its words are in
/// <c>Diagnostics/Messages.cs</c>.</summary>
/// <param name="Kind">What is said.</param>
/// <param name="At">Where the squiggle goes.</param>
/// <param name="Particulars">The names, shapes and numbers, in the order that the message takes them.</param>
/// <param name="Also">Further places that lead back to where a number comes from.</param>
internal sealed record Finding(FindingKind Kind, Anchor At, EquatableArray<string> Particulars, EquatableArray<Anchor> Also)
{
    /// <summary>The argument as written that gives a size that does not fit, and the size that would.</summary>
    public (string Argument, string Value)? Size { get; init; }

    public Finding(FindingKind kind, Anchor at, params string[] particulars)
        : this(kind, at, particulars.ToEquatableArray(), default)
    {
    }

    /// <summary>What to do, where it is not the usual edit of the kind: the message ends with it, and there is no fix.</summary>
    public string? Remedy { get; init; }

    /// <summary>The size that the message says to write; null where it says another edit, or none.</summary>
    public SizeEdit? Edit { get; init; }

    /// <summary>The operand of another element type that is to be converted, where one conversion mends it.</summary>
    public TypeCast? Cast { get; init; }

    /// <summary>It takes the module's type for float32, as which a module begins.</summary>
    public bool IsOfModuleType { get; init; }

    /// <summary>It takes the CPU for the default device, which it is until the program sets another.</summary>
    public bool IsOfDefaultDevice { get; init; }

    /// <summary>The call by which code of another method came to it, and that method; null in the code that is looked at.</summary>
    public CallPlace? Via { get; init; }

    /// <summary>Where it is said in the code that is looked at.</summary>
    public Anchor Place => Via?.At ?? At;

    /// <summary>What the other says is said by this one: the same, or the same error at the same place, which another path reaches with
    /// other sizes.</summary>
    public bool IsAlso(Finding other) => Equals(other) || (Kind == other.Kind && At == other.At && Via == other.Via && Kind.IsError());
}

/// <summary>A call that is looked at from the outside.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Method">The key of the method that it calls.</param>
/// <param name="Arguments">What it gives for which parameter.</param>
internal sealed record CallPlace(Anchor At, string Method, EquatableArray<(string Parameter, int At)> Arguments);

/// <summary>A size of a layer's construction, to be changed.</summary>
/// <param name="Path">The layer's name within the module: <c>network.1</c>.</param>
/// <param name="Parameter">The factory's parameter.</param>
/// <param name="Value">What arrives: <c>128</c>, <c>16 * 5 * 5</c>.</param>
internal sealed record SizeEdit(string Path, string Parameter, string Value);

/// <summary>A conversion to another element type.</summary>
/// <param name="Operand">The parameter that the tensor is given for; <c>self</c> for the one before the dot.</param>
/// <param name="Member">The member of <c>ScalarType</c>.</param>
internal sealed record TypeCast(string Operand, string Member);

internal enum FindingKind
{
    NotPartial,
    ContainingTypeNotPartial,
    FileLocal,
    LayerTypeIsNoModule,
    StateTypeIsNoTensor,
    TooManyArguments,
    TooFewArguments,
    ArgumentOfWrongType,
    NoFactory,
    HoleInInitializer,
    NamedArgument,
    NamedArgumentBesideHole,
    ShapeTextMalformed,
    ShapeOnClassAndForward,
    ShapeInputCount,
    ShapeResultCount,
    ShapeNameIsNoInteger,
    NothingToChain,
    ChainElementWithSeveralInputs,
    ChainElementResult,
    ForwardUnusable,
    ForwardNotOverride,
    BaseDoesNotFit,
    ChainNamesNoLayer,
    LayerOnProperty,
    LayerOnStatic,
    NameHidesModuleMember,
    KeyCollision,
    RecomputeWithoutEffect,
    RecomputeNotFollowed,
    FeatureMismatch,
    ChannelMismatch,
    NormalisedChannelMismatch,
    RankMismatch,
    OperandMismatch,
    ElementMismatch,
    NestedMismatch,
    DeclaredResultDiffers,
    DeclaredResultCount,
    ArgumentsContradict,
    SizeBelowOne,
    OperationOperands,
    OperationElements,
    OperationOrder,
    OperationRank,
    OperationArguments,
    OperationSize,
    LossMismatch,
    CannotInfer,
    LayerContradicts,
    OperationContradicts,
    ResultContradicts,
    NotProved,
    NotProvedInBranch,
    NotProvedHere,
    NotChecked,
    ShapeRefuted,
    OrderRefuted,
    ShapeUnknown,
    InputShapeUnknown,
    NothingChecked,
    EvaluationStopped,
    ShapeCommentUnchecked,
    ParametersNotCounted,
    MultiplyAddsNotCounted,
    ExpectationDiffers,
    BudgetExceeded,
    ExpectationNotChecked,

    /// <summary>The header of a file of weights is not there to compare with.</summary>
    CheckpointNotFound,

    /// <summary>It is no such header.</summary>
    CheckpointNotRead,

    /// <summary>The module has keys that the file has not.</summary>
    CheckpointLacks,

    /// <summary>The file has keys that the module has not.</summary>
    CheckpointHasMore,

    /// <summary>Tensors of a field have other shapes or element types in the file.</summary>
    CheckpointDiffers,
    ShapeCommentDiffers,

    /// <summary>An operation gets element types that it does not take.</summary>
    ElementType,

    /// <summary>A layer gets another element type than it takes.</summary>
    LayerElementType,

    /// <summary>A result is declared to have another element type.</summary>
    ResultElementType,

    /// <summary>An operation gets tensors on different devices.</summary>
    DevicesApart,

    /// <summary>A layer gets a tensor that is on another device than its weights.</summary>
    LayerDevicesApart,

    /// <summary>A tensor that is made on the default device stays there when the module is moved.</summary>
    LeftBehind,
    SilentBroadcast,

    /// <summary>A loss repeats one of its operands to fit the other.</summary>
    LossBroadcast,

    /// <summary>A layer that takes the sequence first gets the batch first.</summary>
    BatchFirst,

    /// <summary>What is exported has no equal form in a target.</summary>
    NoEqualForm,
    SoftmaxBeforeLoss,
    SigmoidBeforeLoss,
    LinearAfterLinear,
    DropoutBeforeLoss,
    ActivationBeforeLoss,
    SamplesDropped,
}
