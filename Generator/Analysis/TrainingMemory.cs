using Gen.Graph;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Analysis;

/// <summary>
/// How many bytes tensors hold in a step of training, from the second one on: the forward pass with what autograd keeps, then backward,
/// with the gradients of activations that live at the same time. The gradients of parameters live all the time; parameters and buffers
/// are not counted, as elsewhere.
/// </summary>
internal sealed partial class TrainingMemory
{
    /// <summary>Where bounds are apart by no more than that, the upper one is said.</summary>
    private const int PercentApart = 3;

    private static readonly Dim FloatBytes = Dim.Of(4);

    private readonly Func<string, Dim?> value;
    private readonly bool copies;
    private readonly bool isMost;
    private readonly TrainingHeap heap;
    private readonly List<Block> left = [];

    private readonly FrozenKeys frozen;

    /// <summary>The bytes of the parameters of layers by their keys: backward may not come to them.</summary>
    private readonly Dictionary<string, Dim> idle = new(StringComparer.Ordinal);

    /// <summary>The keys of what backward has come to.</summary>
    private readonly HashSet<string> called = new(StringComparer.Ordinal);
    private bool usesParameters;
    private bool isLowered;

    private TrainingMemory(Func<string, Dim?> value, Dim parameters, FrozenKeys frozen, bool copies, bool isMost)
    {
        (this.value, this.frozen, this.copies, this.isMost) = (value, frozen, copies, isMost);
        heap = new((parameters.Substitute(value) - frozen.Elements) * FloatBytes);
    }

    /// <summary>The moments of a step; no peak where it is not known, and why.</summary>
    /// <param name="graph">What a call runs.</param>
    /// <param name="parameters">The elements of the parameters.</param>
    /// <param name="value">The sizes of names.</param>
    /// <param name="frozen">Which parameters are not trained.</param>
    public static Timeline Of(Trace graph, Dim parameters, Func<string, Dim?> value, FrozenKeys? frozen = null)
    {
        value = Trace.InMode(isTraining: true, value);

        // Where it is not known which of two ways libtorch goes, both are tried.
        var tried = new List<Timeline>();
        foreach (var copies in Liveness.HasEither(graph) ? new[] { false, true } : [false])
        {
            foreach (var isMost in new[] { false, true })
            {
                var timeline = Run(graph, parameters, value, frozen ?? FrozenKeys.None, copies, isMost);
                if (timeline.Peak is null)
                {
                    return timeline;
                }

                tried.Add(timeline);
            }
        }

        var (least, most) = (tried[0], tried[0]);
        foreach (var timeline in tried.Skip(1))
        {
            least = Timeline.AtLeast(timeline.Peak!.Bytes, least.Peak!.Bytes) ? least : timeline;
            most = Timeline.AtLeast(most.Peak!.Bytes, timeline.Peak!.Bytes) ? most : timeline;
        }

        return Timeline.AtLeast(least.Peak!.Bytes * Dim.Of(100 + PercentApart), most.Peak!.Bytes * Dim.Of(100)) ? most
            : most with { Peak = null, Unknown = $"what '{most.Peak.Step}' needs for itself is not known at compile time" };
    }

    private static Timeline Run(Trace graph, Dim parameters, Func<string, Dim?> value, FrozenKeys frozen, bool copies, bool isMost)
    {
        if (Unrolling.Choose(graph, value).ToArray() is not [var way])
        {
            return new([], null, "which way the body takes depends on more than sizes");
        }

        if (graph.MayKeep)
        {
            return new([], null, Liveness.MayHold);
        }

        if (parameters.IsUnknown)
        {
            return new([], null, "the number of parameters is not known");
        }

        var memory = new TrainingMemory(value, parameters, frozen, copies, isMost);
        var inputs = way.Inputs.Select(i => memory.Hold(new Activation(new Block(memory.Bytes(i)), memory.Bytes(i), false))).ToArray();

        // What a recomputed module gave to autograd in the step before is held until the next one has run.
        for (var step = 0; step < 2 && memory.heap.Unknown is null; step++)
        {
            memory.heap.Clear();
            memory.trained.Clear();
            memory.Step(way, inputs, graph.IsRecomputed);
            memory.LeaveOutIdle();
        }

        return memory.heap.Unknown is { } why ? new(memory.heap.Moments, null, why)
            : Timeline.Of(memory.heap.Moments) is { Peak: null } open
                ? open with { Unknown = "which step takes the most depends on sizes that are not given" }
            : Timeline.Of(memory.heap.Moments);
    }

