using System.ComponentModel;
using Gen.Graph;
using Gen.Shapes;
using Gen.Summaries;
using TorchSharp;

namespace Gen.CompilerServices;

/// <summary>
/// Takes down, for generated code, what a call of a module runs: a graph for each module in it, the module itself last. Values are numbered
/// within a graph, the inputs first.
/// </summary>
/// <param name="name">The module's name.</param>
/// <param name="signature">Its shape string; null where it declares none.</param>
/// <param name="parameters">The elements of all parameters.</param>
/// <param name="multiplyAdds">Its multiply-adds by the conventional rule.</param>
/// <param name="torchinfoMultiplyAdds">Its multiply-adds by torchinfo's rule.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SummaryBuilder(string name, string? signature, Size parameters, Size multiplyAdds, Size torchinfoMultiplyAdds)
{
    private readonly List<Draft> graphs = [];
    private readonly Dictionary<string, long> sizes = new(StringComparer.Ordinal);

    private bool keepsToTheEnd;

    private DraftWay Way => graphs[^1].Ways[^1];

    /// <summary>A size that the constructor was given.</summary>
    public void Given(string name, long value) => sizes[name] = value;

    /// <summary>Begins a graph of one way.</summary>
    public void Graph(SummaryFreeing freeing) => Graph(freeing, 1);

    /// <summary>Begins a graph, and its first way.</summary>
    public void Graph(SummaryFreeing freeing, Size when)
    {
        graphs.Add(new());
        Or(freeing, when);
    }

    /// <summary>Begins another way of the same graph.</summary>
    public void Or(SummaryFreeing freeing, Size when)
    {
        freeing = keepsToTheEnd && freeing == SummaryFreeing.LastUse ? SummaryFreeing.End : freeing;
        graphs[^1].Ways.Add(new(when.Dim, (FreeingPolicy)freeing));
    }

    /// <summary>The module of the graph is computed again in backward.</summary>
    public void IsRecomputed() => graphs[^1].IsRecomputed = true;

    /// <summary>What it computes may be held when it has returned.</summary>
    public void MayKeep() => graphs[^1].MayKeep = true;

    /// <summary>A tensor that the call is given, by its dimensions.</summary>
    public SummaryStep Input(string? name, params Size[] shape)
    {
        Way.Inputs.Add(new(Shape.Of([.. shape.Select(s => s.Dim)]), Name: name));
        return new() { Outputs = Way.Inputs };
    }

    /// <summary>A layer of <c>torch.nn</c>.</summary>
    public SummaryStep Layer(string name, string written, Size parameters, Size multiplyAdds, Size torchinfoMultiplyAdds,
        LayerRole role = LayerRole.Other, string? type = null, Size tied = default) =>
        Add(StepKind.Layer, name, written, parameters, multiplyAdds, torchinfoMultiplyAdds, role, type, tied);

    /// <summary>A module with a graph of its own.</summary>
    public SummaryStep Module(string name, string written, Size parameters, Size multiplyAdds, Size torchinfoMultiplyAdds, int graph,
        string? type = null) =>
        Add(StepKind.Module, name, written, parameters, multiplyAdds, torchinfoMultiplyAdds, type: type, inner: graphs[graph].Finished);

    /// <summary>An operation on tensors.</summary>
    public SummaryStep Operation(string name, Size multiplyAdds = default) => Add(StepKind.Operation, name, "", multiplyAdds: multiplyAdds);

    /// <summary>The body frees values itself.</summary>
    public void Free(params int[] values) => Add(StepKind.Free, "Dispose", "").From(values);

    /// <summary>A layer that is not called.</summary>
    public void Unused(string name, string written, Size parameters, string? type = null) =>
        Add(StepKind.Unused, name, written, parameters, "_", "_", type: type);

    /// <summary>Steps that run several times.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="times">How often they run.</param>
    /// <param name="carried">The values before the loop, each with the one that takes its place.</param>
    public void Loop(int first, int count, Size times, params (int Before, int After)[] carried) =>
        Way.Loops.Add(new(first, count, times.Dim, carried));

    /// <summary>A debug build runs the user's own <c>Forward</c>, which frees at its end.</summary>
    public void KeepsToTheEnd() => keepsToTheEnd = true;

    /// <summary>What the call returns.</summary>
    public void Result(params int[] values) => Way.Results.AddRange(values);

    /// <summary>The summary with the sizes that are given.</summary>
    /// <exception cref="ArgumentException">A size is malformed, or no dimension has its name.</exception>
    public ModuleSummary Build(torch.nn.Module module, string? at) => new(
        new Source(name, signature, graphs[^1].Finished, parameters.Dim, multiplyAdds.Dim, torchinfoMultiplyAdds.Dim, sizes,
            Frozen.Of(module), Frozen.Trained(module)), at);

    private SummaryStep Add(StepKind kind, string name, string written, Size parameters = default, Size multiplyAdds = default,
        Size torchinfoMultiplyAdds = default, LayerRole role = LayerRole.Other, string? type = null, Size tied = default,
        Trace? inner = null)
    {
        var step = new SummaryStep();
        Way.Drafts.Add(() => new(kind, name, type ?? LayerSummary.TypeOf(written), written, step.Operands, step.Outputs, parameters.Dim,
            multiplyAdds.Dim, torchinfoMultiplyAdds.Dim, tied.Dim, inner)
        {
            Role = role.ToString(),
            Saves = step.Saved,
            Statistics = step.Statistics,
            Works = step.Working,
            Copies = step.Copied,
            Composite = step.Parts,
            Recomputed = step.Together,
            Holds = step.Held,
        });
        return step;
    }

    private sealed class Draft
    {
        private Trace? finished;

        public List<DraftWay> Ways { get; } = [];

        public bool IsRecomputed { get; set; }

        public bool MayKeep { get; set; }

        public Trace Finished => finished ??= new(Ways.Select(w => new ExecutionPath(w.When, w.Freeing, w.Inputs,
            w.Drafts.Select(d => d()).ToArray(), w.Loops, w.Results)).ToArray())
        {
            IsRecomputed = IsRecomputed,
            MayKeep = MayKeep,
        };
    }

    private sealed record DraftWay(Dim When, FreeingPolicy Freeing)
    {
        public List<TraceValue> Inputs { get; } = [];

        public List<Func<TraceStep>> Drafts { get; } = [];

        public List<TraceLoop> Loops { get; } = [];

        public List<int> Results { get; } = [];
    }
}
