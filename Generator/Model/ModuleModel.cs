using Gen.Shapes;


namespace Gen.Model;

/// <summary>
/// A class with <c>[Layer]</c>, <c>[Parameter]</c> or <c>[Buffer]</c> members, as declared. Every field takes part in
/// equality, nothing is derivable from the others, and nothing of Roslyn is reachable from here: equal sources give equal models.
/// </summary>
internal sealed record ModuleModel
{
    public required TypeModel Type { get; init; }

    public required ConstructorModel Constructor { get; init; }

    public required EquatableArray<LayerModel> Layers { get; init; }

    public required EquatableArray<StateModel> States { get; init; }

    /// <summary>The names in <c>[Chain]</c>; null where the order of the fields is the chain.</summary>
    public required EquatableArray<string>? Chain { get; init; }

    public required ForwardModel Forward { get; init; }

    /// <summary>The chain of a base class is what runs.</summary>
    public bool IsChainInherited => Forward.Kind == ForwardKind.None && Body is null && Type.Base?.Module is { } basis
        && (basis.Forward.Kind == ForwardKind.Chain || basis.IsChainInherited);

    public required SignatureModel? Signature { get; init; }

    public required ExpectModel? Expect { get; init; }

    /// <summary>What <c>forward</c> computes is freed, and computed again in backward.</summary>
    public bool IsRecomputed { get; init; }

    /// <summary>What the class is written for by its <c>[Export]</c>; null where it has none.</summary>
    public ExportModel? Export { get; init; }

    /// <summary>Members that the user wrote and the generator would write too: these are left to the user.</summary>
    public required EquatableArray<string> Occupied { get; init; }

    /// <summary>The body of <c>Forward</c>, or of the user's own <c>forward</c>; null for a chain, and where it cannot be read.</summary>
    public BodyModel? Body { get; init; }

    /// <summary>The body of <c>Forward</c> in which each tensor is freed after its last use; null where it is not understood
    /// completely.</summary>
    public FreeingBody? Freeing { get; init; }

    /// <summary>The methods that call layers with <c>[Recompute]</c>; null where there are none.</summary>
    public RecomputedBody? Recomputed { get; init; }

    /// <summary>What <c>Forward</c> computes may be held when it has returned, by something other than its result and the class's own
    /// members.</summary>
    public bool MayKeep { get; init; }

    /// <summary>What the constructor is given, where the module stands in another one.</summary>
    public EquatableArray<Argument> Bound { get; init; }

    /// <summary>Parameters and buffers that are one with another: <c>head.weight</c> and <c>tokens.weight</c>.</summary>
    public EquatableArray<Tie> Ties { get; init; }

    /// <summary>An assignment to a tensor of a layer that is no such tie, as written.</summary>
    public string? NotUnderstoodTie { get; init; }

    /// <summary>The const and readonly integer fields that the signature names, with their values.</summary>
    public EquatableArray<SizeField> Sizes { get; init; }

    /// <summary>The names in <c>Where</c> that something in the class has: a member, an input, a parameter of some constructor.</summary>
    public EquatableArray<string> Named { get; init; }

    /// <summary>What the constructor refuses to be otherwise.</summary>
    public EquatableArray<Fact> Facts { get; init; }

    /// <summary>What another assembly tells of the module, where the source is not at hand.</summary>
    public ContractModel? Contract { get; init; }

    /// <summary>The user wrote all of it, Gen generates nothing.</summary>
    public bool IsHandWritten { get; init; }

    /// <summary>What is wrong with the declaration (GEN0xxx).</summary>
    public required EquatableArray<Finding> Findings { get; init; }
}

/// <summary>A field that holds a size: a number, or an expression over the constructor's parameters.</summary>
internal sealed record SizeField(string Name, Dim Value);