    /// <summary>What no call has used has no gradients, unless its weight is taken out of a layer that is not called.</summary>
    private void LeaveOutIdle()
    {
        var left = idle.Where(p => !called.Contains(p.Key)).ToArray();
        idle.Clear();
        if (left.Length > 0 && usesParameters && !isLowered)
        {
            heap.Fail($"whether the parameters of '{left[0].Key}' are used, to which no gradient comes through it, is not known");
        }

        if (!isLowered)
        {
            heap.Lower(left.Aggregate(Dim.Zero, static (sum, p) => sum + p.Value));
            isLowered = true;
        }
    }

    /// <summary>Forward, and backward from gradients of the results, which the caller holds.</summary>
    private void Step(ExecutionPath way, IReadOnlyList<Activation> inputs, bool isRecomputed)
    {
        heap.Look("input", Dim.Zero);
        var tape = new List<Node>();
        var results = isRecomputed ? Again(way, inputs, [], "", tape) : Forward(way, inputs, [], "", tape);
        var given = new List<Block>();
        foreach (var result in results.Where(static r => r.NeedsGradient && r.Gradient is null))
        {
            result.Gradient = new Block(result.Bytes);
            given.Add(result.Gradient);
            heap.Retain(result.Gradient);
            heap.Retain(result.Gradient);
        }

        if (given.Count == 0)
        {
            heap.Fail("nothing in it is trained");
        }

        heap.Release(Backward(tape, null));
        heap.Release(given);
        heap.Release(results.Select(static r => r.Block));
        heap.Release(left);
        left.Clear();
    }

    private Activation Hold(Activation activation)
    {
        heap.Retain(activation.Block);
        return activation;
    }

    private Dim Bytes(TraceValue slot) => slot.Bytes.Substitute(value);

    /// <summary>A tensor of the forward pass.</summary>
    private sealed class Activation(Block block, Dim bytes, bool needsGradient)
    {
        public Block Block => block;

        public Dim Bytes => bytes;

        public bool NeedsGradient => needsGradient;

        /// <summary>What has come of its gradient so far.</summary>
        public Block? Gradient { get; set; }

        /// <summary>That is a view: what is added to it makes a new tensor.</summary>
        public bool IsView { get; set; }
    }

    /// <summary>What autograd has written down of a step.</summary>
    /// <param name="Name">The step.</param>
    /// <param name="Operands">What it took.</param>
    /// <param name="Outputs">What it gave.</param>
    /// <param name="Kept">What autograd holds of it.</param>
    /// <param name="Saves">How it goes back.</param>
    /// <param name="Parameters">The bytes of its parameters.</param>
    /// <param name="Within">What is computed again; null for what is not.</param>
    private sealed record Node(string Name, IReadOnlyList<Activation> Operands, IReadOnlyList<Activation> Outputs,
        IReadOnlyList<Block> Kept, Saved Saves, Dim Parameters, ExecutionPath? Within)
    {
        /// <summary>It is an operation, with a parameter among its operands: which one is not known.</summary>
        public bool IsOperation => (Saves & Saved.Parameter) != 0;

        /// <summary>What tells whose parameters it uses; empty where it uses none.</summary>
        public string Uses { get; init; } = "";

        /// <summary>The bytes of those that are another layer's.</summary>
        public Dim Tied { get; init; } = Dim.Zero;

        /// <summary>What it works with in backward, beside what the flags say.</summary>
        public Dim Working { get; init; } = Dim.Zero;
    }
}
