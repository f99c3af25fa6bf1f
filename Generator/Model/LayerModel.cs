using Gen.Shapes;


namespace Gen.Model;

/// <summary>Who builds a layer.</summary>
internal enum LayerOrigin
{
    /// <summary>The generated constructor, from the attribute's arguments.</summary>
    Attribute,

    /// <summary>The field's initializer.</summary>
    Initializer,

    /// <summary>The user's constructor.</summary>
    Constructor,
}

/// <summary>What a layer takes and gives, as far as a chain cares.</summary>
internal enum LayerFlow
{
    /// <summary>A tensor in, a tensor out.</summary>
    Tensor,

    /// <summary>LSTM, GRU, RNN: a tensor and an optional state in, a tuple out.</summary>
    Recurrent,

    /// <summary>A tensor in, a pair of tensors out.</summary>
    Pair,

    /// <summary>A tensor in, a triple of tensors out.</summary>
    Triple,

    /// <summary>Several inputs that must be given.</summary>
    SeveralInputs,

    /// <summary>Something else: not to be chained.</summary>
    Other,
}

/// <summary>A <c>[Layer]</c> field, or a module inside a <c>Sequential</c>, as declared.</summary>
internal sealed record LayerModel
{
    /// <summary>The name of a module that a method of its own calls.</summary>
    public const string Self = "this";

    /// <summary>The field's name, or the index inside a <c>Sequential</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The key in the <c>state_dict</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The field's type, fully qualified.</summary>
    public required string Type { get; init; }

    /// <summary>The type's simple name, such as <c>Linear</c>.</summary>
    public required string TypeName { get; init; }

    public required LayerOrigin Origin { get; init; }

    public required LayerFlow Flow { get; init; }

    /// <summary>The field may hold null: an optional layer.</summary>
    public bool IsOptional { get; init; }

    public bool IsReadOnly { get; init; }

    /// <summary>It is of just the class that is named, of none that is derived from it: it is built here, and stays.</summary>
    public bool IsExact { get; init; }

    /// <summary>A class whose own code, as far as it is seen, may hold tensors when a call has ended, and does not say so at run
    /// time.</summary>
    public bool MayKeep { get; init; }

    /// <summary>The torch.nn factory that builds it; null for a constructor or something not understood.</summary>
    public string? Factory { get; init; }

    /// <summary>The factory's parameter names, which tell overloads apart.</summary>
    public EquatableArray<string> Parameters { get; init; }

    public EquatableArray<Argument> Arguments { get; init; }

    /// <summary>For <see cref="LayerOrigin.Attribute"/>: the call that builds it, less the arguments, and the arguments as C#.</summary>
    public string? Callee { get; init; }

    public EquatableArray<ArgumentText> CallArguments { get; init; }

    /// <summary>The construction as written, for messages and tables: <c>Conv2d(1, 32, 3)</c>.</summary>
    public required string Written { get; init; }

    /// <summary>Where it holds this layer is built, else <see cref="Otherwise"/>, or none; null where there is no condition.</summary>
    public Truth? Condition { get; init; }

    public LayerModel? Otherwise { get; init; }

    /// <summary>It is computed again in backward, or as many of its items together; null where it is not.</summary>
    public int? Recomputed { get; init; }

    /// <summary>The declaration of a module that Gen generates too.</summary>
    public ModuleModel? Nested { get; init; }

    /// <summary>The constructor's parameter that it is; null where the class builds it.</summary>
    public string? Given { get; init; }

    /// <summary>What holds it, by which it may stand in several places; null where it is built in its place.</summary>
    public ModuleHolder? Holder { get; init; }

    /// <summary>Whether its parameters are counted here.</summary>
    public Counted Counted { get; init; }

    /// <summary>Where it is built, if that is not a field of the class that is spoken of.</summary>
    public Anchor? Place { get; init; }

    /// <summary>Why the layer's construction is not understood; null where it is.</summary>
    public string? NotUnderstood { get; init; }

    /// <summary>Why there are no shapes and no counts for it, at its place in the module.</summary>
    public string WhyUnknown(string path) => (Given, NotUnderstood) switch
    {
        ({ } parameter, _) => $"what '{path}' is only the caller of the constructor knows ({parameter})",
        (_, { } text) => $"how '{path}' is built is not understood: {text}",
        _ => $"there is no rule for '{path}' ({TypeName})",
    };
}

/// <summary>A field, local or parameter that holds a module, which stands wherever that is named.</summary>
/// <param name="Name">As written.</param>
/// <param name="Key">Two of one key are one module.</param>
/// <param name="IsLayer">The class registers it by its field.</param>
/// <param name="IsRepeated">A loop or a function around the place runs any number of times with the one module.</param>
internal sealed record ModuleHolder(string Name, string Key, bool IsLayer, bool IsRepeated);

/// <summary>Whether a module's parameters are counted where it stands.</summary>
internal enum Counted
{
    Here,

    /// <summary>It stands in another place too, and is counted there.</summary>
    Elsewhere,

    /// <summary>In how many places the one module stands is not known.</summary>
    Unknown,
}

/// <summary>An argument of a generated call.</summary>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Text">C#, or null for a size that is to be inferred.</param>
internal sealed record ArgumentText(string Parameter, string? Text);
