using Gen.Graph;
using Gen.Model;
using Gen.Rules.Layers;
using Gen.Shapes;

namespace Gen.Evaluation;

/// <content>What goes on the tape.</content>
internal sealed partial class LayerEvaluator
{
    private Graph.ModuleGraph? inner;
    private Aliasing? sharing;
    private IReadOnlyList<GraphValue> hidden = [];

    /// <summary>A <c>Sequential</c>: its layers on a tape of their own, as one step of this one.</summary>
    public AbstractValue Group(LayerModel layer, string path, IReadOnlyList<AbstractValue> inputs, Func<IReadOnlyList<AbstractValue>, AbstractValue> run,
        FreeingPolicy freeing = FreeingPolicy.Next)
    {
        var outer = Builder;
        Builder = new GraphBuilder { IsPaused = outer.IsPaused };
        var output = run(inputs.Select(i => Builder.Input(i)).ToArray());
        var way = Builder.Finish(Dim.One, freeing, output);
        Builder = outer;
        Indexes(way, inputs);
        var steps =
            way.Nodes.Select(s => s.Name.StartsWith(path + ".", StringComparison.Ordinal) ? s with { Name = s.Name[(path.Length + 1)..] }
                : s).ToArray();
        var step = new GraphNode(NodeKind.Module, path, layer.TypeName, layer.TypeName, [], [], LayerCounts.Parameters(layer, walked).Count,
            Total(way, static s => s.MultiplyAdds), Total(way, static s => s.TorchinfoMultiplyAdds), Dim.Zero,
            new Graph.ModuleGraph([way with { Nodes = steps }]));
        return outer.Record(step, inputs, output, null);
    }

    /// <summary>Records an operation that is no layer.</summary>
    public AbstractValue Operate(string name, IEnumerable<AbstractValue> from, AbstractValue to, Aliasing how, Dim multiplyAdds) =>
        Builder.Record(new GraphNode(NodeKind.Operation, name, "", "", [], [], Dim.Zero, multiplyAdds, Dim.Zero, Dim.Zero, null), from, to, how);

    /// <summary>Records that a tensor is kept beyond the call: the same tensor, but what is held beside it, from earlier calls, is not
    /// known.</summary>
    public AbstractValue Keep(AbstractValue.Tensor tensor) => Builder.Record(
        new GraphNode(NodeKind.Operation, "Keep", "", "", [], [], Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, null),
        [tensor], tensor, new Aliasing(Storage.Shared, tensor.Produced?.Layout ?? Layout.Unknown),
        [new GraphValue(Shape.UnknownRank, IsHidden: true)]);

    /// <summary>Records that the body frees a value itself.</summary>
    public void Free(AbstractValue value)
    {
        if (!Builder.IsPaused)
        {
            Builder.Record(
                new GraphNode(NodeKind.Free, "Dispose", "", "", Evaluation.GraphBuilder.Tensors(value).Where(t => t.Produced?.Builder == Builder)
                    .Select(t => t.Produced!.Index).ToArray(), [], Dim.Zero, Dim.Zero, Dim.Zero, Dim.Zero, null));
        }
    }

    private AbstractValue.Tensor Through(LayerModel layer, string path, string field, bool isRepeated, AbstractValue.Tensor current)
    {
        if (layer.Factory != "Sequential" || Chain.Items(layer) is not { } items)
        {
            return First(Apply(new LayerUse(layer, path, field, Anchor.Member(field), isRepeated) { IsItem = path != field }, [current]));
        }

        return First(Group(layer, path, [current], given =>
            items.Aggregate(First(given[0]), (value, item) => Through(item.Layer, $"{path}.{item.Key}", field, isRepeated, value)),
            FreeingPolicy.Within));
    }

    private static GraphNode StepOf(NodeKind kind, LayerModel layer, CheckedLayer row) =>
        new(kind, row.Path, layer.TypeName, ConstructionText.Bound(layer, row.Written), [], [], row.Parameters, row.MultiplyAdds,
            row.TorchinfoMultiplyAdds, Dim.Zero, null);

    private static Dim Total(ExecutionPath way, Func<GraphNode, Dim> figure)
    {
        var sum = Dim.Zero;
        for (var i = 0; i < way.Nodes.Count; i++)
        {
            sum += way.Loops.Where(l => i >= l.First && i < l.First + l.Count)
                .Aggregate(figure(way.Nodes[i]), static (cost, loop) => cost * loop.Times);
        }

        return sum;
    }

    /// <summary>Where a layer's output goes, and what it makes for itself.</summary>
    private void Place(LayerRule rule, LayerCall call, AbstractValue.Tensor first, IReadOnlyList<AbstractValue> inputs)
    {
        sharing = Aliasing.Of(rule, call.Arguments, first.Produced?.Layout ?? Layout.Contiguous);
        hidden = Aliasing.Hidden(rule, call, inputs.Count(i => i is not AbstractValue.Null));

        if (rule.TakesIndexes)
        {
            Builder.TakesIndexes(first);
        }
    }

    private void Place(Graph.ModuleGraph? entered, IReadOnlyList<AbstractValue> inputs)
    {
        inner = entered;
        if (entered is { Paths: [var way, ..] })
        {
            Indexes(way, inputs);
        }
    }

    private void Indexes(ExecutionPath way, IReadOnlyList<AbstractValue> inputs)
    {
        foreach (var (tensor, slot) in inputs.SelectMany(Evaluation.GraphBuilder.Tensors).Zip(way.Inputs, static (t, s) => (t, s))
            .Where(p => p.s.ElementBytes == 8))
        {
            Builder.TakesIndexes(tensor);
        }
    }
}
