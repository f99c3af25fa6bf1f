using Gen.Graph;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Analysis;

/// <content>The forward pass.</content>
internal sealed partial class TrainingMemory
{
    /// <summary>Runs a call; its results are the caller's to free.</summary>
    /// <param name="written">What runs.</param>
    /// <param name="inputs">What it is given.</param>
    /// <param name="own">The numbers of those that it may free.</param>
    /// <param name="path">Its key.</param>
    /// <param name="tape">Where autograd writes down what runs.</param>
    private IReadOnlyList<Activation> Forward(ExecutionPath written, IReadOnlyList<Activation> inputs, IEnumerable<int> own, string path,
        List<Node> tape)
    {
        var way = Unrolling.Unroll(written, value);
        var values = new List<Activation>(inputs);
        var live = new HashSet<int>(own);
        var lastUse = way.Freeing == FreeingPolicy.LastUse ? Liveness.LastUses(way) : [];
        var mark = left.Count;
        for (var at = 0; at < way.Steps.Count && heap.Unknown is null; at++)
        {
            var step = way.Steps[at];
            var name = path.Length == 0 ? step.Name : step.Name.Length == 0 ? path : $"{path}.{step.Name}";
            if (step.Kind is StepKind.Free or StepKind.Unused)
            {
                Free(step.Operands.Where(live.Contains).Distinct().ToArray());
                NotCalled(step, name);
                continue;
            }

            var first = values.Count;
            if (way.Loops.Any(l => at >= l.First && at < l.First + l.Count))
            {
                heap.Fail("how often a loop runs depends on sizes that are not given");
            }
            else if (step.Recomputed > 1 && step.Type != "Sequential")
            {
                at = Together(way, at, values, path, tape);
            }
            else if (step.Inner is { } inner)
            {
                Enter(step, inner, name);
            }
            else if (step.Recomputed > 0 && step.Outputs.Count == 1)
            {
                values.AddRange(Again(Alone(step, name), Given(step, values), [], "", tape));
            }
            else if (step.Recomputed > 0)
            {
                heap.Fail($"what '{name}' gives beside its result is not known");
            }
            else if (step.Composite is { } composite)
            {
                values.AddRange(Compose(step, composite, Given(step, values), name, tape));
            }
            else
            {
                Apply(step, name, values, tape);
            }

            live.UnionWith(Enumerable.Range(first, values.Count - first));
            Free(way.Freeing switch
            {
                FreeingPolicy.Next or FreeingPolicy.Within => live.Where(v => v != values.Count - step.Outputs.Count),
                FreeingPolicy.LastUse => live.Where(v => lastUse.TryGetValue(v, out var last) && last <= at),
                _ => [],
            });
        }

        var results = new List<Activation>();
        foreach (var result in heap.Unknown is null ? way.Results : [])
        {
            results.Add(live.Remove(result) ? values[result] : Alias(values[result], tape));
        }

        if (way.Freeing == FreeingPolicy.Never)
        {
            left.AddRange(live.Select(v => values[v].Block));
            return results;
        }

        Free(live);
        if (way.Freeing is FreeingPolicy.End or FreeingPolicy.LastUse)
        {
            heap.Release(left.Skip(mark));
            left.RemoveRange(mark, left.Count - mark);
        }

        return results;

        void Free(IEnumerable<int> freed)
        {
            foreach (var number in freed.ToArray())
            {
                heap.Release(values[number].Block);
                live.Remove(number);
            }
        }

        void Enter(TraceStep step, Trace inner, string name)
        {
            if (inner.Paths.Any(w => w.Inputs.Count != step.Operands.Count))
            {
                heap.Fail($"what '{name}' is given depends on more than sizes");
            }
            else if (inner.MayKeep)
            {
                heap.Fail($"in '{name}': {Liveness.MayHold}");
            }
            else if (Unrolling.Choose(inner, value).ToArray() is not [var only])
            {
                heap.Fail($"which way '{name}' takes depends on more than sizes");
            }
            else
            {
                var isList = step is { Recomputed: > 0, Type: "Sequential" };
                only = isList ? only with { Steps = only.Steps.Select(s => s with { Recomputed = step.Recomputed }).ToArray() } : only;
                var taken = new List<int>();
                for (var i = 0; only.Freeing == FreeingPolicy.Within && way.Freeing is FreeingPolicy.Next or FreeingPolicy.Within
                    && i < step.Operands.Count; i++)
                {
                    if (live.Remove(step.Operands[i]))
                    {
                        taken.Add(i);
                    }
                }

                values.AddRange((step.Recomputed > 0 && !isList) || inner.IsRecomputed
                    ? Again(only, Given(step, values), taken, name, tape) : Forward(only, Given(step, values), taken, name, tape));
            }
        }
    }

