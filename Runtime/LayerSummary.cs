using System.Globalization;
using Gen.Shapes;

namespace Gen;

/// <summary>A row of a <see cref="ModuleSummary"/>: a layer with its shapes and counts, known when compiling.</summary>
public sealed class LayerSummary
{
    private readonly string? inputShape;
    private readonly string? outputShape;
    private readonly string? parameters;
    private readonly string? multiplyAdds;
    private readonly string? torchinfoMultiplyAdds;
    private readonly IReadOnlyDictionary<string, long> sizes;

    /// <param name="name">The layer's name within the module.</param>
    /// <param name="type">Its construction: <c>Linear(784, 128)</c>.</param>
    /// <param name="inputShape">The shape string of what arrives; null where it is not known.</param>
    /// <param name="outputShape">The shape string of what leaves.</param>
    /// <param name="parameters">Its parameters, a number or an expression; null where they cannot be counted.</param>
    /// <param name="multiplyAdds">Its multiply-adds by the conventional rule, likewise.</param>
    /// <param name="torchinfoMultiplyAdds">Its multiply-adds by torchinfo's rule, likewise.</param>
    /// <param name="repeated">The layer stood in the chain before: its parameters count once.</param>
    public LayerSummary(string name, string type, string? inputShape, string? outputShape, string? parameters, string? multiplyAdds, string? torchinfoMultiplyAdds = null, bool repeated = false)
        : this(name, type, inputShape, outputShape, parameters, multiplyAdds, torchinfoMultiplyAdds, repeated, new Dictionary<string, long>())
    {
    }

    private LayerSummary(string name, string type, string? inputShape, string? outputShape, string? parameters, string? multiplyAdds, string? torchinfoMultiplyAdds, bool repeated, IReadOnlyDictionary<string, long> sizes)
    {
        Name = name;
        Type = type;
        IsRepeated = repeated;
        this.inputShape = inputShape;
        this.outputShape = outputShape;
        this.parameters = parameters;
        this.multiplyAdds = multiplyAdds;
        this.torchinfoMultiplyAdds = torchinfoMultiplyAdds;
        this.sizes = sizes;
    }

    /// <summary>The layer's name within the module.</summary>
    public string Name { get; }

    /// <summary>Its construction.</summary>
    public string Type { get; }

    /// <summary>The layer stood in the chain before.</summary>
    public bool IsRepeated { get; }

    /// <summary>The shape that arrives: <c>[B, 784]</c>; null where it is not known.</summary>
    public string? InputShape => ShapeText(inputShape);

    /// <summary>The shape that leaves.</summary>
    public string? OutputShape => ShapeText(outputShape);

    /// <summary>The elements of its parameters; null where they depend on sizes that are not given, or cannot be counted.</summary>
    public long? Parameters => ParametersDim.Constant;

    /// <summary>Its multiply-adds by the conventional rule; null where they depend on sizes that are not given, or cannot be counted.</summary>
    public long? MultiplyAdds => MultiplyAddsDim.Constant;

    /// <summary>Its multiply-adds by torchinfo's rule: weight and bias of a layer with parameters, times output positions.</summary>
    public long? TorchinfoMultiplyAdds => TorchinfoMultiplyAddsDim.Constant;

    internal Dim TorchinfoMultiplyAddsDim => Evaluate(torchinfoMultiplyAdds);

    internal Dim ParametersDim => Evaluate(parameters);

    internal Dim MultiplyAddsDim => Evaluate(multiplyAdds);

    internal IEnumerable<string> Names =>
        new[] { inputShape, outputShape }.SelectMany(s => s is null ? [] : ShapeParser.ParseShape(s).Shape?.Dims.SelectMany(d => d.Names) ?? [])
            .Concat(new[] { parameters, multiplyAdds }.SelectMany(d => d is null ? [] : ShapeParser.ParseDim(d).Dim?.Names ?? []));

    internal LayerSummary With(IReadOnlyDictionary<string, long> values) => new(Name, Type, inputShape, outputShape, parameters, multiplyAdds, torchinfoMultiplyAdds, IsRepeated, values);

    /// <summary>A number with separators, an expression as it is, <c>?</c> where nothing is known.</summary>
    internal static string Text(Dim dim) => dim.IsUnknown ? "?" : dim.Constant is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : dim.ToString();

    private string? ShapeText(string? shape) => shape is null ? null : ShapeParser.ParseShape(shape).Shape?.Substitute(Value).ToString();

    private Dim Evaluate(string? expression) => expression is null ? Dim.Unknown : ShapeParser.ParseDim(expression).Dim?.Substitute(Value) ?? Dim.Unknown;

    private Dim? Value(string name) => sizes.TryGetValue(name, out var size) ? Dim.Of(size) : null;
}
