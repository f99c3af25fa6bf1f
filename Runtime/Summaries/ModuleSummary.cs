using Gen.Analysis;
using Gen.Shapes;
using Gen.Summaries;

namespace Gen;

/// <summary>A module's layers with their shapes, counts and memory, from what is known at compile time; nothing is run for it.</summary>
public sealed class ModuleSummary
{
    private readonly Lazy<Timeline> training;

    /// <param name="name">The module's name.</param>
    /// <param name="signature">Its shape string; null where it declares none.</param>
    /// <param name="layers">Its layers in the order in which they run.</param>
    /// <param name="at">The sizes of named dimensions: <c>"B=64, H=224"</c>.</param>
    /// <exception cref="ArgumentException">A size is malformed, or no dimension has its name.</exception>
    public ModuleSummary(string name, string? signature, IReadOnlyList<LayerSummary> layers, string? at = null)
        : this(Source.Of(name, signature, layers), at)
    {
    }

    internal ModuleSummary(Source source, string? at)
    {
        var names = source.Names();
        var sizes = Sizes.Parse(at, names);
        Dim? Value(string name) => sizes.TryGetValue(name, out var size) || source.Sizes.TryGetValue(name, out size) ? Dim.Of(size) : null;
        (Name, Signature) = (source.Name, source.Signature);
        Given = string.Join(", ", sizes.Select(s => $"{s.Key}={s.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)}"));
        Open = names.Where(n => Value(n) is null).ToArray();
        Layers = Rows.Of(source, Value);
        ParameterElements = source.Parameters.Substitute(Value);
        Cost = source.MultiplyAdds.Substitute(Value);
        TorchinfoCost = source.TorchinfoMultiplyAdds.Substitute(Value);
        FrozenParameters = Frozen.Count(source.Frozen, Layers);
        var way = Unrolling.Choose(source.Graph, Value).First();
        Inputs = way.Inputs.Aggregate(Dim.Zero, (sum, slot) => sum + slot.Bytes.Substitute(Value));
        Timeline = Liveness.Of(source.Graph, Value);
        training = new(() => TrainingMemory.Of(source.Graph, source.Parameters, Value,
            new([.. source.Frozen.Select(static f => f.Key)], source.Trained, Dim.Of(FrozenParameters))));
        Flow = new Flow(source.Graph, Value);
        OutputShape = way.Results is [var result] && Flow.ShapeOf(way, result).Substitute(Value) is { IsUnknownRank: false } shape ? shape
            : null;
    }

    /// <summary>The module's name.</summary>
    public string Name { get; }

    /// <summary>Its shape string; null where it declares none.</summary>
    public string? Signature { get; }

    /// <summary>Its layers in the order in which they run, those of nested modules after the module, one <see cref="LayerSummary.Depth"/>
    /// deeper.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>The elements of all parameters, shared ones once; null where they depend on sizes that are not given, or cannot be
    /// counted.</summary>
    public long? Parameters => ParameterElements.Constant;

    /// <summary>The elements of the parameters that are trained, by the module's <c>requires_grad</c> at this moment.</summary>
    public long? TrainableParameters => Parameters - FrozenParameters;

    /// <summary>The elements of the parameters that are not trained.</summary>
    public long FrozenParameters { get; }

    /// <summary>The multiply-adds of one call by the conventional rule; null where they depend on sizes that are not given, or cannot be
    /// counted.</summary>
    public long? MultiplyAdds => Cost.Constant;

    /// <summary>The multiply-adds of one call by torchinfo's rule: weight and bias of every layer with parameters, times output
    /// positions.</summary>
    public long? TorchinfoMultiplyAdds => TorchinfoCost.Constant;

    /// <summary>The bytes of the inputs; floats have four, indexes eight.</summary>
    public long? InputBytes => Inputs.Constant;

    /// <summary>
    /// The largest sum of tensors alive at once in <c>forward</c> under <c>inference_mode</c> and <c>eval</c>, in bytes of float32, the
    /// inputs among them; null where it depends on sizes that are not given, or on what is not known. Tensors that share their storage
    /// count once; parameters, buffers and what lives within one native operation do not count.
    /// </summary>
    public long? PeakActivationBytes => Timeline.Peak?.Bytes.Constant;

    /// <summary>The layer or operation at which <see cref="PeakActivationBytes"/> are alive; null where that is not known.</summary>
    public string? PeakLayer => Timeline.Peak?.Step;

    /// <summary>
    /// The largest sum of tensors alive at once in a step of training on a CPU, from the second step on, in bytes of float32: the inputs,
    /// what <c>forward</c> makes and autograd keeps, the gradients of activations, and those of all parameters; null where it depends on
    /// sizes that are not given, or on what is not known. The step calls the module, and goes back from a gradient of each result.
    /// Parameters and buffers do not count, nor what a loss and an optimizer need.
    /// </summary>
    public long? PeakTrainingBytes => Training.Peak?.Bytes.Constant;

    /// <summary>The layer or operation at which <see cref="PeakTrainingBytes"/> are alive, and whether that is in backward; null where
    /// that is not known.</summary>
    public string? PeakTrainingLayer => Training.Peak?.Step;

    /// <summary>The bytes that are alive when each layer and operation has run; empty where they are not known.</summary>
    public IReadOnlyList<MemoryMoment> Memory => Timeline.Unknown is null && Timeline.Moments.All(m => m.Bytes.Constant is not null)
        ? Timeline.Moments.Where(m => !m.IsInside).Select(m => new MemoryMoment(m.Step, m.Bytes.Constant!.Value)).ToArray()
        : [];

    internal Shape? OutputShape { get; }

    internal string Given { get; }

    /// <summary>The names that have no size yet.</summary>
    internal IReadOnlyList<string> Open { get; }

    internal Dim ParameterElements { get; }

    internal Dim Cost { get; }

    internal Dim TorchinfoCost { get; }

    internal Dim Inputs { get; }

    internal Timeline Timeline { get; }

    internal Timeline Training => training.Value;

    internal Flow Flow { get; }

    /// <summary>The table as text, in the manner of torchinfo.</summary>
    public override string ToString() => Table.Text(this);

    /// <summary>The table in Markdown.</summary>
    public string ToMarkdown() => Table.Markdown(this);

    /// <summary>Layers, totals, memory and the graph as JSON.</summary>
    public string ToJson() => Json.Of(this);

    /// <summary>The graph as a Mermaid flowchart: nested modules are boxes around their layers.</summary>
    public string ToMermaid() => Mermaid.Of(this);

    /// <summary>A page of its own, without a request to anywhere: the drawn graph, the table, bars for each layer and the memory over
    /// time.</summary>
    public string ToHtml() => Html.Of(this);
}