    private static Activation[] Given(TraceStep step, List<Activation> values) => [.. step.Operands.Select(v => values[v])];

    /// <summary>What a call gives that it was given: the same memory, under another name.</summary>
    private Activation Alias(Activation activation, List<Node> tape)
    {
        var alias = Hold(new Activation(activation.Block, activation.Bytes, activation.NeedsGradient));
        if (alias.NeedsGradient)
        {
            tape.Add(new("", [activation], [alias], [], Saved.Passes, Dim.Zero, null));
        }

        return alias;
    }

    /// <summary>A layer or an operation.</summary>
    private void Apply(TraceStep step, string name, List<Activation> values, List<Node> tape)
    {
        var operands = Given(step, values);
        var saves = step.Saves ?? Saved.Stops;
        var isParameter = (saves & Saved.Parameter) != 0;
        var isTrained = IsTrained(step, name, isParameter);
        usesParameters |= isParameter;
        if (isTrained && !isParameter && step.Parameters.Constant is not 0 && step.Name.Length > 0)
        {
            idle[name] = step.Parameters.Substitute(value) * FloatBytes;
        }

        var needs = operands.Any(static o => o.NeedsGradient) || isTrained;
        if (needs && step.Saves is null)
        {
            heap.Fail($"what autograd keeps of '{name}' is not known");
            return;
        }

        var isFrozen = !isTrained && step.Parameters.Constant is not 0;
        if (needs && isFrozen && (saves & Saved.Blocked) != 0)
        {
            heap.Fail($"what autograd keeps of '{name}', whose parameters are not trained, is not known");
            return;
        }

        saves &= isFrozen && (saves & Saved.ForWeights) != 0 ? ~Saved.First : ~Saved.Nothing;

        // 1 - x is (-x) + 1.
        saves &= step.Outputs.Any(static o => o.IsHidden) ? ~Saved.Passes : ~Saved.Nothing;

        needs &= (saves & Saved.Stops) == 0;
        var (outputs, indices) = (new List<Activation>(), new List<Block>());
        foreach (var slot in step.Outputs)
        {
            var bytes = Bytes(slot);
            var isIndices = outputs.Count == 1 && (saves & Saved.Indices) != 0;
            var output = Hold(new Activation(Of(slot, bytes, values, saves), bytes, needs && !slot.IsHidden && !isIndices));
            values.Add(output);
            if (isIndices)
            {
                indices.Add(output.Block);
            }
            else if (!slot.IsHidden)
            {
                outputs.Add(output);
            }
        }

        var copies = step.Copies.Select(c => c.Substitute(value)).ToArray();
        if (copies.Any(static c => c.Constant is null))
        {
            heap.Fail($"whether '{name}' copies what it is given depends on sizes that are not given");
            return;
        }

        var copied = copies.Select(static c => c.Constant == 0 ? null : new Block(c)).ToArray();
        var parameters = (step.Parameters.Substitute(value) * FloatBytes) + (isParameter ? step.Statistics.Substitute(value) : Dim.Zero);
        if (needs)
        {
            Block[] kept = [.. Kept(saves, operands, copied, outputs, isParameter), .. indices,
                .. isParameter || step.Statistics.Constant == 0 ? [] : new[] { new Block(step.Statistics.Substitute(value)) }];
            foreach (var block in kept)
            {
                heap.Retain(block);
            }

            tape.Add(new(name, operands, outputs, kept, saves, isFrozen ? Dim.Zero : parameters, null) {
                Working = isFrozen && step.Name.Length == 0 ? Dim.Zero : step.Works.Backward.Substitute(value),
                Uses = step.Parameters.Constant != 0 && !isFrozen ? step.Name.Length == 0 ? $"{name} {step.Written}" : name
                    : isParameter ? $"{name} {parameters}" : "",
                Tied = step.Tied.Substitute(value) * FloatBytes,
            });
        }

        var working = copied.OfType<Block>().Where(static c => c.Holders == 0).Aggregate(step.Works.Forward.Substitute(value),
            static (sum, c) => sum + c.Bytes);
        working += needs ? Dim.Zero : Times(saves, Saved.Mask, outputs.Count > 0 ? outputs[0].Bytes : Dim.Zero);
        heap.Look(name, (saves & Saved.Blocked) == 0 || operands.Length == 0 ? working
            : (saves & Saved.Odd) == 0 ? Dim.Max(operands[0].Bytes + parameters, outputs[0].Bytes)
            : isMost ? Dim.Max(operands[0].Bytes + parameters, Dim.Of(3) * outputs[0].Bytes) : Dim.Zero);
    }

