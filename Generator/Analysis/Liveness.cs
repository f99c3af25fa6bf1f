using Gen.Graph;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Analysis;

/// <summary>
/// How many bytes tensors hold while a call runs, step by step: the inputs, what the steps gave and was not freed yet. Tensors that share
/// their storage count once, parameters and buffers not at all. What lives within one native operation is not seen.
/// </summary>
internal sealed class Liveness
{
    private readonly Func<string, Dim?> value;
    private readonly bool copies;
    private readonly List<Moment> moments = [];

    /// <summary>What hand-written code did not free: it is left to the scope around it.</summary>
    private readonly List<Storages> left = [];

    private Liveness(Func<string, Dim?> value, bool copies) => (this.value, this.copies) = (value, copies);

    /// <summary>Why nothing is told where generated code leaves tensors to the collector.</summary>
    public const string MayHold =
        "a layer may be of a class derived from its own, or calls code that is not seen, which may hold what is computed";

    /// <summary>The moments of a call; empty where they are not known, and why.</summary>
    public static Timeline Of(Trace graph, Func<string, Dim?> value) =>
        Within(graph, value) is var timeline && graph.MayKeep && timeline.Unknown is null
            ? new([], null, MayHold) : timeline;

    private static Timeline Within(Trace graph, Func<string, Dim?> value)
    {
        value = Trace.InMode(isTraining: false, value);

        // Where strides decide whether a view is a copy, both are tried: what both agree on is known.
        var shared = Run(graph, value, copies: false);
        return shared.Unknown is not null || !HasEither(graph) ? shared
            : Run(graph, value, copies: true) is var copied && copied.Peak is { } most && shared.Peak is { } least
                && most.Bytes.Equals(least.Bytes) ? copied
            : shared with { Unknown = "whether a reshape copies depends on strides that are not known at compile time" };
    }

    private static Timeline Run(Trace graph, Func<string, Dim?> value, bool copies)
    {
        Timeline? most = null;
        foreach (var way in Unrolling.Choose(graph, value))
        {
            var liveness = new Liveness(value, copies);
            liveness.Call(way, way.Inputs.Select(i => new Storages(liveness.Bytes(i))).ToArray(), [], Dim.Zero, "");
            var timeline = liveness.Result();
            most = most is null || timeline.Unknown is not null || (most.Unknown is null && AtLeast(timeline.Peak!.Bytes, most.Peak!.Bytes))
                ? timeline : most;
        }

        return most ?? new Timeline([], null, "no way through the body is known");
    }

    private Timeline Result() => Timeline.Of(moments);

    /// <summary>Runs a call; what it returns is what its results are stored in.</summary>
    /// <param name="written">What runs.</param>
    /// <param name="inputs">What it is given.</param>
    /// <param name="own">Those of its inputs that it may free.</param>
    /// <param name="outside">The bytes that are alive around it.</param>
    /// <param name="path">Its key.</param>
    private Storages[] Call(ExecutionPath written, IReadOnlyList<Storages> inputs, HashSet<Storages> own, Dim outside, string path)
    {
        var way = Unrolling.Unroll(written, value);
        var values = new List<Storages>(inputs);
        var live = new HashSet<int>(Enumerable.Range(0, inputs.Count).Where(i => own.Contains(inputs[i])));
        var lastUse = way.Freeing == FreeingPolicy.LastUse ? LastUses(way) : [];
        var given = new HashSet<Storages>(inputs.Where(i => !own.Contains(i)));
        var mark = left.Count;
        if (path.Length == 0)
        {
            moments.Add(new("input", Sum(inputs, [])));
            outside = Sum(inputs, []);
        }

        for (var at = 0; at < way.Steps.Count; at++)
        {
            var step = way.Steps[at];
            if (step.Kind == StepKind.Free)
            {
                live.ExceptWith(step.Operands);
                continue;
            }

            if (step.Kind == StepKind.Unused)
            {
                continue;
            }

            var name = path.Length == 0 ? step.Name : $"{path}.{step.Name}";
            var first = values.Count;
            var isGiven = step.Inner is null || step.Inner.Paths.All(w => w.Inputs.Count == step.Operands.Count);
            if (isGiven && step.Inner is { } inner && Unrolling.Choose(inner, value).ToArray() is [var only])
            {
                var taken = only.Freeing == FreeingPolicy.Within && way.Freeing is FreeingPolicy.Next or FreeingPolicy.Within
                    ? new HashSet<Storages>(step.Operands.Where(live.Contains).Select(v => values[v]).Where(s => !given.Contains(s)))
                    : [];
                var around = outside + Sum(live.Select(v => values[v]).Where(s => !taken.Contains(s)).Concat(left.Skip(mark)), given);
                var returned = Call(only, step.Operands.Select(v => values[v]).ToArray(), taken, around, name);
                values.AddRange(step.Outputs.Select((slot, i) => i < returned.Length ? returned[i] : new Storages(Bytes(slot))));
            }
            else
            {
                for (var i = 0; i < step.Outputs.Count; i++)
                {
                    // Weights of attention that are not asked for are nothing.
                    values.Add(i > 0 && step.Composite is { Kind: CompositeKind.Attention } c && c[CompositeSize.Weights].Constant == 0
                        ? new Storages(Dim.Zero) : Of(step.Outputs[i], values));
                }
            }

            if (step.Inner is { Paths: [{ Freeing: FreeingPolicy.Within }] })
            {
                live.ExceptWith(way.Freeing is FreeingPolicy.Next or FreeingPolicy.Within ? step.Operands : []);
            }

            live.UnionWith(Enumerable.Range(first, step.Outputs.Count));
            var isLooped = way.Loops.Any(l => at >= l.First && at < l.First + l.Count);
            moments.Add(isLooped
                ? new(name, Dim.Unknown) { Why = "how often a loop runs depends on sizes that are not given" }
                : step.Inner is { MayKeep: true }
                    ? new(name, Dim.Unknown) { Why = $"in '{name}': {MayHold}" }
                : !isGiven ? new(name, Dim.Unknown) { Why = $"what '{name}' is given depends on more than sizes" }
                : step.Inner is { Paths.Count: > 1 } open && Unrolling.Choose(open, value).Skip(1).Any()
                    ? new(name, Dim.Unknown) { Why = $"which way '{name}' takes depends on more than sizes" }
                : new(name, outside + Held()) { IsInside = step.Inner is not null });
            Release(way, at, first, live, lastUse);
        }

        var results = way.Results.Select(r => values[r]).ToArray();
        switch (way.Freeing)
        {
            case FreeingPolicy.Never:
                left.AddRange(live.Select(v => values[v]).Except(results));
                break;
            case FreeingPolicy.End or FreeingPolicy.LastUse:
                left.RemoveRange(mark, left.Count - mark);
                break;
        }

        return results;

        Dim Held() => Sum(live.Select(v => values[v]).Concat(left.Skip(mark)), given);
    }

