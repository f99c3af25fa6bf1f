using Gen.Graph;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Analysis;

/// <content>Backward, and what is computed again in it.</content>
internal sealed partial class TrainingMemory
{
    /// <summary>What the last module that was computed again has given to autograd: it is held until the next one has run.</summary>
    private List<Block> taken = [];

    /// <summary>Whose parameters have gradients in this step.</summary>
    private readonly HashSet<string> trained = new(StringComparer.Ordinal);

    /// <summary>Goes back through what autograd has written down, which it lets go.</summary>
    /// <param name="tape">What it has written down.</param>
    /// <param name="found">Where gradients of parameters stay; null where they are added to those that live all the time.</param>
    /// <returns>What autograd holds until the results are freed.</returns>
    private List<Block> Backward(List<Node> tape, List<Block>? found)
    {
        tape = Reached(tape);
        var runs = tape.Where(n => n.Uses.Length > 0 && (!n.IsOperation || isMost)).GroupBy(static n => n.Uses)
            .ToDictionary(static g => g.Key, static g => g.Count());
        if (!runs.Keys.All(trained.Add) || (found is not null && runs.Values.Any(static r => r > 1)))
        {
            heap.Fail("what is held while the gradients of a layer that is computed again and runs more than once are added up is not "
                + "known");
        }

        var (sums, added) = (new Dictionary<string, Block>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));

        var tied = new Block(found is null && isMost ? tape.Aggregate(Dim.Zero, static (sum, n) => sum + n.Tied) : Dim.Zero);
        heap.Retain(tied);
        var held = new List<Block>();
        for (var i = tape.Count - 1; i >= 0 && heap.Unknown is null; i--)
        {
            var node = tape[i];
            called.Add(node.Name);
            var made = node.Within is { } within ? Repeat(node, within)
                : Gradients(node, sums.ContainsKey(node.Uses) ? null : found);
            if (node.Within is null)
            {
                heap.Release(node.Kept);
            }
            else
            {
                // A function of TorchSharp's own keeps what it has saved: it may be gone through again.
                held.AddRange(node.Kept);
            }

            foreach (var output in node.Outputs)
            {
                if (output.Gradient is { } gradient)
                {
                    heap.Release(gradient);
                    output.Gradient = null;
                }
            }

            if (runs.TryGetValue(node.Uses, out var left))
            {
                AddUp(node, left, sums, added, found);
                runs[node.Uses] = left - 1;
            }

            foreach (var (operand, gradient, isView) in made)
            {
                Accumulate(node, operand, gradient, isView);
            }
        }