    /// <summary>A layer that a way does not call gets no gradients there.</summary>
    private void NotCalled(TraceStep step, string name)
    {
        if (step.Kind == StepKind.Unused && step.Parameters.Constant is not 0 && IsTrained(step, name, isParameter: false))
        {
            idle[name] = step.Parameters.Substitute(value) * FloatBytes;
        }
    }

    /// <summary>Whether it has parameters that are trained.</summary>
    private bool IsTrained(TraceStep step, string name, bool isParameter)
    {
        if (frozen.IsEmpty || (step.Parameters.Constant == 0 && !isParameter))
        {
            return step.Parameters.Constant is not 0 || isParameter;
        }

        var trains = isParameter || step.Tied.Constant is not 0 ? null : frozen.Trains(name);
        if (trains is null)
        {
            heap.Fail(isParameter ? "some parameters are not trained" : $"some parameters of '{name}' are not trained");
        }

        return trains ?? true;
    }

    private static IEnumerable<Block> Kept(Saved saves, Activation[] operands, Block?[] copies, List<Activation> outputs,
        bool isParameter)
    {
        for (var i = 0; i < operands.Length; i++)
        {
            var isFactor = (saves & Saved.Others) != 0
                && (isParameter || operands.Where((_, other) => other != i).Any(static o => o.NeedsGradient));
            if (isFactor || (i < 3 && (saves & (Saved)((int)Saved.First << i)) != 0))
            {
                yield return i < copies.Length && copies[i] is { } copy ? copy : operands[i].Block;
            }
        }

        if ((saves & Saved.Result) != 0)
        {
            yield return outputs[0].Block;
        }

        if ((saves & Saved.Mask) != 0)
        {
            yield return new Block(outputs[0].Bytes);
        }

        if ((saves & Saved.Places) != 0)
        {
            yield return new Block(outputs[0].Bytes * Dim.Of(2));
        }
    }

    private Block Of(TraceValue slot, Dim bytes, List<Activation> values, Saved saves) => slot.Storage switch
    {
        _ when (saves & Saved.Apart) != 0 => new Block(bytes),
        Storage.Shared when slot.Of >= 0 => values[slot.Of].Block,
        Storage.Either when slot.Of >= 0 && !copies => values[slot.Of].Block,
        Storage.State => new Block(Dim.Zero),
        _ => new Block(bytes),
    };
}