    private static void Release(ExecutionPath way, int at, int first, HashSet<int> live, Dictionary<int, int> lastUse)
    {
        switch (way.Freeing)
        {
            case FreeingPolicy.Next or FreeingPolicy.Within:
                live.RemoveWhere(v => v != first);
                break;
            case FreeingPolicy.LastUse:
                live.RemoveWhere(v => lastUse.TryGetValue(v, out var last) && last <= at);
                break;
        }
    }

    /// <summary>The step after which nothing takes a value; what is returned, or left behind by a layer, stays.</summary>
    public static Dictionary<int, int> LastUses(ExecutionPath way)
    {
        var last = new Dictionary<int, int>();
        var slots = way.Steps.SelectMany(s => s.Outputs).ToArray();
        var next = way.Inputs.Count;
        for (var at = 0; at < way.Steps.Count; at++)
        {
            foreach (var value in way.Steps[at].Operands.Concat(way.Steps[at].Holds))
            {
                last[value] = at;
            }

            for (var i = 0; i < way.Steps[at].Outputs.Count; i++)
            {
                last[next++] = at;
            }
        }

        // What is returned stays, and so does what nobody has a name for.
        foreach (var value in way.Results.Concat(Enumerable.Range(0, next).Where(IsNameless)))
        {
            last.Remove(value);
        }

        return last;

        bool IsNameless(int value) => value >= way.Inputs.Count
            && (slots[value - way.Inputs.Count].IsHidden || slots[value - way.Inputs.Count].IsLeft);
    }

    private Storages Of(TraceValue slot, List<Storages> values) => slot.Storage switch
    {
        Storage.Shared when slot.Of >= 0 => values[slot.Of],
        Storage.Either when slot.Of >= 0 && !copies => values[slot.Of],
        Storage.State => new Storages(Dim.Zero),
        _ => new Storages(Bytes(slot)),
    };

    private Dim Bytes(TraceValue slot) => slot.Bytes.Substitute(value);

    private static Dim Sum(IEnumerable<Storages> storages, HashSet<Storages> besides) =>
        storages.Distinct().Where(s => !besides.Contains(s)).Aggregate(Dim.Zero, static (sum, s) => sum + s.Bytes);

    private static bool AtLeast(Dim a, Dim b) => Timeline.AtLeast(a, b);

    public static bool HasEither(Trace graph) =>
        graph.Paths.Any(w => w.Steps.Any(s => s.Outputs.Any(t => t.Storage == Storage.Either)
            || (s.Inner is { } inner && HasEither(inner))));

    /// <summary>Memory that one or several tensors share.</summary>
    private sealed class Storages(Dim bytes)
    {
        public Dim Bytes => bytes;
    }
}

/// <param name="Moments">What is held when each step has run, before anything is freed.</param>
/// <param name="Peak">The moment at which most is held; null where that is not known.</param>
/// <param name="Unknown">Why not.</param>
internal sealed record Timeline(IReadOnlyList<Moment> Moments, Moment? Peak, string? Unknown)
{
    /// <summary>The largest of the moments, where that can be told.</summary>
    public static Timeline Of(IReadOnlyList<Moment> moments)
    {
        Moment? peak = null;
        foreach (var moment in moments)
        {
            if (moment.Bytes.IsUnknown)
            {
                return new(moments, null, moment.Why ?? $"the shape at '{moment.Step}' is not known");
            }

            if (peak is null || !AtLeast(peak.Bytes, moment.Bytes))
            {
                if (peak is not null && !AtLeast(moment.Bytes, peak.Bytes))
                {
                    return new(moments, null, $"whether '{peak.Step}' or '{moment.Step}' takes more depends on sizes that are not given");
                }

                peak = moment;
            }
        }

        return new(moments, peak, peak is null ? "nothing runs" : null);
    }

    public static bool AtLeast(Dim a, Dim b) => a.Equals(b) || Comparison.AtLeast(a, b, Facts.None) is true;
}

/// <param name="Step">The layer or operation that has just run.</param>
/// <param name="Bytes">The bytes that are held.</param>
internal sealed record Moment(string Step, Dim Bytes)
{
    public string? Why { get; init; }

    /// <summary>A module has ended whose steps stand before.</summary>
    public bool IsInside { get; init; }
}