/// <summary>The figures that the generator left on a class.</summary>
internal sealed record ContractModel(string? Parameters, string? MultiplyAdds, string? TorchinfoMultiplyAdds)
{
    /// <summary>A figure with values in the place of names; unknown where it is not told.</summary>
    public Dim Count(string? figure, Func<string, Dim?> value) =>
        figure is not null && ShapeParser.ParseDim(figure).Dim is { } dim ? dim.Substitute(value) : Dim.Unknown;
}

/// <summary><c>Layer.Tensor = other.weight</c> in the constructor: one parameter under two names.</summary>
/// <param name="Layer">The layer whose parameter is replaced.</param>
/// <param name="Tensor">The parameter.</param>
/// <param name="Source">The layer that it is taken from; null where that is no layer of the class.</param>
/// <param name="SourceTensor">Its parameter.</param>
internal sealed record Tie(string Layer, string Tensor, string? Source = null, string? SourceTensor = null);

/// <summary>The class and the types around it.</summary>
/// <param name="MetadataName">With namespace and outer types.</param>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="Containers">The types around the class, outermost first.</param>
/// <param name="Header">The class itself.</param>
/// <param name="Base">The base class that the user wrote; null where there is none.</param>
/// <param name="IsPartial">The class and all types around it are partial.</param>
/// <param name="IsAbstract">The class is abstract.</param>
/// <param name="IsSealed">The class is sealed.</param>
internal sealed record TypeModel(
    string MetadataName,
    string Namespace,
    EquatableArray<TypeHeader> Containers,
    TypeHeader Header,
    BaseModel? Base,
    bool IsPartial,
    bool IsAbstract,
    bool IsSealed)
{
    public string Name => Header.Name;

    /// <summary>The name of the generated file.</summary>
    public string HintName { get; init; } = $"{MetadataName}.g.cs";

    /// <summary>The user wrote a summary: the generated part adds its own documentation behind it.</summary>
    public bool IsDocumented { get; init; }
}

/// <summary>What a part of a type must repeat: <c>class Block&lt;T&gt;</c>.</summary>
internal sealed record TypeHeader(string Keyword, string Name, EquatableArray<string> TypeParameters);

/// <summary>A base class that the user wrote.</summary>
/// <param name="TakesName">Its constructor wants the module's name: <c>Module&lt;...&gt;</c> itself.</param>
/// <param name="HasParameterlessConstructor">A generated constructor can call it without arguments.</param>
/// <param name="Members">Its members that have the names of generated ones: they are hidden on purpose.</param>
/// <param name="Module">Its declaration, where it is a Gen module in this compilation.</param>
internal sealed record BaseModel(string Type, bool TakesName, bool HasParameterlessConstructor, EquatableArray<string> Members,
    ModuleModel? Module)
{
    /// <summary>It is a module, by its own base or by what is generated for it.</summary>
    public bool IsModule { get; init; } = true;

    /// <summary>What it asks of forward, where it is hand-written.</summary>
    public AbstractForward Forward { get; init; }

    /// <summary>What its constructor is given.</summary>
    public EquatableArray<Argument> Arguments { get; init; }

    /// <summary>The ways into the state that it, or a class below it, has overridden.</summary>
    public EquatableArray<string> Overrides { get; init; }

    /// <summary>The keys that its private fields have, each with the class and the field, where its source is at hand.</summary>
    public EquatableArray<InheritedKey> Keys { get; init; }

    /// <summary>Its declaration with what the derived class gives to it.</summary>
    public ModuleModel? Built(Bindings derived) =>
        Module is null ? null : new Bindings(Arguments.Select(a => a with { Value = derived.Bind(a.Value) })).Bind(Module);
}

internal enum AbstractForward
{
    /// <summary>There is a forward, or none is asked for.</summary>
    None,

    /// <summary>It takes one tensor and gives one, as a chain does.</summary>
    Fits,

    /// <summary>It takes or gives something else.</summary>
    Differs,
}

/// <summary>A key of a base class.</summary>
internal sealed record InheritedKey(string Key, string Member);

