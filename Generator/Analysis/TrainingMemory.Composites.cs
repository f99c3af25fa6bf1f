using Gen.Graph;
using Gen.Rules;
using Gen.Shapes;

namespace Gen.Analysis;

/// <content>Layers that are computed in many steps.</content>
internal sealed partial class TrainingMemory
{
    /// <summary>The steps of a composite layer, one by one.</summary>
    private IReadOnlyList<Activation> Compose(TraceStep step, Composite composite, Activation[] operands, string name, List<Node> tape)
    {
        var data = composite.Kind switch { CompositeKind.Attention => 3, CompositeKind.Decoder or CompositeKind.DecoderLayer => 2, _ => 1 };
        var numbers = operands.Select(o => Array.FindIndex(operands, other => ReferenceEquals(other, o))).ToArray();
        var way = CompositePath.Of(composite.With(composite.Sizes.Select(s => s.Substitute(value))), numbers);
        if (way is null)
        {
            heap.Fail($"the steps of '{name}' depend on sizes that are not given");
            return [];
        }

        if (operands.Skip(data).Any(static o => o.NeedsGradient))
        {
            heap.Fail($"what autograd keeps of '{name}', whose mask is trained, is not known");
        }

        // libtorch compares what they hold: views of one tensor may be equal or not.
        if (operands.Take(data).Distinct().GroupBy(static o => o.Block).Any(static b => b.Count() > 1))
        {
            heap.Fail($"whether what '{name}' is given is the same is not known");
        }

        if (step.Saves == Saved.Stops)
        {
            way = way with { Steps = way.Steps.Select(static s => s with { Saves = s.Saves | Saved.Stops }).ToArray() };
        }

        var results = Forward(way, operands, [], name, tape).ToList();
        if (IsTrained(step, name, isParameter: false))
        {
            idle[name] = step.Parameters.Substitute(value) * FloatBytes;
        }

        while (results.Count < step.Outputs.Count)
        {
            results.Add(Hold(new Activation(new Block(Dim.Zero), Dim.Zero, false)));
        }

        heap.Release(results.Skip(step.Outputs.Count).Select(static r => r.Block));
        return results.Take(step.Outputs.Count).ToArray();
    }
}