        heap.Release(tied);
        return held;
    }

    /// <summary>What the runs of one layer give its parameters is added up, until the last has run.</summary>
    private void AddUp(Node node, int runs, Dictionary<string, Block> sums, HashSet<string> added, List<Block>? found)
    {
        if (runs > 1 && !sums.ContainsKey(node.Uses))
        {
            sums.Add(node.Uses, new Block(node.Parameters));
            if (found is null)
            {
                heap.Retain(sums[node.Uses]);
            }
        }
        else if (sums.TryGetValue(node.Uses, out var sum))
        {
            // What is added first to a view makes a new tensor beside both.
            heap.Look($"backward of {node.Name}", added.Add(node.Uses) && (node.Saves & Saved.Turned) != 0 ? node.Parameters * Dim.Of(2)
                : node.Parameters);
            if (runs == 1 && found is null)
            {
                heap.Release(sum);
            }
        }
    }

    /// <summary>What leads to a result; what does not was let go with its values.</summary>
    private List<Node> Reached(List<Node> tape)
    {
        var asked = new HashSet<Activation>(tape.SelectMany(static n => n.Outputs).Where(static o => o.Gradient is not null));
        var reached = new List<Node>();
        foreach (var node in Enumerable.Reverse(tape))
        {
            if (node.Outputs.Any(asked.Contains))
            {
                asked.UnionWith(node.Operands.Where(static o => o.NeedsGradient));
                reached.Add(node);
                continue;
            }

            heap.Release(node.Kept);
        }

        reached.Reverse();
        return reached;
    }

    /// <summary>The gradients of what a step took.</summary>
    private List<(Activation Operand, Block Gradient, bool IsView)> Gradients(Node node, List<Block>? found)
    {
        var of = node.Outputs.First(static o => o.Gradient is not null);
        var given = of.Gradient!;
        var made = new List<(Activation, Block, bool)>();
        foreach (var operand in node.Operands.Where(static o => o.NeedsGradient))
        {
            // A difference passes it to its first operand only.
            var isPassed = (node.Saves & Saved.Passes) != 0 && operand.Bytes.Equals(node.Outputs[0].Bytes)
                && ((node.Saves & Saved.Stretched) == 0 || operand == node.Operands[0]);
            var gradient = (node.Saves & Saved.Views) != 0 || isPassed ? given : new Block(operand.Bytes);
            heap.Retain(gradient);
            made.Add((operand, gradient, (node.Saves & Saved.Views) != 0 || (gradient == given && of.IsView)
                || ((node.Saves & Saved.Viewed) != 0 && made.Count == 0)));
        }

        if (found is not null && node.Parameters.Constant != 0)
        {
            var block = new Block(node.Parameters);
            heap.Retain(block);
            found.Add(block);
        }

        var first = node.Operands.Count > 0 ? node.Operands[0].Bytes : Dim.Zero;
        var working = Times(node.Saves, Saved.Once, first) + Times(node.Saves, Saved.Twice, first * Dim.Of(2))
            + (found is null ? node.Parameters : Dim.Zero)
            + node.Outputs.Where(static o => o.Gradient is null).Aggregate(Dim.Zero, static (sum, o) => sum + o.Bytes);
        if ((node.Saves & Saved.IfSecond) == 0 || (node.Operands.Count > 1 && node.Operands[1].NeedsGradient))
        {
            working += node.Working;
        }

        if ((node.Saves & Saved.Stretched) != 0)
        {
            working = Stretched(node, given.Bytes).Aggregate(working, static (sum, bytes) => sum + bytes);
        }

        if ((node.Saves & Saved.Blocked) != 0)
        {
            var result = node.Outputs[0].Bytes;
            working += (node.Saves & Saved.Strided) == 0 ? Dim.Max(first + result, node.Parameters)
                : isMost ? Dim.Max(first + result + result, node.Parameters) : Dim.Max(result, node.Parameters);
        }

        heap.Look($"backward of {node.Name}", working);
        return made;
    }

    /// <summary>What the gradients of stretched operands take before they are added up; a difference passes that of its first.</summary>
    private static IEnumerable<Dim> Stretched(Node node, Dim result)
    {
        var isProduct = (node.Saves & Saved.Others) != 0;
        return node.Operands.Where((o, i) => o.NeedsGradient && (isProduct || i > 0)).Select(static o => o.Bytes)
            .Concat(node.IsOperation ? [node.Parameters] : []).Where(b => !b.Equals(result)).Select(_ => result);
    }

    private static Dim Times(Saved saves, Saved flag, Dim bytes) => (saves & flag) != 0 ? bytes : Dim.Zero;

    /// <summary>Adds a gradient to what there is of it: in place where nobody else holds that.</summary>
    private void Accumulate(Node node, Activation operand, Block gradient, bool isView)
    {
        if (operand.Gradient is not { } before)
        {
            (operand.Gradient, operand.IsView) = (gradient, isView);
            return;
        }

        if (before.Holders > 1 || operand.IsView || !before.Bytes.Equals(operand.Bytes))
        {
            (operand.Gradient, operand.IsView) = (new Block(operand.Bytes), false);
            heap.Retain(operand.Gradient);
            heap.Look($"backward of {node.Name}", Dim.Zero);
            heap.Release(before);
        }

        heap.Release(gradient);
    }

    /// <summary>A call that is computed again in backward: autograd keeps what it is given.</summary>
    private IReadOnlyList<Activation> Again(ExecutionPath way, IReadOnlyList<Activation> inputs, IEnumerable<int> own, string path,
        List<Node> tape)
    {
        var inner = new List<Node>();
        var kept = inputs.Select(static i => i.Block).ToArray();
        foreach (var block in kept)
        {
            heap.Retain(block);
        }

        var results = Forward(way, inputs.Select(Detached).ToArray(), own, path, inner);
        foreach (var node in inner)
        {
            heap.Release(node.Kept);
        }

        if (!results.Any(static r => r.NeedsGradient))
        {
            heap.Release(kept);
            return results;
        }

        var outputs = results.Select(static r => new Activation(r.Block, r.Bytes, r.NeedsGradient)).ToArray();
        tape.Add(new(path, inputs, outputs, kept, Saved.Nothing, Dim.Zero, way));
        return outputs;
    }

    private List<(Activation Operand, Block Gradient, bool IsView)> Repeat(Node node, ExecutionPath way)
    {
        var (tape, found) = (new List<Node>(), new List<Block>());
        var inputs = node.Operands.Select(Detached).ToArray();
        var results = Forward(way, inputs, [], node.Name, tape);
        for (var i = 0; i < results.Count; i++)
        {
            if (node.Outputs[i].Gradient is { } gradient)
            {
                heap.Retain(gradient);
                results[i].Gradient = gradient;
            }
        }

        var held = Backward(tape, found);
        foreach (var input in inputs.Where(static i => i.Gradient is not null))
        {
            found.Add(input.Gradient!);
        }

        heap.Release(results.Select(static r => r.Block));
        heap.Release(held);
        heap.Release(taken);
        taken = found;
        var made = new List<(Activation, Block, bool)>();
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Gradient is { } gradient)
            {
                heap.Retain(gradient);
                made.Add((node.Operands[i], gradient, inputs[i].IsView));
            }
        }

        return made;
    }

    private static Activation Detached(Activation activation) => new(activation.Block, activation.Bytes, activation.NeedsGradient);

    /// <summary>A step as a call of its own.</summary>
    private static ExecutionPath Alone(TraceStep step, string name)
    {
        var numbers = Enumerable.Range(0, step.Operands.Count).ToArray();
        return new(Dim.One, FreeingPolicy.Next, [], [step with
        {
            Name = name,
            Operands = numbers,
            Holds = [],
            Recomputed = 0,
            Outputs = step.Outputs.Select(o => o.Of < 0 ? o : o with { Of = Math.Max(0, step.Operands.ToList().IndexOf(o.Of)) }).ToArray(),
        }], [], [numbers.Length]);
    }

    /// <summary>Steps that follow one another, computed again together; the number of the last one.</summary>
    private int Together(ExecutionPath way, int at, List<Activation> values, string path, List<Node> tape)
    {
        var (first, steps) = (way.Steps[at], new List<TraceStep>());
        var list = ListOf(first.Name);
        for (var i = at; i < way.Steps.Count && steps.Count < first.Recomputed && ListOf(way.Steps[i].Name) == list
            && way.Steps[i].Kind is StepKind.Layer or StepKind.Module; i++)
        {
            var step = way.Steps[i];
            if (step.Operands.Count != 1 || step.Outputs.Count != 1
                || step.Operands[0] != (steps.Count == 0 ? first.Operands[0] : values.Count + steps.Count - 1))
            {
                heap.Fail($"what '{step.Name}' is given depends on more than the item before");
                return at;
            }

            steps.Add(step with
            {
                Operands = [steps.Count],
                Holds = [],
                Recomputed = 0,
                Outputs = [step.Outputs[0] with { Of = step.Outputs[0].Of < 0 ? -1 : steps.Count }],
            });
        }

        var together = new ExecutionPath(Dim.One, FreeingPolicy.Next, [], steps, [], [steps.Count]);
        var results = Again(together, Given(first, values), [], path, tape);

        // What is between them lives no longer than the call.
        for (var i = 1; i < steps.Count; i++)
        {
            values.Add(Hold(new Activation(new Block(Dim.Zero), Dim.Zero, false)));
        }

        values.AddRange(results);
        return at + steps.Count - 1;
    }

    /// <summary>The key of the list that an item is in; empty within a <c>Sequential</c>.</summary>
    private static string ListOf(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : "";
}