internal enum ConstructorKind
{
    /// <summary>The user wrote none: one is generated.</summary>
    None,

    /// <summary>A primary constructor.</summary>
    Primary,

    /// <summary>Constructors with a body.</summary>
    Explicit,
}

internal sealed record ConstructorModel(ConstructorKind Kind, EquatableArray<ConstructorParameter> Parameters)
{
    /// <summary>The sizes and truths that objects among the parameters hold, by their paths: <c>config.Dim</c>.</summary>
    public EquatableArray<ConstructorParameter> Members { get; init; }

    /// <summary>Who may call what takes the same parameters.</summary>
    public string Access { get; init; } = "public";

    /// <summary>All that shapes, counts and conditions may name.</summary>
    public IEnumerable<ConstructorParameter> Names => Parameters.Concat(Members);
}

/// <param name="Name">As written.</param>
/// <param name="Type">Fully qualified.</param>
/// <param name="Default">The default's C# text; null where there is none.</param>
/// <param name="IsInteger">A size: shapes and counts may name it.</param>
/// <param name="IsBoolean">True or false: counts may depend on it.</param>
/// <param name="Field">The readonly field that keeps it; null where there is none.</param>
internal sealed record ConstructorParameter(string Name, string Type, string? Default, bool IsInteger, bool IsBoolean = false,
    string? Field = null)
{
    /// <summary>It takes any number of arguments.</summary>
    public bool IsParams { get; init; }
}

/// <summary>A <c>[Parameter]</c> or <c>[Buffer]</c> field.</summary>
internal sealed record StateModel(string Name, string Key, string Type, bool IsParameter, bool IsPersistent, bool IsReadOnly,
    bool IsOptional)
{
    /// <summary>What it is set to; null where that cannot be read.</summary>
    public BodyModel? Initializer { get; init; }

    /// <summary>It is another parameter of the module too, which is counted there.</summary>
    public bool IsShared { get; init; }

    /// <summary>What a member is called in the code that sets it: no name of C# has a dot.</summary>
    public static string Local(string member) => $"this.{member}";
}

internal enum ForwardKind
{
    /// <summary>Data flows straight through the layers; <c>forward</c> is generated.</summary>
    Chain,

    /// <summary>The user wrote <c>Forward</c>; <c>forward</c> wraps it.</summary>
    Method,

    /// <summary>The user wrote <c>forward</c>: left alone.</summary>
    Own,

    /// <summary>A base class has it, or it cannot be generated.</summary>
    None,
}

/// <param name="Inputs">The parameters of <c>Forward</c>; for a chain, one tensor named <c>input</c>.</param>
/// <param name="Result">The result's type, fully qualified.</param>
internal sealed record ForwardModel(ForwardKind Kind, EquatableArray<InputModel> Inputs, string Result)
{
    /// <summary>Where the tensors are in the result.</summary>
    public ResultModel Tensors { get; init; } = new ResultModel.Other();
}

internal sealed record InputModel(string Name, string Type, string? Default, bool IsTensor);

/// <summary>The text of a <c>[Shape]</c>, or of the shapes on a <c>Forward</c> method put together.</summary>
internal sealed record SignatureModel(string Text, string? Where);

internal sealed record ExpectModel(long? Parameters, long? MaxParameters, long? MultiplyAdds, long? MaxActivationBytes, string? At)
{
    public long? MaxTrainingBytes { get; init; }

    /// <summary>How much memory a call takes is asked: when it frees what it makes must be known.</summary>
    public bool IsOfMemory => (MaxActivationBytes ?? MaxTrainingBytes) is not null;

    /// <summary>The file of weights that the module loads.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Floating-point weights of another width in it are converted.</summary>
    public bool Convert { get; init; }
}

/// <param name="IsOnnx">It is written as ONNX.</param>
/// <param name="IsPyTorch">It is written for PyTorch.</param>
internal sealed record ExportModel(bool IsOnnx, bool IsPyTorch);
