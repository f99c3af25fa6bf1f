using Gen.Shapes;
using Gen.Summaries;

namespace Gen;

/// <summary>A row of a <see cref="ModuleSummary"/>: a layer or a nested module with its shapes and counts, known at compile time.</summary>
public sealed class LayerSummary
{
    /// <param name="name">The layer's key within the module.</param>
    /// <param name="type">Its construction: <c>Linear(784, 128)</c>.</param>
    /// <param name="inputShape">The shape string of what arrives; null where it is not known.</param>
    /// <param name="outputShape">The shape string of what leaves.</param>
    /// <param name="parameters">Its parameters, a number or an expression; null where they cannot be counted.</param>
    /// <param name="multiplyAdds">Its multiply-adds by the conventional rule, likewise.</param>
    /// <param name="torchinfoMultiplyAdds">Its multiply-adds by torchinfo's rule, likewise.</param>
    /// <param name="repeated">The layer stood in the chain before: its parameters count once.</param>
    public LayerSummary(string name, string type, string? inputShape, string? outputShape, string? parameters, string? multiplyAdds,
        string? torchinfoMultiplyAdds = null, bool repeated = false)
        : this(name, TypeOf(type), type)
    {
        (Input, Output, IsRepeated) = (ShapeOf(inputShape), ShapeOf(outputShape), repeated);
        (ParameterElements, Cost, TorchinfoCost) = (Number(parameters), Number(multiplyAdds), Number(torchinfoMultiplyAdds));

        static Shape ShapeOf(string? text) => text is null ? Shape.UnknownRank : ShapeParser.ParseShape(text).Shape ?? Shape.UnknownRank;

        static Dim Number(string? text) => text is null ? Dim.Unknown : ShapeParser.ParseDim(text).Dim ?? Dim.Unknown;
    }

    internal LayerSummary(string name, string typeName, string type) => (Name, TypeName, Type) = (name, typeName, type);

    /// <summary>The layer's key within the module: <c>layer1.0.conv1</c>.</summary>
    public string Name { get; }

    /// <summary>Its type's name: <c>Linear</c>.</summary>
    public string TypeName { get; }

    /// <summary>Its construction: <c>Linear(784, 128)</c>.</summary>
    public string Type { get; }

    /// <summary>How deep it stands: 1 for a layer of the module itself.</summary>
    public int Depth { get; internal init; } = 1;

    /// <summary>Its number among the rows of its depth, from 1.</summary>
    public int Index { get; internal init; }

    /// <summary>It is a module whose layers are the rows that follow, one deeper.</summary>
    public bool HasLayers { get; internal init; }

    /// <summary>The layer was called before: its parameters count once.</summary>
    public bool IsRepeated { get; internal init; }

    /// <summary>Some of its parameters are another layer's: they count once.</summary>
    public bool IsTied => TiedElements.Constant is not 0;

    /// <summary>The layer is built, and not called.</summary>
    public bool IsUnused { get; internal init; }

    /// <summary>The shape that arrives: <c>[B, 784]</c>; null where it is not known.</summary>
    public string? InputShape => Input.IsUnknownRank ? null : Input.ToString();

    /// <summary>The shape that leaves.</summary>
    public string? OutputShape => Output.IsUnknownRank ? null : Output.ToString();

    /// <summary>The elements of its parameters, those of its own layers among them; null where they depend on sizes that are not given, or
    /// cannot be counted.</summary>
    public long? Parameters => ParameterElements.Constant;

    /// <summary>The elements of its parameters that are trained, by the module's <c>requires_grad</c> at this moment.</summary>
    public long? TrainableParameters => Parameters - FrozenParameters;

    /// <summary>The elements of its parameters that are not trained.</summary>
    public long FrozenParameters { get; internal init; }

    /// <summary>Its multiply-adds by the conventional rule; null where they depend on sizes that are not given, or cannot be
    /// counted.</summary>
    public long? MultiplyAdds => Cost.Constant;

    /// <summary>Its multiply-adds by torchinfo's rule: weight and bias of a layer with parameters, times output positions.</summary>
    public long? TorchinfoMultiplyAdds => TorchinfoCost.Constant;

    /// <summary>The bytes of new memory that its output takes, in float32: none for a view.</summary>
    public long? ActivationBytes => OutputBytes.Constant;

    /// <summary>Its part of the module's parameters, from 0 to 1.</summary>
    public double? ParameterShare { get; internal init; }

    /// <summary>Its part of the module's multiply-adds, from 0 to 1.</summary>
    public double? MultiplyAddShare { get; internal init; }

    internal Shape Input { get; init; } = Shape.UnknownRank;

    internal Shape Output { get; init; } = Shape.UnknownRank;

    internal Dim ParameterElements { get; init; } = Dim.Unknown;

    internal Dim Cost { get; init; } = Dim.Unknown;

    internal Dim TorchinfoCost { get; init; } = Dim.Unknown;

    /// <summary>Those of its parameters that are another layer's.</summary>
    internal Dim TiedElements { get; init; } = Dim.Zero;

    internal Dim OutputBytes { get; init; } = Dim.Unknown;

    /// <summary>The type that a construction names: <c>Linear</c> of <c>Linear(784, 128)</c>.</summary>
    internal static string TypeOf(string written) =>
        written.IndexOf('(', StringComparison.Ordinal) is > 0 and var at ? written[..at] : written;

    /// <summary>The key and the type, for a list: <c>fc1 (Linear)</c>.</summary>
    public override string ToString() =>
        $"{Name} ({TypeName}) {InputShape ?? "?"} -> {OutputShape ?? "?"}, {Figures.Number(ParameterElements)} parameters";
}
