using System.ComponentModel;
using System.Globalization;
using Gen.Graph;
using Gen.Shapes;
using Gen.Summaries;
using TorchSharp;

namespace Gen.CompilerServices;

/// <summary>
/// Takes down, for generated code, what a call of a module runs: a graph for each module in it, the module itself last. Values are numbered
/// within a graph, the inputs first. What a step gives is a list of shape strings: <c>B 10</c>, <c>[]</c> for a scalar, with <c>:8</c>
/// bytes an element where it is not 4,
/// <c>@3</c> where it shares the storage of value 3, <c>?3</c> where strides decide on that, <c>@</c> where it is a parameter's, <c>!</c>
/// where a layer keeps it to itself, <c>&amp;</c> where a method leaves it behind.
/// </summary>
/// <param name="name">The module's name.</param>
/// <param name="signature">Its shape string; null where it declares none.</param>
/// <param name="parameters">The elements of all parameters; null where they cannot be counted.</param>
/// <param name="multiplyAdds">Its multiply-adds by the conventional rule.</param>
/// <param name="torchinfoMultiplyAdds">Its multiply-adds by torchinfo's rule.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SummaryBuilder(string name, string? signature, string? parameters, string? multiplyAdds, string? torchinfoMultiplyAdds)
{
    private readonly List<Draft> graphs = [];
    private readonly Dictionary<string, long> sizes = new(StringComparer.Ordinal);

    private bool keepsToTheEnd;

    private DraftWay Way => graphs[^1].Ways[^1];

    /// <summary>A size that the constructor was given.</summary>
    public void Size(string name, long value) => sizes[name] = value;

    /// <summary>Begins a graph, and its first way.</summary>
    public void Graph(string freeing, string? when = null)
    {
        graphs.Add(new());
        Or(freeing, when);
    }

    /// <summary>Begins another way of the same graph.</summary>
    public void Or(string freeing, string? when)
    {
        var frees = Enum.Parse<FreeingPolicy>(freeing);
        graphs[^1].Ways.Add(new(when is null ? Dim.One : Number(when), keepsToTheEnd && frees == FreeingPolicy.LastUse ? FreeingPolicy.End
            : frees));
    }

    /// <summary>A tensor that the call is given.</summary>
    public void Input(string? name, string shape) => Way.Inputs.Add(Slot(shape) with { Name = name });

    /// <summary>A layer of <c>torch.nn</c>.</summary>
    public void Layer(string name, string written, string from, string to, string? parameters, string? multiplyAdds,
        string? torchinfoMultiplyAdds, string? type = null, string? tied = null) =>
        Way.Steps.Add(new(StepKind.Layer, name, type ?? TypeOf(written), written, Values(from), Slots(to), Number(parameters),
            Number(multiplyAdds), Number(torchinfoMultiplyAdds), tied is null ? Dim.Zero : Number(tied), null));

    /// <summary>A module with a graph of its own.</summary>
    public void Module(string name, string written, string from, string to, string? parameters, string? multiplyAdds,
        string? torchinfoMultiplyAdds, int graph, string? type = null) =>
        Way.Steps.Add(new(StepKind.Module, name, type ?? TypeOf(written), written, Values(from), Slots(to), Number(parameters),
            Number(multiplyAdds), Number(torchinfoMultiplyAdds), Dim.Zero, graphs[graph].Finished));

    /// <summary>An operation on tensors.</summary>
    public void Operation(string name, string from, string to, string? multiplyAdds = "0") =>
        Way.Steps.Add(new(StepKind.Operation, name, "", "", Values(from), Slots(to), Dim.Zero, Number(multiplyAdds), Dim.Zero, Dim.Zero,
            null));

    /// <summary>The body frees values itself.</summary>
    public void Free(string values) =>
        Way.Steps.Add(new(StepKind.Free, "Dispose", "", "", Values(values), [], Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, null));

    /// <summary>A layer that is not called.</summary>
    public void Unused(string name, string written, string? parameters, string? type = null) =>
        Way.Steps.Add(new(StepKind.Unused, name, type ?? TypeOf(written), written, [], [], Number(parameters), Dim.Unknown, Dim.Unknown,
            Dim.Zero, null));

    /// <summary>Steps that run several times: <paramref name="carried"/> is <c>0:5</c>, the value before the loop and the one that takes
    /// its place.</summary>
    public void Loop(int first, int count, string? times, string carried) =>
        Way.Loops.Add(new(first, count, Number(times), carried.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(c => c.Split(':')).Select(c => (Index(c[0]), Index(c[1]))).ToArray()));

    /// <summary>A debug build runs the user's own <c>Forward</c>, which frees at its end.</summary>
    public void KeepsToTheEnd() => keepsToTheEnd = true;

    /// <summary>What the call returns.</summary>
    public void Result(string values) => Way.Results.AddRange(Values(values));

    /// <summary>The summary with the sizes that are given.</summary>
    /// <exception cref="ArgumentException">A size is malformed, or no dimension has its name.</exception>
    public ModuleSummary Build(torch.nn.Module module, string? at) => new(
        new Source(name, signature, graphs[^1].Finished, Number(parameters), Number(multiplyAdds), Number(torchinfoMultiplyAdds), sizes,
            Frozen.Of(module)), at);

    internal static string TypeOf(string written) =>
        written.IndexOf('(', StringComparison.Ordinal) is > 0 and var at ? written[..at] : written;

    internal static Shape ShapeOf(string? text) =>
        text is null ? Shape.UnknownRank : ShapeParser.ParseShape(text).Shape ?? Shape.UnknownRank;

    internal static Dim Number(string? text) => text is null ? Dim.Unknown : ShapeParser.ParseDim(text).Dim ?? Dim.Unknown;

    private static int Index(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int[] Values(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Index).ToArray();

    private static TraceValue[] Slots(string text) => text.Length == 0 ? [] : text.Split(", ").Select(Slot).ToArray();

    /// <summary><c>B T d:8@0</c></summary>
    private static TraceValue Slot(string text)
    {
        var isLeft = text.EndsWith('&');
        text = text.TrimEnd('&');
        var isHidden = text.EndsWith('!');
        text = text.TrimEnd('!');
        var mark = text.IndexOfAny(['@', '?']);
        var (storage, of) = mark < 0 ? (Storage.Own, -1)
            : mark == text.Length - 1 ? (Storage.State, -1)
            : (text[mark] == '@' ? Storage.Shared : Storage.Either, Index(text[(mark + 1)..]));
        text = mark < 0 ? text : text[..mark];
        text = text.Replace("[]", "", StringComparison.Ordinal);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new(ShapeOf(colon < 0 ? text : text[..colon]), colon < 0 ? 4 : Index(text[(colon + 1)..]), storage, of, isHidden, isLeft);
    }

    private sealed class Draft
    {
        private Trace? finished;

        public List<DraftWay> Ways { get; } = [];

        public Trace Finished =>
            finished ??= new(Ways.Select(w => new ExecutionPath(w.When, w.Freeing, w.Inputs, w.Steps, w.Loops, w.Results)).ToArray());
    }

    private sealed record DraftWay(Dim When, FreeingPolicy Freeing)
    {
        public List<TraceValue> Inputs { get; } = [];

        public List<TraceStep> Steps { get; } = [];

        public List<TraceLoop> Loops { get; } = [];

        public List<int> Results { get; } = [];
    }
}
