using Gen.Graph;
using Gen.Layers;
using Gen.Model;
using Gen.Shapes;
using Gen.Traces;

namespace Gen.Checking;

/// <content>What goes on the tape.</content>
internal sealed partial class LayerWalk
{
    private Traces.Graph? inner;
    private Sharing? sharing;
    private IReadOnlyList<Slot> hidden = [];

    /// <summary>A <c>Sequential</c>: its layers on a tape of their own, as one step of this one.</summary>
    public Abstract Group(LayerModel layer, string path, IReadOnlyList<Abstract> inputs, Func<IReadOnlyList<Abstract>, Abstract> run,
        Freeing freeing = Freeing.Next)
    {
        var outer = Tape;
        Tape = new Tape { IsPaused = outer.IsPaused };
        var output = run(inputs.Select(i => Tape.Input(i)).ToArray());
        var way = Tape.Finish(Dim.One, freeing, output);
        Tape = outer;
        Indexes(way, inputs);
        var steps =
            way.Steps.Select(s => s.Name.StartsWith(path + ".", StringComparison.Ordinal) ? s with { Name = s.Name[(path.Length + 1)..] }
                : s).ToArray();
        var step = new Step(StepKind.Module, path, layer.TypeName, layer.TypeName, [], [], LayerCounts.Parameters(layer, walked).Count,
            Total(way, static s => s.MultiplyAdds), Total(way, static s => s.TorchinfoMultiplyAdds), Dim.Zero,
            new Traces.Graph([way with { Steps = steps }]));
        return outer.Record(step, inputs, output, null);
    }

    /// <summary>Records an operation that is no layer.</summary>
    public Abstract Operate(string name, IEnumerable<Abstract> from, Abstract to, Sharing how, Dim multiplyAdds) =>
        Tape.Record(new Step(StepKind.Operation, name, "", "", [], [], Dim.Zero, multiplyAdds, Dim.Zero, Dim.Zero, null), from, to, how);

    /// <summary>Records that a tensor is kept beyond the call: the same tensor, but what is held beside it, from earlier calls, is not
    /// known.</summary>
    public Abstract Keep(Abstract.Tensor tensor) => Tape.Record(
        new Step(StepKind.Operation, "Keep", "", "", [], [], Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, null),
        [tensor], tensor, new Sharing(Storage.Shared, tensor.Taped?.Layout ?? Layout.Unknown),
        [new Slot(Shape.UnknownRank, IsHidden: true)]);

    /// <summary>Records that the body frees a value itself.</summary>
    public void Free(Abstract value)
    {
        if (!Tape.IsPaused)
        {
            Tape.Record(
                new Step(StepKind.Free, "Dispose", "", "", Checking.Tape.Tensors(value).Where(t => t.Taped?.Tape == Tape)
                    .Select(t => t.Taped!.Index).ToArray(), [], Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, null));
        }
    }

    private Abstract.Tensor Through(LayerModel layer, string path, string field, bool isRepeated, Abstract.Tensor current)
    {
        if (layer.Factory != "Sequential" || ChainGraph.Items(layer) is not { } items)
        {
            return First(Apply(new Operation(layer, path, field, Anchor.Member(field), isRepeated) { IsItem = path != field }, [current]));
        }

        return First(Group(layer, path, [current], given =>
            items.Aggregate(First(given[0]), (value, item) => Through(item.Layer, $"{path}.{item.Key}", field, isRepeated, value)),
            Freeing.Within));
    }

    private static Step StepOf(StepKind kind, LayerModel layer, CheckedLayer row) =>
        new(kind, row.Path, layer.TypeName, Construction.Bound(layer, row.Written), [], [], row.Parameters, row.MultiplyAdds,
            row.TorchinfoMultiplyAdds, Dim.Zero, null);

    private static Dim Total(Way way, Func<Step, Dim> figure)
    {
        var sum = Dim.Zero;
        for (var i = 0; i < way.Steps.Count; i++)
        {
            sum += way.Loops.Where(l => i >= l.First && i < l.First + l.Count)
                .Aggregate(figure(way.Steps[i]), static (cost, loop) => cost * loop.Times);
        }

        return sum;
    }

    /// <summary>Where a layer's output goes, and what it makes for itself.</summary>
    private void Place(LayerRule rule, LayerCall call, Abstract.Tensor first, IReadOnlyList<Abstract> inputs)
    {
        sharing = Sharing.Of(rule, call.Arguments, first.Taped?.Layout ?? Layout.Contiguous);
        hidden = Sharing.Hidden(rule, call, inputs.Count(i => i is not Abstract.Null));

        if (rule.TakesIndexes)
        {
            Tape.TakesIndexes(first);
        }
    }

    private void Place(Traces.Graph? entered, IReadOnlyList<Abstract> inputs)
    {
        inner = entered;
        if (entered is { Ways: [var way, ..] })
        {
            Indexes(way, inputs);
        }
    }

    private void Indexes(Way way, IReadOnlyList<Abstract> inputs)
    {
        foreach (var (tensor, slot) in inputs.SelectMany(Checking.Tape.Tensors).Zip(way.Inputs, static (t, s) => (t, s))
            .Where(p => p.s.ElementBytes == 8))
        {
            Tape.TakesIndexes(tensor);
        }
    }
}
